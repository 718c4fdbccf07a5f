"""The template a new province starts from: it loads, its host can pass, and it has what policies ask for."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

import soccheck
from soccheck import audit
from soccheck.facts.catalogue import RULESET
from soccheck.facts.examples import writable
from soccheck.inventory import load as inventory
from soccheck.model import (
    Condition,
    Control,
    Group,
    Leaf,
    Measure,
    Policy,
    Quantifier,
    Score,
    Status,
)
from soccheck.policy import load as policy
from tests.kit import shipped

PACKAGE = Path(soccheck.__file__).parent
FOLDER = PACKAGE / "template"
MARK = "#: "
STATED = date(2026, 1, 31)


@pytest.fixture(scope="module")
def editions() -> tuple[Policy, ...]:
    return shipped()


def test_loads_with_one_example_of_each_kind_marked_made_up() -> None:
    template = inventory.load(FOLDER, "template")
    assert all(template.assets.values()), "a kind without an example"
    for asset in (template.authority, *template):
        for fact in asset.facts:
            origin = asset.source(fact)
            assert origin is not None, (asset.id, fact)
            assert origin.illustrative, (asset.id, fact)


def test_every_file_explains_itself_in_both_languages_and_names_its_schema() -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    assert {path.stem for path in files} >= {
        "authority",
        "organizations",
        "systems",
        "hosts",
        "firewalls",
        "fleets",
    }
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema="), path.name
        comments = "".join(line for line in text.splitlines() if "#" in line)
        assert any(letter in comments for letter in "ạảấầểệộớợữựđ"), path.name


@pytest.mark.parametrize("later", [0, 170, 300])
def test_its_host_passes_every_control_that_applies(
    later: int, editions: tuple[Policy, ...], tmp_path: Path
) -> None:
    """By what it states and by the ruleset beside it, in whatever edition is in force."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "inv"))
    day = STATED + timedelta(days=later)
    for path in folder.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace("2026-01-31", day.isoformat())
        text = text.replace("2026-01-30", (day - timedelta(days=1)).isoformat())
        path.write_text(text, encoding="utf-8")
    loaded = inventory.load(folder, "inv")
    assessment = audit.judge(loaded, policy.in_force(editions, day), day, None)
    found = {
        finding.control.id: finding.status
        for finding in assessment.findings
        if finding.asset.kind == "host"
    }
    applying = {c: status for c, status in found.items() if status is not Status.NOT_APPLICABLE}
    assert len(applying) >= 7
    assert set(applying.values()) == {Status.PASS}, applying


def test_it_has_an_example_of_every_fact_that_policies_ask_for(
    editions: tuple[Policy, ...], tmp_path: Path
) -> None:
    """Each stands there, or in a line that loads as soon as its mark is taken away."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "inv"))
    (folder / "rulesets" / "fw-1.conf").write_text("*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
    taken = 0
    for path in folder.glob("*.yaml"):
        text, count = re.subn(rf"(?m)^( *){MARK}", r"\1", path.read_text(encoding="utf-8"))
        taken += count
        path.write_text(text, encoding="utf-8")
    assert taken > 80
    loaded = inventory.load(folder, "inv")
    stated: dict[str, set[str]] = {}
    for asset in (loaded.authority, *loaded):
        stated.setdefault(asset.kind, set()).update(asset.facts)
    asked = {
        (kind, writable(kind, name).name)
        for one in editions
        for control in one.controls
        for kind, name in _asked(control)
        if name not in RULESET
    }
    assert len(asked) > 150
    assert sorted(asked - {(kind, name) for kind, names in stated.items() for name in names}) == []


def _asked(control: Control) -> Iterator[tuple[str, str]]:
    if control.when is not None:
        yield from _named(control.when, control.asset)
    if control.expects is not None:
        yield from _named(control.expects.when, control.expects.kind)
    require = control.require
    if isinstance(require, Score):
        yield from ((control.asset, name) for name in (require.points, require.why) if name)
        if require.measure is None:
            return
        require = require.measure
    if isinstance(require, Measure):
        names = (require.passed, require.of, require.share)
        yield from ((control.asset, name) for name in names if name)
    else:
        yield from _named(require, control.asset)


def _named(condition: Condition, kind: str) -> Iterator[tuple[str, str]]:
    if isinstance(condition, Leaf):
        for name in (condition.fact, condition.other):
            if name:
                head, _, tail = name.partition(".")
                yield ("authority", tail) if head == "authority" else (kind, name)
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _named(part, kind)
    elif isinstance(condition, Quantifier):
        if condition.records is not None:
            yield kind, condition.records
        inner = kind if condition.records is not None else condition.kind
        if condition.when is not None:
            yield from _named(condition.when, inner)
        yield from _named(condition.require, inner)
