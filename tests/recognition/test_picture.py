"""Pictures of every kind come out upright, RGB and 8 bit, or as a sentence."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recognition.errors import FacewhyError, NotAPicture, PictureTooLarge, PictureTooSmall
from recognition.picture import read

WIDTH, HEIGHT = 64, 48


@pytest.fixture
def quadrants() -> Image.Image:
    """Red, green, blue and white quadrants: any turn or swapped channel shows."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:24, :32], pixels[:24, 32:], pixels[24:, :32], pixels[24:, 32:] = (
        (255, 0, 0),
        (0, 255, 0),
        (0, 0, 255),
        (255, 255, 255),
    )
    return Image.fromarray(pixels)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "GIF", "JPEG"])
def test_reads_every_kind(quadrants: Image.Image, kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(quadrants, kind, **options)
    picture = read(data)
    difference = np.abs(picture.pixels.astype(int) - np.asarray(quadrants)).mean()
    assert difference < (4 if kind == "JPEG" else 1e-9)
    assert picture.source.format == kind
    assert picture.source.sha256 == hashlib.sha256(data).hexdigest()
    assert picture.source.bytes == len(data)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I", "F"])
def test_reads_every_mode_of_pillow(mode: str) -> None:
    gray = Image.fromarray(np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None], 48, 0))
    pixels = read(gray.convert(mode)).pixels
    assert pixels.shape == (48, 64, 3) and pixels.dtype == np.uint8
    if mode != "1":
        assert np.abs(pixels[:, :, 1].astype(int) - np.asarray(gray)).max() <= 3


ORIENTED = {
    1: lambda p: p,
    2: lambda p: p[:, ::-1],
    3: lambda p: p[::-1, ::-1],
    4: lambda p: p[::-1],
    5: lambda p: p.transpose(1, 0, 2),
    6: lambda p: np.rot90(p, 1),
    7: lambda p: p[::-1, ::-1].transpose(1, 0, 2),
    8: lambda p: np.rot90(p, -1),
}


@pytest.mark.parametrize("orientation", ORIENTED)
def test_exif_orientation_is_applied(quadrants: Image.Image, orientation: int) -> None:
    upright = np.asarray(quadrants)
    stored = Image.fromarray(np.ascontiguousarray(ORIENTED[orientation](upright)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = read(encoded(stored, "PNG", exif=exif))
    np.testing.assert_array_equal(picture.pixels, upright)
    assert picture.source.size == (WIDTH, HEIGHT)


def test_gps_is_flagged(quadrants: Image.Image) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    assert read(encoded(quadrants, "JPEG", exif=exif)).source.has_gps
    assert not read(encoded(quadrants, "JPEG")).source.has_gps


def test_transparency_is_laid_on_white() -> None:
    clear = Image.new("RGBA", (64, 48), (10, 20, 30, 0))
    assert (read(clear).pixels == 255).all()
    assert (read(np.asarray(clear)).pixels == 255).all()


def test_transparent_palette_is_laid_on_white(quadrants: Image.Image) -> None:
    palette = quadrants.convert("P", palette=Image.Palette.ADAPTIVE)
    red = palette.getpixel((0, 0))
    pixels = read(encoded(palette, "PNG", transparency=red)).pixels
    np.testing.assert_array_equal(pixels[0, 0], (255, 255, 255))
    np.testing.assert_array_equal(pixels[0, -1], (0, 255, 0))


def test_sixteen_bits_keep_their_range() -> None:
    deep = np.repeat(np.linspace(0, 65535, 64).astype(np.uint16)[None], 48, 0)
    for picture in (read(deep), read(encoded(Image.fromarray(deep), "PNG"))):
        np.testing.assert_allclose(picture.pixels[:, :, 0], np.rint(deep / 257.0), atol=1)


def test_dark_sixteen_bits_stay_dark() -> None:
    deep = np.full((48, 64), 200, np.uint16)  # Of 65,535: black to the eye.
    assert read(encoded(Image.fromarray(deep), "PNG")).pixels.max() <= 1


def test_animation_gives_its_first_frame(quadrants: Image.Image) -> None:
    frames = [quadrants, Image.new("RGB", quadrants.size, "black")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(read(data).pixels, np.asarray(quadrants))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.full((50, 60), 7, np.uint8), 7),
        (np.full((50, 60, 1), 7, np.uint8), 7),
        (np.full((50, 60, 3), 0.5, np.float32), 128),
        (np.full((50, 60, 3), 128.0), 128),
        (np.ones((50, 60), bool), 255),
    ],
)
def test_arrays(array: np.ndarray, expected: int) -> None:
    pixels = read(array).pixels
    assert pixels.shape == (50, 60, 3)
    assert (pixels == expected).all()


@pytest.mark.parametrize(
    "array",
    [np.zeros((5,)), np.zeros((50, 60, 2)), np.zeros((2, 50, 60, 3)), np.full((50, 60), np.nan)],
)
def test_arrays_that_are_no_pictures(array: np.ndarray) -> None:
    with pytest.raises(NotAPicture, match=r"\.$"):
        read(array)


def _png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotAPicture),
        (b"not a picture at all", NotAPicture),
        (b"%PDF-1.7 something", NotAPicture),
        (_png_header(60_000, 60_000), PictureTooLarge),  # A bomb: 3.6 gigapixels in 150 bytes.
        (_png_header(9_000, 9_000), PictureTooLarge),
        (_png_header(200, 200), NotAPicture),  # Ends long before its last line.
        (b"\0" * (40 * 2**20 + 1), PictureTooLarge),
    ],
    ids=["empty", "text", "pdf", "bomb", "too many pixels", "cut short", "too many bytes"],
)
def test_what_cannot_be_read_says_so(data: bytes, error: type[FacewhyError]) -> None:
    with pytest.raises(error, match=r"\.$"):
        read(data)


@pytest.mark.parametrize("side", [9_000, 60_000], ids=["known size", "refused by Pillow"])
def test_too_many_pixels_are_said_in_megapixels(side: int) -> None:
    with pytest.raises(PictureTooLarge, match=r"under 50 megapixels and try again\.$"):
        read(_png_header(side, side))


def test_truncated_jpeg(quadrants: Image.Image) -> None:
    data = encoded(quadrants.resize((640, 480)), "JPEG")
    with pytest.raises(NotAPicture, match=r"\.$"):
        read(data[: len(data) // 2])


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(NotAPicture, match="no readable file"):
        read(tmp_path / "nothing.jpg")
    with pytest.raises(NotAPicture, match="no readable file"):
        read(tmp_path)


def test_too_small() -> None:
    with pytest.raises(PictureTooSmall, match="at least 40 pixels"):
        read(Image.new("RGB", (300, 39)))


def test_path_and_bytes_agree(astronaut: Path) -> None:
    by_path, by_bytes = read(astronaut), read(astronaut.read_bytes())
    np.testing.assert_array_equal(by_path.pixels, by_bytes.pixels)
    assert by_path.source.sha256 == by_bytes.source.sha256
    assert by_path.source.name == "astronaut.png"
