"""Maps proposed for lists: they load, read the list they were made of, and say what is not placed."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from soccheck.errors import InputError
from soccheck.imports import map_file as maps
from soccheck.imports.imported import ImportFile
from soccheck.imports.read import read
from soccheck.imports.suggest import suggest
from soccheck.inventory import load as inventories
from soccheck.sources import yaml

HERE = Path(__file__).parent
OF_ANOTHER_FORM = {
    *("bitdefender-gravityzone", "wazuh-agents", "ms-defender-health"),
    *("nmap", "openscap", "netbox-devices", "netbox-virtual-machines"),
}
"""Made for a JSON answer whose list a map has to name, or whose keys are no words."""
FILES = [
    *(
        path
        for path in sorted((HERE / "samples").glob("*/*"))
        if path.name != "want.yaml" and path.parent.name not in OF_ANOTHER_FORM
    ),
    HERE / "messy" / "danh-muc.xlsx",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_what_is_suggested_loads_and_reads_the_list(path: Path) -> None:
    found = suggest(path.read_bytes(), path.name, path.name)
    by = maps.parsed(yaml.parse(found.text.encode(), "suggested"))
    given = ImportFile(shown=path.name, name=path.name, raw=path.read_bytes())
    taken = None if by.file_name or by.above else date(2026, 8, 1)
    inventory = inventories.load(HERE / "inventory", "inv")
    imported = read([given], by, inventory, taken, date(2026, 11, 1))
    assert any(entry.facts for entry in imported.entries)
    if path.parent.name in maps.shipped():
        assert path.parent.name in found.fitting


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode()


def test_abbreviations_and_missing_marks_are_known() -> None:
    raw = csv("TT;Ten he thong;Don vi van hanh;Cap do;So QD;La gi", "1;Cổng;x;3;15;?")
    found = suggest(raw, "list.csv", "list.csv")
    by = maps.parsed(yaml.parse(found.text.encode(), "suggested"))
    assert by.kind == "system"
    assert {rule.fact.name for rule in by.rules} == {
        *(
            "name.vi",
            "organization",
            "operator",
            "dossier.proposed_level",
            "dossier.decision.number",
        ),
    }
    assert [str(item) for item in found.unplaced] == ["La gi: ?"]
    assert "give --taken" in found.text


def test_an_entry_without_a_known_meaning_is_said() -> None:
    raw = csv(
        "Tên máy;Last seen;Bảo vệ thời gian thực",
        "web-1;20/08/2026;Bật",
        "web-2;20/08/2026;Lúc được lúc không",
    )
    found = suggest(raw, "list.csv", "list.csv")
    assert "# without a meaning, so unknown: Lúc được lúc không" in found.text
    assert [str(item) for item in found.unplaced] == ["Bảo vệ thời gian thực: Lúc được lúc không"]


def test_days_that_are_both_are_said() -> None:
    raw = csv("Tên máy;Kết nối lần cuối;Bảo vệ thời gian thực", "web-1;05/04/2026;Bật")
    found = suggest(raw, "list.csv", "list.csv")
    assert "Kết nối lần cuối: taken for day/month/year" in map(str, found.unplaced)


def test_what_stays_open_is_said() -> None:
    raw = csv(
        "Endpoint,Real-Time Protection,Real-time scan,AMCore content date",
        "web-1,Enabled,On,8/19/26",
    )
    found = suggest(raw, "list.csv", "list.csv")
    assert "true: [Enabled]" in found.text
    assert [str(item) for item in found.unplaced] == [
        "no column says when a machine last reported: what it shows may be old",
        "AMCore content date: days in no form that is known: 8/19/26",
        "Real-time scan: On",
    ]
    nothing = suggest(csv("Name;Serial", "web-1;1"), "list.csv", "list.csv")
    assert "no column that states a fact was recognised: the map needs one" in map(
        str, nothing.unplaced
    )


def test_headings_over_two_rows_and_other_sheets_are_looked_at() -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Máy trạm")
    sheet.append(["Đơn vị", "Tổng số máy trạm", "Đã cài PM diệt virus", None])
    sheet.append([None, None, "SL", "Tỷ lệ"])
    sheet.append(["Sở Y tế", 40, 38, 0.95])
    for cells in ("A1:A2", "B1:B2", "C1:D1"):
        sheet.merge_cells(cells)
    assert book.active is not None
    book.active.append(["Máy chủ", "Vai trò"])
    target = io.BytesIO()
    book.save(target)
    found = suggest(target.getvalue(), "list.xlsx", "list.xlsx")
    assert 'column: "Đã cài PM diệt virus / SL"' in found.text
    assert [str(item) for item in found.unplaced] == [
        "Đã cài PM diệt virus / Tỷ lệ: 0.95",
        "another sheet, not looked at: Sheet",
    ]


def test_a_map_of_another_form_does_not_fit() -> None:
    raw = csv("name;ansible_host;address;organization;role", "web-1;192.0.2.1;192.0.2.1;so;server")
    assert not {"ansible-inventory", "ansible-facts"} & {*suggest(raw, "a.csv", "a.csv").fitting}


def test_nothing_known_is_an_error_with_what_to_do() -> None:
    with pytest.raises(InputError, match="no row has a heading that is known"):
        suggest(csv("a;b", "1;2"), "list.csv", "list.csv")
