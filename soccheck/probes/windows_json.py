"""PowerShell's JSON, read with its habits: one object is no list, dates and enumerations have two forms."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from soccheck.probes.base import Answer, Answers, Ask, Learnt
from soccheck.probes.itself import parsed
from soccheck.probes.shared import once

_DATE = re.compile(r"/Date\((-?[0-9]{1,15})([+-][0-9]{4})?\)/")


def values(answer: Answer) -> list[dict[str, Any]]:
    """Return the objects of an answer; none when it is no JSON, or anything in it is no object."""
    if answer.state != "ok":
        return []
    try:
        data = json.loads(answer.output.strip().lstrip("\ufeff") or "[]", object_pairs_hook=once)
    except (ValueError, RecursionError):
        return []
    items = data if isinstance(data, list) else [data]
    return items if all(isinstance(item, dict) for item in items) else []


def is_json(answer: Answer) -> bool:
    """Return whether an answer came and has objects alone, or none: PowerShell prints no empty list."""
    text = answer.output.strip().lstrip("\ufeff")
    return answer.state == "ok" and (text in ("", "[]") or bool(values(answer)))


def one(answer: Answer) -> dict[str, Any] | None:
    """Return the one object of an answer."""
    found = values(answer)
    return found[0] if len(found) == 1 else None


def moment(value: object) -> datetime | None:
    r"""Return a time: `\/Date(1769932800000)\/` of PowerShell 5 or ISO 8601 of 7."""
    if isinstance(value, dict):
        value = value.get("value")  # PowerShell 5 wraps a date that carries properties
    if not isinstance(value, str):
        return None
    match = _DATE.fullmatch(value)
    if match:
        seconds = int(match[1]) / 1000
        return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds < 4e9 else None
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def truth(value: object) -> bool | None:
    """Return a yes or no, which enumerations write as 1 and 0 or 2, or as a word."""
    known = {True: True, False: False, "True": True, "False": False}
    return known.get(value) if isinstance(value, bool | str) else None


def word(value: object, names: dict[int, str]) -> str:
    """Return the name of an enumeration's value, given as a number by 5 and as a word by 7."""
    if isinstance(value, int) and not isinstance(value, bool):
        return names.get(value, "")
    return value if isinstance(value, str) and value in names.values() else ""


def listing(name: str, purpose: str, source: str, *properties: str) -> Ask:
    """Return a question for a list of objects and some of their properties."""
    chosen = f"{source} | Select-Object {','.join(properties)}" if properties else source
    return Ask(
        name=name, purpose=purpose, script=f"ConvertTo-Json -Compress -InputObject @({chosen})"
    )


LISTENERS = listing(
    "listeners",
    "TCP ports that are listened on",
    "Get-NetTCPConnection -State Listen",
    "LocalAddress",
    "LocalPort",
)


def ports(
    answers: Answers, learnt: Learnt, facts: tuple[str, ...], *, of_links: bool = True
) -> tuple[set[int], set[int]] | None:
    """Return the TCP ports open beyond the machine itself over IPv4 and over IPv6, or blame the answer.

    `of_links` says whether an IPv6 address that holds for a link alone counts.
    """
    answer = answers["listeners"]
    found = values(answer)
    numbers = [port for item in found if type(port := item.get("LocalPort")) is int]
    told = (parsed(str(item.get("LocalAddress"))) for item in found)
    addresses = [address for address in told if address is not None]
    ends = {len(found), len(numbers), len(addresses)}
    if not found or len(ends) > 1 or not all(0 < port < 65536 for port in numbers):
        learnt.blame(answer, *facts)
        return None
    ports4, ports6 = set[int](), set[int]()
    for port, address in zip(numbers, addresses, strict=True):
        of_link = address.version == 6 and address.is_link_local
        if not address.is_loopback and (of_links or not of_link):
            (ports4 if address.version == 4 else ports6).add(port)
    if not ports4 and not ports6:
        learnt.fail("unparsed", "no TCP port that is listened on was seen", *facts)
        return None
    return ports4, ports6
