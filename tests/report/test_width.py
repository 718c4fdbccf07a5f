"""Claims, comparisons and several authorities read well in 80 columns, in both languages."""

from __future__ import annotations

import pytest
import wcwidth

from tests.cli.run import ROOT, soccheck

FIVE = [
    f"inventories/{name}"
    for name in ("an-giang", "an-giang-2019", "binh-duong", "dong-thap", "hau-giang")
]
COMMANDS = [
    *(["claims", folder] for folder in FIVE),
    ["compare", "--details", "inventories/an-giang-2019", "inventories/an-giang"],
    ["compare", "inventories/hau-giang", "inventories/dong-thap"],
    *(
        ["audit", "inventories/an-giang", "--as-of", "2024-06-30", "--limit", "0", "--by", by]
        for by in ("asset", "control", "organization")
    ),
    ["audit", *FIVE, "--as-stated"],
    ["audit", "--details", "inventories/binh-duong", "--as-stated"],
    ["explain", "inventories/an-giang", "EG-PAR-7-1-4", "--as-of", "2024-06-30"],
]


@pytest.mark.parametrize("lang", ["en", "vi"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: "-".join(words[:2]))
def test_no_line_is_longer(command: list[str], lang: str) -> None:
    ran = soccheck(*command, "--lang", lang, cwd=ROOT)
    assert ran.code in (0, 1, 3), ran.err
    assert ran.err == ""
    lines = ran.out.splitlines()
    assert len(lines) > 5
    assert [line for line in lines if wcwidth.wcswidth(line) > 80] == []
