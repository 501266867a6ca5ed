"""Writing adapters down."""

from __future__ import annotations

from pathlib import Path

from peft import PeftModel
from safetensors.torch import load_file, save_file


def save(model: PeftModel, folder: Path) -> None:
    """Write an adapter with half-precision weights and without any path of this machine."""
    model.peft_config["default"].base_model_name_or_path = "all-MiniLM-L6-v2"
    model.save_pretrained(str(folder))
    (folder / "README.md").unlink(missing_ok=True)
    weights = folder / "adapter_model.safetensors"
    halved = {name: value.half().contiguous() for name, value in load_file(weights).items()}
    save_file(halved, weights)
    print(f"{weights.name}: {weights.stat().st_size / 1e6:.1f} MB")
