"""One exit code for one kind of fault: 4 where a disk takes no more, 2 where the place was named wrongly."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.errors import unwritable
from soccheck.inventory.load import load
from soccheck.phrase import phrase
from tests.bundles import bundle
from tests.cli.run import inside
from tests.kit import BASE, policy_text, written

WRITERS = [
    "audit inv --policies pol.yaml --report json={}",
    "gate inv --policies pol.yaml --baseline base.json --report json={}",
    "report inv --policies pol.yaml --format markdown --output {}",
    "fill inv --policies pol.yaml --output {}",
    "worklist inv --policies pol.yaml --output {}",
    "compare inv inv --policies pol.yaml --output {}",
    "export xlsx inv -o {}",
    "evidence merge e.json -o {}",
    "evidence redact e.json -o {}",
]


def test_every_writer_ends_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, pol=policy_text("{dossier.status: approved}"))
    written(tmp_path / "inv", a=BASE + "systems:\n  s:\n    organization: o\n")
    (tmp_path / "e.json").write_bytes(evidence.dumps(bundle(load(Path("inv"), "inv"), {})))
    inside(capsys, "audit", "inv", "--policies", "pol.yaml", "--report", "baseline=base.json")
    for line in WRITERS:
        for place, code in (("/dev/full", 4), ("nowhere/there/file", 2)):
            if line.startswith("export") and code == 2:
                continue  # a folder is made for it
            ran = inside(capsys, *line.format(place).split())
            assert ran.code == code, (line, ran.err)
            assert "cannot be written" in ran.err
            assert "hint: " in ran.err
            assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        *((code, 4) for code in (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE)),
        *((code, 2) for code in (errno.EACCES, errno.EROFS, errno.ENOTDIR, errno.EISDIR)),
    ],
)
def test_what_the_machine_lacks_is_no_fault_of_the_place(code: int, exit_code: int) -> None:
    assert unwritable("x", OSError(code, "no"), phrase("make room")).exit_code == exit_code


@pytest.mark.parametrize("place", ["x/", "x/.", "x/..", "/"])
def test_what_can_only_be_a_folder_is_written_to_by_no_command(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = [line for line in WRITERS if not line.startswith(("report", "export"))]
    for line in (*files, "collect inv -o {}", "hostkeys inv -o {}"):
        ran = inside(capsys, *line.format(place).split())
        assert ran.code == 2, (line, ran.err)
        assert f"{place}: that is a folder" in ran.err, line
        assert "hint: " in ran.err
    assert not list(tmp_path.iterdir())


def test_a_report_still_goes_to_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "inv", a=BASE + "systems:\n  s:\n    organization: o\n")
    assert inside(capsys, "report", "inv", "-o", "out/").code != 2
    assert list((tmp_path / "out").iterdir())
