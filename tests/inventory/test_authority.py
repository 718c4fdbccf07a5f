"""What is said of the authority may stand in several files, each fact in one, with its own source."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.model import Inventory
from tests.kit import written

A = """
authority:
  stated: 2024-06-30
  open_data: {agencies: 188}
  source: {document: d, section: I}
documents: {d: {title: D}, e: {title: E}}
"""


def loaded(folder: Path, more: str) -> Inventory:
    return inventory.load(written(folder, a=A, b=more), "inv")


def test_each_fact_is_where_its_file_says(tmp_path: Path) -> None:
    held = loaded(
        tmp_path,
        "authority:\n  emc: {connected: true}\n  par: {rank: 63}\n  source: {document: e}\n",
    )
    authority = held.authority
    assert str(authority.where("open_data.agencies")) == "inv/a.yaml:4:15"
    assert str(authority.where("emc.connected")) == "inv/b.yaml:2:9"
    documents = {name: authority.source(name) for name in ("open_data.agencies", "par.rank")}
    assert {n: s and s.document for n, s in documents.items()} == {
        "open_data.agencies": "d",
        "par.rank": "e",
    }


def test_a_file_that_names_no_source_borrows_none(tmp_path: Path) -> None:
    held = loaded(tmp_path, "authority: {emc: {connected: true}}")
    assert held.authority.source("emc.connected") is None
    assert held.authority.source("open_data.agencies") is not None


@pytest.mark.parametrize("more", ["open_data: {agencies: 188}", "stated: 2024-06-30"])
def test_a_fact_stated_twice_is_refused_even_when_alike(more: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, f"authority: {{{more}}}")
    assert "stands here a second time: the first is at inv/a.yaml:" in str(caught.value)


def test_a_failure_of_the_authority_can_be_waived(tmp_path: Path) -> None:
    waiver = "{control: X, assets: [inv], reason: r, approver: a, granted: 2024-01-01, expires: 2024-12-31}"
    held = loaded(tmp_path, f"waivers: {{w: {waiver}}}")
    assert held.waivers[0].assets == (held.authority.id,)
    with pytest.raises(InputError, match="names no asset"):
        loaded(tmp_path, f"waivers: {{w: {waiver.replace('[inv]', '[vin]')}}}")
