"""Why a finding changed, whatever day it is and whatever one thing was edited: no other cause is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck import audit
from soccheck.cli import run_made
from soccheck.history import changes
from soccheck.history.causes import JudgedBy, taken
from soccheck.history.changes import RunChanges
from soccheck.history.settings import Settings
from tests.bundles import bundle, record
from tests.history.nights import AGING
from tests.scratch import INVENTORY, POLICY

BY_CALENDAR = {"aged", "waiver", "grace"}
OUTSIDE = ("absent", "not_applicable")
DAYS = st.dates(date(2024, 6, 1), date(2025, 6, 1))
HOST = "  web-3: {organization: so, role: server, antivirus: {realtime: false}}\n"
FILES = {
    **{f"inv/{name}": text for name, text in INVENTORY.items()},
    "pol/trial.yaml": POLICY + AGING,
}
FILES["inv/systems.yaml"] += "    backup: {last: 2024-05-20}\n"
_others, _mail = FILES["inv/hosts.yaml"].split("  mail-1:")
FILES["inv/hosts.yaml"] = f"{_others}  mail-1:{_mail.replace('true', 'false')}"  # what w-1 excuses
EDITS = {
    ("inventory", "a fact"): ("inv/hosts.yaml", "realtime: true", "realtime: false"),
    ("inventory", "a figure"): ("inv/fleets.yaml", "protected: 95", "protected: 50"),
    ("scope", "a new host"): ("inv/hosts.yaml", "  web-2:", f"{HOST}  web-2:"),
    ("scope", "a role"): ("inv/hosts.yaml", "role: server", "role: appliance"),
    ("policy", "a requirement"): ("pol/trial.yaml", "[2, 3, 4, 5]", "[3, 4, 5]"),
    ("policy", "a target"): ("pol/trial.yaml", "target: 90%", "target: 99%"),
    ("waiver", "its asset"): ("inv/waivers.yaml", "[mail-1]", "[web-2]"),
    ("waiver", "its days"): ("inv/waivers.yaml", "2024-12-31", "2024-03-31"),
}
Answers = Mapping[str, bool | str]
HEARD: Answers = {"web-1": True, "web-2": True}
ANSWERS: dict[str, Answers] = {
    "evidence": {"web-1": False, "web-2": True},
    "silent": {"web-1": True, "web-2": "unreachable"},
}
Side = Callable[..., JudgedBy]


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """Return what makes a side: of a day, with an edit, with what machines answered."""
    known: dict[tuple[str, str] | None, run_made.RunInputs] = {}

    def read(edit: tuple[str, str] | None) -> run_made.RunInputs:
        if edit not in known:
            root = tmp_path_factory.mktemp("side")
            for name, text in FILES.items():
                if edit is not None and EDITS[edit][0] == name:
                    assert EDITS[edit][1] in text
                    text = text.replace(*EDITS[edit][1:], 1)
                (root / name).parent.mkdir(exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            known[edit] = run_made.read(_by(root / "pol"), str(root / "inv"))
        return known[edit]

    def made(
        day: date, edit: tuple[str, str] | None = None, heard: Answers | None = None
    ) -> JudgedBy:
        found = read(edit)
        judged = JudgedBy(
            inventory=found.inventory,
            policies=found.policies,
            as_of=day,
            inventory_digest=found.inventory.digest,
            policies_digest=found.policies_blob,
        )
        if not heard:
            return judged
        when = "2024-06-01T00:00:00.000Z"
        assets = {}
        for name, answer in heard.items():
            facts = {} if isinstance(answer, str) else {"antivirus.realtime": answer}
            problem = {"code": answer, "detail": "-"} if isinstance(answer, str) else None
            assets[name] = {"antivirus": record(facts, when, problem=problem)}
        told = bundle(found.inventory, assets)
        return replace(judged, bundle=told, evidence_digest=repr(sorted(heard.items())))

    return made


def _by(folder: Path) -> Settings:
    return Settings(policies=(str(folder),))


def _statuses(side: JudgedBy) -> dict[tuple[str, str], str]:
    """Return the status of every control on every asset that it applies to."""
    given = taken(side.bundle, side.inventory, side.signer)
    judged = audit.judge(side.inventory, side.policies, side.as_of, given)
    found = {(f.control.id, f.asset.id): f.status.value for f in judged.findings}
    return {cell: status for cell, status in found.items() if status not in OUTSIDE}


def _between(before: JudgedBy, after: JudgedBy) -> RunChanges:
    """Return what changed; every status that is another is among it once, and nothing is of no cause."""
    found = changes.between(before, after, ("a", "b"))
    was, is_ = _statuses(before), _statuses(after)
    differing = {cell for cell in {**was, **is_} if was.get(cell) != is_.get(cell)}
    told = [(c.control, c.asset) for c in found.changes if c.before != c.after]
    assert Counter(told) == Counter(differing)
    by_cause = Counter(c.cause for c in found.changes)
    assert by_cause.total() == len({(c.control, c.asset) for c in found.changes})
    return found


def _causes(found: RunChanges, *, by_calendar: bool) -> set[str]:
    return {c.cause.value for c in found.changes if c.by_calendar is by_calendar}


few = settings(max_examples=50)


@few
@given(before=DAYS, after=DAYS)
def test_nothing_edited_changes_by_the_calendar_alone(
    side: Side, before: date, after: date
) -> None:
    found = _between(side(before), side(after))
    assert _causes(found, by_calendar=True) <= BY_CALENDAR
    assert not _causes(found, by_calendar=False)


def test_the_days_that_are_tried_do_change_something(side: Side) -> None:
    found = _between(side(date(2024, 6, 1)), side(date(2025, 6, 1)))
    assert _causes(found, by_calendar=True) == {"aged", "waiver"}


@few
@given(day=DAYS, edit=st.sampled_from(sorted(EDITS)), undone=st.booleans())
def test_one_edit_has_its_own_cause_alone(
    side: Side, day: date, edit: tuple[str, str], undone: bool
) -> None:
    sides = [side(day), side(day, edit)]
    found = _between(*(reversed(sides) if undone else sides))
    ended = edit[0] == "waiver" and day > date(2024, 12, 31)
    assert _causes(found, by_calendar=False) == (set() if ended else {edit[0]})
    assert not _causes(found, by_calendar=True)


@few
@given(before=DAYS, after=DAYS, edit=st.sampled_from(sorted(EDITS)))
def test_an_edit_and_another_day_are_told_apart(
    side: Side, before: date, after: date, edit: tuple[str, str]
) -> None:
    found = _between(side(before), side(after, edit))
    assert _causes(found, by_calendar=True) <= BY_CALENDAR
    assert _causes(found, by_calendar=False) <= {edit[0]}


@pytest.mark.parametrize("cause", sorted(ANSWERS))
def test_what_machines_answered_has_its_own_cause_alone(side: Side, cause: str) -> None:
    day = date(2024, 6, 2)
    found = _between(side(day, heard=HEARD), side(day, heard=ANSWERS[cause]))
    assert _causes(found, by_calendar=False) == {cause}
    assert not _causes(found, by_calendar=True)
