"""Laws of the comparison: no new failure is let through, and a side is like itself."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.assess.assessment import Assessment
from soccheck.compare import gate
from soccheck.compare.changes import State, compare
from soccheck.compare.fail_on import rules
from soccheck.compare.former import former
from soccheck.compare.stored import document, read
from soccheck.inventory import load as inventory
from soccheck.model import Policy, Status
from soccheck.policy import load as policy
from soccheck.policy.edits import Direction, compared
from soccheck.policy.file import Written
from soccheck.policy.flat import items
from soccheck.sources.files import Memory
from tests.scratch import INVENTORY, POLICY

DAY = date(2024, 6, 30)
Texts = dict[str, str]

EDITS = [
    ("hosts.yaml", "{realtime: true}", "{realtime: false}"),
    ("hosts.yaml", "    antivirus: {realtime: false}\n", ""),
    ("hosts.yaml", "role: server", "role: appliance"),
    ("hosts.yaml", "  web-2:", "  web-3:"),
    ("hosts.yaml", "systems: [mail]", "systems: [portal]"),
    ("hosts.yaml", "hosts:", "# moved\nhosts:"),
    ("hosts.yaml", "  web-1:", "  extra: {organization: so, role: server}\n  web-1:"),
    ("hosts.yaml", "  mail-1:", "  extra-2: {organization: so, role: server}\n  mail-1:"),
    ("hosts.yaml", "    tags: [old]\n", "    valid: {to: 2024-01-01}\n"),
    ("systems.yaml", "proposed_level: 3", "proposed_level: 1"),
    ("systems.yaml", "approved", "draft"),
    ("fleets.yaml", "total: 100", "total: 97"),
    ("fleets.yaml", "protected: 95", "protected: 9"),
    ("waivers.yaml", "assets: [mail-1]", "select: {kind: host}"),
    ("waivers.yaml", "2024-12-31", "2024-06-29"),
    ("waivers.yaml", "T-REALTIME", "T-HOSTS"),
    ("authority.yaml", "2024-06-01", "2024-06-02"),
    ("policy", "target: 90%", "target: 99%"),
    ("policy", "in: [2, 3, 4, 5]", "in: [3, 4, 5]"),
    ("policy", "role|in: [server", "role|in: [appliance"),
    ("policy", "{every: {asset: host, require", "{some: {asset: host, require"),
    ("policy", "  - id: T-LEVEL", "  - id: T-OTHER"),
]
sides = st.lists(st.sampled_from(EDITS), max_size=5, unique=True)


def edited(edits: list[tuple[str, str, str]]) -> Texts:
    texts = {**INVENTORY, "policy": POLICY}
    for name, old, new in edits:
        texts[name] = texts[name].replace(old, new, 1)
    return texts


def policies(texts: Texts) -> list[Policy]:
    return policy.read([Written("pol/trial.yaml", texts["policy"].encode())])


def judged(edits: list[tuple[str, str, str]]) -> Assessment:
    texts = edited(edits)
    files = Memory({name: text.encode() for name, text in texts.items() if name != "policy"})
    return Assessment(inventory.read(files, "inv"), policies(texts), DAY)


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_every_finding_is_counted_once(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    now, base = judged(other), former(judged(one), "base")
    found = compare(now, base)
    here = sum(n for (state, _), n in found.counts.items() if state is not State.LEFT)
    applying = [f for f in now.findings if f.status is not Status.NOT_APPLICABLE]
    idle = found.counts.get((State.UNCHANGED, Status.NOT_APPLICABLE), 0)
    assert here - idle == len(applying)
    left = sum(n for (state, _), n in found.counts.items() if state is State.LEFT)
    gone = {
        key
        for key, was in base.findings.items()
        if was.status is not Status.NOT_APPLICABLE
        and ((f := now.finding(*key)) is None or f.status is Status.NOT_APPLICABLE)
    }
    assert left == len(gone)


@settings(max_examples=50, deadline=None)
@given(sides)
def test_a_side_is_like_itself_also_by_way_of_a_baseline(edits: list[tuple[str, str, str]]) -> None:
    now = judged(edits)
    stored = read(json.dumps(document(now)).encode(), "base.json")
    for found in (compare(now, former(now, "base")), compare(now, stored)):
        assert (found.changes, found.scope) == ([], [])


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_a_new_failure_is_never_let_through(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    now, base = judged(other), former(judged(one), "base")
    found = compare(now, base)
    new = [
        f
        for f in now.findings
        if f.status is Status.FAIL
        and (
            (was := base.findings.get((f.control.id, f.asset.id))) is None
            or was.status is not Status.FAIL
            or found.state(f) is State.WORSE
        )
    ]
    result = gate.judge(now, found, rules(("new",)))
    assert (result.code == 1) == bool(new)
    assert {id(f) for f in new} <= {id(f) for f in result.findings}


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("severity: high", "severity: critical", Direction.STRICTER),
        ("severity: high", "severity: low", Direction.LOOSER),
        ("target: 90%", "target: 95%", Direction.STRICTER),
        ("target: 90%", "target: 9%", Direction.LOOSER),
        ("[2, 3, 4, 5]", "[3, 4]", Direction.STRICTER),
        ("[2, 3, 4, 5]", "[1, 2, 3, 4, 5]", Direction.LOOSER),
        ("[2, 3, 4, 5]", "[1, 2]", Direction.CHANGED),
        ("{antivirus.realtime: true}\n    sev", "{antivirus.realtime: false}\n    sev",
         Direction.CHANGED),
        ("{antivirus.realtime: true}\n    sev",
         "{antivirus.realtime: true, antivirus.edr: true}\n    sev", Direction.STRICTER),
        ("    when: {role|in: [server, workstation]}\n", "", Direction.STRICTER),
        ("when: {role|in: [server, workstation]}",
         "when: {role|in: [server, workstation], antivirus.edr: true}", Direction.LOOSER),
        ("    severity: high", "    grace: {until: 2024-12-31}\n    severity: high",
         Direction.LOOSER),
        ("    severity: high", "    evidence: {max_age: 3d}\n    severity: high",
         Direction.STRICTER),
        ("    severity: high", "    evidence: {accept: [observed]}\n    severity: high",
         Direction.STRICTER),
        ("every: {asset: host,", "some: {asset: host,", None),
    ],
)  # fmt: skip
def test_the_direction_of_an_edit(old: str, new: str, direction: Direction | None) -> None:
    assert old in POLICY
    sides_ = [policies({"policy": text})[0] for text in (POLICY, POLICY.replace(old, new, 1))]
    one, other = ({c.id: items(c) for c in side.controls} for side in sides_)
    found = {edit.direction for name in one for edit in compared(one[name], other[name])}
    if direction is None:
        assert found == {Direction.STRICTER, Direction.LOOSER}  # one requirement for another
    else:
        assert found == {direction}


@pytest.mark.parametrize("change", ["added", "narrowed", "removed"])
def test_to_whom_the_law_gives_time_is_never_taken_for_stricter(change: str) -> None:
    line, where = "    severity: high", "{antivirus.edr: %s}"
    texts = [f"    grace: {{until: 2024-12-31{one}}}\n{line}" for one in ("", ", when: " + where)]
    plain, with_when, other = (texts[0], texts[1] % "true", texts[1] % "false")
    old, new = {
        "added": (plain, with_when),
        "narrowed": (with_when, other),
        "removed": (with_when, plain),
    }[change]
    sides_ = [policies({"policy": POLICY.replace(line, text, 1)})[0] for text in (old, new)]
    one, two = ({c.id: items(c) for c in side.controls} for side in sides_)
    found = {edit.direction for name in one for edit in compared(one[name], two[name])}
    assert found == {Direction.CHANGED}


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ("[tcp/22]", "[tcp/22, tcp/23]", "stricter"),
        ("[tcp/22, udp/53]", "[udp/53]", "looser"),
        ("[tcp, udp]", "[tcp/22]", "looser"),
        ("[tcp/22]", "[tcp]", "stricter"),
        ("[tcp/1-1024]", "[tcp/22]", "looser"),
        ("[tcp/20-22, tcp/23-25]", "[tcp/21-24]", "looser"),
        ("[tcp/23-25, tcp/20-22]", "[tcp/20-25]", "changed"),
        ("[tcp/20-22, tcp/24-25]", "[tcp/20-25]", "stricter"),
        ("[tcp/22]", "[udp/22]", "changed"),
        ("[icmpv6/1-4]", "[icmpv6]", "stricter"),
    ],
)
def test_the_direction_of_services_is_that_of_their_ports(
    old: str, new: str, direction: str
) -> None:
    key = "require firewall.open_ipv4|none_of"
    (edit,) = compared({key: old}, {key: new})
    assert edit.direction.value == direction
    (edit,) = compared({key: new}, {key: old})
    other = {"stricter": "looser", "looser": "stricter"}
    assert edit.direction.value == other.get(direction, direction)


def test_any_of_a_fact_is_what_it_tells_of() -> None:
    """Between [any] and [tcp/22] a policy gets looser; between [any] and [tcp, udp] nothing moves."""
    texts = [
        POLICY.replace("asset: host", "asset: firewall", 1)
        .replace("    when: {role|in: [server, workstation]}\n", "")
        .replace("{antivirus.realtime: true}", f"{{firewall.only_ipv6|none_of: {services}}}", 1)
        for services in ("[any]", "[tcp, udp]", "[tcp/22]")
    ]
    one, same, less = (items(policies({"policy": text})[0].controls[0]) for text in texts)
    assert one["require firewall.only_ipv6|none_of"] == "[tcp, udp]"
    assert compared(one, same) == []
    assert [edit.direction for edit in compared(one, less)] == [Direction.LOOSER]


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [("3d", "7d", "looser"), ("3d", "1d", "stricter"), ("3d", "1mo", "looser")],
)
def test_the_direction_of_a_limit(old: str, new: str, direction: str) -> None:
    key = "require antivirus.signatures_age|lte"
    (edit,) = compared({key: old}, {key: new})
    assert edit.direction.value == direction
    (edit,) = compared({key.replace("lte", "gte"): old}, {key.replace("lte", "gte"): new})
    assert edit.direction.value != direction


def test_titles_and_remedies_are_no_edit_of_a_control() -> None:
    text = re.sub("Turn it on", "Switch it on", POLICY)
    (one,), (other,) = policies({"policy": POLICY}), policies({"policy": text})
    assert [items(c) for c in one.controls] == [items(c) for c in other.controls]


def test_a_value_that_reads_like_a_condition_makes_no_other_condition_the_same() -> None:
    texts = {**INVENTORY, "policy": POLICY}
    either = "{any: [{name.en: aa}, {name.vi: bb}]}"
    one = '{any: [{name.en: "aa; name.vi|eq: bb"}]}'
    found = []
    for require in (either, one):
        texts["policy"] = POLICY.replace(
            "{antivirus.realtime: true}\n    severity: high", f"{require}\n    severity: high"
        )
        found.append(items(policies(texts)[0].controls[0]))
    assert found[0] != found[1]


def test_more_criteria_that_are_added_up_are_not_stricter() -> None:
    """They earn more points for the same target."""
    (edit,) = compared({"criteria": "[A-ONE]"}, {"criteria": "[A-ONE, A-TWO]"})
    assert edit.direction is Direction.CHANGED


def test_a_basis_that_is_taken_as_well_is_never_stricter() -> None:
    """A document holds for years where an answer is stale in a week."""
    one, other = (
        {"accept": bases} for bases in ("observed, declared", "observed, attested, declared")
    )
    assert [edit.direction for edit in compared(one, other)] == [Direction.CHANGED]
