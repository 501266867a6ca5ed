"""Seconds the chat takes: to load, to prepare for a comparison, and to answer.

    python -m benchmarks.chat_speed [--audience researcher]

Every development question is asked once on random comparisons. The share of answers by route is
printed beside the times, because the second route reads again. On a machine that does other work
too, the median of processor seconds says what the work itself takes.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

import numpy as np
import torch

from chat import AUDIENCES, Chat, build_context, load_encoder, load_reader
from chat.evaluation.questions import DEVELOPMENT, load
from chat.evaluation.run import questions, random_cases


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--audience", choices=AUDIENCES, default="plain")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    began = time.perf_counter()
    load_reader(), load_encoder()
    print(f"loading both models: {time.perf_counter() - began:.1f} s")

    cases = random_cases(4, seed=0)
    began = time.perf_counter()
    contexts = [build_context(each.pair, each.table, audience=arguments.audience) for each in cases]
    print(f"writing a context: {(time.perf_counter() - began) / len(cases) * 1000:.0f} ms")
    began = time.perf_counter()
    chats = [Chat(context) for context in contexts]
    print(f"encoding its sentences: {(time.perf_counter() - began) / len(cases):.2f} s")

    wall, processor, routes = [], [], Counter[str]()
    asked = [each.question for each in questions(load(DEVELOPMENT), cases, seed=0)]
    for number, question in enumerate(asked):
        chat = chats[number % len(chats)]
        chat.forget()
        began, busy = time.perf_counter(), time.process_time()
        routes[chat.ask(question).route] += 1
        wall.append(time.perf_counter() - began)
        processor.append(time.process_time() - busy)
    print(f"{len(asked)} questions: " + ", ".join(f"{n} {name}" for name, n in routes.items()))
    for name, times in (("wall", wall), ("processor", processor)):
        middle, high, worst = np.percentile(times, [50, 95, 100])
        print(f"{name} seconds: median {middle:.2f}, 95 % under {high:.2f}, worst {worst:.2f}")


if __name__ == "__main__":
    main()
