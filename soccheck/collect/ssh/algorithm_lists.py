"""What an ssh_config says of algorithms: which of those we have its lists allow, and in what order.

A list holds names and patterns, or `+`, `-` or `^` and what is added to, taken from or put before the
usual ones; see ssh_config(5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soccheck.collect.faults import FaultError
from soccheck.collect.ssh.known_hosts import fits

CERTIFIED = "-cert-v01@openssh.com"
RSA = ("rsa-sha2-512", "rsa-sha2-256")
"""How RSA keys sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlgorithmLists:
    """Holds the lists as they are written, by their keywords, and the shortest RSA key in bits."""

    ciphers: str = ""
    macs: str = ""
    kexalgorithms: str = ""
    hostkeyalgorithms: str = ""
    pubkeyacceptedalgorithms: str = ""
    casignaturealgorithms: str = ""
    requiredrsasize: int = 1024


def allowed(usual: Sequence[str], said: str) -> tuple[str, ...]:
    """Return the usual names that a list allows, in its order if it gives one."""
    sign = said[0] if said[:1] in ("+", "-", "^") else ""
    patterns = said.removeprefix(sign).split(",")
    if sign == "-":
        return tuple(name for name in usual if not fits(name, patterns))
    if any(pattern.startswith("!") for pattern in patterns):
        return ()  # ssh ends
    if not said or sign == "+":
        return tuple(usual)
    listed = [name for pattern in patterns for name in usual if fits(name, [pattern])]
    return tuple(dict.fromkeys((*listed, *usual) if sign else listed))


def some(usual: Sequence[str], said: str, keyword: str) -> tuple[str, ...]:
    """Return what `allowed` does; raises `FaultError` when that is nothing."""
    found = allowed(usual, said)
    if not found:
        detail = f"ssh_config allows nothing that soccheck has: {keyword} {said}; it has {','.join(usual)}"
        raise FaultError("refused", detail)
    return found


def gives_order(said: str) -> bool:
    """Return whether a list of host keys is asked for as it stands; else the kinds we know come first."""
    return said[:1] not in ("", "+", "-")


def own_key(kind: str, said: str) -> bool:
    """Return whether we may log in by a key of that kind, in whichever of its ways `signing` leaves."""
    if not kind.startswith("ssh-rsa"):
        return bool(allowed([kind], said))
    ending = kind.removeprefix("ssh-rsa")
    ways = signing(said)
    return bool(ways) and all(allowed([way + ending], said) for way in ways)


def signing(said: str) -> tuple[str, ...]:
    """Return the ways in which our RSA keys may sign, be it by a certificate alone."""
    return tuple(way for way in RSA if allowed([way], said) or allowed([way + CERTIFIED], said))
