"""A table beside the YAML states the same, and its faults are told at its line and column."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.inventory.as_table import rows, text
from soccheck.inventory.table import AssetTable, kind_of
from soccheck.model import KINDS, Asset, Location
from soccheck.sources.files import Memory, is_table
from tests.kit import BASE

SHIPPED = sorted(path for path in (Path(__file__).parents[2] / "inventories").iterdir())
YAML = """
hosts:
  h1:
    organization: o
    role: server
    addresses: [203.0.113.1, "2001:db8::1"]
    antivirus: {installed: true, signatures_updated: 2024-06-01, signatures_age: 36h}
    listens: {ipv4: [22, 443]}
    tags: []
    illustrative: true
  h2:
    organization: o
    role: workstation
    antivirus: {installed: false, product: 'A, "B"; C'}
"""
CSV = """\
id,organization,role,addresses,antivirus.installed,antivirus.signatures_updated,antivirus.signatures_age,listens.ipv4,tags,illustrative,antivirus.product
h1,o,server,203.0.113.1; 2001:db8::1,TRUE,2024-06-01,36h,22;443,[],true,

h2,o,workstation,,false,,,,,,"A, ""B""; C"
"""


def loaded(**files: str) -> dict[str, Asset]:
    held = {name.replace("_", "."): content.encode() for name, content in files.items()}
    return dict(inventory.read(Memory(held), "inv").assets["host"])


def said(asset: Asset) -> tuple[object, ...]:
    told = {name: asset.source(name) for name in asset.facts}
    return dict(asset.facts), {
        n: p and (p.document, p.place, p.illustrative) for n, p in told.items()
    }


@pytest.mark.parametrize("form", ["comma", "semicolon", "tab", "bom", "crlf"])
def test_a_table_says_what_yaml_says(form: str) -> None:
    table = CSV
    if form in ("semicolon", "tab"):
        delimiter = ";" if form == "semicolon" else "\t"
        (asset, *others) = loaded(a_yaml=BASE, b_yaml=YAML).values()
        table = text(rows("host", [asset, *others]), delimiter)
    if form == "bom":
        table = "\ufeff" + CSV
    if form == "crlf":
        table = CSV.replace("\n", "\r\n")
    yaml, csv = loaded(a_yaml=BASE, b_yaml=YAML), loaded(a_yaml=BASE, hosts_csv=table)
    assert [said(a) for a in csv.values()] == [said(a) for a in yaml.values()]


def test_a_cell_is_found_where_it_stands() -> None:
    one, two = loaded(a_yaml=BASE, hosts_csv=CSV).values()
    lines = CSV.splitlines()
    for asset, fact, cell in (
        (one, "role", "server"),
        (one, "antivirus.signatures_age", "36h"),
        (two, "role", "workstation"),
        (two, "organization", "o,work"),
        (two, "antivirus.product", '"A'),
    ):
        at = asset.where(fact)
        assert at.path == "inv/hosts.csv"
        assert lines[at.line - 1][at.column - 1 :].startswith(cell), (fact, at)


def test_a_list_keeps_who_says_so_of_each_entry() -> None:
    yaml = """
documents: {r: {title: r}}
systems:
  s:
    organization: o
    drills:
      - {date: 2024-01-31, kind: table_top, source: {document: r, section: I.3, of: [date]}}
      - {date: 2024-02-28, kind: live_fire, illustrative: true}
"""
    held = {"a.yaml": BASE.encode(), "b.yaml": yaml.encode()}
    written = inventory.read(Memory(held), "inv").assets["system"]["s"]
    table = AssetTable(text(rows("system", [written])).encode(), "s.csv", "system")
    assert [str(problem) for problem in table.problems] == []
    (read,) = table.assets
    assert (read.facts, read.provenance) == (written.facts, written.provenance)
    assert len(read.provenance) == 2


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_was_exported_is_read_back_without_a_difference(folder: Path, delimiter: str) -> None:
    whole = inventory.load(folder, "inv")
    count = 0
    for kind in KINDS:
        assets = list(whole.assets[kind].values())
        if not assets:
            continue
        table = AssetTable(text(rows(kind, assets), delimiter).encode(), f"{kind}s.csv", kind)
        assert [str(problem) for problem in table.problems] == []
        assert [(a.id, said(a)) for a in table.assets] == [(a.id, said(a)) for a in assets]
        count += len(assets)
    assert count


CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_any_text_comes_back(texts: list[str]) -> None:
    notes = [" ".join(item.split()) or "x" for item in texts]
    assets = [
        Asset(kind="host", id=f"h{n}", facts={"note": note}, at=Location("a", 1, 1))
        for n, note in enumerate(notes)
    ]
    table = AssetTable(text(rows("host", assets)).encode(), "hosts.csv", "host")
    if not table.problems:  # a text may look like a secret, or have a sign that is not printed
        assert [asset.facts["note"] for asset in table.assets] == notes


def test_which_files_are_tables() -> None:
    for name in (
        "hosts.csv",
        "Hosts.CSV",
        "hosts-xa.csv",
        "sub/hosts_2.csv",
        "host.csv",
        "fleets 1.csv",
    ):
        assert is_table(name), name
    for name in ("kaspersky.csv", "hosts.csv.bak", "hosts.tsv", "my-hosts.csv", "csv"):
        assert not is_table(name), name
    assert kind_of("sub/Hosts-xa.csv") == "host"


def test_an_asset_stands_in_one_place() -> None:
    with pytest.raises(InputError, match=r"2 assets of this file stand in inv/a\.yaml already"):
        loaded(a_yaml=BASE + YAML, hosts_csv=CSV)


def test_a_table_takes_what_its_group_gives() -> None:
    groups = "defaults: {organization: o}\ngroups: {web: {role: server}}\n"
    (host,) = loaded(a_yaml=BASE, b_yaml=groups, hosts_csv="id,group\nh1,web\n").values()
    assert host.facts["role"] == "server"
    assert host.where("role").path == "inv/b.yaml"


@pytest.mark.parametrize(
    "cell",
    ["100%", "100.00%", "100,00%", "100 %", "97.4%", "97,40%", "97.40%", "about 70.0%", "101%"],
)
def test_a_share_is_what_it_was_before_a_spreadsheet_wrote_it(cell: str) -> None:
    head, row = "id,organization,workstations.total,workstations.installed_share", "f,o,40,"
    table = AssetTable(f'{head}\n{row}"{cell}"\n'.encode(), "inv/fleets.csv", "fleet")
    assert bool(table.problems) == (cell == "101%")
    told = [
        str(a.facts["workstations.installed_share"]) for a in table.assets if not table.problems
    ]
    want = {"101%": [], "about 70.0%": ["about 70%"]}
    assert told == want.get(cell, ["100%" if cell.startswith("100") else "97.4%"])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("M¸y chñ th«ng tin", "TCVN3"),
        ("Heä thoáng thoâng tin caùc sôû", "VNI"),
        ("MÃ¡y chá»§ 3", "UTF-8 that was read as Windows-1252"),
        ("S? Y t? và ph?ng ban", "were lost"),
        ("H\ufffd th\ufffdng", "were lost"),
    ],
)
def test_letters_that_were_lost_in_a_cell_are_told(cell: str, told: str) -> None:
    table = AssetTable(f"id,organization,role,note\nh,o,server,{cell}\n".encode(), "h.csv", "host")
    (problem,) = table.problems
    assert str(problem).startswith("h.csv:2:12: ")
    assert told in str(problem)


@pytest.mark.parametrize(
    "note", ["=1+1", "+84 296 3852 123", "-x", "@SUM(1)", "'=1", "''=1", "'x'", "-5", "＝1"]
)
def test_no_cell_is_a_formula_and_each_comes_back(note: str) -> None:
    told = text([["id", "organization", "role", "note"], ["h", "o", "server", note]])
    (cell,) = [line.rpartition(",")[2] for line in told.splitlines()[1:]]
    assert cell[0] not in "=+@＝"
    assert cell[0] != "-" or note == "-5"
    (asset,) = AssetTable(told.encode(), "inv/hosts.csv", "host").assets
    assert asset.facts["note"] == note
