"""Options of the test run."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kernel-rulesets",
        type=int,
        default=40,
        help="rulesets of each kind that are loaded into the kernel and probed with packets",
    )
