"""Colour is for terminals that have it, and for who has not turned it off."""

from __future__ import annotations

import sys

import pytest

from soccheck.cli.output import color


@pytest.mark.parametrize(
    ("term", "no_color", "wanted"),
    [("xterm", "", True), ("", "", True), ("dumb", "", False), ("xterm", "1", False)],
)
def test_colour(term: str, no_color: str, *, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("NO_COLOR", no_color)
    assert color() is wanted
