"""facewhy: do these two photographs show the same person, how sure is that, and why?

The page, top to bottom: two photographs, the verdict, the maps, the table of regions, the chat.
This file is layout and wiring; what happens on a click is in ``page/actions.py``.
"""

from __future__ import annotations

import os

# Threads that wait for work sleep instead of spinning: on two cores a spinning one takes the
# other's core. No library calls home. Both must be set before the libraries are loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
for _switch in ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY"):
    os.environ.setdefault(_switch, "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from explain import EXPLAINERS
from page import actions, examples, words
from page.table import ORDERS
from recognition import DEFAULT_MODEL, DEFAULT_OPERATING_POINT, MODELS, OPERATING_POINTS, load_model

ASSETS = Path(__file__).parent / "assets"
HOUR = 3600
HEAVY = {"concurrency_id": "model", "concurrency_limit": 1}


def photograph(side: str, label: str) -> tuple[gr.Image, gr.Radio]:
    """An upload field and the choice of a face, which shows when there are several."""
    with gr.Column(min_width=260):
        image = gr.Image(
            type="filepath",
            image_mode=None,  # the bytes as they were uploaded: their hash is in the record
            label=label,
            height=300,
            sources=["upload", "webcam", "clipboard"],
            elem_id=f"photo-{side}",
            alt_text=label,
        )
        face = gr.Radio(label="Several faces: which one?", visible=False, elem_id=f"face-{side}")
    return image, face


def picture(side: str, label: str, kind: str) -> gr.Image:
    """A picture the page shows."""
    return gr.Image(
        label=label,
        format="png",
        interactive=False,
        buttons=["fullscreen", "download"],
        height=320,
        elem_id=f"{kind}-{side}",
        alt_text=label,
    )


def build(folder: Path) -> gr.Blocks:
    """Lay out the page and wire it.

    Args:
        folder: Where the example pictures are written.
    """
    pairs = examples.write(folder, load_model())
    installed = [(entry.title, name) for name, entry in MODELS.items() if entry.installed()]
    explainers = [(entry.title, name) for name, entry in EXPLAINERS.items()]

    with gr.Blocks(title="facewhy", analytics_enabled=False, delete_cache=(HOUR, HOUR)) as page:
        session = gr.State(None, time_to_live=HOUR)
        settings = gr.State({})
        gr.HTML(words.HEADER)

        with gr.Row():
            photo_a, face_a = photograph("a", "First photograph (probe)")
            photo_b, face_b = photograph("b", "Second photograph (gallery)")
        gr.Markdown("Or click an example:")
        with gr.Row(elem_id="examples"):
            shelf = [
                gr.Button(
                    drawn.example.title, icon=drawn.thumbnail, variant="secondary", min_width=150
                )
                for drawn in pairs
            ]
        with gr.Accordion("Settings", open=False, elem_id="settings"), gr.Row():
            model = gr.Dropdown(installed, value=DEFAULT_MODEL, label="Face recognition model")
            point = gr.Dropdown(
                [(title, name) for name, title in OPERATING_POINTS.items()]
                + [("A threshold of my own", "custom")],
                value=DEFAULT_OPERATING_POINT,
                label="Operating point",
                info="How often different people may be taken for one.",
                elem_id="operating-point",
            )
            threshold = gr.Slider(
                -1, 1, value=0.9, step=0.001, label="Threshold", visible=False, elem_id="threshold"
            )
            audience = gr.Dropdown(list(words.AUDIENCES), value="plain", label="Words for")
        compare = gr.Button("Compare", variant="primary", size="lg", elem_id="compare")

        verdict = gr.HTML(words.EMPTY_VERDICT, elem_id="verdict")

        with gr.Column(visible=False, elem_id="results") as results:
            gr.Markdown("## Why? Where the score comes from")
            with gr.Row(elem_id="how"):
                explainer = gr.Dropdown(
                    explainers, value=actions.DEFAULT_EXPLAINER, label="Explainer",
                    elem_id="explainer", scale=2,
                )  # fmt: skip
                view = gr.Radio(
                    [("Aligned face", "aligned"), ("Whole photograph", "photo")],
                    value="aligned", label="Show the map on", elem_id="view", scale=2,
                )  # fmt: skip
                again = gr.Button("Explain", elem_id="explain", scale=1, min_width=100)
                stop = gr.Button("Stop", elem_id="stop", scale=1, min_width=100)
            about = gr.HTML(actions.about(actions.DEFAULT_EXPLAINER), elem_id="about")
            with gr.Accordion("Settings of this explainer", open=False):
                gr.Markdown("Changing one and pressing *Explain* draws the maps anew.")

                @gr.render(inputs=[explainer])
                def controls(name: str) -> None:
                    """One control a parameter of the explainer."""
                    actions.controls(EXPLAINERS[name], settings)

            status = gr.HTML(elem_id="status")
            with gr.Row():
                map_a = picture("a", "First photograph: its map", "map")
                map_b = picture("b", "Second photograph: its map", "map")
            legend = gr.HTML(elem_id="legend")
            with gr.Accordion("Where the faces were found", open=False), gr.Row():
                found_a = picture("a", "First photograph", "found")
                found_b = picture("b", "Second photograph", "found")

            gr.Markdown("## How much each region of the face mattered")
            table = gr.HTML(elem_id="table")
            with gr.Accordion("Settings of the table", open=False):
                techniques = gr.CheckboxGroup(
                    [(name.upper(), name) for name in EXPLAINERS],
                    value=list(actions.TABLE_TECHNIQUES),
                    label="Techniques",
                    elem_id="techniques",
                )
                with gr.Row():
                    scheme = gr.Radio(list(words.SCHEMES), value="p2w", label="Regions")
                    order = gr.Radio(list(ORDERS), value="anatomical", label="Order")

            gr.Markdown("## Ask about this comparison")
            chat = gr.Chatbot(
                show_label=False, height=360, allow_tags=False, feedback_options=None,
                placeholder=words.NO_CHAT, elem_id="chat", buttons=["copy_all"],
            )  # fmt: skip
            question = gr.Textbox(
                show_label=False, placeholder="Ask in English, for example: What about the nose?",
                max_length=2000, submit_btn=True, elem_id="question",
            )  # fmt: skip
            starters = gr.Dataset(
                components=[gr.Textbox(render=False)],
                samples=[[each] for each in words.STARTERS],
                label="You could ask",
                elem_id="starters",
            )
        gr.HTML(words.PRIVACY)

        # Verdict first, then the maps, then the table and the chat that need them.
        judged = [session, verdict, results, face_a, face_b, found_a, found_b, map_a, map_b,
                  legend, table, chat]  # fmt: skip
        mapped = [session, status, map_a, map_b, legend, table]
        how = [explainer, settings, view, techniques, scheme, order]
        compare_inputs = [photo_a, photo_b, model, point, threshold, audience]
        runs = []

        def explained(event: gr.events.Dependency) -> None:
            step = event.success(
                actions.explain_pair, [session, *how], mapped, show_progress="hidden",
                api_visibility="private", **HEAVY,
            )  # fmt: skip
            step.then(
                actions.make_chat, [session, audience], session, show_progress="hidden",
                api_visibility="private", concurrency_id="chat",
            )  # fmt: skip
            runs.append(step)

        explained(
            compare.click(actions.compare_photos, compare_inputs, judged, api_name="compare",
                          show_progress="minimal", show_progress_on=verdict, **HEAVY)
        )  # fmt: skip
        for button, drawn in zip(shelf, pairs, strict=True):
            explained(
                button.click(partial(actions.example, drawn), None, [photo_a, photo_b],
                             api_visibility="private", show_progress="hidden")
                .then(actions.compare_photos, compare_inputs, judged, api_visibility="private",
                      show_progress="minimal", show_progress_on=verdict, **HEAVY)
            )  # fmt: skip
        for face in (face_a, face_b):
            explained(
                face.input(actions.compare_faces, [*compare_inputs, face_a, face_b], judged,
                           api_visibility="private", show_progress_on=verdict, **HEAVY)
            )  # fmt: skip
        explained(
            again.click(actions.forget_map, [session, explainer], session,
                        api_visibility="private", show_progress="hidden")
        )  # fmt: skip
        explained(
            explainer.change(actions.choose_explainer, explainer, [about, settings],
                             api_visibility="private", show_progress="hidden")
        )  # fmt: skip
        explained(techniques.input(lambda: None, api_visibility="private", show_progress="hidden"))
        gr.on(
            [point.input, threshold.release],
            actions.judge_again, [session, point, threshold, audience],
            [session, verdict, threshold], api_visibility="private", show_progress="hidden",
        )  # fmt: skip
        gr.on(
            [scheme.input, order.input, view.input],
            actions.show_again, [session, explainer, view, techniques, scheme, order],
            mapped, api_visibility="private", show_progress="hidden",
        ).then(actions.make_chat, [session, audience], session, api_visibility="private",
               show_progress="hidden", concurrency_id="chat")  # fmt: skip
        audience.input(
            actions.make_chat, [session, audience], session, api_visibility="private",
            show_progress="hidden", concurrency_id="chat",
        )  # fmt: skip
        stop.click(
            actions.stopped, outputs=status, cancels=runs, api_visibility="private", queue=False
        )

        asked = [session, question, chat]
        answered = [question, chat]
        question.submit(actions.ask, asked, answered, api_name="ask", concurrency_id="chat")
        starters.click(lambda row: row[0], starters, question, api_visibility="private").then(
            actions.ask, asked, answered, api_visibility="private", concurrency_id="chat"
        )
        page.unload(actions.forget)
    return page


def launch(folder: Path, **options: Any) -> gr.Blocks:
    """Build the page and serve it.

    Args:
        folder: Where the example pictures are written.
        **options: For Gradio's ``launch``, on top of the page's own.
    """
    page = build(folder)
    page.queue(max_size=24).launch(
        theme=gr.themes.Default(
            primary_hue="emerald",
            # System fonts: the page fetches nothing from anybody.
            font=["system-ui", "sans-serif"],
            font_mono=["ui-monospace", "monospace"],
        ),
        css_paths=ASSETS / "page.css",
        run_history=False,
        max_file_size="40mb",
        footer_links=[],
        ssr_mode=False,
        allowed_paths=[str(folder)],
        **options,
    )
    return page


def main() -> None:
    """Serve the page; ``GRADIO_SERVER_NAME`` and ``GRADIO_SERVER_PORT`` say where."""
    with tempfile.TemporaryDirectory(prefix="facewhy-") as folder:
        actions.warm_up()
        launch(Path(folder))


if __name__ == "__main__":
    main()
