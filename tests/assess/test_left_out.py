"""What an inventory leaves out never raises a figure: a bounded form of a walk over the samples.

`python -m tests.assess.test_left_out` walks all of them, which takes some minutes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.model import KINDS, Status
from soccheck.sources.files import Memory
from tests.kit import shipped

ROOT = Path(__file__).parents[2]
SAMPLES = [path.name for path in sorted((ROOT / "inventories").iterdir()) if path.is_dir()]
CASES = 36
"""Of a sample, in a run of the tests."""

Step = str | int
Place = tuple[str, tuple[Step, ...]]
"""A file, and the way to a mapping's entry or a list's item in it."""

EVENTS = ("changes", "systems")
"""Lists of which nobody knows how long they are: a change of a system, one more system of a machine."""

WORST_FIRST = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE, Status.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Represents what reports tell of an assessment: statuses, and passed and total by what is counted."""

    code: int
    statuses: Mapping[tuple[str, str], Status]
    passed: Mapping[str, int]
    shares: Mapping[str, Fraction | None]


class Strings(yaml.CSafeDumper):
    """Writes every text in quotes, so that a code such as `'08'` stays one."""


Strings.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, "'")
)


class Texts(yaml.CSafeLoader):
    """Reads days as texts, as soccheck does."""


Texts.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@cache
def files(name: str) -> dict[str, bytes]:
    root = ROOT / "inventories" / name
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@cache
def parsed(name: str) -> dict[str, Any]:
    texts = {file: raw for file, raw in files(name).items() if file.endswith(".yaml")}
    return {file: yaml.load(raw, Texts) for file, raw in texts.items()}


def places(node: Any, way: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for step, below in items:
        yield (*way, step)
        if isinstance(below, dict | list):
            yield from places(below, (*way, step))


def walked(name: str) -> list[Place]:
    """Return every statement of an inventory; whole assets are what there is, and not what one states."""
    sections = {f"{kind}s" for kind in KINDS}
    return [
        (file, way)
        for file, data in parsed(name).items()
        for way in places(data)
        if not (way[0] in sections and len(way) < 3)
        and not (isinstance(way[-1], int) and way[-2] in EVENTS)
    ]


def without(node: Any, way: tuple[Step, ...]) -> Any:
    """Return a copy of a tree that lacks what stands at `way`."""
    step, rest = way[0], way[1:]
    items = node.items() if isinstance(node, dict) else enumerate(node)
    kept = [
        (key, without(value, rest) if key == step else value)
        for key, value in items
        if rest or key != step
    ]
    return dict(kept) if isinstance(node, dict) else [value for _, value in kept]


def judged(name: str, left_out: Place | None = None) -> Figures | None:
    """Return the figures of a sample that lacks something; nothing where that is a fault."""
    texts = dict(files(name))
    if left_out is not None:
        file, way = left_out
        data = without(parsed(name)[file], way)
        texts[file] = yaml.dump(data, Dumper=Strings, allow_unicode=True, sort_keys=False).encode()
    try:
        loaded = inventory.read(Memory(texts), name)
    except InputError:
        return None
    return figures(audit.judge(loaded, shipped(), loaded.stated))


def figures(found: Assessment) -> Figures:
    lines = {f"{p.id} as a whole": found.headline(p) for p in found.policies}
    lines |= {c.id: found.tally(found.of_control(c)) for p in found.policies for c in p.controls}
    return Figures(
        code=found.exit_code(),
        statuses={(f.control.id, f.asset.id): f.status for f in found.findings},
        passed={name: line.passed for name, line in lines.items()},
        shares={
            name: Fraction(*line.share) if line.share[1] else None for name, line in lines.items()
        },
    )


def better(before: Figures, now: Figures) -> Iterator[str]:
    """Yield what is better than before; what fails may become unknown."""
    for key, was in before.statuses.items():
        is_ = now.statuses.get(key, Status.NOT_APPLICABLE)
        if was not in (Status.FAIL, Status.UNKNOWN) or (
            was is Status.FAIL and is_ is Status.UNKNOWN
        ):
            continue
        if is_ is Status.NOT_APPLICABLE or WORST_FIRST.index(is_) > WORST_FIRST.index(was):
            yield f"{' '.join(key)}: {was} > {is_}"
    for name, passed in before.passed.items():
        if now.passed.get(name, 0) > passed:
            yield f"{name}: {passed} passed > {now.passed[name]}"
        one, other = before.shares[name], now.shares.get(name)
        if one is not None and other is not None and other > one:
            yield f"{name}: {one} > {other}"
    if (before.code, now.code) in ((1, 0), (3, 0)):
        yield f"exit code {before.code} > {now.code}"


def raised(name: str, cases: list[Place]) -> list[str]:
    """Return which of the cases raise something, and what."""
    before = judged(name)
    assert before is not None
    found = []
    for file, way in cases:
        now = judged(name, (file, way))
        if now is not None:
            found += [f"{file} {'.'.join(map(str, way))}: {what}" for what in better(before, now)]
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_left_out_raises_nothing(name: str) -> None:
    cases = walked(name)
    chosen = random.Random(name).sample(cases, min(CASES, len(cases)))
    assert raised(name, chosen) == []


FOUND = [
    ("an-giang", "fleets.yaml", ("fleets", "may-tram-so-ct", "workstations", "total")),
    ("an-giang", "fleets.yaml", ("fleets", "may-tram-so-ct", "lans")),
    ("an-giang", "organizations.yaml", ("organizations", "bql-khu-kinh-te", "training", "due")),
    ("an-giang", "hosts.yaml", ("hosts", "nv-app.ag.example", "systems")),
    ("hau-giang", "organizations.yaml", ("organizations", "van-phong-ubnd-tinh", "parent")),
    ("hau-giang", "organizations.yaml", ("organizations", "ban-dan-toc", "parent")),
    ("an-giang", "organizations.yaml", ("organizations", "bql-khu-kinh-te", "parent")),
    ("an-giang", "organizations.yaml", ("organizations", "ban-dan-toc", "parent")),
]
"""What did raise a figure, when the whole walk was made."""


@pytest.mark.parametrize(("name", "file", "way"), FOUND)
def test_what_raised_a_figure_once(name: str, file: str, way: tuple[Step, ...]) -> None:
    assert judged(name, (file, way)) is not None
    assert raised(name, [(file, way)]) == []


if __name__ == "__main__":
    for sample in SAMPLES:
        everything = walked(sample)
        print(sample, len(everything), *raised(sample, everything), sep="\n")
