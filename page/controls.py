"""An explainer's settings as controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from explain import Explainer


def draw(entry: Explainer, settings: gr.State) -> None:
    """Lay out a control for each parameter of an explainer; they write into ``settings``."""
    if not entry.parameters:
        gr.Markdown("It has none.")
    for parameter in entry.parameters:
        common: dict[str, Any] = {
            "label": parameter.name,
            "info": parameter.sentence,
            "value": parameter.default,
            "interactive": True,  # Gradio takes what is drawn later for an output otherwise
        }
        control: gr.components.Component
        if isinstance(parameter.default, bool):
            control = gr.Checkbox(**common)
        elif parameter.choices:
            control = gr.Dropdown(list(parameter.choices), **common)
        else:
            assert parameter.minimum is not None and parameter.maximum is not None
            # Its reset button would change what is shown and tell nobody.
            control = gr.Slider(
                parameter.minimum, parameter.maximum, step=parameter.step, buttons=[], **common
            )
        control.input(
            _setting(parameter.name),
            [settings, control],
            settings,
            show_progress="hidden",
            api_visibility="private",
            trigger_mode="always_last",  # of a slider that is dragged, the last value counts
        )


def _setting(name: str) -> Callable[[Mapping[str, object], object], dict[str, object]]:
    return lambda settings, value: {**settings, name: value}
