"""Questions several Linux probes ask; a machine is asked each of them once."""

from __future__ import annotations

import json
import re
from typing import Any

from soccheck.facts.addresses import is_address
from soccheck.probes.base import KIB, Answer, Answers, Ask

PROCESSES = Ask(
    name="processes",
    purpose="names of running programs, without their arguments",
    files=("/proc/[0-9]*/comm",),
)
APART = Ask(
    name="processes-apart",
    purpose="which running programs belong to containers, or have ended or stopped",
    script="x=$(grep -HsE '^State:[^A-Za-z]*[ZTX]|^NSpid:[^0-9]*[0-9]+[^0-9]+[0-9]' /proc/[0-9]*/status); "
    'printf "%s\\n" "$x"; echo "end $(printf "%s\\n" "$x" | grep -c .)"',
)
SOCKETS = Ask(
    name="sockets",
    purpose="TCP and UDP ports that are listened on",
    argv=("ss", "-H", "-l", "-n", "-t", "-u"),
)
MACHINE_ID = Ask(
    name="machine-id",
    purpose="a digest that tells this machine from others, and not its machine-id itself",
    # machine-id(5): it is not to be shown; a digest of it with a word of our own tells nobody else who it is
    script="[ -r /etc/machine-id ] && read -r id </etc/machine-id && [ ${#id} -eq 32 ] || return 0\n"
    "printf 'soccheck %s' \"$id\" | sha256sum",
)
_MACHINE_ID = re.compile(r"([0-9a-f]{64})  -\s*")


def machine_id(output: str) -> str | None:
    """Return the digest that tells a machine from others, as its answer has it."""
    found = _MACHINE_ID.fullmatch(output)
    return found[1] if found else None


BOOT = Ask(
    name="boot",
    purpose="which start of a kernel it runs on: what shares one is of one machine",
    # random(4): made anew at each start, and no secret
    argv=("cat", "/proc/sys/kernel/random/boot_id"),
)
LINKS = Ask(
    name="links",
    purpose="network interfaces and their addresses",
    argv=("ip", "-j", "addr", "show"),
    limit=512 * KIB,
)
_ALL_TABLES = ("route", "show", "table", "all")
ROUTES = Ask(name="routes", purpose="IPv4 routes of all tables", argv=("ip", "-j", *_ALL_TABLES))
ROUTES6 = Ask(
    name="routes6", purpose="IPv6 routes of all tables", argv=("ip", "-j", "-6", *_ALL_TABLES)
)
RULES6 = Ask(
    name="rules6",
    purpose="rules by which IPv6 routes are chosen",
    argv=("ip", "-j", "-6", "rule", "show"),
)

TABLES = ("/proc/net/ip_tables_names", "/proc/net/ip6_tables_names")
"""Where the kernel names the tables of iptables that are outside nftables, to root alone."""

_COMM = re.compile(r"/proc/([0-9]+)/comm:(.*)")
_APART = re.compile(r"/proc/([0-9]+)/status:(?:State:\s*[ZTXt]\b|NSpid:(?:\s+[0-9]+)+\s*\Z)")


def processes(answers: Answers) -> set[str] | None:
    """Return the names of running programs, or nothing when others' programs cannot be seen."""
    found = numbered(answers)
    return None if found is None else {*found.values()}


def numbered(answers: Answers) -> dict[str, str] | None:
    """Return the names of running programs by their numbers, or nothing when others' cannot be seen.

    Process 1 is always another's: without it /proc is mounted with hidepid. What runs in a container, with
    files of its own, does nothing for the machine; a zombie does nothing at all. See proc(5).
    """
    answer, apart = answers["processes"], answers["processes-apart"]
    # grep ends with 2 when a program ended meanwhile
    if not (answer.said and apart.said):
        return None
    *lines, last = filter(None, ["", *apart.output.split("\n")]) or [""]
    listed = [_COMM.fullmatch(line) for line in answer.output.split("\n") if line]
    others = [_APART.match(line) for line in lines]
    found = {match[1]: match[2] for match in listed if match}
    if None in listed or None in others or "1" not in found or last != f"end {len(lines)}":
        return None
    gone = {match[1] for match in others if match}
    return {number: name for number, name in found.items() if number not in gone}


def hidden(answers: Answers) -> str:
    """Return the problem code of facts that ask for running programs, where these cannot be seen."""
    listed, apart = answers["processes"], answers["processes-apart"]
    if not listed.said:
        return listed.problem
    seen = apart.said and "/proc/1/comm:" in listed.output
    return apart.problem if not apart.said else "unparsed" if seen else "denied"


def listeners(answer: Answer, *, of_links: bool = True) -> tuple[set[int], set[int]] | None:
    """Return the TCP ports open beyond the machine itself over IPv4 and over IPv6, or nothing.

    `of_links` says whether an IPv6 address that holds for a link alone counts.
    """
    if answer.state != "ok":
        return None
    ports4: set[int] = set()
    ports6: set[int] = set()
    star = _star(answer.output)
    for columns in [line.split() for line in answer.output.splitlines() if line.strip()]:
        if columns[:2] not in (["tcp", "LISTEN"], ["udp", "UNCONN"]) or len(columns) != 6:
            return None
        if columns[0] != "tcp":
            continue
        host, _, port = columns[4].rpartition(":")
        address = re.sub(r"%[^\]]*", "", host).strip("[]")
        if not (
            re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 65536 and columns[5].endswith(":*")
        ):
            return None
        if not (address == "*" or is_address(address)):
            return None
        if address.startswith(("127.", "::ffff:127.")) or address == "::1":
            continue
        if address.lower().startswith("fe80:") and not of_links:
            continue
        if address == "*" and not star:
            return None
        mapped = address.startswith("::ffff:")
        if address == "*" or ":" not in address or mapped:
            ports4.add(int(port))
        if (address == "*" and 6 in star) or (":" in address and not mapped):
            ports6.add(int(port))
    return ports4, ports6


def _star(output: str) -> tuple[int, ...]:
    """Return the families that `*` stands for in what ss printed; none where that cannot be told.

    Of iproute2 since 4.15 it is an IPv6 socket that takes IPv4 as well, and `0.0.0.0` and `[::]` those of
    one family; before, as in el7, it is IPv4's any address, and IPv6's is `::` without brackets.
    """
    hosts = [line.split()[4:6] for line in output.splitlines()]
    if any(re.match(r"[0-9a-f]*:[0-9a-f:.]*:", host, re.I) for pair in hosts for host in pair):
        return (4,)
    if any(host.startswith(("[", "0.0.0.0")) for pair in hosts for host in pair):
        return (4, 6)
    return (4,) if any(pair[1:] == ["*:*"] and pair[0][0].isdecimal() for pair in hosts) else ()


def objects(answer: Answer) -> list[dict[str, Any]] | None:
    """Return a list of JSON objects, as iproute2 prints them, or nothing when it is none."""
    if answer.state != "ok":
        return None
    try:
        return entries(answer.output)
    except (ValueError, RecursionError):
        return None


def entries(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects that iproute2 printed; raises `ValueError` and `RecursionError` for all else.

    A route that wraps what it sends (`encap ip`) has two keys `dst`, its own and that of the packets around.
    """
    items = json.loads(text, object_pairs_hook=once)
    if not (isinstance(items, list) and all(isinstance(item, dict) for item in items)):
        raise ValueError("no list of objects")
    return items


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON, for `object_pairs_hook`; raises `ValueError` where a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
