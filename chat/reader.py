"""The extractive reader: which words of which sentence answer a question?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from chat.decoder import Span, best_spans, plan_windows

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

WINDOW = 192
"""Tokens of one input; the shipped reader was trained with this length."""

STRIDE = 48
LONGEST_QUESTION = 64


@dataclass(frozen=True)
class Found:
    """Words of a sentence that may answer the question.

    Attributes:
        sentence: Number of the sentence.
        text: The words.
        score: Log-odds against "no answer" within the window they were read in.
    """

    sentence: int
    text: str
    score: float


class Reader(Protocol):
    """Anything that reads."""

    def read(self, question: str, sentences: Sequence[str]) -> list[Found]:
        """Possible answers, best first, at most one a sentence."""
        ...


class TransformerReader:
    """A question answering network behind our own span decoder (P2W sec. 2.3).

    Args:
        model: Any ``AutoModelForQuestionAnswering``.
        tokenizer: Its fast tokenizer.
        window: Tokens of one input.
        batch_size: Windows a pass.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        window: int = WINDOW,
        batch_size: int = 32,
    ) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.window = min(window, model.config.max_position_embeddings)
        self.batch_size = batch_size

    def read(self, question: str, sentences: Sequence[str]) -> list[Found]:
        """Possible answers, best first, at most one a sentence.

        Args:
            question: Of any length; what exceeds 64 tokens is cut off.
            sentences: What to read.
        """
        text = " ".join(sentences)
        lengths = np.array([len(sentence) + 1 for sentence in sentences])
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(sentences) else lengths
        encoded = self._encode(text)
        offsets = np.array(encoded["offset_mapping"]).reshape(-1, 2)
        if not len(offsets):
            return []
        sentence_of = np.searchsorted(begins, offsets[:, 0], side="right") - 1
        cuts = np.searchsorted(offsets[:, 0], begins)
        best: dict[int, Found] = {}
        for span in self._spans(question, encoded["input_ids"], cuts.tolist(), sentence_of):
            number = int(sentence_of[span.start])
            words = text[offsets[span.start, 0] : offsets[span.end, 1]]
            if number not in best or best[number].score < span.score:
                best[number] = Found(number, words, span.score)
        return sorted(best.values(), key=lambda found: -found.score)

    def answer(self, question: str, text: str) -> tuple[str, float]:
        """The best span of a running text, and its log-odds against "no answer"."""
        encoded = self._encode(text)
        offsets = encoded["offset_mapping"]
        spans = self._spans(question, encoded["input_ids"], (), None)
        if not spans:
            return "", -np.inf
        best = max(spans, key=lambda span: span.score)
        return text[offsets[best.start][0] : offsets[best.end][1]], best.score

    def _encode(self, text: str) -> dict[str, list]:
        return self.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )

    def _spans(
        self,
        question: str,
        tokens: list[int],
        cuts: Sequence[int],
        sentence_of: np.ndarray | None,
    ) -> list[Span]:
        asked = self.tokenizer(question, add_special_tokens=False)["input_ids"][:LONGEST_QUESTION]
        head = [self.tokenizer.cls_token_id, *asked, self.tokenizer.sep_token_id]
        capacity = self.window - len(head) - 1
        windows = plan_windows(len(tokens), capacity, min(STRIDE, capacity // 2), cuts)
        spans: list[Span] = []
        for start in range(0, len(windows), self.batch_size):
            batch = windows[start : start + self.batch_size]
            starts, ends = self._logits(head, [tokens[each.start : each.stop] for each in batch])
            for row, window in enumerate(batch):
                spans += best_spans(
                    starts[row], ends[row], len(head), window, sentence_of=sentence_of
                )
        return spans

    @torch.inference_mode()
    def _logits(self, head: list[int], bodies: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
        """(N, L) float32 start and end logits of N windows."""
        rows = [[*head, *body, self.tokenizer.sep_token_id] for body in bodies]
        longest = max(len(row) for row in rows)
        ids = np.full((len(rows), longest), self.tokenizer.pad_token_id or 0)
        mask = np.zeros_like(ids)
        types = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
            types[number, len(head) : len(row)] = 1
        device = self.model.device
        inputs = {"input_ids": ids, "attention_mask": mask}
        if "token_type_ids" in self.tokenizer.model_input_names:
            inputs["token_type_ids"] = types
        out = self.model(**{name: torch.from_numpy(x).to(device) for name, x in inputs.items()})
        return out.start_logits.float().cpu().numpy(), out.end_logits.float().cpu().numpy()
