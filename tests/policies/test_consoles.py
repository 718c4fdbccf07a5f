"""A device whose own management answers others than its administrators passes no control on that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck.model import Status
from tests.policies.test_observed_firewalls import device, judged

FILE = Path(__file__).parent / "consoles.yaml"
CONTROLS = ("FW-EXPOSED", "FW-ADMIN-L3")


def cases() -> Iterator[Any]:
    for name, kinds in yaml.safe_load(FILE.read_text("utf-8")).items():
        for kind, found in kinds.items():
            for case in found:
                yield pytest.param(name, kind, case, id=f"{name}-{kind}-{case['about']}")


@pytest.mark.parametrize(("name", "kind", "case"), [*cases()])
def test_where_a_device_is_managed(name: str, kind: str, case: dict[str, Any]) -> None:
    it = device(name)
    for old, new in case["put"]:
        it = it.changed(old, new)
    result = judged(it)
    given = {}
    for control in CONTROLS:
        finding = result.finding(control, "m")
        assert finding is not None
        given[control] = finding.result
    assert (set(given.values()) == {Status.PASS}) == (kind == "limited"), given
    expected = {control: Status(status) for control, status in case.get("gives", {}).items()}
    assert {control: given[control] for control in expected} == expected
