"""An attestation that is new, or says something else, is told: by it somebody's word decides."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import compare
from soccheck.compare.former import former
from soccheck.compare.stored import document, read
from soccheck.model import Inventory
from tests.kit import an_inventory, policies, policy_text

TEXT = """
systems: {s: {organization: o}, t: {organization: o}}
attestations:
  a: {assets: [s], facts: {backup.offsite: true}, signer: A, role: B, from: 2024-01-01, to: 2024-12-31,
      document: {number: "1"}}
"""


def changes(folder: Path, before: Inventory, after: Inventory) -> list[tuple[str, str]]:
    policy = policies(folder / "pol", policy_text("{backup.offsite: true}"))
    day = date(2024, 6, 30)
    one, other = (Assessment(side, policy, day) for side in (before, after))
    return [(c.what, c.subject) for c in compare(other, former(one, "before", None)).scope]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to: 2024-12-31", "to: 2099-12-31"),
        ("from: 2024-01-01", "from: 2024-01-02"),
        ("signer: A", "signer: C"),
        ("role: B", "role: C"),
        ('number: "1"', 'number: "2"'),
        ("[s]", "[s, t]"),
        ("offsite: true", "offsite: true, monitoring.soc: true"),
    ],
)
def test_an_edit_is_told(tmp_path: Path, old: str, new: str) -> None:
    assert old in TEXT
    before = an_inventory(tmp_path / "a", TEXT)
    after = an_inventory(tmp_path / "b", TEXT.replace(old, new))
    assert ("attestation_edited", "a") in changes(tmp_path, before, after)
    assert changes(tmp_path, before, before) == []


def test_a_new_one_is_told(tmp_path: Path) -> None:
    before = an_inventory(tmp_path / "a", TEXT.partition("attestations")[0])
    after = an_inventory(tmp_path / "b", TEXT)
    assert ("attestation_added", "a") in changes(tmp_path, before, after)


SECOND = """
  b: {assets: [s], facts: {backup.offsite: false}, signer: C, role: D, from: 2023-01-01, to: 2023-12-31,
      document: {number: "2"}}
"""


@pytest.mark.parametrize(
    ("old", "new", "until", "told"),
    [
        ("", "", "2024-12-31", True),  # it contradicted the other
        ("", "", "2023-12-31", False),  # it had run out, and another took its place
        ("[s]", "[t]", "2023-12-31", True),  # what is declared decides again
        ("to: 2024-12-31", "to: 2024-06-29", "2023-12-31", True),
    ],
)
def test_one_that_is_gone_is_told(
    tmp_path: Path, old: str, new: str, until: str, told: bool
) -> None:
    text = TEXT.replace(old, new).rstrip()
    before = an_inventory(tmp_path / "a", text + SECOND.replace("2023-12-31", until))
    after = an_inventory(tmp_path / "b", text)
    found = changes(tmp_path, before, after)
    assert found == ([("attestation_removed", "b")] if told else [])


def test_a_stored_result_does_not_tell_which_had_run_out(tmp_path: Path) -> None:
    before = an_inventory(tmp_path / "a", TEXT.rstrip() + SECOND)
    policy = policies(tmp_path / "pol", policy_text("{backup.offsite: true}"))
    day = date(2024, 6, 30)
    was, now = (
        Assessment(side, policy, day) for side in (before, an_inventory(tmp_path / "b", TEXT))
    )
    stored = read(json.dumps(document(was)).encode(), "base.json")
    assert ("attestation_removed", "b") in {(c.what, c.subject) for c in compare(now, stored).scope}


def test_a_renamed_asset_is_attested_as_before(tmp_path: Path) -> None:
    before = an_inventory(tmp_path / "a", TEXT)
    text = TEXT.replace("{s: {", "{u: {formerly: [s], ").replace("[s], facts", "[u], facts")
    assert changes(tmp_path, before, an_inventory(tmp_path / "b", text)) == []
    other = an_inventory(tmp_path / "c", text.replace("to: 2024-12-31", "to: 2099-12-31"))
    assert changes(tmp_path, before, other) == [("attestation_edited", "a")]
