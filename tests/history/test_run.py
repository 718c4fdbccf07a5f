"""`soccheck run`: one at a time, whole or not there, whatever kills it; secrets stay secret."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.cli.run import ROOT, environment
from tests.history.nights import SETTINGS, Nights


def test_a_run_ends_as_its_audit_does_and_writes_its_reports(nights: Nights) -> None:
    reports = "reports: [{format: json, file: 'out/{as_of}-{run}.json'}, {format: table}]\n"
    nights.scratch.write("soccheck.yaml", SETTINGS + reports)
    ran = nights.night("2024-06-30")
    assert ran.code == 1
    written = json.loads((nights.scratch.root / "out/2024-06-30-1.json").read_text())
    listed = nights.call("history", "list", "--format", "json")
    run = json.loads(listed.out)["runs"][0]
    assert written["history"] == {"run": 1, "chain": run["chain"]}
    assert f"head of the chain\n{run['chain']}" in ran.out or run["chain"] in ran.out
    assert run["exit_code"] == 1
    assert "the first run" in ran.err  # the report itself is what is printed


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            f"{SETTINGS}reports: [{{format: Excel, file: out.xlsx}}]\n",
            "soccheck.yaml: no report 'Excel'\n  hint: write format: xlsx\n",
        ),
        ("history: runs\n", 'hint: write {folder: "runs"}\n'),
        (
            "history: {folder: 'C:\\soccheck'}\n",
            "C:\\soccheck: \\ parts no folders here\n"
            "  hint: write / between folders, or the name alone: soccheck\n",
        ),
    ],
)
def test_settings_as_people_write_them(nights: Nights, settings: str, said: str) -> None:
    nights.scratch.write("soccheck.yaml", settings)
    ran = nights.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2
    assert said in ran.err
    assert [path for path in nights.scratch.root.iterdir() if "\\" in path.name] == []


def test_every_report_has_the_head_of_the_chain_and_what_is_new(nights: Nights) -> None:
    forms = ("html", "xlsx", "docx", "markdown", "table", "csv", "sarif", "json")
    lines = "".join(f"  - {{format: {form}, file: out.{form}}}\n" for form in forms)
    nights.night("2024-05-30")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    nights.scratch.write("soccheck.yaml", f"{SETTINGS}reports:\n{lines}")
    nights.night("2024-06-30")
    runs = json.loads(nights.call("history", "list", "--format", "json").out)["runs"]
    said = {form: _texts(nights.scratch.root / f"out.{form}") for form in forms}
    assert [form for form in forms if runs[-1]["chain"] not in said[form]] == []
    readers = forms[:5]
    assert [form for form in readers if "Since run #1 of 30/05/2024: new 1" not in said[form]] == []
    assert [form for form in readers if "05/2024 to 06/2024: " not in said[form]] == []
    assert "on or before 30/05/2024" in said["html"], "what failed in the first run already"
    assert ",2024-05-30,true," in said["csv"]


def _texts(file: Path) -> str:
    """Return the text of a report, that of every part of a package."""
    if not zipfile.is_zipfile(file):
        return " ".join(file.read_text(encoding="utf-8").replace("\\", "").split())
    with zipfile.ZipFile(file) as parts:
        return " ".join(parts.read(n).decode(errors="replace") for n in parts.namelist())


def test_the_second_run_says_who_holds_the_history(nights: Nights) -> None:
    nights.night("2024-06-30")
    with (nights.folder / "lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write("process 7 of soc on watch.example, since 2024-06-30T06:00:00+00:00")
        file.flush()
        ran = nights.call("run", "inv", "--as-of", "2024-07-01")
        vietnamese = nights.call("run", "inv", "--as-of", "2024-07-01", "--lang", "vi")
        file.truncate(0)
        silent = nights.call("run", "inv", "--as-of", "2024-07-01")
    assert ran.code == 2
    assert "another run holds it: process 7 of soc on watch.example, since 2024-06-30" in ran.err
    assert "tiến trình 7 của soc trên watch.example, từ 2024-06-30" in vietnamese.err
    assert "another run holds it: a process that has not said which" in silent.err
    assert nights.night("2024-07-01").code == 1


def test_two_machines_with_one_server_run_one_after_the_other(nights: Nights) -> None:
    if nights.url is None:
        return  # a file is held by its folder's lock
    import pg8000.native
    from sqlalchemy.engine import make_url

    nights.night("2024-06-30")
    url = make_url(nights.url)
    other = pg8000.native.Connection(
        str(url.username), str(url.host), str(url.database), url.port or 0,
        password=str(url.password), application_name="soccheck process 9 of soc on other",
    )  # fmt: skip
    other.run("SELECT pg_advisory_lock(:key)", key=0x50CC4EC4)
    ran = nights.call("run", "inv", "--as-of", "2024-07-01")
    assert ran.code == 2
    assert "another run holds it: process 9 of soc on other" in ran.err
    other.close()
    assert nights.night("2024-07-01").code == 1


MOMENTS = (
    "soccheck.history.blobs:write_atomic",
    "soccheck.history.spans:write",
    "soccheck.history.changes:of_run",
    "soccheck.cli.run:write_reports",
    "soccheck.history.blobs:Blobs.sweep",
)
DIE = """
import importlib, os, signal, sys
module, _, name = {moment!r}.partition(":")
place = importlib.import_module(module)
for part in name.split(".")[:-1]:
    place = getattr(place, part)
last = name.split(".")[-1]
def die(*a, **k):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(place, last, die)
sys.argv[0] = "soccheck"
from soccheck.__main__ import main
main()
"""


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_is_killed_leaves_the_last_one_whole(nights: Nights, moment: str) -> None:
    if nights.url is not None and "write_atomic" in moment:
        return  # a server keeps blobs in its tables
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    nights.scratch.write("soccheck.yaml", SETTINGS + "reports: [{format: json, file: out.json}]\n")
    more = {"SOCCHECK_DATABASE_URL": nights.url} if nights.url is not None else {}
    killed = subprocess.run(
        [sys.executable, "-c", DIE.format(moment=moment), "run", "inv", "--as-of", "2024-07-01"],
        cwd=nights.scratch.root,
        env={**environment(**more), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert nights.call("history", "verify").code == 0
    nights.night("2024-07-02")
    assert nights.call("history", "verify").code == 0
    assert nights.causes("2024-06-30", "2024-07-02")["T-REALTIME", "web-1"] == "inventory"
    files = [p for p in nights.folder.rglob("*") if p.is_file()]
    assert not [p for p in files if "soccheck-tmp" in p.name], (
        "what the killed run left is swept up"
    )


def test_a_run_that_is_killed_at_any_time_leaves_a_history_that_verifies(nights: Nights) -> None:
    nights.night("2024-06-30")
    more = {"SOCCHECK_DATABASE_URL": nights.url} if nights.url is not None else {}
    for milliseconds in (300, 600, 900):
        run = subprocess.Popen(
            [sys.executable, "-m", "soccheck", "run", "inv", "--as-of", "2024-07-01"],
            cwd=nights.scratch.root,
            env=environment(**more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(milliseconds / 1000)
        run.kill()
        run.wait()
        assert nights.call("history", "verify").code == 0
    assert nights.night("2024-07-02").code == 1


SECRET = "s3cr3t-word"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://soc:{SECRET}@127.0.0.1:1/history",
        f"postgresql://soc:{SECRET}@no-such-host.example/history",
        f"mysql://soc:{SECRET}@127.0.0.1/history",
        f"{SECRET}",
        f"postgresql://soc:{SECRET}@[::1/x",
    ],
)
def test_a_password_is_never_printed(
    nights: Nights, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
    ran = nights.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2, ran
    assert SECRET not in ran.out + ran.err


def test_a_password_is_kept_in_no_file(nights: Nights) -> None:
    if nights.url is None:
        return
    nights.night("2024-06-30")
    word = nights.url.partition(":")[2].partition("@")[0].rpartition(":")[2].encode()
    assert not [p for p in nights.scratch.root.rglob("*") if p.is_file() and word in p.read_bytes()]


def test_the_file_of_the_url_is_its_owners_alone(
    nights: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if nights.url is None:
        return
    monkeypatch.delenv("SOCCHECK_DATABASE_URL")
    file = tmp_path / "url"
    file.write_text(nights.url + "\n")
    file.chmod(0o644)
    nights.scratch.write(
        "soccheck.yaml", SETTINGS.replace("folder: history", f"folder: history, url_file: {file}")
    )
    ran = nights.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2
    assert "others may read this secret (mode 0644)" in ran.err
    file.chmod(0o600)
    assert nights.night("2024-06-30").code == 1
    assert not (nights.folder / "history.db").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("histroy: {folder: x}\n", "soccheck.yaml:1:1"),
        ("history: {keep: {daily: -1}}\n", "soccheck.yaml:1:"),
        ('history: {folder: "runs\\0"}\n', "soccheck.yaml:1:19"),
        ("health: {silent: soon}\n", "soccheck.yaml:1:"),
        ("reports: [{format: none}]\n", "no report 'none'"),
        ("history: {url: 'postgresql://a:b@c/d'}\n", "soccheck.yaml:1:"),
        ("[1]\n", "soccheck.yaml:1:1"),
    ],
)
def test_settings_that_are_wrong_are_said_to_be(nights: Nights, text: str, said: str) -> None:
    nights.scratch.write("soccheck.yaml", text)
    ran = nights.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2
    assert said in ran.err


def test_the_example_of_init_is_one(nights: Nights) -> None:
    (nights.scratch.root / "soccheck.yaml").unlink()
    assert nights.call("init", "--config", "soccheck.yaml").code == 0
    assert nights.call("init", "--config", "soccheck.yaml").code == 2
    assert nights.night("2024-06-30").code in (1, 3)
    assert (nights.scratch.root / "reports/latest.json").exists()


@pytest.mark.parametrize("command", ["diff", "failing", "trend", "health", "history"])
def test_without_a_history_the_next_step_is_said(nights: Nights, command: str) -> None:
    if nights.url is not None:
        return
    arguments = [command, "list"] if command == "history" else [command]
    ran = nights.call(*arguments)
    assert ran.code == 2
    assert "soccheck run" in ran.err


def test_an_inventory_with_a_fault_is_no_run(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "role: server", "rôle: server")
    assert nights.call("run", "inv", "--as-of", "2024-07-01").code == 2
    assert nights.call("history", "show").out.startswith("#1 ")
    assert os.stat(nights.folder / "lock").st_size == 0


def test_another_inventory_of_the_same_name_is_refused_and_a_moved_one_goes_on(
    nights: Nights,
) -> None:
    root = nights.scratch.root
    for name in ("An Giang", "Cà Mau"):
        shutil.copytree(root / "inv", root / name / "inv")
        nights.scratch.edit(f"{name}/inv/authority.yaml", "Tỉnh Thử", name)
    judged = ("--as-of", "2024-06-30")
    assert nights.call("run", "An Giang/inv", *judged).code == 1
    ran = nights.call("run", "Cà Mau/inv", *judged)
    assert ran.code == 2
    assert "are of another inventory: An Giang, in " in ran.err
    assert "history: {folder: FOLDER}" in ran.err
    (root / "An Giang").rename(root / "moved")
    ran = nights.call("run", "moved/inv", *judged)
    assert "#2 of 30/06/2024, compared with #1" in ran.out
    (root / "moved/inv").rename(root / "moved/other")
    ran = nights.call("run", "moved/other", *judged)
    assert "was it renamed?" in ran.err
    assert "the first run" in ran.out


def test_an_inventory_without_a_name_is_known_by_where_it_lies(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    nights.scratch.edit("inv/authority.yaml", "name: {vi: Tỉnh Thử, en: Trial province}, ", "")
    nights.night("2024-06-30")
    nights.scratch.edit("inv/hosts.yaml", "realtime: true", "realtime: false")
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("platform.node", lambda: "other.example")
        ran = nights.call("run", "inv", "--as-of", "2024-07-01")
    assert ran.code == 2
    assert "of an inventory without a name in " in ran.err
    nights.night("2024-07-01")


@pytest.mark.parametrize("what", ["file", "link", "report"])
def test_a_place_that_cannot_be_written_is_said(nights: Nights, what: str) -> None:
    if what == "file":
        nights.folder.write_text("not a folder")
    elif what == "link":
        nights.folder.mkdir()
        (nights.folder / "lock").symlink_to(nights.scratch.root / "elsewhere")
    else:
        reports = "reports: [{format: json, file: /proc/none/out.json}]\n"
        nights.scratch.write("soccheck.yaml", SETTINGS + reports)
    ran = nights.call("run", "inv", "--as-of", "2024-06-30")
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert ("not a folder" if what == "file" else "cannot be written") in ran.err
    if what == "report":
        assert nights.call("history", "show").code == 0, "the run is kept all the same"


def test_a_disk_that_is_full_keeps_the_last_run_whole(
    nights: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    if nights.url is not None:
        return  # a server keeps blobs in its tables
    nights.night("2024-06-30")
    with monkeypatch.context() as patched:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        patched.setattr("soccheck.history.blobs.write_atomic", lambda *a, **k: raise_(full))
        ran = nights.call("run", "inv", "--as-of", "2024-07-01")
    assert ran.code == 4
    assert "history/blobs: cannot be written: No space left on device" in ran.err
    assert nights.call("history", "verify").code == 0
    assert "#2 of" in nights.night("2024-07-02").out


def raise_(error: Exception) -> None:
    raise error


def test_a_run_of_an_earlier_day_than_the_last_fails_for_no_negative_days(nights: Nights) -> None:
    nights.night("2024-06-30")
    nights.night("2024-05-30")
    assert {item["days"] for item in nights.documents("failing")["failing"]} == {0}
