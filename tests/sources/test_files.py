"""What a folder gives to read, and why not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from soccheck.sources.files import Folder


def test_a_link_through_what_is_another_users_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.path.realpath

    def refused(path: str | Path, *, strict: bool = False) -> str:
        if str(path).endswith(".yaml"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, strict=strict)

    (tmp_path / "a.yaml").symlink_to("/proc/1/cwd/a.yaml")
    monkeypatch.setattr(os.path, "realpath", refused)
    (entry,) = Folder(tmp_path).entries()
    assert entry.fault is not None
    assert str(entry.fault.message) == "cannot be read: Permission denied"
