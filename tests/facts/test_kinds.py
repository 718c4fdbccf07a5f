"""Pairs of kinds that conditions may relate."""

from __future__ import annotations

from soccheck.facts.kinds import RELATED, THROUGH
from soccheck.model import KINDS


def test_every_path_is_of_known_kinds_and_ends_where_it_says() -> None:
    for (start, end), steps in THROUGH.items():
        assert {start, end, *steps} <= {*KINDS}
        assert steps[-1] == end
        assert (start, end) in RELATED
