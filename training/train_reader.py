"""Train the reader of the chat: a low-rank adapter and a span head on top of MiniLM-L6.

    python -m training.train_reader --qa ../shared/data/qa

makes ``assets/reader`` anew. It needs no network; a GPU is used when there is one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForQuestionAnswering, AutoTokenizer, PreTrainedTokenizerBase

from chat.models import ASSETS, minilm_folder
from training.adapter import save
from training.reader import qa_sets
from training.reader.examples import Example, ExampleMaker


@dataclass(frozen=True)
class Settings:
    """What shapes the adapter.

    Attributes:
        own: Examples over generated contexts.
        public: Examples from the public question sets.
        rank: Of the adapter.
        rate: Peak learning rate.
        batch: Examples a step.
        length: Longest input in tokens.
        nothing: Share of public questions shown a window without their answer.
        seed: Every random choice comes from it.
    """

    own: int = 13_000
    public: int = 3_500
    rank: int = 32
    rate: float = 1e-3
    batch: int = 24
    length: int = 192
    nothing: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class Encoded:
    """One example as the model reads it; position 0 stands for "no answer"."""

    ids: list[int]
    types: list[int]
    start: int
    end: int


def encode(
    examples: list[Example], tokenizer: PreTrainedTokenizerBase, length: int
) -> list[Encoded]:
    """Tokenise examples and find the tokens of their answers."""
    batch = tokenizer(
        [each.question.strip()[:300] for each in examples],
        [each.text for each in examples],
        truncation="only_second",
        max_length=length,
        return_offsets_mapping=True,
    )
    encoded = []
    for number, example in enumerate(examples):
        start = end = 0
        if example.start >= 0:
            stop = example.start + len(example.answer)
            inside = [
                place
                for place, (part, (first, last)) in enumerate(
                    zip(batch.sequence_ids(number), batch["offset_mapping"][number], strict=True)
                )
                if part == 1 and first < stop and last > example.start
            ]
            if inside:
                start, end = inside[0], inside[-1]
        encoded.append(
            Encoded(batch["input_ids"][number], batch["token_type_ids"][number], start, end)
        )
    return encoded


def batches(
    encoded: list[Encoded], size: int, rng: np.random.Generator, device: torch.device
) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of examples of like length, so that little is padded."""
    lengths = np.array([len(each.ids) for each in encoded]) + rng.uniform(0, 24, len(encoded))
    order = np.argsort(lengths)
    groups = [order[start : start + size] for start in range(0, len(order), size)]
    for group in rng.permutation(len(groups)):
        members = [encoded[place] for place in groups[group]]
        longest = max(len(each.ids) for each in members)

        def padded(rows: list[list[int]], longest: int = longest) -> torch.Tensor:
            return torch.tensor([row + [0] * (longest - len(row)) for row in rows], device=device)

        yield {
            "input_ids": padded([each.ids for each in members]),
            "token_type_ids": padded([each.types for each in members]),
            "attention_mask": padded([[1] * len(each.ids) for each in members]),
            "start_positions": torch.tensor([each.start for each in members], device=device),
            "end_positions": torch.tensor([each.end for each in members], device=device),
        }


def train(
    encoded: list[Encoded], settings: Settings, base: Path, start_from: Path | None = None
) -> PeftModel:
    """Train an adapter in one pass over the examples."""
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    network = AutoModelForQuestionAnswering.from_pretrained(base, local_files_only=True)
    lora = LoraConfig(
        task_type="QUESTION_ANS",
        r=settings.rank,
        lora_alpha=settings.rank,
        lora_dropout=0.0,
        target_modules=["query", "key", "value", "dense"],
        modules_to_save=["qa_outputs"],
    )
    if start_from is None:
        model = cast(PeftModel, get_peft_model(network, lora)).to(device)
    else:
        model = PeftModel.from_pretrained(network, start_from, is_trainable=True).to(device)
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings.rate, weight_decay=0.01)
    steps = -(-len(encoded) // settings.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.rate, total_steps=steps + 1, pct_start=0.06, cycle_momentum=False
    )
    rng = np.random.default_rng(settings.seed)
    began, recent = time.perf_counter(), 0.0
    model.train()
    for step, batch in enumerate(batches(encoded, settings.batch, rng, device), 1):
        with torch.autocast(device.type, dtype=torch.bfloat16):
            loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        recent += (float(loss.detach()) - recent) / min(step, 50)
        if step % 50 == 0 or step == steps:
            minutes = (time.perf_counter() - began) / 60
            print(f"step {step}/{steps}  loss {recent:.3f}  {minutes:.1f} min", flush=True)
    return model.eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qa", type=Path, required=True, help="folder of public question sets")
    parser.add_argument("--out", type=Path, default=ASSETS / "reader")
    parser.add_argument("--own", type=int, default=Settings.own)
    parser.add_argument("--public", type=int, default=Settings.public)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--start-from", type=Path, help="go on from this adapter")
    arguments = parser.parse_args()
    settings = Settings(own=arguments.own, public=arguments.public, seed=arguments.seed)

    began = time.perf_counter()
    base = minilm_folder()
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    rng = np.random.default_rng(settings.seed)
    public = qa_sets.read(arguments.qa)
    chosen = [public[place] for place in rng.permutation(len(public))[: settings.public]]
    examples = list(qa_sets.windows(chosen, rng, settings.nothing))
    foreign = [each.question for each in public]
    examples += ExampleMaker(settings.seed).examples(settings.own, foreign)
    encoded = encode(examples, tokenizer, settings.length)
    answered = sum(each.end > 0 for each in encoded)
    tokens = sum(len(each.ids) for each in encoded)
    print(f"{len(encoded)} examples, {answered} with an answer, {tokens / 1e6:.1f} M tokens")
    save(train(encoded, settings, base, arguments.start_from), arguments.out)
    print(f"{(time.perf_counter() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
