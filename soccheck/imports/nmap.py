"""What `nmap -oX` writes: a line a machine, and which ports a scan found open where it looked at all of them.

nmap.dtd, xmloutputversion 1.05; recorded from nmap 7.93. A port that was not looked at is not closed: the
ports of a machine are told only of a scan of all 65535 that got an answer from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element

from soccheck.facts.written import plain
from soccheck.imports.json_table import tabled
from soccheck.imports.table import Cell, FileForm, Line, Sheet, Unreadable
from soccheck.phrase import Phrase, phrase
from soccheck.sources.bounds import refused
from soccheck.sources.xml import elements, local

_COLUMNS = (
    *("address", "hostname", "status", "ended", "TCP ports scanned", "open TCP", "open UDP"),
    *("open over IPv4", "open over IPv6"),
)
_LAST = 65535
_DECIDED = ("open", "closed", "filtered")
_ANSWERED = ("open", "closed")
_DECIDING = ("syn", "connect")
"""Scans that tell an open port from a closed one; others tell filtered, or not even that."""
_HINT = phrase("scan again with -oX, and let nmap end")


class _Span(NamedTuple):
    """Represents ports from the first to the last, of one state."""

    first: int
    last: int
    state: str


def read(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return one table: a line a machine. Raises `InputError` where it is no whole output of nmap."""
    scanned: str | None = None
    kinds: list[str] = []
    rows: list[dict[str, Cell]] = []
    finished: datetime | None = None
    for element in elements(raw, file, ("scaninfo", "host", "finished")):
        name = local(element)
        if name == "scaninfo" and element.get("protocol") == "tcp":
            scanned = element.get("services", "")
            kinds.append(element.get("type", ""))
        elif name == "host":
            rows.append(_row(element, scanned, kinds))
        elif name == "finished":
            finished = _ended(element, file)
    if finished is None:
        raise refused(file, phrase("nmap did not end: it does not say when it finished"), _HINT)
    above = Line(number=0, cells=(f"finished {finished.isoformat()}",))
    return tabled(file, rows, first=_COLUMNS, above=[above])


def _ended(finished: Element, file: str) -> datetime:
    """Return when nmap ended well; raises `InputError` where it did not."""
    if finished.get("exit", "success") != "success":
        what = plain(finished.get("errormsg", ""))[:200]
        raise refused(file, phrase("nmap did not end well: {what}", what=what), _HINT)
    try:
        return datetime.fromtimestamp(int(finished.get("time", "")), UTC)
    except (ValueError, OverflowError, OSError) as error:
        text = phrase("nmap did not end: it does not say when it finished")
        raise refused(file, text, _HINT) from error


def _row(host: Element, scanned: str | None, kinds: list[str]) -> dict[str, Cell]:
    addresses = [
        a.get("addr", "") for a in host.findall("address") if a.get("addrtype") in ("ipv4", "ipv6")
    ]
    names = [plain(n.get("name", "")) for n in host.iterfind("hostnames/hostname")]
    tcp, udp = list(_spans(host, "tcp")), list(_spans(host, "udp"))
    found = _found(tcp, scanned, kinds)
    if host.get("timedout") == "true":
        found = Unreadable(phrase("nmap gave the machine up: it took too long"))
    families = {6 if ":" in address else 4 for address in addresses}
    return {
        "address": tuple(addresses) or None,
        "hostname": tuple(name for name in names if name) or None,
        "status": _status(host, [*tcp, *udp]),
        "ended": host.get("endtime"),
        "TCP ports scanned": scanned[:200] if scanned else None,
        "open TCP": _open(tcp) or None,
        "open UDP": _open(udp) or None,
        "open over IPv4": found if families == {4} else None,
        "open over IPv6": found if families == {6} else None,
    }


def _status(host: Element, spans: list[_Span]) -> str:
    """Return whether a machine is there: `assumed` where -Pn said so, and nothing answered."""
    status = host.find("status")
    state = status.get("state", "") if status is not None else ""
    told = status is not None and status.get("reason") == "user-set"
    answered = any(span.state in _ANSWERED for span in spans)
    return "assumed" if state == "up" and told and not answered else state


def _spans(host: Element, protocol: str) -> Iterator[_Span]:
    """Yield the ports of a protocol with their states: those told one by one, and those counted together."""
    for port in host.iterfind("ports/port"):
        state = port.find("state")
        if port.get("protocol") == protocol:
            said = state.get("state", "") if state is not None else ""
            yield from _ports(port.get("portid", ""), said)
    for extra in host.iterfind("ports/extraports"):
        for reasons in extra.findall("extrareasons"):
            if reasons.get("proto", "tcp") == protocol:
                yield from _ports(reasons.get("ports", ""), extra.get("state", ""))


def _ports(text: str, state: str = "") -> Iterator[_Span]:
    """Yield the ports of `1-21,23`; nothing for what is no port."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal() and len(first + last) <= 10:
            yield _Span(int(first), int(last or first), state)


def _open(spans: list[_Span]) -> tuple[str, ...]:
    ports = {n for s in spans if s.state == "open" for n in range(s.first, min(s.last, _LAST) + 1)}
    return tuple(map(str, sorted(ports)))


def _found(tcp: list[_Span], scanned: str | None, kinds: list[str]) -> Cell:
    """Return the open TCP ports where the scan decided all ports, else why they are not known."""
    why = _undecided(tcp, scanned, kinds)
    if why is None:
        return _open(tcp)
    named = ", ".join(_open(tcp))[:200] or "-"
    return Unreadable(phrase("{why}; open among them: {ports}", why=why, ports=named))


def _undecided(tcp: list[_Span], scanned: str | None, kinds: list[str]) -> Phrase | None:
    if not scanned or not tcp:
        return phrase("no TCP port was scanned")
    if len(kinds) != 1 or kinds[0] not in _DECIDING:
        return phrase("a scan of the type {type} does not tell open ports", type=", ".join(kinds))
    if (count := _count(_ports(scanned))) < _LAST:
        return phrase("{n} of 65535 TCP ports were scanned", n=count)
    if silent := _LAST - _count(span for span in tcp if span.state in _DECIDED):
        return phrase("nmap does not decide {n} of 65535 TCP ports", n=silent)
    if not any(span.state in _ANSWERED for span in tcp):
        return phrase("no TCP port answered: what filters them may filter the scan alone")
    return None


def _count(spans: Iterable[_Span]) -> int:
    """Return how many of the ports from 1 to 65535 are in some span."""
    count, reached = 0, 0
    for span in sorted(spans):
        last = min(span.last, _LAST)
        count += max(0, last - max(span.first - 1, reached))
        reached = max(reached, last)
    return count
