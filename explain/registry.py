"""The one list of explainers, and the verbs that run them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from explain.base import Explainer, Explanation, carry_out
from explain.methods import (
    avg,
    concepts,
    corrrise,
    ddfv,
    fggb,
    fvrise,
    gradcam,
    gradcam_plus_plus,
    gradient,
    ig,
    inpaint_s0,
    inpaint_s1,
    kriging,
    lime,
    minplus,
    optimal,
    rise,
    s0_minus,
    s0_plus,
    s1_minus,
    s1_plus,
    seq,
    shap,
    smoothgrad,
    stylianou,
    xcos,
    xface1,
    xface2,
    xface3,
    xssab,
)
from explain.run import Maps, Preview, Progress, Run
from recognition.errors import UnknownName
from recognition.types import Comparison

EXPLAINERS: Mapping[str, Explainer] = MappingProxyType(
    {
        entry.name: entry
        for entry in (
            s0_minus.EXPLAINER,
            s1_minus.EXPLAINER,
            s0_plus.EXPLAINER,
            s1_plus.EXPLAINER,
            seq.EXPLAINER,
            avg.EXPLAINER,
            minplus.EXPLAINER,
            gradient.EXPLAINER,
            smoothgrad.EXPLAINER,
            ig.EXPLAINER,
            gradcam.EXPLAINER,
            gradcam_plus_plus.EXPLAINER,
            stylianou.EXPLAINER,
            xssab.EXPLAINER,
            fggb.EXPLAINER,
            ddfv.EXPLAINER,
            xcos.EXPLAINER,
            xface1.EXPLAINER,
            xface2.EXPLAINER,
            xface3.EXPLAINER,
            rise.EXPLAINER,
            fvrise.EXPLAINER,
            corrrise.EXPLAINER,
            lime.EXPLAINER,
            shap.EXPLAINER,
            concepts.EXPLAINER,
            inpaint_s0.EXPLAINER,
            inpaint_s1.EXPLAINER,
            optimal.EXPLAINER,
            kriging.EXPLAINER,
        )
    }
)
"""Every explainer by its short name, in the order a menu shows them."""

DEFAULT_EXPLAINER = corrrise.EXPLAINER.name
"""What to begin with. In ``benchmarks/explainers`` CorrRISE is, on both recognisers, ahead of every
other that works with any model and answers within four seconds on deletion and in the hiding game,
and level with the best of them on insertion. ``optimal`` is the most faithful where there are
gradients, in twice the time; ``kriging`` is the best at a third of the passes; S0- has no random
part; ``xface1`` and ``xface2`` are as good at six times the passes."""


def find(name: str) -> Explainer:
    """The entry of that name.

    Raises:
        UnknownName: When there is none.
    """
    if name in EXPLAINERS:
        return EXPLAINERS[name]
    near = difflib.get_close_matches(name, EXPLAINERS, n=3, cutoff=0.4) or list(EXPLAINERS)
    raise UnknownName(f"There is no explainer {name!r}; perhaps you mean {' or '.join(near)}.")


def explain(
    name: str,
    pair: Comparison,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    preview: Preview | None = None,
    **params: object,
) -> Explanation:
    """Say where the score of a pair comes from.

    Args:
        name: An explainer of :data:`EXPLAINERS`.
        pair: The comparison.
        seed: Where every random choice comes from.
        progress: Told the done share, 0 to 1; raise :class:`~recognition.errors.Cancelled` in it
            to stop.
        preview: Given the maps as far as they have come.
        **params: Settings of the explainer.

    Raises:
        UnknownName: No such explainer or setting.
        BadSetting: A setting out of range.
        NeedsGradients: A gradient method on a black box.
        Cancelled: Raised by ``progress``.
    """
    entry = find(name)
    run = Run(pair, seed=seed, progress=progress, preview=preview)
    run.begin()
    explanation = carry_out(entry, run, params)
    run.finish()
    return explanation


def explain_many(
    names: Sequence[str],
    pair: Comparison,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    preview: Callable[[str, Maps], None] | None = None,
    finished: Callable[[Explanation], None] | None = None,
    **params: object,
) -> dict[str, Explanation]:
    """Run several explainers that share their work; the maps are those of :func:`explain`.

    Args:
        names: Explainers of :data:`EXPLAINERS`.
        pair: The comparison.
        seed: As for :func:`explain`.
        progress: As for :func:`explain`, over all of them.
        preview: Given an explainer's name and its maps as far as they have come.
        finished: Given each explanation as it comes; what was given stays when a later one fails.
        **params: Each goes to all those explainers that have it.

    Returns:
        Name -> explanation, in the order of ``names``. The passes add up to those really made.

    Raises:
        UnknownName: No such explainer, or a setting that none of them has.
        BadSetting: A setting out of range.
        NeedsGradients: A gradient method on a black box.
        Cancelled: Raised by ``progress``.
    """
    entries = [find(name) for name in names]
    known = {each.name for entry in entries for each in entry.parameters}
    for name in params:
        if name not in known:
            raise UnknownName(f"None of {', '.join(names)} has a setting {name!r}.")
    run = Run(pair, seed=seed, progress=progress)
    explanations = {}
    for entry in run.steps(entries):
        run.watch(partial(preview, entry.name) if preview else None)
        own = {each.name for each in entry.parameters} & params.keys()
        made = carry_out(entry, run, {name: params[name] for name in own})
        explanations[entry.name] = made
        if finished is not None:
            finished(made)
    run.finish()
    return explanations
