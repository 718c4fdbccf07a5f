"""Whether a host key is one we trust, and what is new about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import paramiko

from soccheck.collect.faults import FaultError
from soccheck.collect.ssh import host_certificates
from soccheck.collect.ssh.known_hosts import Match, fingerprint, scan_line
from soccheck.collect.ssh.login import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Represents a host key that is offered, in base 64; it is `new`, `known`, `changed` or `revoked`."""

    kind: str
    key: str
    news: str


def offered(key: paramiko.PKey, match: Match) -> Offered:
    """Return what is said of a key that a machine offers, by what is known of the machine."""
    kind, text = key.get_name(), key.get_base64()
    if text in match.revoked:
        news = "revoked"
    elif (kind, text) in match.trusted:
        news = "known"
    else:
        news = "changed" if match.trusted else "new"
    return Offered(kind=kind, key=text, news=news)


def verify(login: Login, key: paramiko.PKey, match: Match, now: datetime) -> None:
    """Raise `FaultError` unless the machine's key is one we trust, or is vouched for."""
    kind, text = key.get_name(), key.get_base64()
    certificate = key.public_blob
    if text in match.revoked:
        raise FaultError("host_key", f"the key of {login.shown} is revoked: {fingerprint(text)}")
    by = host_certificates.authority(certificate.key_blob) if certificate is not None else ""
    if by in match.revoked:
        said = f"is by a revoked authority or for a revoked key: {fingerprint(by)}"
        raise FaultError("host_key", f"host certificate refused: it {said}")
    shortest = login.algorithms.requiredrsasize
    if kind == "ssh-rsa" and key.get_bits() < shortest:
        said = f"the key of {login.shown} has {key.get_bits()} bits, RequiredRSASize is {shortest}"
        raise FaultError("host_key", f"{said}: {fingerprint(text)}")
    if (kind, text) in match.trusted:
        return
    check = f"check with: {scan_line(login.host, login.port, kind)}"
    offered = f"{login.shown} offers {kind} {fingerprint(text)}"
    if certificate is not None and match.authorities:
        name = login.key_alias or login.host
        said = login.algorithms.casignaturealgorithms
        why = host_certificates.refusal(certificate.key_blob, text, name, match, now, said)
        if not why:
            return
        raise FaultError("host_key", f"host certificate refused: it {why}; {offered}; {check}")
    if match.trusted:
        known = ", ".join(f"{k} {fingerprint(t)}" for k, t in match.trusted)
        raise FaultError("host_key", f"CHANGED host key: {offered}, known is {known}; {check}")
    unknown = "unknown host key and no certificate" if match.authorities else "unknown host key"
    raise FaultError("host_key", f"{unknown}: {offered}; {check}")
