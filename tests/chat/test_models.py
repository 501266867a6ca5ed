from __future__ import annotations

import pytest

from chat import Chat, load_encoder, load_reader
from chat import models as chat_models
from chat.models import ENCODERS, READERS, minilm_folder
from recognition.errors import ModelNotInstalled, UnknownName
from tests.chat.fakes import BY_SCORE


@pytest.fixture(scope="module")
def tiny_reader(tmp_path_factory):
    """A question answering network with random weights, saved as transformers saves it."""
    from transformers import AutoTokenizer, BertConfig, BertForQuestionAnswering

    folder = tmp_path_factory.mktemp("tiny-reader")
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder(), local_files_only=True)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def tiny_encoder(tmp_path_factory):
    """A sentence encoder with random MPNet weights, saved as sentence-transformers saves it."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import AutoTokenizer, MPNetConfig, MPNetModel

    plain = tmp_path_factory.mktemp("tiny-mpnet")
    tokenizer = AutoTokenizer.from_pretrained(minilm_folder(), local_files_only=True)
    config = MPNetConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        pad_token_id=tokenizer.pad_token_id,
    )
    MPNetModel(config).save_pretrained(plain)
    tokenizer.save_pretrained(plain)
    transformer = Transformer(str(plain))
    model = SentenceTransformer(modules=[transformer, Pooling(16)])
    folder = tmp_path_factory.mktemp("tiny-encoder")
    model.save(str(folder))
    return folder


def test_any_reader_and_encoder_can_be_loaded_from_a_folder(
    context, tiny_reader, tiny_encoder
) -> None:
    chat = Chat(
        context,
        reader=load_reader(str(tiny_reader)),
        encoder=load_encoder(str(tiny_encoder)),
        thresholds=BY_SCORE,
    )
    answer = chat.ask("What is the decision?")
    assert 0 <= answer.score <= 1


def test_a_model_by_name_is_loaded_from_the_local_cache(monkeypatch, tiny_reader) -> None:
    asked = []

    def local_copy(repository: str, *, local_files_only: bool) -> str:
        asked.append((repository, local_files_only))
        return str(tiny_reader)

    monkeypatch.setattr("huggingface_hub.snapshot_download", local_copy)
    reader = load_reader.__wrapped__("bert-large")
    assert reader.read("What?", ["It is a nose."])
    assert asked == [(READERS["bert-large"].repository, True)]


@pytest.mark.parametrize(
    ("load", "name", "registry"),
    [(load_reader, "bert-large", READERS), (load_encoder, "mpnet", ENCODERS)],
)
def test_a_model_that_is_not_there_says_how_to_get_it(
    monkeypatch, tmp_path, load, name, registry
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelNotInstalled, match=f"hf download {registry[name].repository}"):
        load.__wrapped__(name)


@pytest.mark.parametrize("load", [load_reader, load_encoder])
def test_unknown_names_are_refused(load) -> None:
    with pytest.raises(UnknownName, match="minilm"):
        load("gpt")


def test_missing_adapter_names_its_command(monkeypatch, tmp_path) -> None:
    entry = chat_models.ChatModel("minilm", "x", adapter=tmp_path / "reader")
    monkeypatch.setattr(chat_models, "READERS", {"minilm": entry})
    with pytest.raises(ModelNotInstalled, match=r"training\.train_reader"):
        load_reader.__wrapped__("minilm")
