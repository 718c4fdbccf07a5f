"""What people type and paste: each mistake is told in both languages, and what is told to write is meant.

A file of `mistakes/` has the files of an inventory (`=== name [encoding]`), what is said of them in
English and Vietnamese, what is then written (`old -> new`; with ~ the person knows it, else the new
text stands in both hints) and what it means once it loads (`id fact = value`). After a change of the
words `python -m tests.inventory.test_mistakes` writes what is said now: read it.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.facts.values import encode
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Problem
from tests.cli.run import inside

FOLDER = Path(__file__).parent / "mistakes"
CASES = sorted(FOLDER.glob("*.case"))
BASE = """\
authority: {stated: 2026-01-31, name: {vi: Tỉnh}}
organizations:
  so: {type: department, tier: province}
"""
ENCODINGS = ("utf-16", "utf-16-le", "utf-8-sig", "cp1258", "latin-1", "crlf")
LANGUAGES = ("en", "vi")


@dataclass(kw_only=True)
class Case:
    """Holds one mistake: its files, what is said, what is written, what it then means."""

    why: str
    files: dict[str, bytes] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    write: list[str] = field(default_factory=list)
    means: list[str] = field(default_factory=list)


def sections(path: Path) -> list[tuple[str, str]]:
    """Return the sections of a case file, its first line before them."""
    found: list[tuple[str, str]] = []
    head, *parts = ("\n" + path.read_bytes().decode()).split("\n=== ")
    found.append(("", head.strip("\n")))
    for part in parts:
        name, _, body = part.partition("\n")
        found.append((name, body))
    return found


def read(path: Path) -> Case:
    (_, why), *parts = sections(path)
    case = Case(why=why.removeprefix("# "))
    for name, body in parts:
        lines = [line for line in body.rstrip("\n").split("\n") if line]
        if name in LANGUAGES:
            case.said[name] = body.rstrip("\n")
        elif name in ("write", "means"):
            setattr(case, name, lines)
        else:
            file, _, encoding = name.rpartition(" ")
            if encoding not in ENCODINGS:
                file, encoding = name, "utf-8"
            text = body.rstrip("\n") + "\n" if body.strip() else ""
            if encoding == "crlf":
                text, encoding = text.replace("\n", "\r\n"), "utf-8"
            case.files[file] = text.encode(encoding)
    return case


def laid_out(case: Case, folder: Path) -> Path:
    folder.mkdir()
    for name, raw in {"base.yaml": BASE.encode(), **case.files}.items():
        (folder / name).write_bytes(raw)
    return folder


def faults(folder: Path) -> list[Problem]:
    try:
        inventory.load(folder, "inv")
    except InputError as error:
        return [problem for problem in error.problems if isinstance(problem, Problem)]
    return []


def told(problems: list[Problem], code: str) -> str:
    return "\n".join(Language(code).problem(problem) for problem in problems)


def corrected(case: Case, folder: Path, path: Path) -> None:
    """Write what the hints tell to write, and what only the person knows."""
    hints = {c: told(faults(folder), c) for c in LANGUAGES}
    for line in case.write:
        known = line.startswith("~")
        step = line.removeprefix("~").replace("\\n", "\n").replace("\\t", "\t")
        if step.startswith("delete "):
            (folder / step.removeprefix("delete ")).unlink()
        elif step.startswith("encode "):
            name = step.split(" ")[1]
            (encoding,) = (n.rpartition(" ")[2] for n, _ in sections(path) if n.startswith(name))
            (folder / name).write_text(
                (folder / name).read_bytes().decode(encoding), encoding="utf-8"
            )
        elif step.startswith("write "):
            _, name, text = step.split(" ", 2)
            (folder / name).write_text((folder / name).read_text("utf-8") + text + "\n", "utf-8")
        else:
            old, _, new = step.partition(" -> ")
            others = [one for one in folder.iterdir() if one.name != "base.yaml"]
            (file,) = [one for one in others if old.encode() in one.read_bytes()]
            text = file.read_bytes().decode()
            assert text.count(old) == 1, (old, text)
            file.write_bytes(text.replace(old, new).encode())
            if not known:
                value = new.rpartition(": ")[2].strip(":")
                assert all(value in hint for hint in hints.values()), (value, hints)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_mistake(path: Path, tmp_path: Path) -> None:
    case = read(path)
    folder = laid_out(case, tmp_path / "inv")
    problems = faults(folder)
    for code in LANGUAGES:
        assert told(problems, code) == case.said[code]
    assert bool(problems) is bool(case.write), "a mistake is mended by writing something"
    assert all(problem.hint for problem in problems)
    corrected(case, folder, path)
    assert told(faults(folder), "en") == ""
    loaded = inventory.load(folder, "inv")
    for line in case.means:
        left, _, right = line.partition(" = ")
        name, _, fact = left.partition(" ")
        (asset,) = [a for a in loaded if a.id == name]
        assert encode(asset.facts[fact]) == json.loads(right)


def test_there_are_enough() -> None:
    assert len(CASES) >= 200


def test_the_command_says_it_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever --lang stands, and by the locale."""
    case = read(FOLDER / "number-thousands-dot.case")
    laid_out(case, tmp_path / "inv")
    monkeypatch.chdir(tmp_path)
    for words in (
        ("validate", "inv", "--lang", "vi"),
        ("audit", "--details", "--lang", "vi", "inv"),
    ):
        ran = inside(capsys, *words)
        assert (ran.code, ran.err) == (2, case.said["vi"] + "\n")
    monkeypatch.setenv("LC_ALL", "vi_VN.UTF-8")
    assert inside(capsys, "validate", "inv").err == case.said["vi"] + "\n"
    assert inside(capsys, "validate", "inv", "--lang", "en").err == case.said["en"] + "\n"


def test_a_wrong_folder_is_told_in_few_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in range(400):
        text = "".join(f"key{m}: {{apiVersion: v1}}\n" for m in range(20))
        (tmp_path / f"f{n}.yaml").write_text(text, encoding="utf-8")
    ran = inside(capsys, "validate", str(tmp_path))
    assert ran.code == 2
    assert len(ran.err.splitlines()) < 60
    assert "8,000 faults in 400 files" in ran.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("command", "more", "code"),
    [
        ("validate", (), 0),
        ("audit", ("--policy", "antivirus"), 3),
        ("fill", ("--policy", "antivirus"), 0),
        ("worklist", ("--policy", "antivirus"), 3),
        ("claims", (), 3),
        ("collect", ("-o", "e.json"), 2),
    ],
)
def test_files_that_look_like_the_inventory_s_are_said_not_to_be_read(
    command: str,
    more: tuple[str, ...],
    code: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "b.yaml").write_text("documents: {}\n", encoding="utf-8")
    names = ("hosts.xlsx", "hosts.yaml.txt", "may.csv", "README.md", "notes.txt", "rules/fw.csv")
    kept_back = ("a.yaml.bak", "hosts.csv.orig", "sites.yaml~", "notes.bak", "zz.yaml.2024")
    taken_for_read = ("fleets.tsv", "networks.json", "systems.yaml (1)", "systems.yaml - Copy")
    also = ("endpoints", "fleets.zip", "more/sites.csv.txt")
    for name in (*names, *kept_back, *taken_for_read, *also):
        (tmp_path / name).write_bytes(b"x")
    ran = inside(capsys, command, str(tmp_path), *more, "--lang", "en")
    assert ran.code == code
    said = [line for line in ran.err.splitlines() if str(tmp_path) in line or "hint" in line]
    kept = "  hint: if it is kept for safety, git keeps it better; else name it "
    assert [line.replace(f"{tmp_path}/", "") for line in said[:28]] == [
        "a.yaml.bak:1:1: is not read",
        f"{kept}a.yaml",
        "endpoints:1:1: is not read",
        "  hint: name it endpoints.yaml",
        "fleets.tsv:1:1: is not read",
        "  hint: name it fleets.csv",
        "fleets.zip:1:1: is not read",
        "  hint: unpack it: no archive is read",
        "hosts.csv.orig:1:1: is not read",
        f"{kept}hosts.csv",
        "hosts.xlsx:1:1: is not read",
        "  hint: `soccheck export csv FILE -o FOLDER` makes tables of a workbook",
        "hosts.yaml.txt:1:1: is not read",
        "  hint: name it hosts.yaml",
        "may.csv:1:1: is not read",
        "  hint: a table is named by what it lists: hosts.csv, hosts-may.csv",
        "more/sites.csv.txt:1:1: is not read",
        "  hint: name it sites.csv",
        "networks.json:1:1: is not read",
        "  hint: JSON is YAML, too: name it networks.yaml",
        "sites.yaml~:1:1: is not read",
        f"{kept}sites.yaml",
        "systems.yaml (1):1:1: is not read",
        f"{kept}systems.yaml",
        "systems.yaml - Copy:1:1: is not read",
        f"{kept}systems.yaml",
        "zz.yaml.2024:1:1: is not read",
        f"{kept}zz.yaml",
    ]


def main() -> None:
    """Write what is said now into every case."""
    for path in CASES:
        case = read(path)
        with tempfile.TemporaryDirectory() as scratch:
            problems = faults(laid_out(case, Path(scratch) / "inv"))
        text = ""
        for name, body in sections(path):
            if name in LANGUAGES:
                said = told(problems, name)
                body = f"{said}\n" if said else ""
            text += f"=== {name}\n{body}" if name else f"{body}\n"
            text = text if text.endswith("\n") else f"{text}\n"
        path.write_text(text, encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
