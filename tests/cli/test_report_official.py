"""Official documents by the real command: files, blanks, contradictions, PDF, and what is refused."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.run import ROOT, inside, soccheck

AN_GIANG = ROOT / "inventories" / "an-giang"
PERIOD = ("--period", "2025-12-15..2026-12-14")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Return the template, whose letter has few rows."""
    return Path(shutil.copytree(ROOT / "soccheck" / "template", tmp_path / "inv"))


def test_blanks_are_listed_at_the_end(sample: Path, tmp_path: Path) -> None:
    done = soccheck(
        *("report", sample, *PERIOD, "--format", "mau-08", "--lang", "vi"),
        *("--head", "number=5", "--head", "date=2026-12-18", "--head", "signer=Họ Và Tên"),
        *("-o", tmp_path / "letter.docx"),
    )
    assert done.code in (0, 1, 3), done.err
    assert done.out == ""
    assert "chỗ trống cần điền:" in done.err
    assert "  - Ủy ban nhân dân tỉnh Ví Dụ: số điện thoại" in done.err
    assert "(number)" not in done.err
    assert done.err.endswith("Hạn gửi: trước ngày 25/12/2026.\n")
    assert (tmp_path / "letter.docx").read_bytes()[:2] == b"PK"


def test_a_contradiction_is_told_and_nothing_is_written(sample: Path, tmp_path: Path) -> None:
    systems = sample / "systems.yaml"
    text = systems.read_text(encoding="utf-8")
    systems.write_text(text.replace("date: 2023-10-02", "date: 2024-10-02"), encoding="utf-8")
    out = tmp_path / "out"
    forms = ("--format", "html", "--format", "mau-08")
    done = soccheck("report", sample, *PERIOD, *forms, "-o", out, "--lang", "vi")
    assert done.code == 1
    assert "quy chế ngày 2024-10-02 ban hành sau quyết định phê duyệt" in done.err
    assert "systems.yaml:" in done.err
    assert list(out.iterdir()) == []


def test_pdf_is_what_the_document_says(sample: Path, tmp_path: Path) -> None:
    """Read back by poppler, which knows nothing of soccheck."""
    forms = ("--format", "mau-08-pdf")
    file = tmp_path / "letter.pdf"
    done = soccheck("report", sample, *PERIOD, *forms, "-o", file, "--lang", "vi")
    assert done.code in (0, 1, 3), done.err
    read = subprocess.run(["pdftotext", file, "-"], capture_output=True, check=True).stdout
    text = " ".join(read.decode().split())
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "V/v kết quả công tác bảo đảm an ninh mạng" in text
    assert "BÁO CÁO" not in text
    fonts = subprocess.run(["pdffonts", file], capture_output=True, check=True).stdout.decode()
    assert "Serif" in fonts or "Times" in fonts
    pages = subprocess.run(["pdfinfo", file], capture_output=True, check=True).stdout.decode()
    assert "595" in pages
    assert "841" in pages  # A4


def test_without_libreoffice_it_says_what_to_install(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    file = tmp_path / "report.pdf"
    done = soccheck(
        *("report", sample, "--format", "pdf", "-o", file, "--as-of", "2026-01-31"),
        PATH=str(tmp_path / "bin"),
    )
    assert done.code == 2
    assert "soffice is not installed" in done.err
    assert "apt-get install libreoffice-writer" in done.err
    assert not file.exists()


def test_a_libreoffice_that_makes_nothing_is_told(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "soffice"
    program.write_text("#!/bin/sh\necho 'no such filter' >&2\nexit 0\n")
    program.chmod(0o755)
    file = tmp_path / "report.pdf"
    done = soccheck(
        *("report", sample, "--format", "pdf", "-o", file, "--as-of", "2026-01-31"),
        PATH=f"{tmp_path / 'bin'}:/bin:/usr/bin",
    )
    assert done.code == 4
    assert "soffice made no PDF: no such filter" in done.err
    assert not file.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--head", "number"), "--head 'number' states nothing"),
        (("--head", "numbr=5"), "--head 'numbr=5' states nothing"),
        (("--head", "date=2026-02-30"), "'2026-02-30' is no day"),
        (("--from", "operator"), "which operating unit's letter is it?"),
        (("--period", "2020-12-15..2021-12-14"), "no rules on yearly reports are known"),
        (("--period", "2026"), "is no period"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    options: tuple[str, ...],
    said: str,
    sample: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "letter.docx"
    done = inside(capsys, "report", sample, "--format", "mau-08", "-o", file, *options)
    assert done.code == 2
    assert said in done.err
    assert not file.exists()


def test_the_letter_is_not_split(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    split = ("--split", "organization", tmp_path / "parts")
    done = inside(capsys, "report", sample, "--format", "mau-08", *split)
    assert done.code == 2
    assert "the yearly letter is not split" in done.err
