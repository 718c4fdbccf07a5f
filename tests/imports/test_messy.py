"""The clerk's workbook, cell by cell beside what a careful person would write."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from soccheck.facts.values import encode
from soccheck.imports import map_file as maps
from soccheck.imports.imported import Imported, ImportFile
from soccheck.imports.proposal import propose
from soccheck.imports.read import read
from soccheck.imports.text import proposed_id
from soccheck.inventory import load as inventories
from soccheck.sources import yaml
from soccheck.sources.files import Folder, content

HERE = Path(__file__).parent / "messy"
WANT: dict[str, Any] = yaml.parse(content(HERE / "want.yaml"), "want").data


def imported(inventory: Path) -> Imported:
    raw = (HERE / "danh-muc.xlsx").read_bytes()
    given = ImportFile(shown="danh-muc.xlsx", name="danh-muc.xlsx", raw=raw)
    by = maps.load(str(HERE / "map.yaml"))
    return read([given], by, inventories.load(inventory, "inv"), None, date(2026, 11, 1))


@pytest.fixture(scope="module")
def found() -> Imported:
    return imported(HERE / "inventory")


def test_every_cell_is_what_a_careful_person_writes(found: Imported) -> None:
    cells = different = 0
    names = [rule.fact.name for rule in found.map.rules]
    assert [entry.row for entry in found.entries] == [int(row) for row in WANT["entries"]]
    for entry in found.entries:
        wanted = WANT["entries"][str(entry.row)]
        for name in names:
            value = encode(entry.facts[name]) if name in entry.facts else None
            state = "unknown" if name in entry.troubles else value
            right = "unknown" if name in wanted.get("unknown", []) else wanted["facts"].get(name)
            cells += 1
            different += state != (encode(right) if right is not None else None)
        assert (entry.asset.id if entry.asset else None) == wanted.get("asset")
        if "id" in wanted:
            assert proposed_id(entry.called) == wanted["id"]
    assert (cells, different) == (72, 0)


def test_every_row_is_what_it_is(found: Imported) -> None:
    (file,) = found.files
    assert {str(kind): list(rows) for kind, rows in file.counts.items()} == WANT["rows"]
    assert list(file.hidden) == WANT["hidden"]
    assert file.taken.date().isoformat() == str(WANT["taken"])
    assert file.other_sheets == ("Hướng dẫn",)


def test_the_difference_applies_and_a_second_import_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "inv"
    folder.mkdir()
    (folder / "all.yaml").write_bytes((HERE / "inventory" / "all.yaml").read_bytes())
    first = imported(folder)
    proposal = propose(first, inventories.load(folder, "inv"), Folder(folder))
    ids = {w["id"] for w in WANT["entries"].values() if "id" in w}
    assert set(proposal.new) == ids
    assert proposal.altered == ("thu-dien-tu",)
    (said,) = map(str, proposal.by_hand)
    assert said.startswith("danh-muc.xlsx, Danh mục HTTT, row 16, 'Hệ thống đặt lịch khám'")
    assert said.endswith("not proposed, as it lacks organization")
    assert (folder / "all.yaml").read_bytes() == (HERE / "inventory" / "all.yaml").read_bytes()
    patch = "".join(proposal.difference())
    done = subprocess.run(
        ["git", "apply", "-"], cwd=folder, input=patch.encode(), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    after = inventories.load(folder, "inv")
    mail = after.assets["system"]["thu-dien-tu"]
    assert mail.facts["dossier.proposed_level"] == 3
    assert mail.facts["dossier.decision.number"] == "15/QĐ-UBND"
    again = propose(imported(folder), after, Folder(folder))
    assert (dict(again.new), again.altered, again.same) == ({}, (), 1 + len(ids))
    assert "".join(again.difference()) == ""
