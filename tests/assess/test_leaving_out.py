"""Leaving out what is stated mends nothing: no share rises, nothing passes, without an unknown more."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck import audit
from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.sources.files import Memory
from tests.kit import read_yaml, shipped

ROOT = Path(__file__).parents[2]
SAMPLES = {
    "template": (ROOT / "soccheck" / "template", date(2026, 11, 26)),
    "hau-giang": (ROOT / "inventories" / "hau-giang", date(2019, 12, 31)),
}
ABOUT_NOTHING = ("claims", "documents", "waivers")
Item = tuple[str, tuple[Any, ...]]


@cache
def written(sample: str) -> dict[str, Any]:
    folder, _ = SAMPLES[sample]
    read = {p.name: read_yaml(p.read_text("utf-8")) for p in sorted(folder.glob("*.yaml"))}
    return {name: data for name, data in read.items() if data}  # some hold comments alone


def paths(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in node if isinstance(node, dict) else ():
        yield (*at, key)
        yield from paths(node[key], (*at, key))


@cache
def items(sample: str) -> tuple[Item, ...]:
    """Return what may be left out: facts, whole fleets, whole sections; who lists no asset lists none."""
    return tuple(
        (name, path)
        for name, data in written(sample).items()
        for path in paths(data)
        if path[0] not in ABOUT_NOTHING
        and (path[0] in ("authority", "fleets") or len(path) > 2)
        and path != ("authority",)
    )


Judged = tuple[dict[Any, Status], dict[Any, tuple[Fraction | None, int]]]


def judged(data: dict[str, Any], sample: str) -> Judged:
    folder, day = SAMPLES[sample]
    others = [p for p in folder.rglob("*") if p.is_file() and p.suffix != ".yaml"]
    files = {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in others
    }  # rulesets, documents
    files |= {n: yaml.safe_dump(d, allow_unicode=True).encode() for n, d in data.items()}
    made = audit.judge(inventory.read(Memory(files), "inv"), shipped(), day)
    findings = {(f.control.id, f.asset.kind, f.asset.id): f.status for f in made.findings}
    shares = {}
    for one in made.policies:
        tallies = {control.id: made.tally(made.of_control(control)) for control in one.controls}
        for name, tally in {**tallies, one.id: made.headline(one)}.items():
            share = Fraction(tally.passed, tally.total) if tally.total else None
            shares[name] = (share, tally.having(Status.UNKNOWN))
    return findings, shares


@cache
def whole(sample: str) -> Judged:
    return judged(written(sample), sample)


@pytest.mark.parametrize("sample", SAMPLES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_leaving_anything_out_mends_nothing(sample: str, data: st.DataObject) -> None:
    name, path = data.draw(st.sampled_from(items(sample)))
    less = copy.deepcopy(written(sample))
    node = less[name]
    for key in path[:-1]:
        node = node[key]
    del node[path[-1]]
    try:
        findings, shares = judged(less, sample)
    except InputError:
        return  # it must be stated
    before, figures = whole(sample)
    for key, status in before.items():
        if status in (Status.FAIL, Status.UNKNOWN):
            assert findings.get(key) is not Status.PASS, (path, key)
    for figure, (share, unknown) in figures.items():
        now, unknown_now = shares[figure]
        if now is not None and (share is None or now > share):
            assert unknown_now > unknown, (path, figure)
