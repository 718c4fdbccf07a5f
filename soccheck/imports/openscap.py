"""Results of OpenSCAP: ARF 1.1, or XCCDF 1.2 and 1.1 with results; a line a TestResult.

NISTIR 7275 revision 4, 6.6.4.2 says what results there are. Only `pass` is one: what was not applicable,
not checked, in error, fixed since or overridden by somebody did not pass.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from xml.etree.ElementTree import Element

from soccheck.facts.addresses import is_address
from soccheck.facts.written import plain
from soccheck.imports.json_table import tabled
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.phrase import phrase
from soccheck.sources.bounds import refused
from soccheck.sources.xml import elements, local

_RESULTS = (
    *("pass", "fail", "error", "unknown", "notapplicable", "notchecked", "notselected"),
    *("informational", "fixed"),
)
_ASIDE = ("notapplicable", "notselected", "informational")
"""Results of rules that the profile does not ask of this machine."""
_COLUMNS = (
    *("target", "address", "started", "ended", "benchmark", "profile", "tool", "superseded"),
    *_RESULTS[1:],
    *("overridden", "passed", "unmet"),
)
_FACT = "urn:xccdf:fact:asset:identifier:"


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return one table: a line a TestResult. Raises `InputError` where there is none, or none that ended."""
    rows = [_row(element) for element in elements(raw, file, ("TestResult",))]
    if not rows:
        text = phrase("it holds no TestResult")
        hint = phrase("save the results: oscap xccdf eval --results-arf FILE")
        raise refused(file, text, hint)
    ended = [row["ended"] for row in rows if isinstance(row["ended"], datetime)]
    if not ended:
        raise refused(file, phrase("no TestResult says when it ended"))
    _supersede(rows)
    above = Line(number=0, cells=(f"ended {max(ended).isoformat()}",))
    return tabled(file, rows, first=_COLUMNS, above=[above])


def _row(result: Element) -> dict[str, Cell]:
    counts: Counter[str] = Counter()
    for rule in _named(result, "rule-result"):
        told = [plain(r.text or "") for r in _named(rule, "result")]
        found = told[0] if len(told) == 1 else ""
        overridden = found != "fail" and _has(rule, "override")
        counts["overridden" if overridden else found if found in _RESULTS else "unknown"] += 1
    target, addresses = _target(result)
    return {
        "target": target,
        "address": addresses,
        "started": result.get("start-time"),
        "ended": _time(result.get("end-time", "")),
        "benchmark": _of(result, "benchmark", "id") or _of(result, "benchmark", "href"),
        "profile": _profile(result),
        "tool": result.get("test-system"),
        **{name: counts[name] for name in (*_RESULTS[1:], "overridden")},
        **_decided(counts),
    }


def _decided(counts: Counter[str]) -> dict[str, Cell]:
    """Return how many rules passed, and how many apply and did not; neither where none was decided."""
    if not counts["pass"] + counts["fail"]:
        told = ", ".join(f"{number} {name}" for name, number in sorted(counts.items()) if number)
        why = Unreadable(phrase("no rule was decided: {counts}", counts=told or "0"))
        return {"passed": why, "unmet": why}
    asked = sum(number for name, number in counts.items() if name not in _ASIDE)
    return {"passed": counts["pass"], "unmet": asked - counts["pass"]}


def _target(result: Element) -> tuple[Cell, Cell]:
    """Return what a target calls itself, and the addresses by which others know it."""
    names = [plain(e.text or "") for e in _named(result, "target")]
    addresses = [plain(e.text or "") for e in _named(result, "target-address")]
    for facts in _named(result, "target-facts"):
        for fact in _named(facts, "fact"):
            kind, text = fact.get("name", "").removeprefix(_FACT), plain(fact.text or "")
            if kind in ("fqdn", "host_name"):
                names.append(text)
            elif kind in ("ipv4", "ipv6"):
                addresses.append(text)
    known = dict.fromkeys(a for a in addresses if _is_others(a))
    return tuple(dict.fromkeys(n for n in names if n)) or None, tuple(known) or None


def _is_others(text: str) -> bool:
    if not is_address(text):
        return False
    address = ipaddress.ip_address(text)
    return not (address.is_loopback or address.is_link_local or address.is_unspecified)


def _profile(result: Element) -> Cell:
    if _has(result, "tailoring-file"):
        return Unreadable(phrase("the profile was tailored: it asks what somebody left in it"))
    return _of(result, "profile", "idref")


def _of(result: Element, name: str, attribute: str) -> str | None:
    return next((plain(e.get(attribute, "")) or None for e in _named(result, name)), None)


def _has(parent: Element, name: str) -> bool:
    return next(_named(parent, name), None) is not None  # an element without any inside is false


def _named(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent if local(child) == name)


def _time(text: str) -> datetime | None:
    """Return a time in UTC; one without a zone, as XCCDF 1.1 has it, is taken for UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _supersede(rows: list[dict[str, Cell]]) -> None:
    """Mark results after which the same target was tested again by the same profile."""
    last: dict[tuple[Cell, ...], datetime] = {}
    for row in rows:
        key, ended = (row["target"], row["benchmark"], row["profile"]), row["ended"]
        if isinstance(ended, datetime):
            last[key] = max(last.get(key, ended), ended)
    for row in rows:
        key, ended = (row["target"], row["benchmark"], row["profile"]), row["ended"]
        before = isinstance(ended, datetime) and ended < last[key]
        row["superseded"] = "yes" if before else "no"
