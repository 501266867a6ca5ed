"""ArcFace (Deng et al. 2019): the recognisers of insightface's packs, as ONNX."""

from __future__ import annotations

import functools
from pathlib import Path

from recognition.formats import Normalise, open_weights, sha256_of
from recognition.insightface_packs import LICENCE, file_in_pack
from recognition.model import FaceModel
from recognition.models.entry import ModelEntry
from recognition.templates import template

SIZE = (112, 112)
# Name: pack, file, title.
VARIANTS = {
    "arcface-r100": ("antelopev2", "glintr100.onnx", "ArcFace R100 (Glint360K)"),
    "arcface-r50": ("buffalo_l", "w600k_r50.onnx", "ArcFace R50 (WebFace600K)"),
    "arcface-mbf": ("buffalo_s", "w600k_mbf.onnx", "ArcFace MobileFaceNet (WebFace600K)"),
}


def load(name: str) -> FaceModel:
    """One of ``VARIANTS``, read once a process.

    Raises:
        ModelNotInstalled: The pack is not there.
    """
    pack, file, _ = VARIANTS[name]
    return _load(name, file_in_pack(pack, file))


@functools.cache
def _load(name: str, path: Path) -> FaceModel:
    return FaceModel.from_backend(
        open_weights(path),
        Normalise(scale=255.0, mean=(127.5,) * 3, std=(127.5,) * 3),
        SIZE,
        name=name,
        template=template("arcface", SIZE),
        title=VARIANTS[name][2],
        licence=LICENCE,
        citation="J. Deng et al., ArcFace, CVPR 2019",
        weights_sha256=sha256_of(path),
        mirror=True,
    )


ENTRIES = tuple(
    ModelEntry(
        name,
        title,
        LICENCE,
        load=functools.partial(load, name),
        find=functools.partial(file_in_pack, pack, file),
    )
    for name, (pack, file, title) in VARIANTS.items()
)
