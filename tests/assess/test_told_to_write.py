"""Whoever writes what an unknown finding tells to write, with good values, sees it settled.

The YAML that `--details` prints is put where it says, each value that it leaves open is taken from what
the control asks, and so on until the control is settled. `python -m tests.assess.test_told_to_write`
walks An Giang as well, which takes minutes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck import audit
from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.examples import example
from soccheck.facts.fact import Fact
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import KINDS, Condition, Group, Inventory, Leaf, Measure, Policy, Score, Status
from soccheck.report.wording import to_write
from soccheck.sources.files import Memory
from tests.assess.test_left_out import ROOT, Strings, Texts
from tests.kit import shipped

RULESET = ROOT / "soccheck/template/rulesets/web-1.nft"
ROUNDS = 4
"""What is written first may show what else is asked: the name of a file, then the day of its export."""
FOLDERS = {"template": ROOT / "soccheck/template", "hau-giang": ROOT / "inventories/hau-giang"}
WALKED = [
    ("template", date(2027, 6, 30)),
    ("hau-giang", date(2019, 11, 6)),
]
OF_A_RULESET = ("FW-ADMIN-L3", "FW-EXPOSED", "FW-PARITY")
"""What a ruleset shows is settled by its own rules, which no value makes good."""
NOT_KNOWN_HERE = ("MS-REPORT", "SL-APPRAISED")
"""They ask for a ministry, which these inventories do not list as a unit."""

Tree = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Knows what good values are: what a control asks, on a day, of an inventory."""

    leaves: list[Leaf]
    day: date
    loaded: Inventory

    def filled(self, tree: Tree, kind: str, prefix: str = "") -> Tree:
        """Return what was printed with a value for each that was left open."""
        return {
            key: self.good(FACTS[kind, prefix + key])
            if value == {}
            else self.filled(value, kind, f"{prefix}{key}.")
            if isinstance(value, dict)
            else value
            for key, value in tree.items()
        }

    def good(self, fact: Fact) -> object:
        if fact.type == "records":
            head = f"{fact.name}."
            inside = [one for name, one in of_kind(fact.kinds[0]).items() if name.startswith(head)]
            return [{one.name.removeprefix(head): self.good(one) for one in inside}]
        for leaf in self.leaves:
            if leaf.fact.endswith(fact.name) and (value := self._asked(leaf, fact)) is not None:
                return value
        return self._usual(fact)

    def _asked(self, leaf: Leaf, fact: Fact) -> object:
        """Return the value that a comparison asks for, where it can be told."""
        value: Any = leaf.value
        if leaf.other is not None:
            of = leaf.other.removeprefix("authority.")
            other = self.loaded.authority.facts.get(of) if of != leaf.other else None
            return str(other[0] if isinstance(other, tuple) else other) if other else None
        match leaf.operator:
            case "in_last":
                return f"{self.day.year - 1}-12-20"
            case "before_last":
                return f"{self.day.year - 1}-11-01"
            case "none_of":
                return []
            case "contains_all" | "contains_any" if fact.type != "int":
                return [str(one) for one in value]
            case "contains":
                return [str(value)]
            case "eq" | "in" if not leaf.transforms:
                one = value[0] if leaf.operator == "in" else value
                one = one if isinstance(one, bool | int) else str(one)
                one = int(one) if fact.type == "int" else one
                return [one] if fact.many else one
            case "gte" | "lte" if fact.type in ("int", "count", "number") and not leaf.transforms:
                return int(value) if value == int(value) else float(value)
        return None

    def _usual(self, fact: Fact) -> object:
        match fact.type:
            case "bool":
                return True
            case "date":
                return self.day.isoformat()
            case "share":
                return "100%"
            case "duration" | "length":
                return "1h"
            case "int" | "count":
                one = int(fact.values[-1]) if fact.values else 1
                return [one] if fact.many else one
        assets = self.loaded.assets
        trusted = {
            kind: [a.id for a in assets[kind].values() if a.facts.get("untrusted") is not True]
            for kind in KINDS
        }
        ids = {kind: found[0] for kind, found in trusted.items() if found}
        return yaml.load(example(fact, ids), Texts)


def leaves(condition: object) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from leaves(part)
    elif condition is not None and not isinstance(condition, Measure | Score):
        inner: Any = condition
        yield from leaves(inner.when)
        yield from leaves(inner.require)


def merged(into: Tree, more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merged(into[key], value)
        else:
            into[key] = value


def written(data: dict[str, Tree], block: str, writer: Writer) -> None:
    """Put the printed YAML where it says: into the file of the asset, or, for a new one, into any."""
    for part in re.split(r"(?m)^# ", block)[1:]:
        head, _, body = part.partition("\n")
        there = re.match(r"in inv/(.*), at line", head)
        for section, content in yaml.load(body, Texts).items():
            if section == "authority":
                filled = writer.filled(content, "authority")
            else:
                filled = {id_: writer.filled(t, section[:-1]) for id_, t in content.items()}
            if there is not None:
                merged(data[there[1]].setdefault(section, {}), filled)
            else:
                data[f"new-{len(data)}.yaml"] = {
                    section: {f"new-{len(data)}": next(iter(filled.values()))}
                }


def settled(files: dict[str, bytes], policy: Policy, of: tuple[str, str], day: date) -> str:
    """Return what becomes of an unknown finding once all that it tells to write was written."""
    data = {name: yaml.load(raw, Texts) for name, raw in files.items() if name.endswith(".yaml")}
    data = {name: copy.deepcopy(tree) for name, tree in data.items() if tree}
    for _ in range(ROUNDS):
        texts = dict(files)
        for name, tree in data.items():
            text = yaml.dump(tree, Dumper=Strings, allow_unicode=True, sort_keys=False)
            texts[name] = text.encode()
        loaded = inventory.read(Memory(texts), "inv")
        judged = audit.judge(loaded, [policy], day)
        finding = judged.finding(*of)
        if finding is None:
            return "listed"  # what the unit owed is an asset now, with findings of its own
        if finding.result is not Status.UNKNOWN:
            return str(finding.result)
        lacks = judged.lacking(finding)
        if not lacks:
            return f"nothing is told: {judged.detail(finding).reason}"
        conditions: list[Condition | Measure | Score | None] = [
            finding.control.require,
            finding.control.when,
        ]
        asked = [leaf for one in conditions for leaf in leaves(one)]
        writer = Writer(leaves=asked, day=day, loaded=loaded)
        written(data, "\n".join(to_write.block(lacks, loaded, Language("en"))), writer)
    return "unknown for ever"


def walk(folder: Path, day: date) -> dict[tuple[str, str, str], str]:
    """Return what becomes of an unknown finding of each control, kind of asset and reason."""
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    files["rulesets/fw-1.conf"] = RULESET.read_bytes()
    judged = audit.judge(inventory.read(Memory(files), "inv"), shipped(), day)
    found: dict[tuple[str, str, str], str] = {}
    for finding in judged.findings:
        control, asset = finding.control.id, finding.asset
        if finding.result is not Status.UNKNOWN or control in (*OF_A_RULESET, *NOT_KNOWN_HERE):
            continue
        key = control, asset.kind, judged.detail(finding).reason
        if key not in found:
            found[key] = settled(files, finding.policy, (control, asset.id), day)
    return found


@pytest.mark.parametrize(("name", "day"), WALKED)
def test_what_is_told_leads_there(name: str, day: date) -> None:
    outcomes = walk(FOLDERS[name], day)
    assert len(outcomes) > 25
    left = {key: what for key, what in outcomes.items() if what not in ("pass", "fail", "listed")}
    assert left == {}
    passing = [key for key, what in outcomes.items() if what != "fail"]
    assert len(passing) > 0.8 * len(outcomes)


if __name__ == "__main__":
    for at in (date(2024, 6, 30), date(2026, 11, 28)):
        print(at, *walk(ROOT / "inventories/an-giang", at).items(), sep="\n")
