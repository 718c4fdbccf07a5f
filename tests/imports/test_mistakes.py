"""What clerks type into lists: what each list states, and what is told of the rest, in both languages.

A case of `mistakes.yaml` has the map, the rows of a workbook (or the text of a file), what it then states by
row, and what is told. After a change of the words `python -m tests.imports.test_mistakes` writes what is
said and stated now: read it.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from soccheck.cli.import_account import account
from soccheck.errors import InputError
from soccheck.facts.values import encode
from soccheck.i18n import Language
from soccheck.imports import map_file as maps
from soccheck.imports.imported import Imported, ImportFile
from soccheck.imports.read import read
from soccheck.inventory import load as inventories
from soccheck.model import Problem
from tests.kit import read_yaml

FILE = Path(__file__).parent / "mistakes.yaml"
LANGUAGES = ("en", "vi")
INVENTORY = inventories.load(Path(__file__).parent / "inventory", "inv")
CASES: list[dict[str, Any]] = read_yaml(FILE.read_text(encoding="utf-8")) if FILE.exists() else []


def imported(case: dict[str, Any]) -> Imported:
    raw = case.get("text", "").encode()
    if "rows" in case:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in case["rows"]:
            sheet.append(row)
        held = io.BytesIO()
        book.save(held)
        raw = held.getvalue()
    given = ImportFile(shown="l", name="l_2026-08-01", raw=raw)
    return read([given], maps.load(case["map"]), INVENTORY, None, date(2026, 8, 2))


def found(case: dict[str, Any]) -> tuple[dict[int, Any], dict[str, str]]:
    """Return what a list states, by row, and what is told of it in each language."""
    try:
        it = imported(case)
    except InputError as error:
        problems = [problem for problem in error.problems if isinstance(problem, Problem)]
        told = {c: "\n".join(Language(c).problem(p) for p in problems) for c in LANGUAGES}
        return {}, told
    states = {
        entry.row: {name: encode(value) for name, value in entry.facts.items()}
        for entry in it.entries
    }
    return states, {code: _told(it, Language(code)) for code in LANGUAGES}


def _told(it: Imported, language: Language) -> str:
    """Return the account without its head, and without the columns that a list need not have."""
    lines = list(account(it, language, 0))[2:]
    return "\n".join(line for line in lines if not line.startswith(_NEED_NOT))


_NEED_NOT = ("  columns that are not there", "  cột không có trong tệp")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_mistake(case: dict[str, Any]) -> None:
    states, told = found(case)
    assert states == case["states"]
    assert told == {code: case[code].rstrip("\n") for code in LANGUAGES}


def test_there_are_enough() -> None:
    assert len(CASES) >= 50


class _Dumper(yaml.SafeDumper):
    """Writes a text of several lines as a block, and a row on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _row(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    flat = not any(isinstance(item, dict | list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _row)


def dumped(cases: list[dict[str, Any]]) -> str:
    return yaml.dump(cases, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)


def main() -> None:
    """Write what is said and stated now into every case."""
    for case in CASES:
        states, told = found(case)
        case["states"] = states
        for code, text in told.items():
            case[code] = f"{text}\n" if "\n" in text else text
    FILE.write_text(dumped(CASES), encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
