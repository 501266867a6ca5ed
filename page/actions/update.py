"""The type of what an event hands back for one component."""

from __future__ import annotations

from typing import Any

Update = Any  # what Gradio takes for a component: its value, or gr.update(...)
