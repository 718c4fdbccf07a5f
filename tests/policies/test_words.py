"""Nothing beside the rules that may open a firewall that complies leaves all controls on rulesets passing.

Each file of `words/` adds to one configuration of `devices/`. `weaker` may let something in, or is a word
that no document knows, and `malformed` is none of the vendor's: some control no longer passes. `harmless` is
what ordinary firewalls hold: all of them pass. `gives` says more. `unstated: true`: the inventory does not
say which interfaces are outside.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.sources.files import Memory
from tests.kit import read_yaml, shipped
from tests.policies.test_observed_firewalls import CONTROLS, INVENTORY, WHEN, device

FILES = sorted((Path(__file__).parent / "words").glob("*.yaml"))
HEAD, ENTRY = INVENTORY.split("  m:\n")
SHARED = ", ruleset_shared: true, ruleset: exported/"


def changed(case: dict[str, Any], base: str, before: str) -> str:
    for old, new in case.get("put", []):
        assert old in base, old
        base = base.replace(old, new, 1)
    added = f"{case.get('add', '').rstrip()}\n"
    return base.replace(before, added + before, 1) if before else f"{base.rstrip()}\n{added}"


def judged(told: dict[str, Any], cases: dict[str, dict[str, Any]]) -> Assessment:
    """Judge all cases of a file at once, each as one firewall."""
    it = device(told["device"])
    ((name, base),) = list(it.texts.items())[:1]
    written, files = HEAD, {}
    for key, case in cases.items():
        entry = ENTRY.replace("RULESET", SHARED + key)
        side = "untrusted: [OUTSIDE], "
        entry = entry.replace(side, "" if case.get("unstated") else side)
        written += f"  {key}:\n" + entry.replace("OUTSIDE", it.outside)
        text = changed(case, base, told.get("before", ""))
        files[f"exported/{key}/{name}"] = text.encode()
    loaded = inventory.read(Memory({"a.yaml": written.encode(), **files}), "inv")
    editions = shipped()
    return audit.judge(loaded, editions, WHEN.date(), audit.take(None, loaded))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_words_beside_the_rules(path: Path) -> None:
    told = read_yaml(path.read_text("utf-8"))
    cases = {
        f"{kind}-{number}": case
        for kind in ("weaker", "harmless", "malformed")
        for number, case in enumerate(told.get(kind, []))
    }
    result = judged(told, cases)
    wrong = []
    for key, case in cases.items():
        got = {control: result.finding(control, key) for control in CONTROLS}
        given = {control: f.result for control, f in got.items() if f is not None}
        assert len(given) == len(CONTROLS)
        left = {control: status for control, status in given.items() if status is not Status.PASS}
        passes = not left
        expected = {control: Status(status) for control, status in case.get("gives", {}).items()}
        right = {control: given[control] for control in expected} == expected
        if passes != key.startswith("harmless") or not right:
            wrong.append((key, case["about"], left))
    assert not wrong, "\n".join(map(str, wrong))
