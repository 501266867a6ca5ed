from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from chat.models import minilm_folder
from chat.reader import TransformerReader

FILLER = "A heatmap shows which places of a face mattered to the model."


class PlantedModel:
    """Gives high logits to one word; counts its passes and windows."""

    config = SimpleNamespace(max_position_embeddings=512)
    device = torch.device("cpu")

    def __init__(self, word: int, nothing: float = 1.0) -> None:
        self.word, self.nothing = word, nothing
        self.passes, self.shapes = 0, []

    def eval(self):
        return self

    def __call__(self, input_ids, attention_mask, token_type_ids):
        self.passes += 1
        self.shapes.append(tuple(input_ids.shape))
        logits = torch.where((input_ids == self.word) & (token_type_ids == 1), 5.0, -5.0)
        logits[:, 0] = self.nothing
        return SimpleNamespace(start_logits=logits, end_logits=logits)


@pytest.fixture(scope="module")
def tokenizer():
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(minilm_folder(), local_files_only=True)


def _planted(tokenizer, **settings) -> tuple[TransformerReader, PlantedModel]:
    model = PlantedModel(tokenizer.convert_tokens_to_ids("zebra"))
    return TransformerReader(model, tokenizer, **settings), model


@pytest.mark.parametrize("place", [0, 17, 59])
def test_planted_word_is_found_in_any_window(tokenizer, place: int) -> None:
    reader, model = _planted(tokenizer, window=64)
    sentences = [FILLER] * 60
    sentences[place] = "The animal is a Zebra indeed."
    found = reader.read("What about the zebra?", sentences)
    assert (found[0].sentence, found[0].text) == (place, "Zebra")
    assert found[0].score == pytest.approx(8.0)
    assert found[1].score < 0
    assert len({each.sentence for each in found}) == len(found)
    assert model.passes == 1
    assert model.shapes[0][1] <= 64


def test_windows_are_batched(tokenizer) -> None:
    reader, model = _planted(tokenizer, window=64, batch_size=4)
    reader.read("What?", [FILLER] * 60)
    assert model.passes > 1
    assert all(rows <= 4 for rows, _ in model.shapes)


def test_sentences_are_never_cut_between_windows(tokenizer) -> None:
    reader, _ = _planted(tokenizer, window=64)
    sentences = [FILLER, "The zebra and the zebra are here, and the zebra is there."] * 30
    found = reader.read("What?", sentences)
    assert {each.sentence for each in found if each.score > 0} == set(range(1, 60, 2))


def test_nothing_to_read(tokenizer) -> None:
    reader, _ = _planted(tokenizer)
    assert reader.read("What?", []) == []
    assert reader.answer("What?", "")[0] == ""


def test_running_text(tokenizer) -> None:
    reader, _ = _planted(tokenizer, window=48)
    text = " ".join([FILLER] * 20) + " A zebra. " + " ".join([FILLER] * 20)
    assert reader.answer("What is it?", text) == ("zebra", pytest.approx(8.0))


def test_overlong_question_leaves_room_for_the_text(tokenizer) -> None:
    reader, _ = _planted(tokenizer, window=96)
    assert reader.read("why " * 500, ["It is a zebra."])[0].text == "zebra"
