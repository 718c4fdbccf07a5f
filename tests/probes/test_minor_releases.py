"""A minor release of RHEL and its like is supported from the day it came until the next one does, or may."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from soccheck.probes.base import Moment, read
from tests.probes.test_corpus import HERE, read_case

DAYS = {
    "2026-02-01": {"9.7"},
    "2026-06-15": {"9.8", "10.2"},
    "2026-10-31": {"9.8", "10.2"},
    "2026-11-28": {"9.9", "10.3"},  # that they came, a machine of them shows
    "2027-05-02": {"9.10", "10.4"},
}
MINORS = ("9", "9.4", "9.7", "9.8", "9.9", "9.10", "10.2", "10.3", "10.4", "9.99")


@pytest.mark.parametrize("system", ["rhel", "rocky", "almalinux", "ol"])
@pytest.mark.parametrize("day", DAYS)
def test_only_the_newest_minor_release_is_supported(day: str, system: str) -> None:
    case = read_case(HERE / "identity" / "rocky-server.yaml")
    when = datetime.fromisoformat(day).replace(tzinfo=UTC)
    supported = set()
    for minor in MINORS:
        text = f'ID="{system}"\nID_LIKE="rhel fedora"\nVERSION_ID="{minor}"\n'
        answers = {**case.answers, "system": replace(case.answers["system"], output=text)}
        facts, problems = read(case.probe, case.kind, answers, Moment(started=when, ended=when))
        if "os.supported_until" in facts:
            supported.add(minor)
        else:
            assert problems["os.supported_until"]["code"] == "unparsed"
    known = {minor for minor in DAYS[day] if system != "ol" or minor.startswith("9.")}
    assert supported == known
