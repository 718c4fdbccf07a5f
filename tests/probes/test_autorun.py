"""The question what could start something for a device, asked by a real shell of real folders."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from soccheck.probes.autorun import AUTORUN

NOBODY = ["setpriv", "--reuid", "65534", "--clear-groups"]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may look into, with a rule and a unit of the machine's own."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        top.chmod(0o755)
        rules, wants = top / "udev/rules.d", top / "units/dev-sdb1.device.wants"
        rules.mkdir(parents=True)
        wants.mkdir(parents=True)
        (rules / "9.rules").write_text('KERNEL=="sd*", RUN+="/x"\n', encoding="utf-8")
        (wants / "run.service").touch()
        yield top


def asked(folder: Path) -> list[str]:
    """Return what is answered of a folder, without what this machine's own packages bring."""
    script = AUTORUN.script.replace("/etc/udev", f"{folder}/udev")
    script = script.replace("/etc/systemd/system", f"{folder}/units")
    as_nobody = NOBODY if os.geteuid() == 0 else []
    command = [*as_nobody, "sh", "-c", f"f() {{ {script}\n}}; f"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if str(folder) in line]


def test_rules_and_units_are_told(folder: Path) -> None:
    assert asked(folder) == [
        f"unit {folder}/units/dev-sdb1.device.wants/run.service",
        f'{folder}/udev/rules.d/9.rules:KERNEL=="sd*", RUN+="/x"',
    ]


@pytest.mark.parametrize("closed", ["udev", "udev/rules.d", "units/dev-sdb1.device.wants"])
def test_a_folder_that_may_not_be_looked_into_is_told(folder: Path, closed: str) -> None:
    """What stands in it would look as if it were not there."""
    (folder / closed).chmod(0o700 if os.geteuid() == 0 else 0o000)
    told = asked(folder)
    (folder / closed).chmod(0o755)
    assert f"closed {folder}/{closed}" in told
