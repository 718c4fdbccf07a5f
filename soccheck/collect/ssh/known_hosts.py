"""The host keys we trust: `known_hosts` files as an index, built once. Format: sshd(8).

`paramiko.HostKeys` takes 15 s for 10,000 entries; a dict takes a fraction of a second.
"""

from __future__ import annotations

import base64
import binascii
import fnmatch
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from soccheck.collect.faults import FaultError
from soccheck.collect.ssh import own_files

_LONGEST_NAME = 1022
KEY_FIELDS = {"ssh-ed25519": 1, "ecdsa-sha2": 2, "ssh-rsa": 2}
"""How many fields make up a public key, by how its kind begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownHost:
    """Represents one line: its marker (`@revoked`, `@cert-authority` or none), key type and key."""

    marker: str
    type: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Represents what is known of a machine: trusted (type, key) pairs, and keys never to accept.

    `authorities` are the (type, key) pairs that may sign certificates for it.
    """

    trusted: tuple[tuple[str, str], ...]
    revoked: frozenset[str]
    authorities: tuple[tuple[str, str], ...]


class KnownHosts:
    """Holds known host keys by name; hashed names and patterns are searched only where there are any."""

    def __init__(self) -> None:
        self._plain: dict[str, list[KnownHost]] = {}
        self._hashes: list[tuple[bytes, bytes, KnownHost]] = []
        self._patterns: list[tuple[list[str], KnownHost]] = []
        self._revoked: set[str] = set()

    @classmethod
    def load(cls, paths: Iterable[Path], revoked: Iterable[Path] = ()) -> KnownHosts:
        """Return the index of the files; one that is not there holds nothing, if it is not of revoked keys.

        Raises `FaultError` for a file that cannot be read: what it says may be that a key is revoked.
        """
        known = cls()
        for path in paths:
            known.add(_text(path, missing=True))
        for path in revoked:
            text = _text(path, missing=False)
            if text.startswith("SSHKRL"):
                raise FaultError(
                    "host_key", f"{path} is a binary list of revoked keys: write one a line"
                )
            known._revoked |= _keys(text, path)
        return known

    def add(self, text: str) -> None:
        """Take in the lines of a file; a line that is none of the format is passed over, as ssh does."""
        plain = self._plain
        for line in text.split("\n"):
            line = line.partition("\0")[0]  # there ssh ends it
            words = re.split("[ \t]+", line.strip(" \t").rstrip("\r"))
            marker = words.pop(0) if words[0].startswith("@") else ""
            if len(words) < 3 or words[0].startswith("#"):
                continue
            names, entry = words[0], KnownHost(marker=marker, type=words[1], key=words[2])
            if any(len(name) > _LONGEST_NAME for name in names.split(",")) and not marker:
                continue  # ssh takes none of such a list
            if names.startswith("|1|"):
                self._hash(names, entry)
            elif any(sign in names for sign in "*?!"):
                self._patterns.append((names.lower().split(","), entry))
            else:
                for name in names.lower().split(","):
                    plain.setdefault(name, []).append(entry)

    def _hash(self, names: str, entry: KnownHost) -> None:
        """Take in a hashed name, which ssh knows in this form alone; any other names no machine."""
        parts = names.split("|")
        try:
            salt, digest = (base64.b64decode(part, validate=True) for part in parts[2:])
        except (ValueError, binascii.Error):
            return
        if len(salt) == hashlib.sha1().digest_size and _hashed(salt, digest) == names:
            self._hashes.append((salt, digest, entry))

    def find(self, names: Sequence[str]) -> Match:
        """Return what is known of a machine under any of `names`, as `lookup_names` makes them."""
        entries: list[KnownHost] = []
        for name in (name.lower() for name in names):
            entries += self._plain.get(name, ())
            raw = name.encode()
            entries += [e for s, d, e in self._hashes if hmac.digest(s, raw, "sha1") == d]
            entries += [e for patterns, e in self._patterns if fits(name, patterns)]
        entries = [e for e in entries if _is_key(e.type, e.key)]
        return Match(
            trusted=tuple(dict.fromkeys((e.type, e.key) for e in entries if not e.marker)),
            revoked=frozenset(_bare(e.type, e.key) for e in entries if e.marker == "@revoked")
            | self._revoked,
            authorities=tuple((e.type, e.key) for e in entries if e.marker == "@cert-authority"),
        )


def _hashed(salt: bytes, digest: bytes) -> str:
    return "|1|" + "|".join(base64.b64encode(part).decode() for part in (salt, digest))


def _text(path: Path, *, missing: bool) -> str:
    try:
        return own_files.read(path).decode(errors="replace")  # a bare carriage return ends no line
    except OSError as error:
        if missing and isinstance(error, FileNotFoundError):
            return ""
        raise FaultError("host_key", f"{path} cannot be read: {error.strerror}") from error


def _is_key(kind: str, text: str) -> bool:
    """Return whether a text is a public key in base 64 that names its kind within (RFC 4253, 6.6)."""
    named = kind.encode()
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    # ssh takes no other way of writing the last bits
    written = base64.b64encode(key).decode() == text
    return written and key.startswith(len(named).to_bytes(4, "big") + named)


def _keys(text: str, path: Path) -> set[str]:
    """Return the keys of a file of revoked ones in base 64; raises `FaultError` for a line that is none.

    ssh refuses every machine by such a line, whatever the others say.
    """
    found = set()
    for number, line in enumerate(text.split("\n"), 1):
        words = re.split("[ \t]+", line.strip(" \t\r"))
        if not words[0] or words[0].startswith("#"):
            continue
        key = _bare(words[0], words[1]) if len(words) > 1 and _is_key(words[0], words[1]) else ""
        if not _is_whole(base64.b64decode(key)):
            raise FaultError("host_key", f"{path}:{number}: no public key: write KIND KEY")
        found.add(key)
    return found


def _is_whole(key: bytes) -> bool:
    """Return whether a public key ends where its last string does; it has one behind its kind, or more."""
    at = count = 0
    while at < len(key):
        at, count = at + 4 + int.from_bytes(key[at : at + 4], "big"), count + 1
    return at == len(key) and count > 1


def _bare(kind: str, text: str) -> str:
    """Return the key that a certificate is for, which ssh revokes with it; nothing if it is none."""
    plain = kind.removesuffix("-cert-v01@openssh.com")
    if plain == kind:
        return text
    rest, parts = base64.b64decode(text), []
    count = next((n for start, n in KEY_FIELDS.items() if plain.startswith(start)), 0)
    for _ in range(2 + count):  # its kind, a nonce, the key
        end = 4 + int.from_bytes(rest[:4], "big")
        parts.append(rest[4:end])
        whole, rest = end <= len(rest), rest[end:]
    if not count or not whole:
        return ""
    key = b"".join(len(part).to_bytes(4, "big") + part for part in (plain.encode(), *parts[2:]))
    return base64.b64encode(key).decode()


def fits(name: str, patterns: Sequence[str]) -> bool:
    """Return whether a name fits a list of patterns; one negated pattern that fits excludes it."""
    escaped = [p.replace("[", "[[]") for p in patterns]  # [name]:port is no character class
    if any(p.startswith("!") and fnmatch.fnmatchcase(name, p[1:]) for p in escaped):
        return False
    return any(fnmatch.fnmatchcase(name, p) for p in escaped if not p.startswith("!"))


def lookup_name(host: str, port: int) -> str:
    """Return the name a machine has in the file: `host`, or `[host]:port` off port 22."""
    return host if port == 22 else f"[{host}]:{port}"


def fingerprint(key: str) -> str:
    """Return a key's fingerprint as ssh-keygen -l prints it; `key` is in base 64."""
    digest = hashlib.sha256(base64.b64decode(key)).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def scan_line(host: str, port: int, key_type: str) -> str:
    """Return the command that shows the key a machine offers, to compare over another way."""
    option = f" -p {port}" if port != 22 else ""
    short = key_type.removeprefix("ssh-").removeprefix("rsa-sha2-")
    kind = {"256": "rsa", "512": "rsa"}.get(short, "ecdsa" if short.startswith("ecdsa") else short)
    return f"ssh-keyscan{option} -t {kind} {host} | ssh-keygen -lf -"
