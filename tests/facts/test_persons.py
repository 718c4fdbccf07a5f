"""Names that name nobody."""

from __future__ import annotations

import pytest

from soccheck.facts.persons import is_nobody


@pytest.mark.parametrize(
    "name",
    ["", " ", "-", "...", "TBD", "tbc", "n/a", "N/A", "xxx", "No", "pending", "chưa rõ", "Không"],
)
def test_nobody(name: str) -> None:
    assert is_nobody(name)


@pytest.mark.parametrize(
    "name", ["Giám đốc Sở", "Nguyễn A", "Anh", "Todo Mori", "Nora", "Chưa Văn A"]
)
def test_somebody(name: str) -> None:
    assert not is_nobody(name)
