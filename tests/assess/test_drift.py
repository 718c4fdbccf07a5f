"""Drift: which answers count, and that two which contradict each other are both shown."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from soccheck.assess import drift
from soccheck.assess.mending import change
from soccheck.model import Basis, Evidence
from tests.assess.test_evaluate import observation
from tests.kit import an_inventory

HOST = "hosts: {h: {organization: o, role: server, antivirus: {running: true}}}"
OBSERVED = Basis.OBSERVED


def found(folder: Path, *answers: Evidence) -> list[drift.Drift]:
    evidence = {"h": {"antivirus.running": answers}}
    return drift.find(an_inventory(folder / "inv", HOST), evidence, date(2024, 6, 30))


def test_the_latest_answer_counts_and_a_time_out_takes_none_back(tmp_path: Path) -> None:
    off = observation(False, OBSERVED, "2024-06-28")
    silent = observation(None, OBSERVED, "2024-06-29", "timeout")
    (item,) = found(tmp_path, off, silent)
    assert (item.declared, item.observed, item.said) == (True, False, "false")
    assert found(tmp_path, off, observation(True, OBSERVED, "2024-06-29")) == []
    assert found(tmp_path, off, observation(None, OBSERVED, "2024-06-29", "unparsed")) == []
    assert found(tmp_path, silent) == []
    assert found(tmp_path, observation(False, OBSERVED, "2024-07-01")) == []


@pytest.mark.parametrize("order", [1, -1])
def test_answers_that_contradict_each_other_are_both_shown_and_change_nothing(
    tmp_path: Path, order: int
) -> None:
    off = observation(False, OBSERVED, "2024-06-28")
    on = Evidence(
        value=True,
        basis=OBSERVED,
        when=off.when + timedelta(seconds=2),
        since=off.when - timedelta(seconds=1),
        origin="ssh web: other",
    )
    (item,) = found(tmp_path, *(off, on)[::order])
    assert item.observed is None
    assert item.said == "false / true"
    text = (tmp_path / "inv" / "a.yaml").read_text()
    assert change([item], {"inv/a.yaml": text}, {"inv/a.yaml": "a.yaml"}) == ("", [item])
    assert drift.counted([item]) == [("antivirus.running", "true", "false / true", 1)]
