"""No attribute of what is judged is forgotten: each is compared, and seen, or named as idle."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import soccheck
from soccheck import audit, model
from soccheck.assess.assessment import Assessment
from soccheck.compare.attributes import APART, CALLED, COMPARED, IDLE, IDLE_FACTS, POSITION, asked
from soccheck.compare.changes import compare
from soccheck.compare.former import former
from soccheck.compare.stored import document, read
from soccheck.facts.catalogue import FACTS
from soccheck.inventory import load as inventory
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.report.json_text import written
from soccheck.sources.files import Memory
from tests.compare.test_changes import DAY
from tests.scratch import INVENTORY, POLICY

RESULTS = {
    *(model.Evidence, model.Configuration, model.BundleInfo, model.Finding),
    *(model.Location, model.Problem, model.Provenance, model.Reference),
    *(model.PolicyFile, model.DocumentHead),
    *(
        model.Parameter,
        model.Duration,
        model.YearlySpan,
        model.Figure,
        model.Part,
        model.Lookup,
        model.Selector,
    ),
}
"""What is no part of what is asked: answers, places, texts, and values that are compared whole."""

CONTROLS = """\
policy: more
version: "1"
title: {en: More, vi: Thêm}
short: {en: Mo, vi: Th}
formerly: {until: 2020-01-01, title: {en: Less, vi: Bớt}}
effective: {from: 2024-01-01, to: 2030-01-01}
headline:
  asset: system
  controls: [M-ANY, M-SOME]
  label: {en: safe, vi: an toàn}
  optional: [host]
  beside: [M-ISSUER]
  among:
    when: {name.en|exists: false}
    some: {en: of the department, vi: của Sở}
    all: {en: of all, vi: của tất cả}
controls:
  - id: M-ANY
    title: {en: Any, vi: Bất kỳ}
    asset: system
    when: {organization|exists: true}
    require: {any: [{dossier.status: approved}, {dossier.proposed_level|in: [2, 3]}]}
    evidence: {accept: [observed, declared], max_age: 90d}
    grace: {period: 6mo, since: operation.since}
    effective: {from: 2024-01-01, to: 2029-01-01}
    severity: high
    formerly: {until: 2024-01-31, title: {en: Each, vi: Mỗi}}
    label: {en: any, vi: bất kỳ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
  - id: M-SOME
    title: {en: Some, vi: Có}
    asset: system
    require: {some: {asset: host, when: {role: server}, require: {antivirus.realtime: true}}}
    grace: {until: 2024-02-01}
    severity: high
    label: {en: some, vi: có}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
  - id: M-LEVEL
    title: {en: Level, vi: Cấp độ}
    asset: system
    require:
      if: {criteria.harm|exists: true, criteria.users|gte: 1000}
      then: {dossier.proposed_level|in: [4, 5]}
    severity: high
    label: {en: level, vi: cấp độ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
  - id: M-ISSUER
    title: {en: Issuer, vi: Người ký}
    asset: system
    require: {dossier.decision.issuer|eq|fact: owner}
    severity: high
    label: {en: issuer, vi: người ký}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
"""


def types() -> set[type]:
    return {
        item
        for item in vars(model).values()
        if isinstance(item, type) and dataclasses.is_dataclass(item)
        if item.__module__.startswith(model.__name__)
    }


def test_every_attribute_is_compared_or_named_as_idle() -> None:
    assert types() - RESULTS == COMPARED.keys()
    assert IDLE.keys() <= COMPARED.keys()
    for kind, names in COMPARED.items():
        fields = {field.name for field in dataclasses.fields(kind)}
        assert fields == set(names) | IDLE.get(kind, {}).keys(), kind
        assert not set(names) & IDLE.get(kind, {}).keys(), kind


def test_facts_have_a_class_each() -> None:
    known = {name for _, name in FACTS}
    classes = (POSITION, CALLED, APART, IDLE_FACTS.keys())
    assert known >= set().union(*classes)
    assert len(set().union(*classes)) == sum(map(len, classes))


def test_a_reference_is_a_place_or_a_matter_of_the_dossier() -> None:
    references = {name for (_, name), fact in FACTS.items() if fact.type == "ref"}
    judged = {
        *("dossier.appraiser", "dossier.decision.issuer", "regulation.issuer"),
        *("inspection.inspector", "layers.monitoring.provider", "layers.assessment.provider"),
        *("complete_egovernment.units", "owner_delegates.organization", "reports.to"),
        *("inspections.organization", "plans.organization"),
    }
    assert references - POSITION == judged


def read_by_name() -> Iterator[str]:
    """Yield the facts that the code asks an asset for by name, beside what conditions name."""
    root = Path(soccheck.__file__).parent
    for part in ("assess", "firewall", "inventory", "collect", "audit.py", "model"):
        for path in [root / part] if part.endswith(".py") else (root / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    of, name = node.func.value, node.func.attr
                    if name == "get" and getattr(of, "attr", getattr(of, "id", "")) == "facts":
                        yield from (
                            str(a.value) for a in node.args[:1] if isinstance(a, ast.Constant)
                        )
                elif (
                    isinstance(node, ast.Subscript)
                    and isinstance(node.slice, ast.Constant)
                    and getattr(node.value, "attr", "") == "facts"
                ):
                    yield str(node.slice.value)


def test_what_the_code_reads_of_an_asset_is_compared() -> None:
    found = {name for name in read_by_name() if (any(n == name for _, n in FACTS))}
    assert len(found) > 10
    assert found <= POSITION | CALLED | APART | IDLE_FACTS.keys()


def base() -> dict[str, str]:
    texts = {**INVENTORY, "policy": POLICY, "more": CONTROLS}
    texts["documents.yaml"] = "documents:\n  bc: {title: Báo cáo}\n"
    texts["claims.yaml"] = (
        "claims:\n  c-1: {says: 95 of 100, source: {document: bc}, numerator: '95', denominator: '100'}\n"
    )
    texts["networks.yaml"] = (
        "networks:\n  mgmt: {organization: so, type: management, prefixes: [192.0.2.0/24]"
        ", illustrative: true}\n"
        "  guests: {organization: so, type: dmz, prefixes: [198.51.100.0/24]}\n"
    )
    texts["waivers.yaml"] += "    ticket: T-1\n"
    texts["lists.yaml"] = (
        "organizations:\n"
        "  phong:\n"
        "    type: department\n"
        "    tier: commune\n"
        "    name: {vi: Phòng Thử}\n"
        "    trainings: [{date: 2024-01-31, subject: a},"
        " {date: 2024-02-28, subject: b, illustrative: true}]\n"
    )
    level = "proposed_level: 3, status: approved}"
    criteria = f"{level}\n    criteria: {{users: 5000, harm: none}}"
    texts["systems.yaml"] = texts["systems.yaml"].replace(level, criteria, 1)
    return texts


def judged(texts: dict[str, str]) -> Assessment:
    written_ = [Written(f"pol/{n}.yaml", texts[n].encode()) for n in ("policy", "more")]
    files = {n: t.encode() for n, t in texts.items() if n.endswith(".yaml")}
    return audit.judge(inventory.read(Memory(files), "inv"), policy.read(written_), DAY)


EDITS = [
    ("authority.yaml", "stated: 2024-06-01", "stated: 2024-06-20"),
    ("authority.yaml", "owner: so", "owner: so, specialists: [so]"),
    ("authority.yaml", "tier: province", "tier: commune"),
    ("hosts.yaml", "  web-1:\n", "  web-1:\n    valid: {to: 2024-06-30}\n"),
    ("hosts.yaml", "  web-1:\n", "  web-1:\n    valid: {to: 2024-07-01}\n"),
    ("hosts.yaml", "  web-1:\n", "  web-1:\n    valid: {from: 2024-06-30}\n"),
    ("hosts.yaml", "  web-1:\n", "  web-1:\n    valid: {from: 2030-06-30}\n"),
    ("hosts.yaml", "  web-2:\n", "  web-3:\n"),
    ("hosts.yaml", "role: server", "role: workstation"),
    ("hosts.yaml", "systems: [portal]", "systems: [mail]"),
    ("hosts.yaml", "systems: [portal]", "systems: []"),
    ("hosts.yaml", "role: server", "role: server\n    addresses: [192.0.2.9]"),
    ("hosts.yaml", "role: server", "role: server\n    ssh: {jump: web-2}"),
    ("hosts.yaml", "role: server", "role: server\n    firewall: {admin_prefixes: [192.0.2.0/24]}"),
    ("networks.yaml", "192.0.2.0/24", "192.0.0.0/16"),
    ("networks.yaml", "management", "servers"),
    ("networks.yaml", "type: dmz", "type: dmz, untrusted: true"),
    ("networks.yaml", ", illustrative: true", ""),
    ("lists.yaml", "subject: b, illustrative: true", "subject: b"),
    ("lists.yaml", "b, illustrative: true}]", "b, source: {document: bc}}]"),
    ("lists.yaml", "subject: a", "subject: a, source: {document: bc, of: [date]}"),
    ("systems.yaml", "proposed_level: 3", "proposed_level: 2"),
    ("systems.yaml", "    dossier:", "    operation: {since: 2024-05-01}\n    dossier:"),
    ("systems.yaml", "users: 5000", "users: 500"),
    ("systems.yaml", "users: 5000, ", ""),
    ("systems.yaml", ", harm: none", ""),
    ("waivers.yaml", "  w-1:", "  w-2:"),
    ("waivers.yaml", "control: T-REALTIME", "control: T-LEVEL"),
    ("waivers.yaml", "assets: [mail-1]", "assets: [mail-1, web-1]"),
    ("waivers.yaml", "assets: [mail-1]", "select: {kind: host}"),
    ("waivers.yaml", "being replaced", "because"),
    ("waivers.yaml", "Director", "tbd"),
    ("waivers.yaml", "ticket: T-1", "ticket: T-2"),
    ("waivers.yaml", "    ticket: T-1\n", ""),
    ("waivers.yaml", "expires: 2024-12-31", "expires: 2099-12-31"),
    ("waivers.yaml", "granted: 2024-01-01", "granted: 2020-01-01"),
    ("claims.yaml", "  c-1:", "  c-2:"),
    ("claims.yaml", "says: 95 of 100", "says: 90 of 100"),
    ("claims.yaml", "numerator: '95'", "numerator: '96'"),
    ("claims.yaml", "document: bc", "document: bc, section: p. 2"),
    ("documents.yaml", "title: Báo cáo", "title: Báo cáo, date: 2024-01-31"),
    ("more", "effective: {from: 2024-01-01, to: 2030-01-01}", "effective: {from: 2024-01-01}"),
    ("more", "to: 2030-01-01", "to: 2024-06-30"),
    ("more", "controls: [M-ANY, M-SOME]", "controls: [M-ANY]"),
    ("more", "optional: [host]", "optional: [host, endpoint]"),
    ("more", "  optional: [host]\n", ""),
    ("more", "label: {en: safe, vi: an toàn}", "label: {en: certified, vi: an toàn}"),
    ("more", "label: {en: safe, vi: an toàn}", "label: {en: safe, vi: đạt}"),
    ("more", "  beside: [M-ISSUER]\n", ""),
    ("more", "{name.en|exists: false}", "{name.vi|exists: false}"),
    ("more", "some: {en: of the department, vi: của Sở}", "some: {en: of some, vi: của ai}"),
    ("more", "all: {en: of all, vi: của tất cả}", "all: {en: of most, vi: của nhiều}"),
    ("more", "id: M-SUM", "id: M-OTHER"),
    ("more", "organization|exists: true", "organization: so"),
    ("more", "dossier.status: approved", "dossier.status: draft"),
    ("more", "[{dossier.status: approved}, {", "[{dossier.status|exists: true}, {"),
    ("more", "{any: [{", "{all: [{"),
    ("more", "in: [2, 3]", "in: [2, 3, 4]"),
    ("more", "dossier.proposed_level|in: [2, 3]", "dossier.proposed_level|not_in: [2, 3]"),
    ("more", "[observed, declared]", "[declared]"),
    ("more", "max_age: 90d", "max_age: 91d"),
    ("more", "period: 6mo", "period: 7mo"),
    ("more", "since: operation.since", "since: dossier.submitted"),
    ("more", "until: 2024-02-01", "until: 2024-03-01"),
    ("more", "to: 2029-01-01", "to: 2028-01-01"),
    ("more", "severity: high", "severity: low"),
    ("more", "{some: {", "{every: {"),
    ("more", "when: {role: server}", "when: {role: workstation}"),
    ("more", "antivirus.realtime: true", "antivirus.edr: true"),
    ("more", "eq|fact: owner", "eq|fact: operator"),
    ("more", "{passed: workstations.edr", "{passed: workstations.central"),
    ("more", "of: workstations.total, share", "of: lans.total, share"),
    ("more", "share: workstations.protected_share", "share: lans.firewalled_share"),
    ("more", "when: {tier: province}", "when: {tier: commune}"),
    ("more", "    expects: {asset: organization, when: {tier: province}}\n", ""),
    ("more", "  asset: system\n  controls: [M", "  asset: organization\n  controls: [M"),
    ("more", "effective: {from: 2024-01-01, to: 2030", "effective: {from: 2024-02-01, to: 2030"),
    ("more", "effective: {from: 2024-01-01, to: 2029", "effective: {from: 2024-02-01, to: 2029"),
    ("more", "system\n    require: {dossier.decision", "organization\n    require: {tier|eq: province}\n#"),
    ("more", "title: {en: More,", "title: {en: Certified,"),
    ("more", "vi: Thêm}", "vi: Đạt}"),
    ("more", "short: {en: Mo,", "short: {en: All,"),
    ("more", "vi: Th}", "vi: Đủ}"),
    ("more", "formerly: {until: 2020-01-01", "formerly: {until: 2024-06-30"),
    ("more", "title: {en: Less,", "title: {en: Safe,"),
    ("more", "vi: Bớt}", "vi: An toàn}"),
    ("more", "title: {en: Any,", "title: {en: All are safe,"),
    ("more", "title: {en: Any, vi: Bất kỳ}", "title: {en: Any, vi: An toàn}"),
    ("more", "label: {en: any,", "label: {en: safe,"),
    ("more", "label: {en: any, vi: bất kỳ}", "label: {en: any, vi: an toàn}"),
    ("more", "formerly: {until: 2024-01-31", "formerly: {until: 2024-05-31"),
    ("more", "title: {en: Each,", "title: {en: All,"),
    ("more", "vi: Mỗi}", "vi: An toàn}"),
    ("more", "    formerly: {until: 2024-01-31, title: {en: Each, vi: Mỗi}}\n", ""),
    ("policy", "target: 90%", "target: 80%"),
    ("policy", "target: 90%", "target: 89.9999999%"),
    ("policy", "asset: host\n    when", "asset: host\n    effective: {from: 2020-01-01}\n    when"),
]  # fmt: skip
"""One edit for each attribute that is compared, and more where there are several ways."""

MEASURE = """\
  - id: M-SUM
    title: {en: Share, vi: Tỉ lệ}
    asset: fleet
    require:
      measure: {passed: workstations.edr, of: workstations.total, share: workstations.protected_share}
    target: 90%
    expects: {asset: organization, when: {tier: province}}
    severity: high
    label: {en: share, vi: tỉ lệ}
    reference: [{source: made up, verified: unverified}]
    remediation: {en: Do., vi: Làm.}
"""


@pytest.mark.parametrize(("name", "old", "new"), EDITS)
def test_an_edit_of_what_is_compared_is_a_scope_change(name: str, old: str, new: str) -> None:
    texts = base()
    texts["more"] += MEASURE
    before = judged(texts)
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new, 1)
    if old == "  c-1:":
        texts[name] = "claims: {}\n"
    now = judged(texts)
    stored = read("".join(written(document(before))).encode(), "base.json")
    for side in (former(before, "base"), stored):
        assert compare(now, side).scope, (name, old, new)


@pytest.mark.parametrize("entry", ["date: 2024-03-31", "date: 2024-03-31, illustrative: true"])
def test_an_entry_more_in_a_list_narrows_nothing(entry: str) -> None:
    texts = base()
    before = former(judged(texts), "base")
    texts["lists.yaml"] = texts["lists.yaml"].replace("true}]", f"true}}, {{{entry}}}]")
    assert compare(judged(texts), before).scope == []
    texts["lists.yaml"] = texts["lists.yaml"].replace(
        "subject: a", "subject: a, illustrative: true"
    )
    assert compare(judged(texts), before).scope == []


def test_facts_that_policies_choose_by_are_compared() -> None:
    texts = base()
    texts["more"] += MEASURE
    named = asked(judged(texts).controls.values())
    assert {"role", "owner", "operation.since", "criteria.users", "criteria.harm|exists"} <= named
    assert "criteria.harm" not in named


def test_what_is_newly_stated_is_judged_and_narrows_nothing() -> None:
    """An `if` that asks whether something is stated asks for more where it is."""
    texts = base()
    texts["systems.yaml"] = texts["systems.yaml"].replace(", harm: none", "")
    before = former(judged(texts), "base")
    assert [change.what for change in compare(judged(base()), before).scope] == []


def test_unions_of_conditions_are_known() -> None:
    assert set(get_args(model.Condition)) <= COMPARED.keys()
