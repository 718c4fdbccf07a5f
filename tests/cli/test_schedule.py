"""`soccheck schedule`: systemd accepts its units, cron its lines, and nothing is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from soccheck.report.listings import timetable
from tests.cli.run import environment, inside, soccheck

ODD = "tỉnh An Giang 100% $HOME"


@pytest.fixture
def province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inventories" / "an-giang").mkdir(parents=True)
    (tmp_path / "soccheck.yaml").write_text("history: {folder: history}\n")
    return tmp_path


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("folder", ["an-giang", ODD])
def test_systemd_accepts_the_units(folder: str, province: Path) -> None:
    inventory = province / "inventories" / folder
    inventory.mkdir(exist_ok=True)
    # Somebody who exists: systemd looks the user up.
    given = ("--at", "06:00", "--timezone", "Asia/Ho_Chi_Minh", "--user", "root", "-o", "units")
    done = soccheck("schedule", "systemd", inventory, *given, "--collect", cwd=province)
    assert done.code == 0, done.err
    files = [province / line for line in done.out.splitlines()]
    assert len(files) == 3
    assert "systemctl enable --now soccheck-" in done.err
    name = files[0].stem
    verified = subprocess.run(
        ["systemd-analyze", "verify", *files],
        capture_output=True, text=True, timeout=30, check=False,
        env=environment(SYSTEMD_UNIT_PATH=f"{province / 'units'}:"),
    )  # fmt: skip
    own = [line for line in verified.stderr.splitlines() if "soccheck" in line]
    assert (verified.returncode, own) == (0, [])
    timer = (province / "units" / f"{name}.timer").read_text(encoding="utf-8")
    when = re.findall(r"OnCalendar=(.*)", timer)
    assert when == ["*-*-* 06:00:00 Asia/Ho_Chi_Minh"]
    calendar = subprocess.run(
        ["systemd-analyze", "calendar", *when],
        capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    assert "23:00:00 UTC" in calendar.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_the_service_is_hardened_by_systemds_own_measure(province: Path) -> None:
    soccheck(
        "schedule", "systemd", "inventories/an-giang", "--at", "06:00", "-o", "u", cwd=province
    )
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "u/soccheck-an-giang.service"],
        cwd=province, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    exposure = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert exposure is not None, done.stdout + done.stderr
    assert float(exposure[1]) < 3


def test_results_are_no_faults_of_the_service(province: Path) -> None:
    done = soccheck("schedule", "systemd", "inventories/an-giang", "--at", "06:00", cwd=province)
    assert "\nSuccessExitStatus=1 3\n" in done.out
    assert "\nPersistent=true\n" in done.out
    assert "\nOnFailure=soccheck-failed@%n.service\n" in done.out
    assert f"\nWorkingDirectory={province}\n" in done.out
    assert "--by timer" in done.out


def test_cron_runs_what_is_printed(province: Path) -> None:
    """The shell that cron starts gets the words as they were meant, whatever the folder is called."""
    inventory = province / "inventories" / ODD
    inventory.mkdir()
    done = soccheck("schedule", "cron", inventory, "--at", "06:05", cwd=province)
    assert done.code == 0
    (line,) = [item for item in done.out.splitlines() if not item.startswith("#")]
    assert line.startswith("5 6 * * * cd ")
    command = re.sub(r"\\%", "%", line.removeprefix("5 6 * * * "))  # as cron hands it on
    assert not re.search(r"(?<!\\)%", line)
    program = re.search(r"&& (\S+)", command)
    assert program is not None
    probed = command.replace(program[1], "printf '%s\\n'", 1).replace(">/dev/null", "")
    shown = subprocess.run(["/bin/sh", "-c", probed], capture_output=True, text=True, check=True)
    assert str(inventory) in shown.stdout.splitlines()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--at", "6:00"), "--at: '6:00' is no time of day\n  hint: write hours and minutes"),
        (("--at", "24:00"), "--at: '24:00' is no time of day"),
        (("--at", "06:00", "--timezone", "Asia/Hanoi"), "no time zone 'Asia/Hanoi'"),
        (("--at", "06:00", "--timezone", "../etc"), "no time zone '../etc'"),
        (("--at", "06:00", "--user", "a b"), "--user: 'a b' cannot be the name of a user"),
        (("--at", "06:00", "--config", "no.yaml"), "no.yaml: no such file\n  hint: `soccheck init"),
        ((), "--at"),
    ],
)
def test_what_cannot_be_scheduled(
    given: tuple[str, ...], said: str, province: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert province.is_dir()
    ran = inside(capsys, "schedule", "systemd", "inventories/an-giang", *given)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_cron_has_no_zones_and_a_folder_must_be_there(
    province: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = ("--at", "06:00", "--timezone", "Asia/Ho_Chi_Minh")
    ran = inside(capsys, "schedule", "cron", "inventories/an-giang", *zone)
    assert (ran.code, "cron knows no time zones" in ran.err) == (2, True)
    ran = inside(capsys, "schedule", "cron", "nowhere", "--at", "06:00")
    assert (ran.code, "nowhere: no such folder" in ran.err) == (2, True)
    assert sorted(path.name for path in province.iterdir()) == ["inventories", "soccheck.yaml"]


def test_names_of_units() -> None:
    assert timetable.unit_name("an-giang") == "soccheck-an-giang"
    assert timetable.unit_name("tỉnh An Giang") == "soccheck-t-nh-An-Giang"
    assert timetable.unit_name("…") == "soccheck-inventory"
    assert shutil.which("sh")
