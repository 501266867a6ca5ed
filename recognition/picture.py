"""Read a photograph, whatever it comes as, into upright RGB pixels."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from recognition.errors import NotAPicture, PictureTooLarge, PictureTooSmall
from recognition.types import Pixels, Source

ImageLike = str | os.PathLike[str] | bytes | Image.Image | npt.NDArray[np.generic]

MAX_BYTES = 40 * 2**20
MAX_PIXELS = 50_000_000
SMALLER_COPY = f"save a copy of under {MAX_PIXELS // 10**6} megapixels and try again."
MIN_SIDE = 40
GPS_IFD = 0x8825


@dataclass(frozen=True, eq=False)
class Picture:
    """An upright photograph.

    Attributes:
        pixels: (h, w, 3) uint8 RGB.
        source: Where it came from, with the hash of the original bytes.
    """

    pixels: Pixels
    source: Source


def reduced(photo: Pixels, side: int) -> Pixels:
    """The photograph with its longest side at most ``side`` pixels, never enlarged; a copy."""
    scale = min(1.0, side / max(photo.shape[:2]))
    size = max(1, round(photo.shape[1] * scale)), max(1, round(photo.shape[0] * scale))
    return np.array(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), np.uint8)


def read(image: ImageLike) -> Picture:
    """Decode a photograph, turn it upright and make it 8-bit RGB.

    Takes every mode Pillow opens: gray, 16 bit, CMYK, palette, transparent (laid on white) and
    animated pictures (the first frame).

    Args:
        image: Path, bytes, PIL image, or an array (h, w), (h, w, 1), (h, w, 3) or (h, w, 4) of
            uint8, uint16, bool or float (in [0, 1] or in 0..255).

    Raises:
        NotAPicture: It cannot be read as a picture.
        PictureTooLarge: Over 40 MiB or 50 megapixels.
        PictureTooSmall: A side has under 40 pixels.
    """
    if isinstance(image, np.ndarray):
        return _from_array(image)
    if isinstance(image, Image.Image):
        picture, name, data = image, getattr(image, "filename", "") or "picture in memory", b""
    else:
        picture, name, data = _open(image)
    _check_size(picture.size, name)
    try:
        has_gps = bool(picture.getexif().get_ifd(GPS_IFD))
        kind = picture.format or "memory"
        pixels = _to_rgb(ImageOps.exif_transpose(picture))
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPicture(
            f"“{Path(name).name}” is damaged and cannot be read to its end; "
            "save it anew as JPEG or PNG and try again."
        ) from error
    digest = hashlib.sha256(data or pixels.tobytes()).hexdigest()
    size = (pixels.shape[1], pixels.shape[0])
    return Picture(pixels, Source(Path(name).name, digest, len(data), kind, size, has_gps))


def _open(image: str | os.PathLike[str] | bytes) -> tuple[Image.Image, str, bytes]:
    if isinstance(image, bytes):
        name, data = "picture in memory", image
        too_large = len(data) > MAX_BYTES
    else:
        name = os.fspath(image)
        try:
            too_large = os.path.getsize(name) > MAX_BYTES
            data = b"" if too_large else Path(name).read_bytes()
        except OSError as error:
            raise NotAPicture(f"There is no readable file at {name}.") from error
    if too_large:
        raise PictureTooLarge(
            f"“{Path(name).name}” is over {MAX_BYTES >> 20} MiB; save a smaller copy and try again."
        )
    try:
        with io.BytesIO(data) as stream:
            picture = Image.open(stream)
            _check_size(picture.size, name)
            picture.load()
    except PictureTooLarge:
        raise
    except Image.DecompressionBombError as error:  # Before Pillow tells the size.
        raise PictureTooLarge(
            f"“{Path(name).name}” has far too many pixels; {SMALLER_COPY}"
        ) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise NotAPicture(
            f"“{Path(name).name}” cannot be read as a picture; use a JPEG, PNG, WebP, TIFF or BMP."
        ) from error
    return picture, name, data


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureTooLarge(
            f"“{Path(name).name}” has {width:,} x {height:,} pixels; {SMALLER_COPY}"
        )
    if min(width, height) < MIN_SIDE:
        raise PictureTooSmall(
            f"“{Path(name).name}” has only {width} x {height} pixels; "
            "use a photograph in which the face itself is at least 40 pixels wide."
        )


def _to_rgb(picture: Image.Image) -> Pixels:
    if picture.mode.startswith("I") or picture.mode == "F":
        return _rgb_of_array(np.asarray(picture))
    if picture.has_transparency_data:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        picture = Image.alpha_composite(white, layer)
    return np.array(picture.convert("RGB"))


def _from_array(array: npt.NDArray[np.generic]) -> Picture:
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (1, 3, 4)):
        raise NotAPicture(
            f"An array of shape {array.shape} is no picture; use (height, width, 3) RGB."
        )
    _check_size((array.shape[1], array.shape[0]), "the array")
    pixels = _rgb_of_array(array)
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    size = (pixels.shape[1], pixels.shape[0])
    return Picture(pixels, Source("picture in memory", digest, 0, "memory", size))


def _rgb_of_array(array: npt.NDArray[np.generic]) -> Pixels:
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        raise NotAPicture("The picture holds values that are not numbers.")
    if array.dtype == np.uint16 or values.max() > 255:
        values = values / max(values.max(), 65535.0) * 255
    elif array.dtype.kind in "fb" and values.max() <= 1:
        values = values * 255
    pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[:, :, None]
    if pixels.shape[2] == 4:
        return np.array(_to_rgb(Image.fromarray(pixels, "RGBA")))
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))
