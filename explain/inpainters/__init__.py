"""Another plausible face instead of a part of this one."""

from explain.inpainters.base import Inpainter
from explain.inpainters.registry import INPAINTERS, find_inpainter

__all__ = ["INPAINTERS", "Inpainter", "find_inpainter"]
