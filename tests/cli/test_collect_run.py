"""A collection keeps its threads together, and leaves the process as it was."""

from __future__ import annotations

import os
import threading

import pytest

from soccheck.cli import collect_run as collecting

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity"), reason="only Linux lets a thread choose its processor"
)


def test_threads_share_one_processor_while_machines_are_asked() -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    with collecting._on_one_processor():
        thread = threading.Thread(target=lambda: seen.append(os.sched_getaffinity(0)))
        thread.start()
        thread.join()
        (mine,) = os.sched_getaffinity(0)
    assert seen == [{mine}]
    assert mine in before
    assert os.sched_getaffinity(0) == before


def test_a_system_that_does_not_tell_the_processor_is_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = os.sched_getaffinity(0)
    monkeypatch.setattr(collecting, "_PROCESSOR", 10_000)
    with collecting._on_one_processor():
        assert os.sched_getaffinity(0) == before
    assert os.sched_getaffinity(0) == before
