"""Values of facts: what a bundle writes of them is read again as it was, and what is none is refused."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.bundle import canonical_json as canonical
from soccheck.facts import figures
from soccheck.facts.catalogue import FACTS
from soccheck.facts.fact import Fact
from soccheck.facts.meant_addresses import machine
from soccheck.facts.values import decode, encode


def _facts_of_every_type() -> list[Fact]:
    firsts = {(fact.type, fact.many): fact for fact in FACTS.values() if fact.type != "records"}
    return list(firsts.values())


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "bool": st.booleans(),
    "int": st.integers(0, 10**9),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "text": st.text(min_size=1),
    "date": st.dates(),
    "duration": st.integers(0, 10**9).map(lambda s: timedelta(seconds=s)),
    "address": st.ip_addresses().map(str).filter(lambda text: machine(text) is not None),
    "prefix": st.ip_addresses(v=4).map(lambda a: f"{a}/32"),
    "ref": st.just("office"),
    "service": st.sampled_from(["tcp/22", "maybe udp/53-60", "icmpv6/2", "tcp"]),
    "share": st.integers(0, 100).map(lambda n: figures.read(f"{n}%")),
    "count": st.integers(0, 10**6),
    "host_name": st.just("dichvucong.tinh.example"),
    "url": st.just("https://dichvucong.tinh.example:8443/a?b=c"),
    "mail": st.just("vanthu@tinh.example"),
}


@pytest.mark.parametrize(
    ("kind", "name", "raw"),
    [
        ("system", "dossier.proposed_level", 6),
        ("system", "dossier.proposed_level", True),
        ("system", "dossier.status", "Approved"),
        ("host", "listens.ipv4", [22, "80"]),
        ("host", "listens.ipv4", 22),
        ("host", "antivirus.signatures_age", "3d"),
        ("host", "antivirus.signatures_age", 10**11),
        ("host", "addresses", ["192.0.2.256"]),
        ("host", "os.name", 12),
        ("host", "listens.ipv4", [65536]),
        ("endpoint", "host_name", "https://a.example"),
        ("endpoint", "url", "a.example"),
        ("organization", "contact.email", "a.example"),
        ("fleet", "lans.firewalled_share", "180%"),
        ("authority", "staff.machines_per_person", True),
    ],
)
def test_a_value_that_its_fact_cannot_have_is_none(kind: str, name: str, raw: object) -> None:
    assert decode(FACTS[kind, name], raw) is None


@given(st.data())
def test_every_type_of_fact_survives(data: st.DataObject) -> None:
    fact = data.draw(st.sampled_from(_facts_of_every_type()))
    one = st.sampled_from(fact.values) if fact.type == "enum" else VALUES[fact.type]
    value = data.draw(st.lists(one, max_size=3).map(tuple) if fact.many else one)
    if fact.most is not None:
        value = tuple(min(one, fact.most) for one in value) if fact.many else min(value, fact.most)
    again = decode(fact, json.loads(canonical.dumps(encode(value))))
    assert again == value
    assert type(again) is type(value)


def test_a_date_that_is_no_day_is_refused() -> None:
    assert decode(FACTS["host", "antivirus.last_scan"], "2026-02-30") is None
    assert decode(FACTS["host", "antivirus.last_scan"], "2026-02-28") == date(2026, 2, 28)
