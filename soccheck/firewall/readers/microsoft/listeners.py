"""Who listens on which port of a Windows machine: what a rule bound to a program opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from soccheck.firewall.model import TCP, UDP, Expr, In, Not, Unknown, all_of, some_of
from soccheck.firewall.readers.members import Json, Members
from soccheck.firewall.readers.microsoft.filters import either, many
from soccheck.firewall.spans import span
from soccheck.phrase import echo, phrase, series

LISTENERS: Mapping[tuple[str, str], tuple[tuple[int, int], ...]] = {
    ("svchost.exe", "termservice"): ((TCP, 3389), (UDP, 3389)),
    ("svchost.exe", "rpcss"): ((TCP, 135),),
    ("system", ""): ((TCP, 445), (TCP, 139), (UDP, 137), (UDP, 138), (TCP, 5985), (TCP, 5986)),
    ("svchost.exe", "w32time"): ((UDP, 123),),
    ("svchost.exe", "ikeext"): ((UDP, 500), (UDP, 4500)),
    ("svchost.exe", "ssdpsrv"): ((UDP, 1900),),
    ("svchost.exe", "dnscache"): ((UDP, 5353), (UDP, 5355)),
    ("svchost.exe", "fdphost"): ((UDP, 3702),),
    ("svchost.exe", "fdrespub"): ((UDP, 3702),),
    ("dns.exe", "dns"): ((TCP, 53), (UDP, 53)),
    ("lsass.exe", ""): ((TCP, 88), (UDP, 88), (TCP, 464), (UDP, 464), (TCP, 389), (UDP, 389),
                        (TCP, 636), (TCP, 3268), (TCP, 3269)),
    ("snmp.exe", "snmp"): ((UDP, 161),),
    ("sshd.exe", ""): ((TCP, 22),),
}  # fmt: skip
"""The ports on which a program of Windows itself, as a service, is the one that listens.

Source: Microsoft Learn, "Service overview and network port requirements for Windows"; OpenSSH for
Windows. A rule that allows such a program opens such a port; of another port or program it is not known
who listens there.
"""
FOLDERS = {
    "%systemroot%": "c:\\windows",
    "%windir%": "c:\\windows",
    "%programfiles%": "c:\\program files",
    "%programfiles(x86)%": "c:\\program files (x86)",
    "%systemdrive%": "c:",
}


@dataclass(frozen=True, slots=True)
class Listener:
    """A program that listens on a port, and the services it holds."""

    protocol: int
    port: int
    program: str
    services: tuple[str, ...]


def listed(entries: Sequence[Json]) -> list[Listener]:
    """Read the list of who listens; raises `ValueError` or `KeyError` for one that is none."""
    return [
        Listener(
            {"TCP": TCP, "UDP": UDP}[str(e["Protocol"]).upper()],
            int(e["LocalPort"]),
            _path(str(e.get("Program") or e.get("ProcessName") or "")),
            tuple(str(s).lower() for s in many(e.get("Services"))),
        )
        for e in entries
        if not _of_itself(str(e.get("LocalAddress") or ""))
    ]


def _of_itself(own: str) -> bool:
    """Tell whether a listener takes only what the machine sends to itself."""
    try:
        return ip_address(own.partition("%")[0]).is_loopback
    except ValueError:
        return False


def bound(
    application: Members, services: Members, found: Sequence[Listener] | None, *, allows: bool
) -> Expr | None:
    """Return for which packets the program or service takes them that a rule is bound to; None for all."""
    programs = either(application, "AppPath", "Program")
    names = either(services, "ServiceName", "Service")
    packages = either(application, "Package")
    said = [
        *map(echo, programs),
        *(phrase("service {name}", name=name) for name in names),
        *map(echo, packages),
    ]
    if not said:
        return None
    which = Unknown(phrase("only for {names}", names=series(said)))
    if packages or len(programs) > 1 or len(names) > 1:
        return which
    program, service = (programs or [""])[0], (names or [""])[0].lower()
    if found is None:
        base = program.replace("\\", "/").rpartition("/")[2].lower()
        own = LISTENERS.get((base, service), ()) if allows else ()
        return some_of(*(_at(*place) for place in own), which)
    return _by_listeners(program, service, found, which)


def _by_listeners(program: str, service: str, found: Sequence[Listener], which: Expr) -> Expr:
    sure: list[Expr] = []
    perhaps: list[Expr] = []
    for listener in found:
        taken = _takes(listener, program, service)
        if taken is not False:
            place = _at(listener.protocol, listener.port)
            (sure if taken else perhaps).append(place)
    listed = {listener.protocol for listener in found}
    other = Not(In("proto", tuple((p, p) for p in sorted(listed)))) if listed else which
    return some_of(*sure, *(all_of(p, which) for p in perhaps), all_of(other, which))


def _takes(listener: Listener, program: str, service: str) -> bool | None:
    """Tell whether a listener is the program and service; None where it cannot be told."""
    path = _path(program)
    if path and path != listener.program:
        same = path.rpartition("\\")[2] == listener.program.rpartition("\\")[2]
        # A variable's folder may be on another drive; a short name (`PROGRA~1`) stands for a long one.
        vague = "%" in program or "\\" not in listener.program
        short = "~" in path or "~" in listener.program
        return None if not listener.program or short or (same and vague) else False
    if service in ("", "*"):
        return True if service == "" or listener.services else None
    return service in listener.services


def _at(protocol: int, port: int) -> Expr:
    return all_of(In("proto", span(protocol)), In("dport", span(port)))


def _path(text: str) -> str:
    path = text.replace("/", "\\").lower()
    for name, folder in FOLDERS.items():
        path = path.replace(name, folder)
    return path
