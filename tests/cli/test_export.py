"""`soccheck export`: what goes out as a table comes back the same, through a real spreadsheet too."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from soccheck.inventory import load as inventory
from soccheck.model import KINDS
from tests.cli.run import ROOT, inside, soccheck
from tests.inventory.test_table import said

SAMPLE = ROOT / "inventories" / "an-giang"


def test_an_inventory_goes_out_and_comes_back_by_a_spreadsheet(tmp_path: Path) -> None:
    book, tables = tmp_path / "out.xlsx", tmp_path / "tables"
    done = soccheck("export", "xlsx", SAMPLE, "-o", book)
    assert (done.code, done.out, done.err) == (0, f"{book}\n", "")
    if (office := shutil.which("soffice")) is not None:
        # What LibreOffice saves is another file with the same cells.
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        convert = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir"]
        saved = tmp_path / "saved"
        subprocess.run([*convert, saved, book], check=True, capture_output=True, timeout=60)
        book = saved / "out.xlsx"
    done = soccheck("export", "csv", book, "-o", tables)
    assert done.code == 0
    assert f"{tables}/hosts.csv\n" in done.out
    assert "in the place of organizations:, sites:, systems:" in " ".join(done.err.split())
    inv = tmp_path / "an-giang"
    shutil.copytree(SAMPLE, inv)
    for path in inv.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if any(text.startswith(f"{kind}s:") or f"\n{kind}s:" in text for kind in KINDS):
            path.write_text(without_assets(text), encoding="utf-8")
    for path in tables.iterdir():
        shutil.copy(path, inv)
    before, after = inventory.load(SAMPLE, "an-giang"), inventory.load(inv, "an-giang")
    for kind in KINDS:
        was, is_ = before.assets[kind], after.assets[kind]
        assert {name: said(asset) for name, asset in is_.items()} == {
            name: said(asset) for name, asset in was.items()
        }


def without_assets(text: str) -> str:
    """Return a file of the sample without its sections of assets."""
    kept, keep = [], True
    for line in text.splitlines(keepends=True):
        if line[:1].isalpha():
            keep = line.partition(":")[0].removesuffix("s") not in KINDS
        if keep:
            kept.append(line)
    return "".join(kept)


def test_what_a_spreadsheet_makes_of_cells_is_read_as_it_was_meant(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "hosts"
    sheet.append(["id", "antivirus.installed", "antivirus.signatures_updated", "listens.ipv4"])
    day = datetime.datetime(2024, 6, 1)  # noqa: DTZ001  -- a cell has no time zone
    sheet.append(["h1", True, day, 22])
    book.save(tmp_path / "edited.xlsx")
    done = soccheck("export", "csv", tmp_path / "edited.xlsx", "-o", tmp_path)
    assert done.code == 0
    assert (tmp_path / "hosts.csv").read_text() == (
        "id,antivirus.installed,antivirus.signatures_updated,listens.ipv4\nh1,true,2024-06-01,22\n"
    )


def test_only_one_kind(tmp_path: Path) -> None:
    assert soccheck("export", "csv", SAMPLE, "-o", tmp_path, "--kind", "firewall").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["firewalls.csv"]


@pytest.mark.parametrize(
    ("case", "said_"),
    [
        ("formula", "f.xlsx: hosts: B2 is a formula\n  hint: write what it comes to"),
        ("sheet", "f.xlsx: Sheet: no kind of asset has the name of this sheet"),
        ("text", "f.xlsx: not a whole workbook: “File is not a zip file”"),
        ("macros", "f.xlsx: it holds macros, which are not read"),
        ("stray", "f.xlsx: hosts: more than 5000000 cells"),
        ("none", "f.xlsx: cannot be read: No such file or directory"),
    ],
)
def test_a_workbook_that_is_none(
    case: str, said_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    if case != "sheet":
        sheet.title = "hosts"
    sheet.append(["id", "note"])
    sheet.append(["h1", "=1+1"])
    if case == "stray":
        sheet.cell(150_000, 16_000, "x")
    if case in ("formula", "sheet", "macros", "stray"):
        book.save("f.xlsx")
    if case == "macros":
        with zipfile.ZipFile("f.xlsx", "a") as archive:
            archive.writestr("xl/vbaProject.bin", b"x")
    elif case == "text":
        Path("f.xlsx").write_text("id,note")
    ran = inside(capsys, "export", "csv", "f.xlsx", "-o", "out")
    assert ran.code == 2
    assert said_ in ran.err
    assert not Path("out").exists()


def test_nothing_of_a_kind_and_a_folder_that_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert inside(capsys, "init", "inv").code == 0
    for path in Path("inv").glob("endpoints.yaml"):
        path.unlink()
    Path("file").write_text("")
    ran = inside(capsys, "export", "csv", "inv", "-o", "file")
    assert ran.code == 2
    assert "cannot be written" in ran.err
