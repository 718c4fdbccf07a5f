"""How a machine is logged in to: the inventory's settings first, then `ssh_config`, then defaults."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from soccheck.collect.faults import FaultError
from soccheck.collect.plan import Target
from soccheck.collect.ssh.algorithm_lists import AlgorithmLists
from soccheck.collect.ssh.config import ReadConfig, Said, written

_GLOBAL = (Path("/etc/ssh/ssh_known_hosts"), Path("/etc/ssh/ssh_known_hosts2"))
_FAMILIES = {"inet": socket.AF_INET, "inet6": socket.AF_INET6}
_DEFAULT_KEYS = ("id_rsa", "id_ecdsa", "id_ed25519")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Represents a resolved way to log in; `via` is the jump host before it."""

    host: str
    port: int
    user: str
    keys: tuple[Path, ...] = ()
    identities_only: bool = False
    agent: bool = True
    known_hosts: tuple[Path, ...] = ()
    revoked: tuple[Path, ...] = ()
    key_alias: str = ""
    algorithms: AlgorithmLists = field(default_factory=AlgorithmLists)
    family: socket.AddressFamily = socket.AF_UNSPEC
    via: Login | None = None
    proxy_command: bool = False

    @property
    def shown(self) -> str:
        """Return the machine's address as messages name it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 22 else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return where answers come from, as evidence names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        via = f" via {self.via.shown}" if self.via else ""
        return f"ssh://{self.user}@{host}:{self.port}{via}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """Represents what holds where nobody says otherwise; options of the command line come first.

    `user`, `keys`, `known_hosts` and `jump` are the command line's; `login` is who runs soccheck, and
    `shell` what runs the commands of `Match exec`.
    """

    home: Path
    login: str
    user: str | None = None
    keys: tuple[Path, ...] = ()
    known_hosts: tuple[Path, ...] = ()
    jump: str | None = None
    shell: str = "/bin/sh"


def resolve(target: Target, lookup: ReadConfig, defaults: Defaults) -> Login:
    """Return how to log in to `target`; raises `FaultError` when nothing says where it is."""
    named = _heard(lookup, target.asset, target.user or defaults.user, target.port)
    by_name = named.one("hostname", target.asset) != target.asset
    if not target.address and not by_name:
        detail = "no address: give it addresses or ssh.address in the inventory, or HostName in ssh_config"
        raise FaultError("unreachable", detail)
    alias = target.asset if by_name else target.address
    jump = target.jump or defaults.jump
    return _resolve(alias, lookup, defaults, target.port, target.user or defaults.user, jump, 0)


def _resolve(
    alias: str,
    lookup: ReadConfig,
    defaults: Defaults,
    port: int | None,
    user: str | None,
    jump: str | None,
    depth: int,
) -> Login:
    if depth > 8:
        raise FaultError("unreachable", f"the jump hosts of {alias} lead in a circle")
    said = _heard(lookup, alias, user, port)
    if said.refused:
        raise FaultError("unreachable", f"ssh_config says what is not followed: {said.refused[0]}")
    number = port or int(said.one("port", "22"))
    via = _through(jump or said.one("proxyjump", "none"), lookup, defaults, depth)
    host = written(said.one("hostname", alias).lower())
    name = user or said.one("user", defaults.login)
    tokens = {"h": host, "n": alias, "p": str(number), "r": name, "u": defaults.login, "%": "%"}
    tokens["d"] = str(defaults.home)

    if via is not None and (via.host, via.port, via.user) == (host, number, name):
        raise FaultError("unreachable", f"{alias} is its own jump host")

    def paths(keyword: str) -> tuple[Path, ...]:
        found = [one for one in said.values.get(keyword, ()) if one.lower() != "none"]
        if keyword == "globalknownhostsfile":  # ssh takes these names as they stand
            return tuple(_path(one, {}, None) for one in found)
        return tuple(_path(one, tokens, defaults.home) for one in found)

    keys = (*defaults.keys, *paths("identityfile"))
    if not keys and "identityfile" not in said.values:
        keys = tuple(defaults.home / ".ssh" / one for one in _DEFAULT_KEYS)
    return Login(
        host=host,
        port=number,
        user=name,
        keys=keys,
        identities_only=said.one("identitiesonly") == "yes",
        agent=said.one("identityagent") != "none",
        known_hosts=defaults.known_hosts or _known_hosts(said, paths, defaults.home),
        revoked=paths("revokedhostkeys"),
        key_alias=said.one("hostkeyalias"),
        algorithms=_algorithms(said),
        family=_FAMILIES.get(said.one("addressfamily"), socket.AF_UNSPEC),
        via=via,
        proxy_command=via is None and said.one("proxycommand", "none").lower() != "none",
    )


def _heard(lookup: ReadConfig, name: str, user: str | None, port: int | None) -> Said:
    try:
        return lookup(name, user, port)
    except ValueError as error:
        raise FaultError("unreachable", f"ssh_config cannot be understood: {error}") from error


def _through(jumps: str, lookup: ReadConfig, defaults: Defaults, depth: int) -> Login | None:
    """Return the last of the jump hosts that a ProxyJump names, each going through the one before."""
    if jumps.lower() == "none":
        return None
    via: Login | None = None
    for hop in jumps.split(","):
        name, port, user = split_hop(hop.strip())
        if not name or "/" in name or port == 0 or (port or 0) > 65535:
            raise FaultError("unreachable", f"{jumps} names no jump host: write [user@]name[:port]")
        # The first hop may have a jump host of its own; later ones go through the one before.
        own = None if via is None else "none"
        login = _resolve(name, lookup, defaults, port, user, own, depth + 1)
        via = login if via is None else replace(login, via=via, proxy_command=False)
    return via


def _algorithms(said: Said) -> AlgorithmLists:
    return AlgorithmLists(
        ciphers=said.one("ciphers"),
        macs=said.one("macs"),
        kexalgorithms=said.one("kexalgorithms"),
        hostkeyalgorithms=said.one("hostkeyalgorithms"),
        pubkeyacceptedalgorithms=said.one("pubkeyacceptedalgorithms"),
        casignaturealgorithms=said.one("casignaturealgorithms"),
        requiredrsasize=int(said.one("requiredrsasize", "1024")),
    )


def _known_hosts(
    said: Said, paths: Callable[[str], tuple[Path, ...]], home: Path
) -> tuple[Path, ...]:
    """Return the files of known host keys, the user's and the system's, unless ssh_config names others."""
    own = (home / ".ssh" / "known_hosts", home / ".ssh" / "known_hosts2")
    users = paths("userknownhostsfile") if "userknownhostsfile" in said.values else own
    everyones = paths("globalknownhostsfile") if "globalknownhostsfile" in said.values else _GLOBAL
    return (*users, *everyones)


def _path(text: str, tokens: Mapping[str, str], home: Path | None) -> Path:
    """Return a path with its tokens and `~/` replaced; raises `FaultError` for what is not known."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in tokens:
            raise FaultError("unreachable", f"ssh_config: {found[0]} of {text} is not followed")
        return tokens[found[1]]

    if "${" in text:
        raise FaultError("unreachable", f"ssh_config: the variable of {text} is not followed")
    written = re.sub("%(.?)", value, text)
    if home is not None and written.startswith("~/"):
        return home / written[2:]
    if written.startswith("~"):
        raise FaultError("unreachable", f"ssh_config: the ~ of {text} is not followed")
    return Path(written)


def split_hop(hop: str) -> tuple[str, int | None, str | None]:
    """Return name, port and user of `[user@]name[:port]`, an IPv6 address in brackets."""
    user, at, rest = hop.rpartition("@")
    if hop.startswith("ssh://"):
        rest = rest.removeprefix("ssh://").removesuffix("/")
    host, colon, port = rest.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or not port.isdecimal():
        host, port = rest, ""
    name = user.removeprefix("ssh://") if at else ""
    return host.strip("[]"), int(port) if port else None, name or None
