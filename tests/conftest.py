"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.payload import poison
from tests.scratch import Scratch

# The same examples each time: whether a run passes depends on the code alone.
# Half of the usual hundred examples: the suite is to end within a quarter of an hour on two processors.
settings.register_profile(
    "soccheck", derandomize=True, deadline=None, database=None, max_examples=50
)
settings.load_profile("soccheck")


def pytest_sessionstart() -> None:
    """Let SIGTERM end the session as Ctrl-C does: fixtures take down what they built."""

    def ended(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not end what takes things down
        pytest.exit("terminated", returncode=128 + number)

    signal.signal(signal.SIGTERM, ended)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: a missing tool must not hide what it would have shown."""
    report = yield
    if report.skipped and os.environ.get("CI") and not for_want_of_root(report, os.geteuid()):
        report.outcome = "failed"
    return report


def for_want_of_root(report: pytest.TestReport, user: int) -> bool:
    """Return whether a test was skipped because its user is not root: nothing to hide, no tool missing."""
    return user != 0 and "needs root" in str(report.longrepr)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every test that was skipped, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    by_reason: dict[str, list[str]] = {}
    for report in skipped:
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        by_reason.setdefault(reason, []).append(report.nodeid)
    for reason, names in by_reason.items():
        terminalreporter.write_line(f"skipped, {reason}:")
        for name in names:
            terminalreporter.write_line(f"  {name}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of single tests."""
    parser.addoption(
        "--kernel-rulesets",
        type=int,
        default=40,
        help="rulesets of each kind that are loaded into the kernel and probed with packets",
    )


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """A repository with a small inventory and policy, committed once."""
    return Scratch(tmp_path / "repository")


@pytest.fixture
def hostile(scratch: Scratch) -> Scratch:
    """The same repository with an attack in every text that an inventory, a waiver or a policy holds."""
    return poison(scratch)
