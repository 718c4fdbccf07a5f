"""What collectors and probes say in a bundle is said in Vietnamese, and what others said stands in quotes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from soccheck.i18n import Language
from soccheck.probes.antivirus import PRODUCTS
from soccheck.report.wording.answers import told
from tests.cli.run import ROOT

VI = Language("vi")
PARTS = {"unknown": "unknown host key", "offered": "7 offers 7 7", "check": "check with: 7"}
"""Parts of a sentence that are written before it."""


def written(node: ast.AST) -> Iterator[str]:
    """Yield the texts an expression may be, with a number where something is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            PARTS.get(ast.unparse(part.value), "7")
            if isinstance(part, ast.FormattedValue)
            else ast.literal_eval(part)
            for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from written(node.body)
        yield from written(node.orelse)


def details() -> Iterator[str]:
    """Yield what is written as the particulars of a problem, wherever a machine is asked or read."""
    yield from {why for product in PRODUCTS for why in product.untold.values()}
    for path in (
        p for part in ("collect", "probes") for p in (ROOT / "soccheck" / part).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) > 1:
                name = ast.unparse(node.func)
                if name == "FaultError" or name.endswith((".fail", "learnt.fail")):
                    yield from written(node.args[1])
            elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "detail":
                yield from written(node.value)


def of_cells() -> Iterator[str]:
    """Yield why a cell or a row of an imported list states nothing, and a record what it says."""
    folders = (ROOT / "soccheck" / "imports", ROOT / "soccheck" / "bundle")
    for path in (
        *(folders[0] / f"{name}.py" for name in ("dates", "turned", "formulas", "reach")),
        *(folders[1] / f"{name}.py" for name in ("rederive",)),
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "phrase":
                yield from (re.sub(r"\{\w+\}", "7", text) for text in written(node.args[0]))
    for path in (folders[0] / "read.py", folders[0] / "values.py", folders[0] / "openscap.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for inner in ast.walk(node) if _states_nothing(node) else ():
                if isinstance(inner, ast.Call) and ast.unparse(inner.func) == "phrase":
                    yield from (re.sub(r"\{\w+\}", "7", text) for text in written(inner.args[0]))


def _states_nothing(node: ast.AST) -> bool:
    calls = isinstance(node, ast.Call) and ast.unparse(node.func) in (
        "Unsaid",
        "cells.Unsaid",
        "Unreadable",
    )
    return calls or (isinstance(node, ast.Return) and "taken, phrase" in ast.unparse(node))


def test_why_a_list_states_nothing_is_translated() -> None:
    found = set(of_cells())
    assert len(found) > 30
    assert [text for text in found if told(text, VI) in (text, f"“{text}”")] == []


def test_every_particular_that_is_written_is_translated() -> None:
    found = [text for text in details() if re.search("[a-z]", text)]
    assert len(found) > 60
    said = {text: told(text, VI) for text in found}
    assert [text for text, now in said.items() if now in (text, f"“{text}”")] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("antivirus probe at ssh://a@h:22", "phép thu thập antivirus tại ssh://a@h:22"),
        (
            "ipv6 probe at ssh://h: the handshake broke off: Error reading banner",
            "phép thu thập ipv6 tại ssh://h: bắt tay bị ngắt giữa chừng: “Error reading banner”",
        ),
        (
            "kaspersky-device-list: a.csv, row 3: when it last reported cannot be told: "
            "there is no day 2026-02-30",
            "kaspersky-device-list: a.csv, dòng 3: không xác định được lần báo cáo cuối: "
            "không có ngày 2026-02-30",
        ),
        (
            "a.xlsx, Sheet, B2: 'x' has no meaning in the map",
            "“a.xlsx, Sheet, B2”: ánh xạ không nêu ý nghĩa của 'x'",
        ),
        (
            "antivirus probe at ssh://h:22: web-2, web-3 answered with the same host key SHA256:x",
            "phép thu thập antivirus tại ssh://h:22: web-2, web-3 trả lời bằng cùng khóa máy SHA256:x",
        ),
        ("h:22: No route to host", "h:22: không có đường tới máy"),
        ("export.csv:7", "export.csv:7"),
        ("sudo: a password is required", "“sudo: a password is required”"),
        ("", ""),
    ],
)
def test_what_others_said_stands_in_quotes(text: str, said: str) -> None:
    assert told(text, VI) == said
    assert told(text, Language("en")) == text
