"""The C parser comes without PyYAML's Python half, and does not stand in that half's way."""

from __future__ import annotations

import subprocess
import sys

import pytest

FIRST = """
import sys
from soccheck.sources import yaml as yamlio
assert "yaml.constructor" not in sys.modules, "the Python half was imported"
import yaml
"""
SECOND = """
import yaml
from soccheck.sources import yaml as yamlio
"""
BOTH_WORK = """
assert yaml.load("a: [1, b]", yaml.CSafeLoader) == yaml.safe_load("a: [1, b]") == {"a": [1, "b"]}
for text in ("a: [", "a: b: c", "a: \\x07", "a: *b"):
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            yaml.load(text, loader)
        except yaml.YAMLError:
            continue
        raise AssertionError(text)
for raw in (b"a: [", b"a: b: c", b"a: \\x07", b"a: *b"):
    assert yamlio.parse(raw, "f.yaml").problems, raw
assert yamlio.parse(b"a: [1, b]", "f.yaml").data == {"a": [1, "b"]}
"""


@pytest.mark.parametrize("order", [FIRST, SECOND], ids=["before", "after"])
def test_both_halves_work_whichever_comes_first(order: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", order + BOTH_WORK], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
