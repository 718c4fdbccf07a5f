"""Every shipped control is shown evidence that passes, that fails, and that leaves it unknown.

`cases/<edition>/<CONTROL-ID>.yaml` holds the cases of a control; `base.yaml` beside it what they all
share. A case's inventory is laid over the file's `base` and that one; null takes a key away.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from soccheck import inventory, policy
from soccheck.assessment import Assessment
from soccheck.model import Policy

HERE = Path(__file__).parent / "cases"
SHIPPED = Path(__file__).parents[2] / "policies"


class Loader(yaml.SafeLoader):
    """Reads dates as the text they are, as an inventory does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith("timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader)
    return data


def laid_over(below: Any, above: Any) -> Any:
    """Return `above` merged into `below`: mappings key by key, null takes away, else it replaces."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    merged = dict(below)
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = laid_over(merged.get(key), value)
    return merged


@cache
def shipped() -> tuple[Policy, ...]:
    return tuple(policy.load([(SHIPPED, "policies")]))


@cache
def edition(stem: str, day: date) -> Policy:
    """Return the edition that file states, with its controls in force on `day`."""
    (found,) = (p for p in policy.in_force(shipped(), day) if Path(p.path).stem == stem)
    return found


FILES = sorted(path for path in HERE.glob("*/*.yaml") if path.name != "base.yaml")
CASES = [
    pytest.param(path, case, id=f"{path.parent.name}-{path.stem}-{number}-{case['status']}")
    for path in FILES
    for number, case in enumerate(read(path)["cases"], 1)
]


@pytest.mark.parametrize(("path", "case"), CASES)
def test_finding(path: Path, case: dict[str, Any], tmp_path: Path) -> None:
    file = read(path)
    assert file["control"] == path.stem
    layers = [read(path.parent / "base.yaml"), file.get("base", {}), case.get("inventory", {})]
    data: Any = {}
    for layer in layers:
        data = laid_over(data, layer)
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    (tmp_path / "inventory.yaml").write_text(text, encoding="utf-8")
    day = date.fromisoformat(case.get("as_of", file["as_of"]))
    loaded = inventory.load(tmp_path, "inventory")
    assessment = Assessment(loaded, [edition(path.parent.name, day)], day)
    finding = assessment.finding(file["control"], case.get("asset") or file["asset"])
    assert finding is not None
    assert finding.status.value == case["status"]
    if "reason" in case:
        assert assessment.detail(finding).reason == case["reason"]


@pytest.mark.parametrize(
    ("stem", "control"), [(Path(p.path).stem, c.id) for p in shipped() for c in p.controls]
)
def test_control_is_shown_to_pass_fail_and_be_unknown(stem: str, control: str) -> None:
    path = HERE / stem / f"{control}.yaml"
    assert path.is_file(), "no cases"
    assert {case["status"] for case in read(path)["cases"]} >= {"pass", "fail", "unknown"}


def test_cases_belong_to_shipped_controls() -> None:
    known = {(Path(p.path).stem, c.id) for p in shipped() for c in p.controls}
    assert {(path.parent.name, path.stem) for path in FILES} <= known


@pytest.mark.parametrize("stem", ["security-level-2016", "security-level-2026"])
def test_the_headline_counts_approved_systems(stem: str) -> None:
    (found,) = (p for p in shipped() if Path(p.path).stem == stem)
    assert found.headline.asset == "system"
    assert found.headline.controls == ("SL-APPROVED",)
    assert found.headline.label == {"en": "approved", "vi": "được phê duyệt"}


def test_editions_meet_without_gap_or_overlap() -> None:
    for day, version in ((date(2026, 8, 18), "2016"), (date(2026, 8, 19), "2026")):
        levels = [p for p in policy.in_force(shipped(), day) if p.id == "security-level"]
        assert [p.version for p in levels] == [version]


def test_what_nobody_verified_is_a_parameter_or_says_so() -> None:
    """A control that rests on unverified text alone says in a note that it is our own choice."""
    for one in shipped():
        for parameter in one.parameters.values():
            assert parameter.reference is not None, f"{one.path}: {parameter.name}"
        for control in one.controls:
            if all(r.verified == "unverified" for r in control.references):
                assert all(r.note for r in control.references), control.id


@pytest.mark.parametrize("profile", sorted((SHIPPED / "profiles").glob("*.yaml")))
def test_profile_loads(profile: Path) -> None:
    policies = policy.load([(SHIPPED, "policies")], [(profile, f"policies/{profile.name}")])
    (tailored,) = (p for p in policies if "strict" in p.version)
    assert tailored.parameters["signatures_max_age"].value == "1d"
    assert "AV-TAMPER" in {control.id for control in tailored.controls}
