"""What happens on a click: each function is one event of the page."""

from page.actions.asking import ask, make_chat, note
from page.actions.comparing import (
    choose_point,
    compare_faces,
    compare_photos,
    example,
    judge_again,
    new_photographs,
    not_begun,
)
from page.actions.explaining import (
    choose_explainer,
    explain_pair,
    forget_map,
    reckon,
    show_again,
)
from page.actions.stopping import give_way, leave, stop
from page.actions.warming import warm_up

__all__ = [
    "ask",
    "choose_explainer",
    "choose_point",
    "compare_faces",
    "compare_photos",
    "example",
    "explain_pair",
    "forget_map",
    "give_way",
    "judge_again",
    "leave",
    "make_chat",
    "new_photographs",
    "not_begun",
    "note",
    "reckon",
    "show_again",
    "stop",
    "warm_up",
]
