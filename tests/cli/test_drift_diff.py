"""`drift --yaml` writes a diff of the changed lines alone, and the real git and patch apply it."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.inventory import load as inventories
from tests.bundles import bundle, record, write_inventory
from tests.cli.run import inside

APPLIERS = {"git": ["git", "apply", "-"], "patch": ["patch", "-s", "-p1", "--binary"]}


@pytest.mark.parametrize("tool", APPLIERS)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("drifting", [(0,), (299,), (0, 1, 2, 299), tuple(range(0, 300, 20)), None])
def test_as_many_lines_go_as_come(
    tool: str,
    ends: str,
    drifting: tuple[int, ...] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    chosen = drifting or tuple(random.Random(7).sample(range(300), 90))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "kiểm kê"
    write_inventory(folder, {f"web-{n}": f"10.0.{n // 250}.{n % 250 + 1}" for n in range(300)})
    text = (folder / "all.yaml").read_text(encoding="utf-8")
    text = text.rstrip("\n")  # git marks a last line that does not end
    (folder / "all.yaml").rename(folder / "máy chủ.yaml")
    (folder / "máy chủ.yaml").write_bytes(text.replace("\n", ends).encode())
    loaded = inventories.load(folder, folder.name)
    off = {f"web-{n}": {"antivirus": record({"antivirus.realtime": False})} for n in chosen}
    Path("e.json").write_bytes(evidence.dumps(bundle(loaded, off)))
    words = ("drift", folder.name, "--evidence", "e.json", "--as-of", "2026-02-03", "--yaml")

    # The bundle is of the inventory as it was: what it says of the machines holds all the same.
    change = inside(capsys, *words)
    assert change.code == 1, change.err
    lines = change.out.split("\n")
    assert sum(line.startswith("-  ") for line in lines) == len(chosen)
    assert sum(line.startswith("+  ") for line in lines) == len(chosen)
    diff = change.out.encode()
    subprocess.run(APPLIERS[tool], input=diff, check=True, cwd=tmp_path)
    after = (folder / "máy chủ.yaml").read_bytes().decode()
    assert after.count("realtime: false") == len(chosen)
    assert after.replace("realtime: false", "realtime: true") == text.replace("\n", ends)
    again = inside(capsys, *words)
    assert (again.code, again.out) == (0, "")


@pytest.mark.parametrize("named", ["", ".", "..", "absolute"])
def test_wherever_the_inventory_is(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below here the names begin here; elsewhere they begin in the inventory's folder."""
    folder = tmp_path / "inv"
    loaded = write_inventory(folder, {"web-1": "192.0.2.1"})
    off = {"web-1": {"antivirus": record({"antivirus.realtime": False})}}
    (tmp_path / "e.json").write_bytes(evidence.dumps(bundle(loaded, off)))
    (tmp_path / "elsewhere").mkdir()
    place = {"": tmp_path, ".": folder, "..": tmp_path / "elsewhere", "absolute": tmp_path}[named]
    shown = {"": "inv", ".": ".", "..": "../inv", "absolute": str(folder)}[named]
    monkeypatch.chdir(place)
    told = str(tmp_path / "e.json")
    words = ("drift", shown, "--evidence", told, "--as-of", "2026-02-03", "--yaml")
    change = inside(capsys, *words)
    assert change.code == 1, change.err
    where = folder if named == ".." else place
    subprocess.run(APPLIERS["git"], input=change.out.encode(), check=True, cwd=where)
    assert inside(capsys, *words).code == 0
