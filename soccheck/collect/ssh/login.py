"""How a machine is logged in to: the inventory's settings first, then `ssh_config`, then defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from soccheck.collect.faults import FaultError
from soccheck.collect.plan import Target

Lookup = Callable[[str], Mapping[str, Any]]
_DEFAULT_KEYS = ("id_ed25519", "id_ecdsa", "id_rsa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Represents a resolved way to log in; `via` is the jump host before it."""

    host: str
    port: int
    user: str
    keys: tuple[Path, ...] = ()
    identities_only: bool = False
    known_hosts: tuple[Path, ...] = ()
    key_alias: str = ""
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

    `user`, `keys`, `known_hosts` and `jump` are the command line's; `login` is who runs soccheck.
    """

    home: Path
    login: str
    user: str | None = None
    keys: tuple[Path, ...] = ()
    known_hosts: tuple[Path, ...] = ()
    jump: str | None = None


def resolve(target: Target, lookup: Lookup, defaults: Defaults) -> Login:
    """Return how to log in to `target`; raises `FaultError` when nothing says where it is."""
    named = lookup(target.asset)
    by_name = named.get("hostname", target.asset) != target.asset
    if not target.address and not by_name:
        detail = "no address: give it addresses or ssh.address in the inventory, or HostName in ssh_config"
        raise FaultError("unreachable", detail)
    alias = target.asset if by_name else target.address
    jump = target.jump or defaults.jump
    return _resolve(alias, lookup, defaults, target.port, target.user or defaults.user, jump, 0)


def _resolve(
    alias: str,
    lookup: Lookup,
    defaults: Defaults,
    port: int | None,
    user: str | None,
    jump: str | None,
    depth: int,
) -> Login:
    said = lookup(alias)
    if depth > 8:
        raise FaultError("unreachable", f"the jump hosts of {alias} lead in a circle")
    try:
        number = port or int(said.get("port", 22))
    except ValueError as error:
        raise FaultError("unreachable", f"ssh_config: {said.get('port')!r} is no port") from error
    jumps = jump or str(said.get("proxyjump", "none"))
    via: Login | None = None
    if jumps.lower() != "none":
        for hop in jumps.split(","):
            name, hop_port, hop_user = split_hop(hop.strip())
            # The first hop may have a jump host of its own; later ones go through the one before.
            own = None if via is None else "none"
            login = _resolve(name, lookup, defaults, hop_port, hop_user, own, depth + 1)
            via = login if via is None else replace(login, via=via)
    files = [Path(str(name)) for name in said.get("identityfile", ())]
    keys = (*defaults.keys, *files)
    if not keys:
        keys = tuple(defaults.home / ".ssh" / name for name in _DEFAULT_KEYS)
    return Login(
        host=str(said.get("hostname", alias)),
        port=number,
        user=user or str(said.get("user", defaults.login)),
        keys=keys,
        identities_only=str(said.get("identitiesonly", "no")).lower() == "yes",
        known_hosts=_known_hosts(said, defaults),
        key_alias=str(said.get("hostkeyalias", "")),
        via=via,
        proxy_command=via is None and str(said.get("proxycommand", "none")).lower() != "none",
    )


def _known_hosts(said: Mapping[str, Any], defaults: Defaults) -> tuple[Path, ...]:
    """Return the files of a `UserKnownHostsFile`, unless the command line names others."""
    if defaults.known_hosts or "userknownhostsfile" not in said:
        return ()
    home = str(defaults.home)
    names = str(said["userknownhostsfile"]).replace("~", home).replace("%d", home).split()
    return tuple(Path(name) for name in names)


def split_hop(hop: str) -> tuple[str, int | None, str | None]:
    """Return name, port and user of `[user@]name[:port]`, an IPv6 address in brackets."""
    user, at, rest = hop.rpartition("@")
    rest = rest.removeprefix("ssh://")
    host, colon, port = rest.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or not port.isdigit():
        host, port = rest, ""
    name = user.removeprefix("ssh://") if at else ""
    return host.strip("[]"), int(port) if port else None, name or None


def included(path: Path, base: Path, depth: int = 0) -> str:
    """Return an ssh_config file's text with `Include` lines replaced; paramiko does not know them."""
    lines = []
    block = "Host *"
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.strip().replace("=", " ", 1).split()
        word = words[0].lower() if words else ""
        if word in ("host", "match"):
            block = line
        if word != "include" or depth > 8:
            lines.append(line)
            continue
        for pattern in words[1:]:
            name = pattern.strip('"').replace("~", str(base.parent), 1)
            folder = Path("/") if name.startswith("/") else base
            below = sorted(folder.glob(name.lstrip("/")))
            lines += [included(found, base, depth + 1) for found in below]
        lines.append(block)  # what follows belongs to the block it stands in
    return "\n".join(lines) + "\n"
