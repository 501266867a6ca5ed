from __future__ import annotations

import numpy as np
import pytest

from chat import Context, build_context
from chat.evaluation.cases import Case, random_case


@pytest.fixture(scope="session")
def case() -> Case:
    """A made-up comparison with confidence and the paper's five techniques."""
    rng = np.random.default_rng(11)
    while True:
        case = random_case(rng)
        if (
            case.pair.pic is not None
            and case.table.scheme == "p2w"
            and len(case.table.techniques) > 4
        ):
            return case


@pytest.fixture(scope="session")
def context(case: Case) -> Context:
    return build_context(case.pair, case.table, palette=case.palette)
