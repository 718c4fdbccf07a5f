"""Certificates of host keys (`@cert-authority`): whether one vouches for the machine we asked.

Format: PROTOCOL.certkeys of OpenSSH. No more is accepted than ssh accepts, and less where ssh is lax: a
certificate without names, which is for every machine, and a signature by SHA-1 are refused.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from datetime import datetime

import paramiko
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    SSHCertificate,
    SSHCertificateType,
    load_ssh_public_identity,
)

from soccheck.collect.faults import plain
from soccheck.collect.ssh.algorithm_lists import allowed
from soccheck.collect.ssh.known_hosts import KEY_FIELDS, Match, fingerprint

_SIGNATURES = (
    *("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    *("rsa-sha2-256", "rsa-sha2-512"),
)
"""The algorithms an authority may sign by; what is none of them counts as SHA-1 (`ssh-rsa`)."""


def refusal(
    blob: bytes, key: str, name: str, match: Match, now: datetime, signatures: str = ""
) -> str:
    """Return why a certificate is not accepted, or nothing when it is.

    `blob` is the certificate as the machine sent it, `key` the key it proved to hold, in base 64; `name`
    is what we call the machine, without a port, `signatures` the list of CASignatureAlgorithms.
    """
    try:
        cert = _loaded(blob)
        signer, holder = _text(cert.signature_key()), _text(cert.public_key())
        cert.verify_cert_signature()
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as error:
        return f"cannot be verified: {plain(str(error) or error.__class__.__name__, 100)}"
    if holder != key:
        return "is for another key than the machine has"
    if {signer, holder} & match.revoked:
        return f"is by a revoked authority or for a revoked key: {fingerprint(signer)}"
    if signer not in {text for _, text in match.authorities}:
        return f"is by an authority that is not ours: {fingerprint(signer)}"
    if cert.type is not SSHCertificateType.HOST:
        return "is not for a host"
    algorithm = _signature_algorithm(blob)
    if algorithm not in _SIGNATURES:
        return "is signed by SHA-1"
    if not allowed([algorithm], signatures):
        return f"is signed by {algorithm}, which CASignatureAlgorithms does not allow"
    if cert.critical_options:
        return "has critical options, of which none is known"
    return _untimely(cert, now) or _unnamed(cert, name)


def _untimely(cert: SSHCertificate, now: datetime) -> str:
    seconds = now.timestamp()
    if seconds < cert.valid_after:
        return "is not valid yet"
    return "has expired" if seconds >= cert.valid_before else ""


def _unnamed(cert: SSHCertificate, name: str) -> str:
    names: Collection[str] = [one.decode("utf-8", "replace") for one in cert.valid_principals]
    if name.lower() in names:  # ssh asks in small letters, and knows no patterns here
        return ""
    said = ", ".join(plain(one, 60) for one in names[:5]) or "no machine by name"  # type: ignore[index]
    return f"is for {said}"


def _loaded(blob: bytes) -> SSHCertificate:
    length = int.from_bytes(blob[:4], "big")
    kind = blob[4 : 4 + length]
    cert = load_ssh_public_identity(kind + b" " + base64.b64encode(blob))
    if not isinstance(cert, SSHCertificate):
        raise ValueError("not a certificate")
    return cert


def authority(blob: bytes) -> str:
    """Return the key of the authority that a certificate names, in base 64, whether or not it signed it."""
    return base64.b64encode(_from_signer_on(blob).get_binary()).decode()


def _signature_algorithm(blob: bytes) -> str:
    """Return how a certificate that was verified is signed, from its last field."""
    fields = _from_signer_on(blob)
    fields.get_binary()  # the authority's key
    return paramiko.Message(fields.get_binary()).get_text()


def _from_signer_on(blob: bytes) -> paramiko.Message:
    """Return a certificate's fields from its authority's key on."""
    fields = paramiko.Message(blob)
    kind = fields.get_text()
    fields.get_binary()  # nonce
    for start, count in KEY_FIELDS.items():
        for _ in range(count if kind.startswith(start) else 0):
            fields.get_binary()
    fields.get_int64()  # serial
    fields.get_int()  # type
    fields.get_binary()  # key id
    fields.get_binary()  # names
    fields.get_int64()  # valid after
    fields.get_int64()  # valid before
    fields.get_binary()  # critical options
    fields.get_binary()  # extensions
    fields.get_binary()  # reserved
    return fields


def _text(key: object) -> str:
    """Return a public key in base 64, as known_hosts has it."""
    line: bytes = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)  # type: ignore[attr-defined]
    return line.split()[1].decode()
