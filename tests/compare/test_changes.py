"""Laws of the comparison: what is spared gives what the whole gives, and a side is like itself."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.assess.assessment import Assessment
from soccheck.blocks import Known
from soccheck.compare import former as snapshot
from soccheck.compare import gate
from soccheck.compare.changes import Comparison, State, compare
from soccheck.compare.former import Snapshot
from soccheck.inventory import load as inventory
from soccheck.model import Basis, Evidence, EvidenceByAsset, Inventory, Policy, Status
from soccheck.policy import load as policy
from soccheck.policy.edits import Direction, compared, items
from soccheck.policy.load import Written
from soccheck.sources.files import Entry, Memory
from soccheck.sources.git import blob_id
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


NOTHING: EvidenceByAsset = {}
_answers = st.builds(
    Evidence,
    value=st.sampled_from([True, False, None]),
    basis=st.sampled_from([Basis.OBSERVED, Basis.IMPORTED]),
    when=st.sampled_from([datetime(2024, 6, day, tzinfo=UTC) for day in (1, 29)]),
    origin=st.just("a probe"),
    problem=st.none(),
)
_facts = st.fixed_dictionaries({}, optional={"antivirus.realtime": st.lists(_answers, max_size=2)})
evidence = st.one_of(
    st.just(NOTHING), st.dictionaries(st.sampled_from(["web-1", "web-2", "mail-1"]), _facts)
)


def edited(edits: list[tuple[str, str, str]]) -> Texts:
    texts = {**INVENTORY, "policy": POLICY}
    for name, old, new in edits:
        texts[name] = texts[name].replace(old, new, 1)
    return texts


def loaded(texts: Texts, known: inventory.Known | None = None) -> Inventory:
    contents = {name: text.encode() for name, text in texts.items() if name != "policy"}
    if known is None:
        return inventory.read(Memory(contents), "inv")
    return inventory.read(Keyed(contents, known), "inv", known)


class Keyed(Memory):
    """Names each content's id, as git does."""

    def __init__(self, contents: dict[str, bytes], known: inventory.Known) -> None:
        super().__init__(contents)
        self.known = known
        self.raw = contents

    def entries(self) -> list[Entry]:
        return [e._replace(key=self.known.identify(self.raw[e.name])) for e in super().entries()]


def policies(texts: Texts) -> list[Policy]:
    return policy.read([Written("pol/trial.yaml", texts["policy"].encode())])


def whole(texts: Texts, told: EvidenceByAsset = NOTHING) -> Snapshot:
    """Return a side judged whole, without any sparing."""
    judged = Assessment(loaded(texts), policies(texts), DAY, told)
    findings = {
        (f.control.id, f.asset.id): snapshot.former(f, judged.basis(f)) for f in judged.findings
    }
    return Snapshot("base", DAY, findings, snapshot.scope(judged.world, judged.policies))


def spared(
    before: Texts,
    after: Texts,
    told: EvidenceByAsset = NOTHING,
    told_now: EvidenceByAsset = NOTHING,
) -> tuple[Assessment, Comparison]:
    """Return the newer side and the comparison, the older side read and judged as the gate does."""
    known: inventory.Known = Known(partial(blob_id, width=40))
    now = Assessment(loaded(after, known), policies(after), DAY, told_now)
    others = gate.shared(policies(before), now.policies)
    base = gate.former("base", now, gate.Former(loaded(before, known), others, told))
    return now, compare(now, base)


@settings(max_examples=300, deadline=None)
@given(sides, sides, evidence, evidence)
def test_what_is_spared_changes_nothing(
    one: list[tuple[str, str, str]],
    other: list[tuple[str, str, str]],
    told: EvidenceByAsset,
    told_now: EvidenceByAsset,
) -> None:
    before, after = edited(one), edited(other)
    now, quick = spared(before, after, told, told_now)
    slow = compare(now, whole(before, told))
    assert quick.changes == slow.changes
    assert quick.counts == slow.counts
    assert {item[:4] for item in quick.scope} == {item[:4] for item in slow.scope}


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_every_finding_is_counted_once(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    before = edited(one)
    now, found = spared(before, edited(other))
    base = whole(before)
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
    import json

    texts = edited(edits)
    now, same = spared(texts, texts)
    stored = snapshot.read(json.dumps(snapshot.document(now)).encode(), "base.json")
    for found in (same, compare(now, stored)):
        assert (found.changes, found.scope) == ((), ())


@settings(max_examples=100, deadline=None)
@given(sides, sides)
def test_a_new_failure_is_never_let_through(
    one: list[tuple[str, str, str]], other: list[tuple[str, str, str]]
) -> None:
    before = edited(one)
    now, found = spared(before, edited(other))
    base = whole(before)
    new = [
        f
        for f in now.findings
        if f.status is Status.FAIL
        and (
            (was := base.findings.get((f.control.id, f.asset.id))) is None
            or was.status is not Status.FAIL
        )
    ]
    verdict = gate.judge(now, found, gate.rules(()))
    assert (verdict.code == 1) == bool(new)
    assert {id(f) for f in new} <= {id(f) for f in verdict.findings}


def test_unchanged_files_and_assets_are_not_read_twice() -> None:
    texts = edited([])
    known: inventory.Known = Known(partial(blob_id, width=40))
    one = loaded(texts, known)
    other = loaded(edited([EDITS[0]]), known)
    assert one.assets["system"]["portal"] is other.assets["system"]["portal"]
    assert one.assets["host"]["web-2"] is other.assets["host"]["web-2"]
    assert one.assets["host"]["web-1"] is not other.assets["host"]["web-1"]


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
