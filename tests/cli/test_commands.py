"""Every command, exit code and message a user can meet, through the real command."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from soccheck import __version__
from soccheck.report import PRINTED
from tests.cli.run import ROOT, environment, heed_interrupts, inside, soccheck
from tests.kit import BASE, policy_text, written
from tests.scratch import Scratch

SAMPLE = ROOT / "inventories" / "an-giang"
DAY = ("--as-of", "2024-06-30")
POLICY = policy_text("{dossier.status: approved}")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a folder with a policy, and an inventory for each outcome."""
    written(tmp_path, pol=POLICY)
    for name, stated in (("pass", "approved"), ("fail", "draft"), ("unknown", "")):
        dossier = f"dossier: {{status: {stated}}}" if stated else ""
        systems = f"systems: {{s: {{organization: o, {dossier}}}}}\n"
        written(tmp_path / name, a=BASE + systems)
    written(tmp_path / "none", a=BASE)
    written(tmp_path / "bad", a=BASE + "systems: {s: {organization: p, size: 3}}\n")
    written(tmp_path / "both", a=BASE + "systems: {s: {organization: o, dossier: {status: no}}}\n")
    return tmp_path


# -- exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inventory", "code"),
    [("pass", 0), ("fail", 1), ("bad", 2), ("unknown", 3), ("none", 3), ("missing", 2)],
)
def test_exit_codes(
    here: Path,
    inventory: str,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    args = ("audit", inventory, "--policies", "pol.yaml", *DAY)
    ran = soccheck(*args, cwd=here)
    assert ran.code == code
    monkeypatch.chdir(here)
    assert {inside(capsys, *args, "--format", form).code for form in PRINTED} == {code}
    assert bool(ran.out) is (code != 2)
    assert bool(ran.err) is (code == 2)
    assert "Traceback" not in ran.err


def test_what_cannot_be_trusted_is_not_judged(here: Path) -> None:
    ran = soccheck("audit", "--details", "bad", "--policies", "pol.yaml", cwd=here)
    assert ran == (2, "", ran.err)
    assert ran.err.startswith("bad/a.yaml:5:32: unknown key 'size'\n  hint: known here: ")


def test_a_fault_of_soccheck_is_4(here: Path) -> None:
    code = "import soccheck.audit as a\na.judge = lambda *_: 1 / 0"
    ran = soccheck("audit", "--details", "pass", cwd=here, code=code)
    assert ran.code == 4
    assert "ZeroDivisionError" in ran.err
    assert "hint: report it" in ran.err
    assert ran.out == ""


def test_interrupted_is_130(here: Path) -> None:
    code = (
        "import time, soccheck.audit as a\n"
        "def wait(*_):\n print('ready', flush=True)\n time.sleep(60)\n"
        "a.judge = wait\nfrom soccheck.__main__ import main\nmain()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, "audit", "--details", "pass"],
        cwd=here,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_interrupts,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "args",
    [
        ("audit", "--details", str(SAMPLE), "--as-of", "2024-06-30"),
        ("schema", "inventory"),
        ("--help",),
        ("--version",),
    ],
)
def test_a_reader_that_goes_away(args: tuple[str, ...]) -> None:
    """Not 0, for nothing was delivered; not 1, which says that a finding fails; and no traceback."""
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "soccheck", *args],
        env=environment(),
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (4, b"")


@pytest.mark.parametrize("args", ["--version", "--help", "audit pass", "audit fail", "schema x"])
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_nothing_to_write_to_is_4(here: Path, args: str, closed: str) -> None:
    """Not 0, for nothing was delivered, and not 1, which says that a finding fails."""
    done = in_a_shell(here, args, closed)
    assert (done.returncode, done.stdout) == (4, b"")
    said = b"standard output is closed\n  hint: write >/dev/null to discard it\n"
    assert done.stderr == (said if "2>&-" not in closed else b"")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ("--version", 0),
        ("--help", 0),
        ("audit pass", 0),
        ("audit fail", 1),
        ("audit bad", 2),
        ("audit missing", 2),
        ("adit", 2),
        ("audit unknown", 3),
        ("gate pass --base HEAD", 2),
    ],
)
def test_a_closed_stream_changes_no_code_and_no_word(here: Path, args: str, code: int) -> None:
    whole = in_a_shell(here, args, "")
    for closed in ("2>&-", "<&-", "<&- 2>&-"):
        done = in_a_shell(here, args, closed)
        assert (done.returncode, whole.returncode) == (code, code), closed
        assert done.stdout == whole.stdout, closed
        assert done.stderr == (b"" if "2>&-" in closed else whole.stderr), closed


def test_no_message_gets_into_a_file_that_took_a_closed_streams_number(here: Path) -> None:
    """What is opened next would get the number 2, and with it what the interpreter has to say."""
    code = "import os; from soccheck.__main__ import _streams_are_open; _streams_are_open()"
    code += "; f = os.open('out', os.O_CREAT | os.O_WRONLY); os.write(2, b'said'); os._exit(f)"
    command = ["sh", "-c", f'exec "{sys.executable}" -c "{code}" <&- 2>&-']
    done = subprocess.run(command, cwd=here, env=environment(), check=False, timeout=60)
    assert done.returncode > 2
    assert (here / "out").read_bytes() == b""


@pytest.mark.parametrize("option", ["-u", "-B"], ids=["unbuffered", "buffered"])
@pytest.mark.parametrize(
    "args",
    [
        "--version",
        "--help",
        "schema inventory",
        "policy list",
        "probe list",
        "audit pass --policies pol.yaml --as-of 2024-06-30",
        "audit pass --policies pol.yaml --as-of 2024-06-30 --report json",
    ],
)
def test_a_disk_that_is_full_is_4_and_one_line(here: Path, option: str, args: str) -> None:
    command = [sys.executable, option, "-m", "soccheck", *args.split()]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command,
            cwd=here,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            timeout=60,
        )
    line = b"standard output cannot be written to: No space left on device\n"
    assert (done.returncode, done.stderr) == (4, line)


def test_messages_that_cannot_be_written_are_4(here: Path) -> None:
    assert in_a_shell(here, "audit nowhere", "2>/dev/full >/dev/null").returncode == 4


def in_a_shell(here: Path, args: str, streams: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command as a shell does, with streams closed."""
    if "pass" in args or "fail" in args or "unknown" in args or "bad" in args:
        args += " --as-of 2024-06-30 --policies pol.yaml"
    line = f'exec "{sys.executable}" -m soccheck {args} {streams}'
    return subprocess.run(
        ["sh", "-c", line],
        cwd=here,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )


# -- usage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["adit", "x"], "no command 'adit'\n  hint: write soccheck audit x"),
        (["zzz"], "no command 'zzz'\n  hint: known here: audit, validate, run"),
        (["help"], "no command 'help'\n  hint: write soccheck --help"),
        (["audit", "pass", "–-details"], "begins no option\n  hint: write --details"),
        (["validate", "pass", "—lang", "vi"], "begins no option\n  hint: write --lang"),
        (["claims", "scan", "pol.yaml"], "hint: save or export it as one of .txt, .md, .docx"),
        (["audit"], "Missing argument 'INVENTORY...'"),
        (["audit", "--details", "pass", "--asof", "2024-06-30"], "--as-of"),
        (["audit", "--details", "pass", "--as-of", "30/02/2024"], "That month ends on 2024-02-29"),
        (["audit", "--details", "pass", "--as-of", "2024-02-30"], "2024-02-30"),
        (
            ["audit", "pass", "--format", "xml"],
            "'table', 'markdown', 'html', 'xlsx'",
        ),
        (["audit", "--details", "pass", "--lang", "fr"], "'en', 'vi'"),
        (["audit", "--details", "pass", "--limit", "-1"], "-1"),
        (
            ["audit", "--details", "pass", "--policies", "nowhere"],
            "nowhere: no such file or folder",
        ),
        (["audit", "--details", "pass", "--policies", "pass"], "pass/a.yaml:"),
        (
            ["audit", "--details", "pass", "--policy", "antivrus"],
            "did you mean 'antivirus'?",
        ),
        (
            ["audit", "--details", "pass", "--profile", "lax"],
            "shipped: strict; or give a .yaml file",
        ),
        (["audit", "--details", "pass", "--profile", "lax.yaml"], "lax.yaml: no such profile file"),
        (["audit", "--details", "missing"], "missing: no such folder\n  hint: give the folder"),
        (["audit", "--details", ""], "INVENTORY... is given, and empty"),
        (["audit", "--details", "pol.yaml"], "pol.yaml is a file: an inventory is a folder"),
        (
            ["audit", "--details", "pass", "--output", "no/such/file"],
            "no/such/file: cannot be written",
        ),
        (["explain", "pass", "AV-REALTIM"], "hint: did you mean 'AV-REALTIME'?"),
        (["explain", "pass", "SL-APPROVED", "x", *DAY], "no asset 'x'\n  hint: known here: s"),
        (["explain", "pass", "SL-APPROVED", "o", *DAY], "no finding of SL-APPROVED on 'o'"),
        (["explain", "pass", "SL-CONDITIONS", *DAY], "is in force on 30/06/2024"),
        (["policy", "show", "antivirs"], "hint: did you mean 'antivirus@"),
        (["policy", "show", "ipv6", "--as-of", "1990-01-01"], "give an edition: ipv6@"),
        (["schema", "inventry"], "'inventory'"),
        (["init", "pass"], "pass: there is something already\n  hint: nothing was written"),
        (["init", "new", "--sample", "ha-noi"], "no sample 'ha-noi'\n  hint: there are an-giang"),
        (["completion", "tcsh"], "'bash', 'zsh', 'fish'"),
        (["validate", "bad"], "bad/a.yaml:5:32: unknown key 'size'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_a_command_that_cannot_be_carried_out(
    here: Path,
    args: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(here)
    ran = inside(capsys, *args)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_version_and_help() -> None:
    assert soccheck("--version") == (0, f"soccheck {__version__}\n", "")
    helped = soccheck("--help")
    assert helped == soccheck("-h")
    for command in ("audit", "validate", "explain", "policy", "schema", "init", "completion"):
        assert re.search(rf"^  {command} +\S", helped.out, re.M)
    assert "Exit codes: 0 compliant" in helped.out
    assert all(len(line) <= 80 for line in helped.out.splitlines())


@pytest.mark.parametrize("command", ["audit", "validate", "explain", "policy", "schema", "init"])
def test_help_of_a_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: soccheck {command}")


# -- audit ----------------------------------------------------------------------------------------


def test_the_main_job() -> None:
    ran = soccheck("audit", "--details", "inventories/an-giang", *DAY, cwd=ROOT)
    assert (ran.code, ran.err) == (1, "")
    assert re.search(r"39/39 approved +100\s% +12 +11 +1 +5  declared 39", ran.out)
    assert all("\x1b" not in line for line in ran.out.splitlines()), "no colour into a pipe"


def test_formats_of_the_sample(tmp_path: Path) -> None:
    texts = {}
    for form in ("json", "csv", "markdown"):
        target = tmp_path / form
        ran = soccheck("audit", SAMPLE, *DAY, "--format", form, "--output", target)
        assert ran == (1, "", "")
        texts[form] = target.read_bytes()
    document = json.loads(texts["json"])
    published = json.loads(soccheck("schema", "assessment").out)
    Draft202012Validator(published).validate(document)
    assert document["exit_code"] == 1
    assert texts["csv"].startswith(b"\xef\xbb\xbfpolicy,"), "Excel wants the mark in a file"
    rows = list(csv.DictReader(io.StringIO(texts["csv"].decode("utf-8-sig"), newline="")))
    assert [row["status"] for row in rows] == [f["status"] for f in document["findings"]]
    assert texts["markdown"].startswith(b"# An Giang\n")
    again = soccheck("audit", SAMPLE, *DAY, "--format", "json", "--lang", "vi", TZ="Asia/Tokyo")
    assert again.out.encode() == texts["json"]


def test_output_is_whole_or_not_at_all(here: Path) -> None:
    (here / "out").mkdir()
    audit = ("audit", "--details", "pass", "--policies", "pol.yaml", *DAY)
    assert soccheck(*audit, "--output", "out/report.txt", cwd=here) == (0, "", "")
    report = here / "out" / "report.txt"
    assert "1/1 fine" in report.read_text(encoding="utf-8")
    before = report.read_bytes()
    assert soccheck("audit", "--details", "bad", "--output", "out/report.txt", cwd=here).code == 2
    assert soccheck(*audit, "--output", "out", cwd=here).code == 2
    code = (
        "import pathlib\n"
        "def refuse(*_):\n raise OSError(28, 'No space left on device')\n"
        "pathlib.Path.replace = refuse"
    )
    ran = soccheck(*audit, "--output", "out/report.txt", cwd=here, code=code)
    assert ran == (4, "", ran.err)
    assert "out/report.txt: cannot be written: No space left on device" in ran.err
    assert report.read_bytes() == before
    assert [path.name for path in (here / "out").iterdir()] == ["report.txt"]
    assert not list(here.glob(".out*"))
    assert report.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def test_output_to_a_dash_is_printed(here: Path) -> None:
    ran = soccheck(
        "audit", "--details", "pass", "--policies", "pol.yaml", *DAY, "--output", "-", cwd=here
    )
    assert "1/1 fine" in ran.out


def test_policies_policy_and_profile(here: Path) -> None:
    def ids(*args: str) -> list[str]:
        day = () if "--as-of" in args else DAY
        ran = soccheck("audit", "pass", *day, "--format", "json", *args, cwd=here)
        return [f"{p['id']} {p['version']}" for p in json.loads(ran.out)["policies"]]

    assert ids("--policies", "pol.yaml") == ["test 1"]
    shipped = ids()
    assert "security-level 2016" in shipped
    assert "security-level 2026" in ids("--as-of", "2026-08-19")
    assert ids("--policy", "ipv6", "--policy", "firewall") == [
        name for name in shipped if name.split()[0] in ("firewall", "ipv6")
    ]
    (strict,) = ids("--policy", "antivirus", "--profile", "strict")
    assert strict.endswith("+ strict")


def test_no_edition_in_force(here: Path) -> None:
    ran = soccheck("audit", "--details", "pass", "--as-of", "1990-01-01", cwd=here)
    assert ran.code == 3
    assert "nothing was assessed" in ran.out


@pytest.mark.parametrize("day", ["1900-01-01", "9999-12-31"])
def test_any_day_can_be_asked_for(day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert inside(capsys, "audit", "--details", SAMPLE, "--as-of", day).code in (1, 3)


HEAVY = {"paramiko", "jsonschema", "babel", "sqlite3", "sqlalchemy", "soccheck.probes.all"}


OF_POL = "inv --policies pol"


@pytest.mark.parametrize(
    ("command", "ends"),
    [
        (f"audit {OF_POL} --as-of 2024-06-30", 1),
        (f"gate {OF_POL} --as-of 2024-06-30 --base HEAD", 0),
        (f"validate {OF_POL}", 0),
        ("collect --help", 0),
    ],
)
def test_what_is_not_needed_is_not_loaded(scratch: Scratch, command: str, ends: int) -> None:
    code = (
        "import atexit, sys\n"
        f"loaded = lambda: print(sorted({HEAVY} & set(sys.modules)), file=sys.stderr)\n"
        "atexit.register(loaded)"
    )
    ran = soccheck(*command.split(), cwd=scratch.root, code=code)
    assert (ran.code, ran.err) == (ends, "[]\n")


def test_a_hostile_file_name_in_an_error(here: Path) -> None:
    (here / "bad" / "x\x1b[31m\n.yaml").write_text("a: no\n")
    ran = soccheck("validate", "bad", cwd=here)
    assert ran.code == 2
    assert "\x1b" not in ran.err
    assert "bad/x\\u001b[31m\\u000a.yaml:1:" in ran.err


def test_an_argument_that_is_not_utf_8(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "soccheck", "audit", "--details", b"inv\xff"],
        cwd=here,
        env=environment(),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"its name cannot be printed" in done.stderr


# -- language -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "env", "said"),
    [
        ([], {}, "Failing and unknown"),
        ([], {"LC_ALL": "vi_VN.UTF-8"}, "Không đạt"),
        ([], {"LC_ALL": "", "LANG": "vi_VN.UTF-8"}, "Không đạt"),
        (["--lang", "en"], {"LC_ALL": "vi_VN.UTF-8"}, "Failing and unknown"),
        (["--lang", "vi"], {}, "Không đạt"),
        (["--lang", "vi"], {"LC_ALL": "C", "PYTHONUTF8": "1"}, "Không đạt"),
    ],
)
def test_language(here: Path, args: list[str], env: dict[str, str], said: str) -> None:
    ran = soccheck(
        "audit", "--details", "fail", "--policies", "pol.yaml", *DAY, *args, cwd=here, **env
    )
    assert ran.code == 1
    assert said.lower() in ran.out.lower()


# -- the other commands ---------------------------------------------------------------------------


def test_validate(here: Path) -> None:
    ran = soccheck("validate", "pass", "--policies", "pol.yaml", cwd=here)
    assert ran == (
        0,
        "pass: no fault: 1 organisation, 1 system; 1 policy editions, 1 controls\n",
        "",
    )
    assert soccheck("validate", SAMPLE).code == 0


@pytest.mark.parametrize("command", [("validate",), ("audit",), ("explain", "T-ONE")])
def test_the_faults_of_inventory_and_policies_are_shown_together(
    here: Path, command: tuple[str, ...]
) -> None:
    written(here, broken=POLICY.replace("dossier.status", "dossier.stats"))
    ran = soccheck(command[0], "bad", *command[1:], "--policies", "broken.yaml", cwd=here)
    assert ran.code == 2
    assert "broken.yaml:11:15: a system has no fact 'dossier.stats'" in ran.err
    assert "bad/a.yaml:5:32: unknown key 'size'" in ran.err


def test_validate_names_a_waiver_of_no_control(here: Path) -> None:
    waiver = (
        "waivers: {w: {control: AV-INSTALED, assets: [o], reason: r, approver: p, "
        "granted: 2024-01-01, expires: 2024-12-31}}\n"
    )
    written(here / "pass", w=waiver)
    ran = soccheck("validate", "pass", cwd=here)
    assert ran.code == 2
    assert "pass/w.yaml:1:11: the waiver 'w' names no control: 'AV-INSTALED'" in ran.err
    assert "hint: did you mean 'AV-INSTALLED'?" in ran.err


@pytest.mark.parametrize(("name", "code"), [("pass", 0), ("fail", 1), ("unknown", 3)])
def test_explain(here: Path, name: str, code: int) -> None:
    args = ("explain", name, "T-ONE", "--policies", "pol.yaml", *DAY)
    one, every = soccheck(*args, "s", cwd=here), soccheck(*args, cwd=here)
    assert one == every
    assert one.code == code
    for text in ("T-ONE  one", "requires", "dossier.status = approved", "mend it", "not verified"):
        assert text in one.out
    assert re.search(rf"{name}/a\.yaml:5:\d+", one.out)
    assert "pol.yaml:" in one.out


def test_explain_an_asset_it_is_not_about(here: Path) -> None:
    ran = soccheck("explain", "pass", "T-ONE", "o", "--policies", "pol.yaml", cwd=here)
    assert ran.code == 2
    assert "no finding of T-ONE on 'o'\n  hint: " in ran.err


def test_policy_list_and_show() -> None:
    listed = soccheck("policy", "list", *DAY)
    assert listed.code == 0
    for name in ("antivirus", "firewall", "ipv6", "security-level"):
        assert name in listed.out
    assert re.search(r"01/07/2016 +18/08/2026 +yes", listed.out)
    assert re.search(r"19/08/2026 +– +no", listed.out)
    shown = soccheck("policy", "show", "security-level", *DAY)
    assert shown.out.startswith("security-level 2016 · ")
    assert "SL-APPROVED" in shown.out
    later = soccheck("policy", "show", "security-level@2026", *DAY)
    assert later.out.startswith("security-level 2026 · ")
    strict = soccheck("policy", "show", "antivirus", "--profile", "strict")
    assert "signatures_max_age = 1d" in strict.out
    assert "AV-TAMPER" in strict.out


@pytest.mark.parametrize("name", ["inventory", "policy", "assessment"])
def test_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "schema", name)
    assert ran.code == 0
    assert json.loads(ran.out)["title"].startswith("soccheck")


@pytest.mark.parametrize("sample", [[], ["--sample", "an-giang"]])
def test_init_then_validate(tmp_path: Path, sample: list[str]) -> None:
    ran = soccheck("init", "tinh", *sample, cwd=tmp_path)
    assert ran.code == 0
    assert "tinh/systems.yaml\n" in ran.out
    assert "soccheck validate tinh" in ran.out
    assert soccheck("validate", "tinh", cwd=tmp_path).code == 0
    again = soccheck("init", "tinh", *sample, cwd=tmp_path)
    assert again.code == 2
    assert "nothing was written" in again.err


def test_init_into_an_empty_folder_and_onto_a_file(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert soccheck("init", "empty", cwd=tmp_path).code == 0
    (tmp_path / "file").write_text("x")
    for target in ("file", "file/below"):
        ran = soccheck("init", target, cwd=tmp_path)
        assert ran.code == 2
        assert "Traceback" not in ran.err
    assert (tmp_path / "file").read_text() == "x"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "completion", shell)
    assert ran.code == 0
    assert "_SOCCHECK_COMPLETE" in ran.out


def test_completion_completes() -> None:
    ran = soccheck(_SOCCHECK_COMPLETE="bash_complete", COMP_WORDS="soccheck au", COMP_CWORD="1")
    assert ran.code == 0
    assert "audit" in ran.out


def test_compare_takes_folders_and_audit_counts_none_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "x", a=BASE)
    for name in ("a.json", "b.json"):
        Path(name).write_text("{}")
    ran = inside(capsys, "compare", "a.json", "b.json")
    assert ran.code == 2
    assert "a.json is a file: compare takes the folders of two inventories" in ran.err
    assert "gate FOLDER --baseline FILE" in ran.err
    assert (
        "a.json is a file: an inventory is a folder"
        in inside(capsys, "audit", "--details", "a.json").err
    )
    for same in ("x", "./x", "x/", str(tmp_path / "x")):
        twice = inside(capsys, "audit", "x", same)
        assert (twice.code, twice.out) == (2, "")
        assert f"x and {same} are one inventory" in twice.err


def test_an_interruption_before_a_command_is_read_ends_without_a_trace(here: Path) -> None:
    code = (
        "import sys\n"
        "class Interrupted:\n"
        "    def find_spec(self, name, *given):\n"
        "        if name == 'soccheck.cli':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupted())"
    )
    ran = soccheck("audit", "pass", cwd=here, code=code)
    assert (ran.code, ran.out, ran.err) == (130, "", "")
