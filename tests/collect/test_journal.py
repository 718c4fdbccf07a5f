"""Runs that end at any moment, and two at once: no bundle is lost or torn, and no later run is blocked.

The runs are processes of their own; the machines answer from memory, so that there can be many runs.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json
from tests.cli.run import ROOT, environment, soccheck
from tests.collect.forked import Forked

MACHINES = 12
# What `collect` is given in the place of a connection: an answer to every question, after a moment.
SIMULATED = """
import contextlib, os, re, time
from soccheck.cli import collect_run
from soccheck.collect.limits import Raw
from soccheck.collect.ssh.login import Login

class Session:
    def host_key(self):
        return "SHA256:" + "A" * 43

    def host_key_type(self):
        return "ssh-ed25519"

    def run(self, command, script, limits):
        time.sleep({pause})
        while os.path.exists("wait"):
            time.sleep(0.02)
        mark = re.search(r"soccheck-[0-9a-f]{{32}}", script.decode())[0]
        said = f"\\n{{mark}} begin processes\\n\\n{{mark}} end processes 0\\n\\n{{mark}} begin done\\n"
        return Raw(output=said.encode(), error=b"", cause="")

class Connector:
    def distrusts(self, login, kind, key):
        return False

    @contextlib.contextmanager
    def session(self, login):
        yield Session()
    def close(self):
        pass

def resolve(target):
    return Login(host=target.address, port=22, user="soc")

collect_run.connection = lambda given: (Connector(), resolve)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inventory(tmp_path)
    return tmp_path


def inventory(folder: Path, comment: str = "", first: int = 1) -> None:
    lines = [f"# {comment}", "authority: {stated: 2026-01-31}"]
    lines += ["organizations: {office: {type: office, tier: province}}", "hosts:"]
    for number in range(MACHINES):
        address = f"192.0.2.{number + (first if number == 0 else 1)}"
        lines.append(
            f"  h{number}: {{organization: office, role: server, os: {{family: linux}}, "
            f'addresses: ["{address}"]}}'
        )
    (folder / "inv").mkdir(exist_ok=True)
    (folder / "inv" / "all.yaml").write_text("\n".join(lines) + "\n")


def argv(*words: str, pause: float = 0.0) -> list[str]:
    code = f"{SIMULATED.format(pause=pause)}\nfrom soccheck.__main__ import main\nmain()"
    return [sys.executable, "-c", code, *words]


def run(
    folder: Path, *words: str, pause: float = 0.0, limit: str = ""
) -> subprocess.CompletedProcess[str]:
    limited = ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh"] if limit else []
    return subprocess.run(
        [*limited, *argv(*words, pause=pause)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def forked(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it in a process that need not import everything; it prints into files, not into pipes."""
    code, out, err = Forked(folder, SIMULATED.format(pause=0.0), words).ended()
    return subprocess.CompletedProcess(words, code, out, err)


def started(
    folder: Path, *words: str, pause: float, lines: int = 2, terminal: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """Start a run, on a terminal if one is given, and wait until some machines have answered."""
    process = subprocess.Popen(
        argv(*words, pause=pause),
        cwd=folder,
        env=environment(),
        stdout=terminal,
        stderr=terminal,
        text=True,
    )
    journal = folder / "e.json.partial"
    end = time.monotonic() + 20
    while not (journal.exists() and journal.read_bytes().count(b"\n") > lines):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.01)
    return process


def state(folder: Path) -> list[tuple[str, int, int]]:
    """Return what is there, so that it is seen when a run begins to write."""
    found = []
    for path in folder.glob("e.json*"):
        with contextlib.suppress(FileNotFoundError):
            found.append((path.name, path.stat().st_ino, path.stat().st_size))
    return sorted(found)


def bundle(folder: Path) -> dict[str, Any]:
    return evidence.load(folder / "e.json", "e.json")


COLLECT = ("collect", "inv", "-o", "e.json")


def test_a_second_run_says_who_holds_the_file(folder: Path) -> None:
    (folder / "wait").touch()
    first = started(folder, *COLLECT, pause=0, lines=0)
    (folder / "link.json").symlink_to("e.json")
    for words in (COLLECT, (*COLLECT, "--resume"), ("collect", "inv", "-o", "link.json")):
        second = run(folder, *words)
        assert second.returncode == 2
        assert f"another run is writing it: process {first.pid} on " in second.stderr
        assert "wait until it has ended" in second.stderr
    (folder / "wait").unlink()
    out, err = first.communicate(timeout=30)
    assert first.returncode == 0, err
    assert f"{MACHINES} of {MACHINES} machines answered" in out
    assert len(bundle(folder)["assets"]) == MACHINES
    assert sorted(path.name for path in folder.iterdir()) == ["e.json", "inv", "link.json"]


def test_killed_at_any_moment_no_bundle_is_torn_and_no_night_is_blocked(folder: Path) -> None:
    """Kill twenty-five pairs of runs at once at a random moment: fifty in all."""
    chance = random.Random(20261126)
    words = (*COLLECT, "--workers", "3")
    torn = 0
    for _ in range(25):
        before = state(folder)
        code = SIMULATED.format(pause=0.05)
        pair = [Forked(folder, code, (*words, *more)) for more in ((), ("--resume",))]
        end = time.monotonic() + 10
        while state(folder) == before and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.3))
        for process in pair:
            process.kill()
            assert "Traceback" not in process.ended()[2]
        torn += (folder / "e.json.partial").exists()
        if (folder / "e.json").exists():
            assert len(bundle(folder)["assets"]) == MACHINES
    assert torn, "no run was killed in its middle"
    last = forked(folder, *COLLECT)
    assert last.returncode == 0, last.stderr
    assert len(bundle(folder)["assets"]) == MACHINES
    assert not (folder / "e.json.partial").exists()


def test_a_terminal_that_is_closed_takes_no_answers_with_it(folder: Path) -> None:
    """Nothing can be printed any more then, the progress least of all; the bundle is written."""
    reader, terminal = os.openpty()
    process = started(folder, *COLLECT, "--workers", "1", pause=0.2, terminal=terminal)
    os.close(terminal)
    os.close(reader)
    process.send_signal(signal.SIGHUP)
    assert process.wait(timeout=30) == 130
    assert not (folder / "e.json.partial").exists()
    problems = [evidence.failed(entry) for entry in bundle(folder)["assets"].values()]
    assert {None if one is None else one["code"] for one in problems} == {None, "not_collected"}


def test_what_a_killed_run_left_is_set_aside_and_can_still_be_completed(folder: Path) -> None:
    killed = started(folder, *COLLECT, "--workers", "1", pause=0.3)
    killed.kill()
    killed.communicate()
    again = forked(folder, *COLLECT)
    assert again.returncode == 0, again.stderr
    assert f"left by a run that did not end: process {killed.pid} on " in again.stderr
    assert "set aside as e.json.partial.aside" in again.stderr
    (folder / "e.json").unlink()
    (folder / "e.json.partial.aside").rename(folder / "e.json.partial")
    resumed = forked(folder, *COLLECT, "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "answers of an interrupted run are taken up" in resumed.stderr
    assert len(bundle(folder)["assets"]) == MACHINES


def test_every_journal_that_is_set_aside_is_kept(folder: Path) -> None:
    left = []
    for number in range(4):
        (folder / "e.json.partial").write_text(f"{number}\n")
        done = forked(folder, *COLLECT)
        assert done.returncode == 0, done.stderr
        left.append(f"e.json.partial.aside{'' if number == 0 else f'-{number + 1}'}")
        assert f"set aside as {left[-1]}" in done.stderr
    assert [(folder / name).read_text() for name in left] == [f"{n}\n" for n in range(4)]


def test_what_a_run_killed_as_it_wrote_the_bundle_left_is_taken_away(folder: Path) -> None:
    kept = [".e.json.original", ".e.json.soccheck", "e.json.soccheck-tmp", ".f.json.x.soccheck-tmp"]
    for name in (".e.json.abcd1234.soccheck-tmp", *kept):
        (folder / name).write_text("half")
    assert forked(folder, *COLLECT).returncode == 0
    there = {path.name for path in folder.iterdir()}
    assert there == {"e.json", "inv", *kept}


def test_the_run_speaks_the_readers_language(folder: Path) -> None:
    killed = started(folder, *COLLECT, "--workers", "1", pause=0.3)
    killed.kill()
    killed.communicate()
    again = run(folder, *COLLECT, "--lang", "vi")
    assert again.returncode == 0, again.stderr
    assert "do một lượt chạy chưa kết thúc để lại: tiến trình" in again.stderr
    assert "gợi ý: trả lại tên cũ cho tệp và dùng --resume" in again.stderr
    (folder / "wait").touch()
    first = started(folder, *COLLECT, pause=0, lines=0)
    second = run(folder, *COLLECT, "--lang", "vi")
    (folder / "wait").unlink()
    first.communicate(timeout=30)
    assert second.returncode == 2
    assert f"một lượt chạy khác đang ghi tệp này: tiến trình {first.pid} trên" in second.stderr


def test_what_is_no_journal_is_set_aside_by_resume_too(folder: Path) -> None:
    for text in ("my notes\n", "[" * 100_000 + "\n", '{"started": "0"}\n'):
        (folder / "e.json.partial").write_text(text)
        done = forked(folder, *COLLECT, "--resume")
        assert done.returncode == 0, done.stderr
        assert (folder / "e.json.partial.aside").read_text() == text
        (folder / "e.json.partial.aside").unlink()


def test_what_stands_where_the_journal_would_is_named(folder: Path) -> None:
    journal = folder / "e.json.partial"
    ways: list[Callable[[], object]] = [
        lambda: os.mkfifo(journal),
        journal.mkdir,
        lambda: journal.symlink_to("/dev/null"),
        lambda: journal.symlink_to("nowhere"),
        lambda: os.mknod(journal, stat.S_IFSOCK | 0o600),
    ]
    for make in ways:
        make()
        for words in (COLLECT, (*COLLECT, "--resume")):
            done = soccheck(*words, cwd=folder)
            assert done.code == 2
            assert "e.json.partial: not a file, as the journal of a run is" in done.err
            assert "hint: move it away, or name another file" in done.err
        journal.rmdir() if journal.is_dir() else journal.unlink()
        assert not (folder / "e.json").exists()


def test_resume_keeps_what_an_edit_does_not_concern(folder: Path) -> None:
    assert forked(folder, *COLLECT).returncode == 0
    before = bundle(folder)["assets"]
    inventory(folder, comment="another")
    same = forked(folder, *COLLECT, "--resume")
    assert same.returncode == 0, same.stderr
    assert bundle(folder)["assets"] == before
    inventory(folder, first=101)
    moved = forked(folder, *COLLECT, "--resume")
    assert moved.returncode == 0, moved.stderr
    assert "answers left out" in moved.stderr
    after = bundle(folder)["assets"]
    assert {name for name in after if after[name] != before[name]} == {"h0"}
    assert after["h0"]["origin"] == "ssh://soc@192.0.2.101:22"


def _journal(folder: Path, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return what a run killed at its end would have left, with h0's entry changed."""
    made = bundle(folder)
    change(made["assets"]["h0"])
    head = {"by": "process 1 on x", "started": made["started"]}
    lines = [head, *([name, entry] for name, entry in made["assets"].items())]
    return b"".join(canonical_json.dumps(line) + b"\n" for line in lines)


ODD: dict[str, Callable[[dict[str, Any]], object]] = {
    "a fact of another release": lambda e: e["probes"]["antivirus"]["facts"].update(gone=True),
    "a word of another release": lambda e: e.update(gone=True),
    "no time": lambda e: e.update(started="soon"),
    "no probe": lambda e: e.update(probes={}),
    "a text that is not what was digested": lambda e: next(
        iter(e["probes"]["antivirus"]["answers"].values())
    ).update(output="x"),
}


def test_a_journal_that_gives_back_another_entry_makes_no_bundle(folder: Path) -> None:
    assert run(folder, *COLLECT).returncode == 0
    before = (folder / "e.json").read_bytes()
    process = started(folder, *COLLECT, "--workers", "1", pause=0.1)
    os.truncate(folder / "e.json.partial", 0)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "e.json.partial: something else wrote into it" in err
    assert (folder / "e.json").read_bytes() == before
    assert run(folder, *COLLECT).returncode == 0


def test_a_run_takes_away_no_journal_but_its_own(folder: Path) -> None:
    process = started(folder, *COLLECT, "--workers", "1", pause=0.1)
    (folder / "e.json.partial").unlink()
    (folder / "e.json.partial").write_text("another's")
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(bundle(folder)["assets"]) == MACHINES
    assert (folder / "e.json.partial").read_text() == "another's"


@pytest.mark.parametrize("name", ODD)
def test_a_journals_entry_that_no_bundle_could_hold_is_asked_anew(folder: Path, name: str) -> None:
    assert forked(folder, *COLLECT).returncode == 0
    (folder / "e.json.partial").write_bytes(_journal(folder, ODD[name]))
    (folder / "e.json").unlink()
    done = forked(folder, *COLLECT, "--resume")
    assert done.returncode == 0, done.stderr
    assert f"{MACHINES - 1} answers of an interrupted run are taken up" in done.stderr
    assert len(bundle(folder)["assets"]) == MACHINES


def test_a_journals_line_in_another_form_is_asked_anew(folder: Path) -> None:
    assert forked(folder, *COLLECT).returncode == 0
    whole = _journal(folder, lambda entry: None)
    (folder / "e.json.partial").write_bytes(whole.replace(b'["h0",', b'["h0", '))
    (folder / "e.json").unlink()
    done = forked(folder, *COLLECT, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(bundle(folder)["assets"]) == MACHINES


def _shifted(part: Any) -> Any:
    """Return what a collection of the year 2099 wrote."""
    if not isinstance(part, dict):
        return part
    return {
        key: f"2099{value[4:]}" if key in ("started", "ended") else _shifted(value)
        for key, value in part.items()
    }


def test_answers_of_a_time_to_come_are_asked_for_anew(folder: Path) -> None:
    """The clock was ahead, and was set back: what was answered then would never count."""
    assert forked(folder, *COLLECT).returncode == 0
    made = bundle(folder)
    made["assets"]["h0"] = _shifted(made["assets"]["h0"])
    ahead = evidence.sealed({**made, "ended": made["assets"]["h0"]["ended"]})
    (folder / "e.json").write_bytes(evidence.dumps(ahead))
    done = forked(folder, *COLLECT, "--resume")
    assert done.returncode == 0, done.stderr
    assert "answers of a time to come are asked for anew: h0 (1)" in done.stderr
    after = bundle(folder)
    assert after["ended"] < "2099"
    assert {n: e for n, e in after["assets"].items() if n != "h0"} == {
        n: e for n, e in made["assets"].items() if n != "h0"
    }


def test_resume_refuses_a_bundle_of_other_machines(folder: Path) -> None:
    assert forked(folder, *COLLECT).returncode == 0
    before = (folder / "e.json").read_bytes()
    text = (folder / "inv" / "all.yaml").read_text()
    (folder / "inv" / "all.yaml").write_text(text.replace("  h", "  other-"))
    refused = forked(folder, *COLLECT, "--resume")
    assert refused.returncode == 2
    assert "of none of this inventory's machines" in refused.stderr
    assert (folder / "e.json").read_bytes() == before
    assert not (folder / "e.json.partial").exists()


def test_resume_by_another_probe_loses_no_answer(folder: Path) -> None:
    assert run(folder, *COLLECT, "--probe", "antivirus").returncode == 0
    done = run(folder, *COLLECT, "--probe", "identity", "--resume")
    assert done.returncode == 0, done.stderr
    assert {frozenset(entry["probes"]) for entry in bundle(folder)["assets"].values()} == {
        frozenset(("antivirus", "identity"))
    }


def test_a_bundle_is_printed_or_goes_where_a_link_leads(folder: Path) -> None:
    printed = run(folder, "collect", "inv", "-o", "-")
    assert printed.returncode == 0, printed.stderr
    assert json.loads(printed.stdout)["format"] == evidence.FORMAT
    assert "machines answered" in printed.stderr
    (folder / "out.json").symlink_to("/dev/stdout")
    for output in ("/dev/stdout", "out.json", "/proc/self/fd/1"):
        done = run(folder, "collect", "inv", "-o", output)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout.splitlines()[0])["format"] == evidence.FORMAT
    assert (folder / "out.json").is_symlink()
    assert Path("/dev/stdout").is_symlink()
    assert run(folder, "collect", "inv", "-o", "/dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    refused = run(folder, "collect", "inv", "-o", "-", "--resume")
    assert refused.returncode == 2
    assert "not a file, which --resume could complete" in refused.stderr


@pytest.mark.parametrize(("limit", "code"), [(48, 0), (20, 4)])
def test_few_open_files_mean_fewer_machines_at_once(folder: Path, limit: int, code: int) -> None:
    done = run(folder, *COLLECT, "--workers", "128", limit=f"-n {limit}")
    assert done.returncode == code, done.stderr
    assert "ulimit -n" in done.stderr
    assert ("too few to ask a machine" in done.stderr) == (code == 4)


def test_too_little_memory_or_threads_blames_no_machine(folder: Path) -> None:
    """Whatever little there is, the run ends well or says what it lacks; 100 MB hold no ten threads."""
    ended = set()
    for limit in (80_000, 100_000, 130_000):
        done = run(folder, *COLLECT, pause=0.2, limit=f"-v {limit}")
        ended.add(done.returncode)
        assert "Traceback" not in done.stderr
        assert ("this machine gives no further" in done.stderr) == (done.returncode == 4)
        assert (folder / "e.json").exists() == (done.returncode == 0)
    assert 4 in ended
    assert ended <= {0, 4}


@pytest.mark.parametrize("option", [("--probe", "identity"), ("--workers", "3"), ("--resume",)])
def test_options_of_a_collection_are_refused_without_one(
    folder: Path, option: tuple[str, ...]
) -> None:
    done = soccheck("audit", "--details", "inv", *option, cwd=folder)
    assert done.code == 2
    assert f"{option[0]} does nothing without --collect" in done.err


def test_hostkeys_refuses_options_that_do_nothing(folder: Path) -> None:
    done = soccheck("hostkeys", "inv", "--resume", cwd=folder)
    assert done.code == 2
    assert "--resume does nothing to collect host keys" in done.err
    appended = soccheck("hostkeys", "inv", "--append", cwd=folder)
    assert appended.code == 2
    assert "--append does nothing without --output FILE" in appended.err


@pytest.mark.parametrize("page", ["cp1252", "cp1258", "ascii"])
def test_a_console_that_lacks_characters_is_given_the_nearest(folder: Path, page: str) -> None:
    audit = [
        sys.executable,
        "-m",
        "soccheck",
        "audit",
        str(ROOT / "inventories" / "an-giang"),
    ]
    audit += ["--as-of", "2024-06-30", "--lang", "vi"]

    def said(*more: str) -> bytes:
        done = subprocess.run(
            [*audit, *more],
            cwd=folder,
            env=environment(PYTHONIOENCODING=page),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1, done.stderr
        assert b"Traceback" not in done.stderr
        return done.stdout

    start = said()[:60].decode(page)
    expected = {"cp1252": "tính dên", "cp1258": "tính đê\u0301n", "ascii": "tinh den"}
    assert expected[page] in start
    said("--output", "report.txt")
    assert "tính đến" in (folder / "report.txt").read_text(encoding="utf-8")
    assert json.loads(said("--format", "json").decode("utf-8"))
