"""Half precision where it makes training faster."""

from __future__ import annotations

from pathlib import Path

import torch


def autocast(device: torch.device) -> torch.autocast:
    """bfloat16 inside, on a GPU and on processors that compute in it; else nothing changes."""
    cpuinfo = Path("/proc/cpuinfo")
    has = device.type != "cpu" or (
        cpuinfo.is_file() and "avx512_bf16" in cpuinfo.read_text("utf-8")
    )
    return torch.autocast(device.type, torch.bfloat16, enabled=has)
