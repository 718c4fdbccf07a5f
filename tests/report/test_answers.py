"""What collectors and probes say in a bundle is said in Vietnamese, and what others said stands in quotes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from soccheck.i18n import Language
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
        ("h:22: No route to host", "h:22: không có đường tới máy"),
        ("export.csv:7", "export.csv:7"),
        ("sudo: a password is required", "“sudo: a password is required”"),
        ("", ""),
    ],
)
def test_what_others_said_stands_in_quotes(text: str, said: str) -> None:
    assert told(text, VI) == said
    assert told(text, Language("en")) == text
