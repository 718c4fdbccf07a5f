"""A device that lets others than its administrators to its management passes no control on that.

`consoles.yaml`: by its own side; `uplinks.yaml`: by a way out that the inventory does not state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from soccheck.model import Status
from tests.kit import read_yaml
from tests.policies.test_observed_firewalls import device, judged

FILES = [Path(__file__).parent / name for name in ("consoles.yaml", "uplinks.yaml")]
GOOD = ("limited", "whole")
CONTROLS = ("FW-EXPOSED", "FW-ADMIN-L3")


def cases() -> Iterator[Any]:
    for name, kinds in (one for file in FILES for one in read_yaml(file.read_text()).items()):
        for kind, found in kinds.items():
            for case in found:
                yield pytest.param(name, kind, case, id=f"{name}-{kind}-{case['about']}")


@pytest.mark.parametrize(("name", "kind", "case"), [*cases()])
def test_where_a_device_is_managed(name: str, kind: str, case: dict[str, Any]) -> None:
    it = device(name)
    it = replace(it, outside=case.get("stated", it.outside))
    for old, new in case["put"]:
        it = it.changed(old, new)
    result = judged(it)
    given = {}
    for control in CONTROLS:
        finding = result.finding(control, "m")
        assert finding is not None
        given[control] = finding.result
    assert (set(given.values()) == {Status.PASS}) == (kind in GOOD), given
    expected = {control: Status(status) for control, status in case.get("gives", {}).items()}
    assert {control: given[control] for control in expected} == expected
