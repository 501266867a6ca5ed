"""Train the sentence encoder of the chat to find the sentence that answers a question.

    python -m training.train_encoder --qa ../shared/data/qa

makes ``assets/encoder`` anew: a low-rank adapter on MiniLM-L6. Each step takes one generated
context, asks many questions on it and pulls each question towards its own sentence, away from all
other sentences of that context; a question that nothing answers is pushed away from all of them.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerBase

from chat.models import ASSETS, minilm_folder
from training.adapter import save
from training.reader import qa_sets
from training.reader.examples import ExampleMaker


@dataclass(frozen=True)
class Settings:
    """What shapes the adapter.

    Attributes:
        steps: Contexts, one a step.
        questions: Asked on each context.
        stray: Share of them that nothing answers, or whose sentence is hidden.
        scale: Of the cosines in the softmax.
        nothing: Cosine that stands for "no sentence": right sentences are to be above it.
        rank: Of the adapter.
        rate: Peak learning rate.
        length: Longest sentence in tokens; the rest of a table row says nothing on its topic.
        seed: Every random choice comes from it.
    """

    steps: int = 500
    questions: int = 64
    stray: float = 0.3
    scale: float = 16.0
    nothing: float = 0.4
    rank: int = 32
    rate: float = 1.5e-3
    length: int = 40
    seed: int = 0


def embed(
    model: PeftModel, tokenizer: PreTrainedTokenizerBase, texts: list[str], length: int
) -> torch.Tensor:
    """(N, D) mean-pooled embeddings of length 1, as sentence-transformers computes them."""
    batch = tokenizer(texts, padding=True, truncation=True, max_length=length, return_tensors="pt")
    batch = batch.to(model.device)
    with torch.autocast(model.device.type, dtype=torch.bfloat16):
        states = model(**batch).last_hidden_state.float()
    mask = batch["attention_mask"].unsqueeze(-1)
    return torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)


def step_data(
    maker: ExampleMaker, settings: Settings, foreign: list[str]
) -> tuple[list[str], list[str], torch.Tensor, torch.Tensor]:
    """Documents, questions, the right document of each (the last class: none), hidden ones."""
    context = maker.context()
    documents = [f"{each.question} {each.text}" for each in context.sentences]
    topics = list(context.topics)
    nothing = len(documents)
    questions: list[str] = []
    right = torch.full((settings.questions,), nothing)
    hidden = torch.zeros(settings.questions, nothing + 1, dtype=torch.bool)
    for number in range(settings.questions):
        draw = maker.rng.random()
        if draw < settings.stray / 2:
            questions.append(maker.stray_question(foreign))
            continue
        question, topic = maker.question_on(context)
        questions.append(question)
        place = topics.index(topic)
        if draw < settings.stray:
            away = maker.also(topic, context)
            hidden[number, [topics.index(name) for name in away]] = True
        else:
            right[number] = place
    return documents, questions, right, hidden


def train(settings: Settings, base: Path, foreign: list[str]) -> PeftModel:
    """Train an adapter."""
    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    network = AutoModel.from_pretrained(base, local_files_only=True)
    lora = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.rank,
        target_modules=["query", "key", "value", "dense"],
        exclude_modules=["pooler.dense"],
    )
    model = cast(PeftModel, get_peft_model(network, lora)).to(device).train()
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, settings.rate, total_steps=settings.steps + 1, pct_start=0.1
    )
    maker = ExampleMaker(settings.seed + 1)
    began, recent, share = time.perf_counter(), 0.0, 0.0
    for step in range(1, settings.steps + 1):
        documents, questions, right, hidden = step_data(maker, settings, foreign)
        found = embed(model, tokenizer, documents, settings.length)
        asked = embed(model, tokenizer, questions, settings.length)
        none = torch.full((len(questions), 1), settings.nothing, device=device)
        logits = torch.cat([asked @ found.T, none], dim=1) * settings.scale
        logits = logits.masked_fill(hidden.to(device), -1e4)
        loss = torch.nn.functional.cross_entropy(logits, right.to(device))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        weight = 1 / min(step, 20)
        recent += (float(loss.detach()) - recent) * weight
        share += (float((logits.argmax(1).cpu() == right).float().mean()) - share) * weight
        if step % 10 == 0 or step == settings.steps:
            minutes = (time.perf_counter() - began) / 60
            print(
                f"step {step}/{settings.steps}  loss {recent:.3f}  right {share:.1%}"
                f"  {minutes:.1f} min",
                flush=True,
            )
    return model.eval()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qa", type=Path, required=True, help="folder of public question sets")
    parser.add_argument("--out", type=Path, default=ASSETS / "encoder")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--seed", type=int, default=Settings.seed)
    arguments = parser.parse_args()
    began = time.perf_counter()
    foreign = [each.question for each in qa_sets.read(arguments.qa)]
    settings = Settings(steps=arguments.steps, seed=arguments.seed)
    save(train(settings, minilm_folder(), foreign), arguments.out)
    print(f"{(time.perf_counter() - began) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
