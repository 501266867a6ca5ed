"""Measure the chat: table 2 of P2W, further question types, and questions nothing answers.

    python -m chat.evaluate [--lfw DIR] [--out DIR] [--xquad FILE]

asks every question of ``chat/evaluation/evaluation.toml`` on random comparisons, or on real LFW
pairs when the folder is given, prints the table and every wrong answer, and writes both as
Markdown and JSON.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from chat.evaluation import questions as files
from chat.evaluation.report import as_json, as_markdown
from chat.evaluation.run import Models, ask_all, questions, random_cases
from chat.evaluation.xquad import evaluate_xquad
from chat.models import ENCODERS, READERS, load_encoder, load_reader
from chat.reader import TransformerReader
from chat.types import AUDIENCES


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lfw", type=Path, help="folder of LFW, for real pairs")
    parser.add_argument("--out", type=Path, help="folder for evaluation.md and evaluation.json")
    parser.add_argument("--xquad", type=Path, help="xquad.en.json: measure the bare reader instead")
    parser.add_argument("--questions", type=Path, default=files.EVALUATION)
    parser.add_argument("--reader", default="minilm", help=f"{', '.join(READERS)} or a folder")
    parser.add_argument("--encoder", default="minilm", help=f"{', '.join(ENCODERS)} or a folder")
    parser.add_argument("--audience", choices=(*AUDIENCES, "all"), default="plain")
    parser.add_argument("--cases", type=int, default=24, help="comparisons to ask about")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()

    reader = load_reader(arguments.reader)
    if arguments.xquad:
        assert isinstance(reader, TransformerReader)
        print(evaluate_xquad(reader, arguments.xquad))
        return
    if arguments.lfw:
        from chat.evaluation.lfw import lfw_cases

        cases = lfw_cases(arguments.lfw, arguments.cases, arguments.seed)
    else:
        cases = random_cases(arguments.cases, arguments.seed)
    audiences = AUDIENCES if arguments.audience == "all" else (arguments.audience,)
    asked = list(questions(files.load(arguments.questions), cases, arguments.seed, audiences))
    results = list(ask_all(asked, Models(reader, load_encoder(arguments.encoder))))
    report = as_markdown(results)
    print(report)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "evaluation.md").write_text(report, "utf-8")
        (arguments.out / "evaluation.json").write_text(json.dumps(as_json(results), indent=1))


if __name__ == "__main__":
    main()
