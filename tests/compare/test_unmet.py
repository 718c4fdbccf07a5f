"""A finding that fails already, and fails by more than before, is worse."""

from __future__ import annotations

import json
from datetime import date

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare import gate
from soccheck.compare.changes import State, compare
from soccheck.compare.fail_on import rules
from soccheck.compare.former import Former, former
from soccheck.compare.stored import document, read
from soccheck.compare.unmet import UNKNOWN
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.report.formats import json as json_format
from soccheck.report.json_text import written
from soccheck.report.report import Report
from soccheck.sources.files import Memory
from tests.cli.run import ROOT
from tests.kit import shipped
from tests.scratch import INVENTORY

DAY = date(2024, 6, 30)
POLICY = """\
policy: trial
version: "1"
title: {en: Trial, vi: Thử}
headline: {asset: ASSET, controls: [T-ONE], label: {en: safe, vi: an toàn}}
controls:
  - id: T-ONE
    title: {en: One, vi: Một}
    asset: ASSET
    require: REQUIRE
    severity: high
    label: {en: safe, vi: an toàn}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
"""


def judged(kind: str, require: str, files: dict[str, str]) -> Assessment:
    text = POLICY.replace("ASSET", kind).replace("REQUIRE", require)
    held = Memory({name: content.encode() for name, content in files.items()})
    policies = policy.read([Written("pol/trial.yaml", text.encode())])
    return audit.judge(inventory.read(held, "inv"), policies, DAY)


def stored(assessment: Assessment) -> Former:
    """Return an assessment as a baseline has it, written and read back."""
    return read(json.dumps(document(assessment)).encode(), "base.json")


def result(assessment: Assessment) -> Former:
    """Return an assessment as a former JSON result has it, written and read back."""
    report = Report(assessment=assessment)
    return read("".join(written(json_format.document(report))).encode(), "former.json")


ENTRIES = {
    "ONE": "{date: 2023-05-05, kind: data, description: old}",
    "TWO": "{date: 2023-06-05, kind: data, description: older}",
    "NEW": "{date: 2024-05-05, kind: scale, description: new}",
}

CASES = [
    # one host more that is not protected
    ("system", "{every: {asset: host, require: {antivirus.realtime: true}}}", "hosts.yaml",
     "{realtime: true}", "{realtime: false}"),
    # another comparison fails, too
    ("system", "{all: [{dossier.status: draft}, {dossier.proposed_level|gte: 3}]}", "systems.yaml",
     "proposed_level: 3", "proposed_level: 2"),
    # further from what is asked
    ("system", "{dossier.proposed_level|gte: 4}", "systems.yaml",
     "proposed_level: 3", "proposed_level: 1"),
    ("fleet", "{workstations.total|lte: 50}", "fleets.yaml", "total: 100", "total: 200"),
    ("host", "{antivirus.signatures_updated|age|lte: 3d}", "hosts.yaml",
     "{realtime: true}", "{realtime: true, signatures_updated: 2024-01-01}"),
    ("host", "{tags|contains_all: [a, b]}", "hosts.yaml", "tags: [a]", "tags: [c]"),
    ("host", "{tags|count|gte: 3}", "hosts.yaml", "tags: [a, x]", "tags: [a]"),
    # one entry of a list more
    ("system", "{every: {records: changes, require: {changes.description: new}}}", "systems.yaml",
     "changes: [ONE, NEW]", "changes: [ONE, TWO]"),
    ("system", "{not: {some: {records: changes, require: {changes.kind: data}}}}", "systems.yaml",
     "changes: [ONE, NEW]", "changes: [ONE, TWO]"),
    # further into what must not be
    ("system", "{not: {dossier.proposed_level|lt: 4}}", "systems.yaml",
     "proposed_level: 3", "proposed_level: 1"),
    ("host", "{not: {tags|contains_any: [a, b]}}", "hosts.yaml", "tags: [a]", "tags: [a, b]"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "require", "name", "old", "new"), CASES)
def test_what_fails_by_more_is_worse(
    kind: str, require: str, name: str, old: str, new: str
) -> None:
    files = dict(INVENTORY)
    files["hosts.yaml"] = files["hosts.yaml"].replace("tags: [old]", "tags: [a]")
    files["waivers.yaml"] = "waivers: {}\n"
    if "signatures" in require:
        files["hosts.yaml"] = files["hosts.yaml"].replace(
            "{realtime: true}", "{realtime: true, signatures_updated: 2024-05-01}"
        )
        old = "{realtime: true, signatures_updated: 2024-05-01}"
    if name == "systems.yaml" and "changes" in require:
        listed = f"  portal:\n    {old}\n"
        files[name] = files[name].replace("  portal:\n", listed)
    for word, entry in ENTRIES.items():
        files[name], old, new = (text.replace(word, entry) for text in (files[name], old, new))
    if old == "tags: [a, x]":
        files["hosts.yaml"] = files["hosts.yaml"].replace("tags: [a]", "tags: [a, x]")
    before = judged(kind, require, files)
    assert old in files[name]
    after = judged(kind, require, {**files, name: files[name].replace(old, new, 1)})
    worse = compare(after, former(before, "base")).of(State.WORSE)
    assert len(worse) == 1
    for told in (stored, result):
        assert len(compare(after, told(before)).of(State.WORSE)) == 1
        assert compare(before, told(before)).of(State.WORSE) == []
        assert compare(before, told(after)).of(State.WORSE) == []
    # and the other way round it is not
    assert compare(before, former(after, "base")).of(State.WORSE) == []


TWO = "{all: [{antivirus.realtime: true}, {antivirus.central: true}, {antivirus.edr: true}]}"
KNOWN = "{realtime: true, central: true}"
EITHER = TWO.replace("all:", "any:")


@pytest.mark.parametrize(
    ("require", "before", "after"),
    [
        (TWO, KNOWN, "{realtime: true}"),  # one more is not known
        (
            EITHER,
            "{realtime: false, central: false}",
            "{realtime: false}",
        ),  # what failed is not told
    ],
)
def test_what_is_unknown_by_more_is_worse(require: str, before: str, after: str) -> None:
    files = dict(INVENTORY, **{"waivers.yaml": "waivers: {}\n"})
    hosts = files["hosts.yaml"]
    assert "{realtime: true}" in hosts
    sides = [
        judged("host", require, {**files, "hosts.yaml": hosts.replace("{realtime: true}", text, 1)})
        for text in (before, after)
    ]
    for told in (lambda side: former(side, "base"), stored, result):
        found = compare(sides[1], told(sides[0])).of(State.WORSE, Status.UNKNOWN)
        assert len(found) == 1
        assert compare(sides[0], told(sides[0])).changes == []
        # That more is known is not worse, though it be that something fails.
        assert compare(sides[0], told(sides[1])).of(State.WORSE) == []


@pytest.mark.parametrize(
    ("require", "before", "after", "told"),
    [
        (TWO, "{realtime: false, central: true}", "{realtime: false}", True),
        (TWO, "{realtime: false, central: false}", "{realtime: false}", True),
        (TWO, "{realtime: false}", "{realtime: false, edr: true}", False),
        (f"{{not: {EITHER.replace('true', 'false')}}}", "{realtime: false, central: true}",
         "{realtime: false}", True),
        # of what need not be met nothing is lost
        (f"{{all: [{{role: workstation}}, {EITHER}]}}", "{realtime: true, central: true}",
         "{realtime: true}", False),
    ],
)  # fmt: skip
def test_what_becomes_unknown_beside_what_fails_is_told(
    require: str, before: str, after: str, told: bool
) -> None:
    files = dict(INVENTORY, **{"waivers.yaml": "waivers: {}\n"})
    hosts = files["hosts.yaml"].replace("{realtime: true}", "{realtime: false}")
    sides = [
        judged(
            "host", require, {**files, "hosts.yaml": hosts.replace("{realtime: false}", text, 1)}
        )
        for text in (before, after)
    ]
    assert sides[1].findings[0].result is Status.FAIL
    for base in (former(sides[0], "base"), stored(sides[0])):
        found = compare(sides[1], base)
        expected = [("more_unknown", "T-ONE web-1", "antivirus.central")]
        assert [(c.what, c.subject, c.after) for c in found.scope] == (expected if told else [])
        assert found.of(State.NEW) == []
        for allowed in (False, True):
            code = gate.judge(sides[1], found, rules(()), allowed).code
            assert code == (told and not allowed)
        for side in sides:
            itself = compare(side, stored(side))
            assert (itself.changes, itself.scope, itself.open_known) == ([], [], True)
    # A JSON result tells what decided alone, as a baseline of a former version does.
    data = document(sides[0])
    data["soccheck"]["version"] = 6
    for base in (result(sides[0]), read(json.dumps(data).encode(), "base.json")):
        found = compare(sides[1], base)
        assert (found.open_known, found.scope) == (False, [])


def test_what_is_not_known_of_a_new_asset_was_never_known() -> None:
    require = "{every: {asset: host, require: {antivirus.realtime: true}}}"
    more = "  web-3: {organization: so, role: server, systems: [portal]}\n"
    files = dict(INVENTORY, **{"hosts.yaml": INVENTORY["hosts.yaml"] + more})
    sides = [judged("system", require, side) for side in (dict(INVENTORY), files)]
    assert sides[1].findings[0].result is Status.FAIL
    assert compare(sides[1], former(sides[0], "base")).scope == []
    text = files["hosts.yaml"].replace("realtime: true", "installed: true", 1)
    lost = judged("system", require, {**files, "hosts.yaml": text})
    found = compare(lost, former(sides[1], "base")).scope
    assert [(c.what, c.after) for c in found] == [("more_unknown", "web-1 antivirus.realtime")]


def test_an_older_baseline_says_that_it_tells_no_titles() -> None:
    before = judged("host", TWO, dict(INVENTORY))
    data = document(before)
    for control in data["scope"]["controls"].values():
        control["items"] = {
            name: text
            for name, text in control["items"].items()
            if not name.startswith(("title ", "short ", "label "))
        }
    found = compare(before, read(json.dumps(data).encode(), "base.json"))
    assert (found.titles_known, found.scope) == (False, [])
    assert compare(before, stored(before)).titles_known


def test_what_is_excused_and_fails_by_more_is_counted() -> None:
    """A waiver accepts what failed; who breaks more behind it shows it to nobody."""
    require = "{all: [{antivirus.realtime: true}, {antivirus.central: true}]}"
    files, waiver = dict(INVENTORY), INVENTORY["waivers.yaml"].replace("T-REALTIME", "T-ONE")
    files["waivers.yaml"] = waiver
    whole = files["hosts.yaml"]
    head, _, rest = whole.partition("  mail-1:\n")
    assert "{realtime: true}" in rest
    sides = [
        judged(
            "host",
            require,
            {**files, "hosts.yaml": f"{head}  mail-1:\n{rest.replace('realtime: true', text, 1)}"},
        )
        for text in ("realtime: false, central: true", "realtime: false, central: false")
    ]
    for told in (lambda side: former(side, "base"), stored, result):
        found = compare(sides[1], told(sides[0])).scope
        assert [(item.what, item.subject) for item in found] == [("excused_worse", "T-ONE mail-1")]
        assert compare(sides[0], told(sides[1])).scope == []


def test_what_was_met_and_fails_in_the_time_of_the_law_is_counted() -> None:
    require = "{antivirus.realtime: true}\n    grace: {until: 2025-01-01}"
    files = dict(INVENTORY, **{"waivers.yaml": "waivers: {}\n"})
    after = files["hosts.yaml"].replace("{realtime: true}", "{realtime: false}", 1)
    before = judged("host", require, files)
    found = compare(judged("host", require, {**files, "hosts.yaml": after}), former(before, "b"))
    assert [item.what for item in found.scope] == ["excused_worse"]
    assert compare(before, former(before, "b")).scope == []


def test_what_is_compared_is_what_a_result_tells() -> None:
    """The comparisons are walked twice: without their evidence here, and with it for the reader."""
    loaded = inventory.load(ROOT / "inventories" / "an-giang", "an-giang")
    policies = shipped()
    now = audit.judge(loaded, policies, date(2026, 11, 1), audit.GivenEvidence())
    told = result(now).findings
    compared = 0
    for key, finding in former(now, "now").findings.items():
        was = told[key]
        if finding.result not in (Status.FAIL, Status.UNKNOWN):
            continue
        assert finding.unmet is not None
        assert was.unmet is not None
        failing = finding.result is Status.FAIL
        here = {one for one in finding.unmet() if not (failing and one[2].startswith(UNKNOWN))}
        assert here == was.unmet().keys(), key
        compared += len(here)
    assert compared > 1000
