"""Twenty conditions on a host, each as soccheck, plain Python, CEL and Cloud Custodian have it.

They are those of the shipped controls on hosts: switches, modes, ages. Ages are written as each
language's users write them: for Custodian `value_type: age`, which costs it more than comparing text.

The as-of day is 2024-06-30. A missing fact is unknown to soccheck and to the hand-written function;
CEL and Custodian have no such thing, which makes their work less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Facts = Mapping[str, Any]
AS_OF = date(2024, 6, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Represents one condition in four languages."""

    soccheck: dict[str, Any]
    python: Callable[[Facts], bool | None]
    cel: str
    custodian: dict[str, Any]


def _is(name: str, value: Any) -> Case:
    def python(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None else found == value

    literal = str(value).lower() if isinstance(value, bool) else f'"{value}"'
    return Case(
        soccheck={name: value},
        python=python,
        cel=f"host.{name} == {literal}",
        custodian={"type": "value", "key": name, "value": value},
    )


def _no_older(name: str, days: int) -> Case:
    limit = AS_OF - timedelta(days=days)

    def python(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None or found > AS_OF else found >= limit

    return Case(
        soccheck={f"{name}|age|lte": f"{days}d"},
        python=python,
        cel=f'host.{name} >= "{limit.isoformat()}"',
        custodian={"type": "value", "key": name, "op": "lte", "value_type": "age", "value": days},
    )


def _both(one: Case, other: Case) -> Case:
    def python(facts: Facts) -> bool | None:
        first = one.python(facts)
        if first is False:
            return False
        second = other.python(facts)
        if second is False:
            return False
        return None if first is None or second is None else True

    return Case(
        soccheck={**one.soccheck, **other.soccheck},
        python=python,
        cel=f"{one.cel} && {other.cel}",
        custodian={"and": [one.custodian, other.custodian]},
    )


def _either(one: Case, other: Case) -> Case:
    def python(facts: Facts) -> bool | None:
        first = one.python(facts)
        if first:
            return True
        second = other.python(facts)
        if second:
            return True
        return None if first is None or second is None else False

    return Case(
        soccheck={"any": [one.soccheck, other.soccheck]},
        python=python,
        cel=f"{one.cel} || {other.cel}",
        custodian={"or": [one.custodian, other.custodian]},
    )


def _among(name: str, values: list[str]) -> Case:
    def python(facts: Facts) -> bool | None:
        found = facts.get(name)
        return None if found is None else found in values

    listed = ", ".join(f'"{value}"' for value in values)
    return Case(
        soccheck={f"{name}|in": values},
        python=python,
        cel=f"host.{name} in [{listed}]",
        custodian={"type": "value", "key": name, "op": "in", "value": values},
    )


CASES = [
    _is("antivirus.installed", True),
    _is("antivirus.running", True),
    _both(_is("antivirus.realtime", True), _is("antivirus.mode", "normal")),
    _no_older("antivirus.signatures_updated", 90),
    _is("antivirus.central", True),
    _is("antivirus.edr", True),
    _is("antivirus.autorun_off", True),
    _no_older("antivirus.last_scan", 30),
    _both(_is("antivirus.tamper_protection", True), _is("antivirus.realtime", True)),
    _is("firewall.active", True),
    _both(_is("firewall.default_inbound", "deny"), _is("firewall.default_inbound_ipv6", "deny")),
    _is("firewall.logs_denied", True),
    _is("ipv6.address", True),
    _both(_is("ipv6.address", True), _is("ipv6.default_route", True)),
    _is("ipv6.listens", True),
    _either(_is("ipv6.resolver", True), _is("ipv6.address", False)),
    _either(_is("monitoring.agent", True), _is("monitoring.logs_forwarded", True)),
    _is("clock.synchronised", True),
    _among("os.family", ["linux", "windows"]),
    _either(_among("role", ["workstation"]), _is("firewall.active", True)),
]


def policy() -> str:
    """Return the conditions as a policy file's text (JSON is YAML)."""
    import json

    text = {"en": "Bench", "vi": "Đo"}
    controls = [
        {
            "id": f"BENCH-{i:02d}",
            "title": text,
            "asset": "host",
            "require": case.soccheck,
            "severity": "low",
            "label": text,
            "reference": [{"source": "made up for the bench", "verified": "unverified"}],
            "remediation": text,
        }
        for i, case in enumerate(CASES)
    ]
    return json.dumps(
        {
            "policy": "bench",
            "version": "1",
            "title": text,
            "headline": {"asset": "host", "controls": ["BENCH-00"], "label": text},
            "controls": controls,
        },
        ensure_ascii=False,
    )
