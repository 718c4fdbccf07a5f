"""The usage of `soccheck explain`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.run import inside


def test_a_control_before_its_folder_is_told_the_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = inside(capsys, "explain", "AV-REALTIME", tmp_path)
    assert ran.code == 2
    assert f"soccheck explain {tmp_path} AV-REALTIME" in " ".join(ran.err.split())
