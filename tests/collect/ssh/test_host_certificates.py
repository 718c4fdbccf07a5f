"""A certificate that is damaged or forged in any place is refused; `test_real_machines` has real ones."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.collect.ssh import host_certificates as hostcert
from soccheck.collect.ssh.known_hosts import KnownHosts, Match

NOW = datetime(2026, 2, 1, tzinfo=UTC)


class Certificate:
    """Holds a certificate of a host key, the key, and what is known of its authority."""

    def __init__(self, folder: Path, principals: str = "web.example") -> None:
        for name in ("key", "ca"):
            command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
            subprocess.run(command, check=True)
        sign = ["ssh-keygen", "-q", "-s", str(folder / "ca"), "-I", "x", "-h", "-n", principals]
        validity = ["-V", "20260101:20270101", str(folder / "key.pub")]
        subprocess.run([*sign, *validity], check=True)
        self.blob = base64.b64decode((folder / "key-cert.pub").read_text().split()[1])
        self.key = (folder / "key.pub").read_text().split()[1]
        known = KnownHosts()
        known.add(f"@cert-authority *.example {(folder / 'ca.pub').read_text()}")
        self.match: Match = known.find(["web.example"])

    def refusal(self, blob: bytes, name: str = "web.example", now: datetime = NOW) -> str:
        return hostcert.refusal(blob, self.key, name, self.match, now)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate(tmp_path_factory.mktemp("certificate"))


def test_a_whole_one_is_accepted_for_its_name_in_its_time(certificate: Certificate) -> None:
    blob = certificate.blob
    assert certificate.refusal(blob) == ""
    assert certificate.refusal(blob, "WEB.example") == ""
    assert certificate.refusal(blob, "web.example.org") == "is for web.example"
    assert certificate.refusal(blob, now=datetime(2025, 6, 1, tzinfo=UTC)) == "is not valid yet"
    assert certificate.refusal(blob, now=datetime(2027, 6, 1, tzinfo=UTC)) == "has expired"


@pytest.mark.parametrize("names", ["*", "*.example", "WEB.example", "!web.example", "a,web.*"])
def test_names_are_no_patterns_and_in_small_letters_as_to_ssh(names: str, tmp_path: Path) -> None:
    """ssh of OpenSSH 9.2 says: name is not a listed principal."""
    certificate = Certificate(tmp_path, names)
    assert certificate.refusal(certificate.blob).startswith("is for ")


def test_no_other_machines_certificate_is_accepted(
    certificate: Certificate, tmp_path: Path
) -> None:
    other = Certificate(tmp_path)
    match = other.match
    assert hostcert.refusal(other.blob, certificate.key, "web.example", match, NOW) == (
        "is for another key than the machine has"
    )
    assert "not ours" in hostcert.refusal(
        other.blob, other.key, "web.example", certificate.match, NOW
    )


def test_every_bit_counts(certificate: Certificate) -> None:
    for place in range(len(certificate.blob)):
        changed = bytearray(certificate.blob)
        changed[place] ^= 1
        assert certificate.refusal(bytes(changed)), place
        assert certificate.refusal(certificate.blob[:place]), place
    assert certificate.refusal(certificate.blob + b"x")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused(certificate: Certificate, blob: bytes) -> None:
    assert certificate.refusal(blob)
    assert certificate.refusal(b"\x00\x00\x00\x20ssh-ed25519-cert-v01@openssh.com" + blob)
