"""dlib's serialisation, as far as its face network uses it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


class DlibFile:
    """Reads dlib's serialisation: tagged blocks of packed integers and float tensors."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def skip_past(self, tag: bytes) -> None:
        """Go to what follows the next such tag."""
        found = self.data.find(tag, self.at)
        if found < 0:
            raise ValueError(f"no {tag.decode()} after byte {self.at}: not dlib's face network")
        self.at = found + len(tag)

    def integer(self) -> int:
        """The packed integer here."""
        # A control byte (low nibble: how many bytes follow, high bit: negative), little-endian.
        control = self.data[self.at]
        count = control & 0x0F
        value = int.from_bytes(self.data[self.at + 1 : self.at + 1 + count], "little")
        self.at += 1 + count
        return -value if control & 0x80 else value

    def tensor(self) -> npt.NDArray[np.float32]:
        """The tensor here, (samples, k, rows, columns)."""
        version, *shape = (self.integer() for _ in range(5))
        if version != 2:
            raise ValueError(f"tensor version {version}, expected 2")
        count = int(np.prod(shape))
        values = np.frombuffer(self.data, "<f4", count, self.at)
        self.at += 4 * count
        return values.reshape(shape)
