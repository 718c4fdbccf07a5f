"""Whatever an inventory and a policy hold, the run ends in a report or in faults: never in a crash."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Location, Problem, Status
from soccheck.policy import load as policy
from soccheck.policy.load import in_force
from soccheck.report import PRINTED
from soccheck.report.listings.explanation import render as explain
from soccheck.sources import yaml
from tests.kit import BASE, policy_text, written
from tests.report.loaded import rendered

INVENTORY = (
    BASE
    + """
documents: {d: {title: t, date: 2024-01-01}}
systems:
  s:
    organization: o
    operator: o
    source: {document: d, section: I.1}
    operation: {since: 2024-06-01}
    criteria: {users: 5, administrative_procedures: true}
    dossier: {status: approved, proposed_level: 3, decision: {number: 1/QĐ, date: 2024-01-02}}
    regulation: {number: 2/QĐ, date: 2023-12-01}
    changes: [{date: 2024-01-02, kind: data}]
    inspection: {kinds: [periodic]}
hosts:
  h:
    organization: o
    role: server
    systems: [s]
    addresses: [203.0.113.1]
    antivirus: {running: true, signatures_age: 2d}
fleets: {f: {organization: o, workstations: {protected: 1, total: 2}}}
waivers:
  w: {control: T-ONE, assets: [s], reason: r, approver: p, granted: 2024-01-01, expires: 2024-12-31}
"""
)
POLICIES = [
    policy_text(
        "{operation.since|age|lte: $interval, dossier.proposed_level|in: [1, 3], "
        "any: [{regulation.number|re: '[0-9]+'}, {not: {criteria.users|gte: 7}}], "
        "if: {changes|count|gt: 0}, then: {changes.date|max|gte|fact: regulation.date}}",
        extra="when: {dossier.status|exists: true}\ngrace: {period: 1y, since: operation.since}",
        head="parameters: {interval: {value: 1y, title: {en: a, vi: b}}}",
    ),
    policy_text(
        "{every: {asset: host, when: {role: server}, require: {antivirus.signatures_age|lte: 3d}}}",
        policy="b",
        control="B-ONE",
        extra="evidence: {accept: [declared], max_age: 1mo}",
    ),
    policy_text(
        "{measure: {passed: workstations.protected, of: workstations.total}}",
        asset="fleet",
        policy="c",
        control="C-ONE",
        extra="target: 99.5%",
    ),
]


def _tree(text: str) -> Any:
    source = yaml.parse(text.encode(), "a.yaml")
    assert not source.problems
    return source.data


TREES = [_tree(INVENTORY), *map(_tree, POLICIES)]
_ATOMS = st.sampled_from(
    [
        *(
            True,
            False,
            0,
            1,
            -1,
            7,
            1.5,
            999_999_999_999,
            "",
            "x",
            "o",
            "s",
            "h",
            "$interval",
            "$as_of",
        ),
        *("$x", "2024-06-30", "2024-02-30", "0001-01-01", "9999-12-31", "3d", "1m", "999999y"),
        *(
            "999999d",
            "100%",
            "0%",
            "approved",
            "server",
            "[",
            "(?P<a>x)",
            "\x1b[31m",
            "\u202e",
            "\n",
        ),
        *(
            [],
            {},
            ["approved"],
            ["o", "o"],
            [1, "a"],
            {"role": "server"},
            {"dossier.status": "draft"},
        ),
        *({"asset": "host", "require": {"role": "server"}}, ["$interval"], {"en": "x", "vi": "y"}),
    ]
)
_KEYS = st.sampled_from(
    [
        *("x", "s", "o", "all", "any", "not", "if", "then", "every", "some", "measure", "source"),
        *("illustrative", "valid", "changes", "tags", "dossier.status", "operation.since|age|lt"),
        *("operation.since|age|exists", "operation.since|in", "regulation.number|re|fact"),
        *("criteria.users|gte|fact", "changes.date|min|age|gt", "inspection.kinds|contains_all"),
        *("authority.stated|lte", "authority.owner|exists", "name.vi|startswith", "hosting|ne"),
    ]
)


_DEEPER = st.sampled_from([True, True, True, False])


def _changed(node: Any, data: st.DataObject) -> None:
    """Change, add or take away one key somewhere below."""
    while True:
        steps: list[Any] = list(node if isinstance(node, dict) else range(len(node)))
        deeper: bool = data.draw(_DEEPER)
        replaced: bool = data.draw(st.booleans())
        inner = [step for step in steps if isinstance(node[step], dict | list) and node[step]]
        if inner and deeper:
            node = node[data.draw(st.sampled_from(inner))]
            continue
        value = copy.deepcopy(data.draw(_ATOMS))
        if isinstance(node, list):
            node.append(value)
        elif steps and replaced:
            step = data.draw(st.sampled_from(steps))
            if data.draw(st.booleans()):
                del node[step]
            else:
                node[step] = value
        else:
            node[data.draw(_KEYS)] = value
        return


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_run_ends_in_a_report_or_in_faults(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    trees = copy.deepcopy(TREES)
    for _ in range(len(data.draw(st.lists(st.none(), min_size=1, max_size=3)))):
        _changed(trees[data.draw(st.sampled_from([0, 0, 1, 1, 2, 3]))], data)
    folder = tmp_path_factory.getbasetemp() / "robust"
    files = [json.dumps(tree, ensure_ascii=True) for tree in trees]
    written(folder / "inv", a=files[0])
    written(folder / "pol", **{f"p{i}": text for i, text in enumerate(files[1:])})
    day = data.draw(st.sampled_from([date(2024, 6, 30), date.min, date.max]))
    try:
        _reported(folder, day)
    except InputError as error:
        faults = error.problems
    else:
        return
    assert faults
    for problem in faults:
        assert isinstance(problem, Problem)
        assert isinstance(problem.where, Location)
        assert problem.hint, f"what is to be done? {problem}"
        assert "\n" not in str(problem.message)


def _reported(folder: Path, day: date) -> None:
    """Load, judge and render in every format and language, and hold the result to the rules."""
    loaded = inventory.load(folder / "inv", "inv")
    made = Assessment(loaded, in_force(policy.load([(folder / "pol", "pol")]), day), day)
    controls = [control for one in made.policies for control in one.controls]
    expected = sum(len(made.world.assets(control.asset)) for control in controls)
    assert len(made.findings) == expected, "one finding for each control and asset"
    for finding in made.findings:
        why = made.detail(finding)
        assert bool(why.reason) is (finding.result is Status.UNKNOWN)
    for code in ("en", "vi"):
        language = Language(code)
        for form in PRINTED:
            text = rendered(form, made, language, limit=20)
            assert "\x1b" not in text
        for control in controls:
            assert "".join(explain(made, control, made.of_control(control), language, 80))
