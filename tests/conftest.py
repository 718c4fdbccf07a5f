"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.scratch import Scratch

# The same examples each time: whether a run passes depends on the code alone.
settings.register_profile("soccheck", derandomize=True, deadline=None, database=None)
settings.load_profile("soccheck")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: a missing tool must not hide what it would have shown."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
    return report


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository with a small inventory and policy, committed once."""
    return Scratch(tmp_path / "repository")
