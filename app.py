"""facewhy: do these two photographs show the same person, how sure is that, and why?

The page, top to bottom: two photographs, the verdict, the maps, the table of regions, the chat.
This file is layout and wiring; what happens on a click is in ``page/actions/``.
"""

from __future__ import annotations

import os

# Threads that wait for work sleep instead of spinning: on two cores a spinning one takes the
# other's core. No library calls home. Both must be set before the libraries are loaded.
for _switch, _value in {
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "GRADIO_ANALYTICS_ENABLED": "False",
}.items():
    os.environ.setdefault(_switch, _value)

import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import Dependency

from explain import DEFAULT_EXPLAINER, EXPLAINERS, TABLE_TECHNIQUES
from page import actions, controls, examples, housekeeping, models, words
from page.housekeeping import KEEP_FOR
from page.maps import VIEWS
from page.status import about_html
from page.table import ORDERS
from recognition import DEFAULT_MODEL, DEFAULT_OPERATING_POINT, OPERATING_POINTS, load_model

ASSETS = Path(__file__).parent / "assets"
# Nobody waits for a verdict because somebody else's maps are being drawn.
COMPARING: dict[str, Any] = {"concurrency_id": "compare", "concurrency_limit": 1}
EXPLAINING: dict[str, Any] = {"concurrency_id": "explain", "concurrency_limit": 1}
CHATTING: dict[str, Any] = {"concurrency_id": "chat", "concurrency_limit": 1}
# Gradio drops an event that comes while the one before is under way, unless told not to.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "trigger_mode": "multiple"}
QUIET: dict[str, Any] = {"show_progress": "hidden", **PRIVATE}
SESSIONS = 300  # visits whose comparison is kept in memory, the oldest go first


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
        face = gr.Radio(
            label=f"{label}: several faces, which one?", visible=False, elem_id=f"face-{side}"
        )
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
    explainers = [(entry.title, name) for name, entry in EXPLAINERS.items()]

    with gr.Blocks(title="facewhy", analytics_enabled=False) as page:
        session = gr.State(None, time_to_live=KEEP_FOR)
        talk = gr.State(None, time_to_live=KEEP_FOR)
        settings = gr.State({})
        ticket = gr.Number(0, precision=0, visible=False)
        gr.HTML(words.HEADER)

        with gr.Row():
            photo_a, face_a = photograph("a", "First photograph (probe)")
            photo_b, face_b = photograph("b", "Second photograph (gallery)")
        gr.Markdown("Or click an example:")
        with gr.Row(elem_id="examples"):
            shelf = [
                gr.Button(
                    drawn.example.title, icon=drawn.thumbnail, variant="secondary", min_width=0
                )
                for drawn in pairs
            ]
        with gr.Accordion("Settings", open=False, elem_id="settings"):
            with gr.Row():
                model = gr.Dropdown(
                    models.choices(), value=DEFAULT_MODEL, label="Face recognition model"
                )
                point = gr.Dropdown(
                    [(title, name) for name, title in OPERATING_POINTS.items()]
                    + [("A threshold of my own", "custom")],
                    value=DEFAULT_OPERATING_POINT,
                    label="Operating point",
                    info="How often different people may be taken for one.",
                    elem_id="operating-point",
                )
                threshold = gr.Slider(
                    -1,
                    1,
                    value=0.9,
                    step=0.001,
                    label="Threshold",
                    buttons=[],
                    visible=False,
                    elem_id="threshold",
                )
                audience = gr.Dropdown(list(words.AUDIENCES), value="plain", label="Words for")
            gr.Markdown(models.missing(), elem_id="missing-models")
        compare = gr.Button("Compare", variant="primary", size="lg", elem_id="compare")

        verdict = gr.HTML(words.EMPTY_VERDICT, elem_id="verdict")

        with gr.Column(visible=False, elem_id="results") as results:
            gr.Markdown("## Why? Where the score comes from")
            with gr.Row():
                explainer = gr.Dropdown(
                    explainers, value=DEFAULT_EXPLAINER, label="Explainer",
                    elem_id="explainer", min_width=260,
                )  # fmt: skip
                view = gr.Radio(
                    list(VIEWS), value="aligned", label="Show the map on", elem_id="view",
                    min_width=280,
                )  # fmt: skip
            with gr.Row(elem_id="how"):
                about = gr.HTML(about_html(DEFAULT_EXPLAINER), elem_id="about")
                again = gr.Button("Explain", size="sm", elem_id="explain", scale=0, min_width=110)
                stop = gr.Button("Stop", size="sm", elem_id="stop", scale=0, min_width=110)
            with gr.Accordion("Settings of this explainer", open=False):
                gr.Markdown("Changing one and pressing *Explain* draws the maps anew.")

                @gr.render(inputs=[explainer])
                def explainer_settings(name: str) -> None:
                    """One control a parameter of the explainer."""
                    controls.draw(EXPLAINERS[name], settings)

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
                    value=list(TABLE_TECHNIQUES),
                    label="Techniques",
                    elem_id="techniques",
                )
                with gr.Row():
                    scheme = gr.Radio(list(words.SCHEMES), value="p2w", label="Regions")
                    order = gr.Radio(list(ORDERS), value="anatomical", label="Order")

            gr.Markdown("## Ask about this comparison")
            chat = gr.Chatbot(
                show_label=False, height=360, allow_tags=False, feedback_options=None,
                placeholder=words.CHAT_INVITATION, elem_id="chat", buttons=["copy_all"],
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

        # Verdict first, then the maps, then the table; the chat learns of each as it comes.
        photos = [photo_a, photo_b, model, point, threshold]
        judged = [session, verdict, results, face_a, face_b, found_a, found_b, map_a, map_b,
                  legend, table, status, chat]  # fmt: skip
        shown_as = [explainer, view, techniques, scheme, order]
        told = [session, explainer]
        drawn_on = [map_a, map_b, legend, table]

        def started(trigger: Callable[..., Dependency], **mode: Any) -> Dependency:
            # Nothing new waits for the maps of before: its first step stops them.
            return trigger(actions.give_way, None, ticket, **QUIET | mode)

        def brief_the_chat(event: Dependency) -> None:
            facts = [session, talk, audience, techniques, scheme]
            event.then(
                actions.make_chat,
                facts,
                talk,
                **CHATTING,
                **QUIET | {"trigger_mode": "always_last"},
            )

        def shown_again(event: Dependency) -> None:
            brief_the_chat(event.then(actions.show_again, [session, *shown_as], drawn_on, **QUIET))

        def explained(event: Dependency) -> None:
            brief_the_chat(event)
            run = event.success(
                actions.explain_pair, [session, ticket, settings, *shown_as], [status, *drawn_on],
                **EXPLAINING, **QUIET,
            )  # fmt: skip
            shown_again(run)  # as the page is set by now

        def compared(event: Dependency) -> None:
            event.failure(actions.not_begun, None, judged, **QUIET)
            event.success(actions.reckon, [*told, settings], about, **QUIET)
            explained(event)

        judging: dict[str, Any] = {
            "outputs": judged,
            "show_progress": "minimal",
            "show_progress_on": verdict,
            "trigger_mode": "multiple",
            **COMPARING,
        }
        private = judging | PRIVATE
        compared(
            started(compare.click).then(
                actions.compare_photos, photos, api_name="compare", **judging
            )
        )
        for button, drawn in zip(shelf, pairs, strict=True):
            filled = started(button.click).then(
                partial(actions.example, drawn), None, [photo_a, photo_b], **QUIET
            )
            compared(filled.then(actions.compare_photos, photos, **private))
        for face in (face_a, face_b):
            chosen = [*photos, face_a, face_b]
            compared(started(face.input).then(actions.compare_faces, chosen, **private))
        for photo in (photo_a, photo_b):
            changed = started(photo.input)
            brief_the_chat(changed.then(actions.new_photographs, None, judged, **QUIET))

        explained(started(explainer.input).then(
            actions.choose_explainer, told, [about, settings], **QUIET))  # fmt: skip
        settings.change(actions.reckon, [*told, settings], about, **QUIET)
        explained(started(again.click).then(actions.forget_map, told, None, **QUIET))
        explained(started(techniques.input))
        stop.click(actions.stop, **QUIET)

        # Some explainers explain the decision, not the score: their maps are drawn anew.
        judged_by: dict[str, Any] = {
            "inputs": [session, point, threshold],
            "outputs": [session, verdict, threshold],
            **QUIET,
        }
        # Not the slider's release: a number that is typed counts as well.
        moved = started(threshold.input, trigger_mode="always_last")
        for event in (
            started(point.input).then(actions.choose_point, **judged_by),
            moved.then(actions.judge_again, **judged_by),
        ):
            explained(event)
            event.then(actions.note, [session, chat], chat, **QUIET)

        # What only shows the same work another way.
        shown = gr.on([scheme.input, order.input, view.input], actions.show_again,
                      [session, *shown_as], drawn_on, **QUIET)  # fmt: skip
        for event in (shown, audience.input(lambda: None, **QUIET)):
            brief_the_chat(event)

        asked: dict[str, Any] = {"inputs": [talk, question, chat], "outputs": [question, chat]}
        question.submit(actions.ask, **asked, api_name="ask", **CHATTING)
        starters.click(lambda row: row[0], starters, question, **QUIET).then(
            actions.ask, **asked, **CHATTING, **PRIVATE
        )
        page.unload(actions.leave)
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
        js=words.READ_ALOUD,
        state_session_capacity=SESSIONS,
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
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # leave by way of the folder's removal
    with housekeeping.own_folder() as folder:
        # Every upload and every picture shown lies in here, and goes when the program does.
        visitors = Path(folder, "visitors")
        os.environ["GRADIO_TEMP_DIR"] = str(visitors)
        page = launch(Path(folder), prevent_thread_lock=True)
        housekeeping.keep_clean(visitors)
        actions.warm_up()  # the page is up already; the first visitor finds the models loaded
        page.block_thread()


if __name__ == "__main__":
    main()
