"""Attestations as evidence: weaker than an answer, stronger than a word, and only while they hold."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import Detail
from soccheck.model import Basis, Evidence, Finding
from tests.kit import an_inventory, policies, policy_text

SIGNED = b"We keep a copy at the other site.\n"
SHA = hashlib.sha256(SIGNED).hexdigest()
ONE = """
systems: {s: {organization: o%s}}
attestations:
  a:
    assets: [s]
    facts: {backup.offsite: %s}
    signer: %s
    role: Head
    document: %s
    from: 2024-01-01
    to: 2024-12-31
"""


def judged(
    folder: Path,
    *,
    value: str = "true",
    declared: str = "",
    document: str = "{number: 12/BC}",
    day: str = "2024-06-30",
    observed: bool | None = None,
    basis: Basis = Basis.OBSERVED,
    more: str = "",
    signer: str = "An officer",
    extra: str = "",
) -> tuple[Finding, Detail]:
    own = f", backup: {{offsite: {declared}}}" if declared else ""
    loaded = an_inventory(folder / "inv", ONE % (own, value, signer, document) + more)
    evidence = {}
    if observed is not None:
        when = datetime(2024, 6, 29, tzinfo=UTC)
        answer = Evidence(value=observed, basis=basis, when=when, origin="console")
        evidence = {"s": {"backup.offsite": [answer]}}
    policy = policies(folder / "pol", policy_text("{backup.offsite: true}", extra=extra))
    made = Assessment(loaded, policy, date.fromisoformat(day), evidence)
    (finding,) = made.findings
    return finding, made.detail(finding)


def test_it_is_stronger_than_what_is_declared(tmp_path: Path) -> None:
    finding, detail = judged(tmp_path, declared="false")
    assert finding.status.value == "pass"
    assert detail.basis is Basis.ATTESTED
    assert [e.basis for e in detail.drift] == [Basis.DECLARED]
    assert "12/BC, Head An officer" in str(detail.observed[0].chosen.origin)


@pytest.mark.parametrize("basis", [Basis.OBSERVED, Basis.IMPORTED])
def test_it_is_weaker_than_what_was_seen_or_imported(tmp_path: Path, basis: Basis) -> None:
    finding, detail = judged(tmp_path, observed=False, basis=basis)
    assert (finding.status.value, detail.basis) == ("fail", basis)
    assert [e.basis for e in detail.drift] == [Basis.ATTESTED]


@pytest.mark.parametrize("declared", ["", "true"])
def test_what_ran_out_is_unknown_whatever_is_declared(tmp_path: Path, declared: str) -> None:
    assert judged(tmp_path / "1", declared=declared, day="2024-12-31")[0].status.value == "pass"
    finding, detail = judged(tmp_path / "2", declared=declared, day="2025-01-01")
    assert finding.status.value == "unknown"
    assert (detail.reason, detail.extra) == ("attestation_expired", "2024-12-31")


def test_before_it_begins_it_says_nothing(tmp_path: Path) -> None:
    finding, detail = judged(tmp_path / "1", day="2023-12-31")
    assert (finding.status.value, detail.reason) == ("unknown", "later")
    finding, detail = judged(tmp_path / "2", day="2023-12-31", declared="false")
    assert (finding.status.value, detail.basis) == ("fail", Basis.DECLARED)


@pytest.mark.parametrize("declared", ["", "true"])
def test_a_changed_file_is_unknown(tmp_path: Path, declared: str) -> None:
    document = f"{{path: signed/copy.pdf, sha256: {SHA}}}"
    kept = tmp_path / "inv" / "signed" / "copy.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(SIGNED)
    finding, _ = judged(tmp_path, document=document, declared=declared)
    assert finding.status.value == "pass"
    for edited in (SIGNED + b"\n", b"", None):
        if edited is None:
            kept.unlink()
        else:
            kept.write_bytes(edited)
        finding, detail = judged(tmp_path, document=document, declared=declared)
        assert (finding.status.value, detail.reason) == ("unknown", "attestation_changed")
        assert "signed/copy.pdf" in str(detail.extra)
    kept.write_bytes(b"\n")
    of_nothing = document.replace(SHA, hashlib.sha256(b"\n").hexdigest())
    finding, detail = judged(tmp_path, document=of_nothing, declared=declared)
    assert (finding.status.value, detail.extra) == ("unknown", "signed/copy.pdf: 0 B")


@pytest.mark.parametrize("signer", ['"-"', "TBD", "n/a", "chưa rõ"])
@pytest.mark.parametrize("declared", ["", "true"])
def test_what_nobody_signed_proves_nothing(tmp_path: Path, signer: str, declared: str) -> None:
    (tmp_path / "inv").mkdir()
    finding, detail = judged(tmp_path, signer=signer, declared=declared)
    assert (finding.status.value, detail.reason) == ("unknown", "attestation_unsigned")


@pytest.mark.parametrize("path", ["../outside.pdf", "/etc/hostname"])
def test_a_file_out_of_the_folder_proves_nothing(tmp_path: Path, path: str) -> None:
    (tmp_path / "inv").mkdir()
    (tmp_path / "outside.pdf").write_bytes(SIGNED)
    finding, detail = judged(tmp_path, document=f"{{path: {path}, sha256: {SHA}}}")
    assert (finding.status.value, detail.reason) == ("unknown", "attestation_changed")


SECOND = """
  b:
    assets: [s]
    facts: {backup.offsite: %s}
    signer: Another
    role: Head
    document: {number: 13/BC}
    from: 2024-03-01
    to: %s
"""


def test_two_that_hold_and_contradict_each_other_are_unknown(tmp_path: Path) -> None:
    finding, detail = judged(tmp_path, more=SECOND % ("false", "2024-12-31"))
    assert (finding.status.value, detail.reason) == ("unknown", "contradicted")
    assert "12/BC" in str(detail.extra)
    assert "13/BC" in str(detail.extra)


def test_of_two_the_one_that_holds_decides(tmp_path: Path) -> None:
    finding, _ = judged(tmp_path, more=SECOND % ("false", "2024-05-01"))
    assert finding.status.value == "pass"
    finding, _ = judged(tmp_path / "2", more=SECOND % ("true", "2025-12-31"), day="2025-06-01")
    assert finding.status.value == "pass"


def test_a_control_that_does_not_accept_it_or_wants_it_fresh(tmp_path: Path) -> None:
    finding, detail = judged(tmp_path / "1", extra="evidence: {accept: [observed]}")
    assert (finding.status.value, detail.reason) == ("unknown", "basis")
    finding, detail = judged(tmp_path / "2", extra="evidence: {max_age: 3mo}")
    assert (finding.status.value, detail.reason) == ("unknown", "stale")


def test_what_an_asset_is_cannot_be_attested_away(tmp_path: Path) -> None:
    """A scope is read from the inventory, where a change of it is seen."""
    text = """
    systems: {s: {organization: o, dossier: {proposed_level: 3}}}
    attestations:
      a: {assets: [s], facts: {dossier.proposed_level: 1}, signer: A, role: B,
          document: {number: "1"}, from: 2024-01-01, to: 2024-12-31}
    """
    loaded = an_inventory(tmp_path / "inv", text)
    control = policy_text("{backup.offsite: true}", extra="when: {dossier.proposed_level|gte: 3}")
    made = Assessment(loaded, policies(tmp_path / "pol", control), date(2024, 6, 30))
    assert [f.status.value for f in made.findings] == ["unknown"]
