"""Pull requests against the sample of An Giang, as careless, hostile and diligent authors write them.

What is right was decided before each was tried. A case says what is edited and whether the gate, as it is
by itself, passes it or stops it, or refuses to judge; `back` says the same of the edit undone. `given` is
edited on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare import gate
from soccheck.compare.changes import compare
from soccheck.compare.fail_on import rules
from soccheck.compare.former import former
from soccheck.errors import InputError
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Policy
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.report.wording.changes import scoped
from soccheck.sources.files import Memory
from tests.kit import read_yaml, shipped

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "inventories" / "an-giang"
DAY = date(2024, 6, 30)
CODES = {0: "passes", 1: "stops", 3: "stops"}


@cache
def base() -> dict[str, str]:
    names = {p.relative_to(FOLDER).as_posix(): p for p in FOLDER.rglob("*") if p.is_file()}
    names |= {f"policies/{p.name}": p for p in (ROOT / "policies").glob("*.yaml")}
    return {name: path.read_bytes().decode() for name, path in names.items()}


def edited(before: dict[str, str], edits: list[dict[str, str]]) -> dict[str, str]:
    """Return the files with some text put in the place of another, `after` a third."""
    texts = dict(before)
    for edit in edits:
        name, old = edit["file"], edit.get("old", "")
        text = texts.get(name, "")
        at = text.index(edit["after"]) + len(edit["after"]) if "after" in edit else 0
        at = text.index(old, at)
        texts[name] = text[:at] + edit["new"] + text[at + len(old) :]
    return texts


def judged(texts: dict[str, str]) -> Assessment:
    files = {n: t.encode() for n, t in texts.items() if not n.startswith("policies/")}
    return audit.judge(inventory.read(Memory(files), "inv"), editions(texts), DAY)


def policies_of(texts: dict[str, str]) -> dict[str, str]:
    return {n: t for n, t in texts.items() if n.startswith("policies/")}


def editions(texts: dict[str, str]) -> Sequence[Policy]:
    """Return the policies that files state; the shipped ones are read once for all."""
    written = policies_of(texts)
    if written == policies_of(base()):
        return shipped()
    return policy.read([Written(name, text.encode()) for name, text in written.items()])


@cache
def sample() -> Assessment:
    return judged(base())


def side(texts: dict[str, str]) -> Assessment | InputError:
    """Return what is judged of one side, or why it is refused."""
    if texts == base():
        return sample()
    try:
        return judged(texts)
    except InputError as error:
        return error


def outcome(before: Assessment | InputError, after: Assessment | InputError) -> tuple[str, str]:
    """Return what the gate does, and all that it says of why."""
    try:
        for one in (after, before):
            if isinstance(one, InputError):
                raise one
        assert isinstance(after, Assessment)
        assert isinstance(before, Assessment)
        found = compare(after, former(before, "base"))
    except InputError as error:
        return "refused", str(error)
    result = gate.judge(after, found, rules(()))
    told = [f"{s.what} {s.subject}: {s.before} > {s.after} {s.direction}" for s in found.scope]
    told += [f"{c.state} {c.control} {c.asset}" for c in found.changes]
    return CODES[result.code], "\n".join(told)


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case['what']}")
        for path in sorted((Path(__file__).parent / "pulls").glob("*.yaml"))
        for case in read_yaml(path.read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize("case", cases())
def test_a_pull_request(case: dict[str, Any]) -> None:
    texts = edited(base(), case.get("given", []))
    before, after = side(texts), side(edited(texts, case["edits"]))
    done, told = outcome(before, after)
    assert done == case["then"], told
    assert case.get("says", "") in told
    if "back" in case:
        undone, told = outcome(after, before)
        assert undone == case["back"], told


def test_which_way_a_fact_moved_is_told() -> None:
    more = [{"file": "systems.yaml", "old": "users: 412000", "new": "users: 430000"}]
    one, other = sample(), judged(edited(base(), more))
    said = [
        scoped(change, Language("en"))
        for before, now in ((one, other), (other, one))
        for change in compare(now, former(before, "base")).scope
    ]
    assert said == [
        "tthc edited, stricter: criteria.users: 412000 > criteria.users: 430000",
        "tthc edited, looser: criteria.users: 430000 > criteria.users: 412000",
    ]
