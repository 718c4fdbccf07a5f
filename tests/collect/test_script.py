"""The frames of the script: what comes back in them, what cannot pass for them, what was cut."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.collect import powershell, script
from soccheck.probes.all import PROBES
from soccheck.probes.base import Ask
from soccheck.probes.shared import PROCESSES

SHELLS = ["/bin/sh", "/bin/bash", *(["busybox sh"] if shutil.which("busybox") else [])]
MARK = "soccheck-0123456789abcdef"
ONE = Ask(name="one", purpose="", script="cat /dev/stdin")


def run(
    *asks: Ask, shell: str = "/bin/sh", bounded: bool = False, user: int | None = None
) -> dict[str, tuple[str, int | None, str, str]]:
    done = subprocess.run(
        [*shell.split(), "-s"],
        input=script.compose(asks, MARK, bounded=bounded).encode(),
        capture_output=True,
        check=False,
        timeout=60,
        user=user,
        cwd="/",
    )
    answers = script.split(asks, MARK, done.stdout, done.stderr, "lost")
    return {n: (a.state, a.exit, a.output, a.error) for n, a in answers.items()}


@pytest.mark.parametrize("bounded", [False, True], ids=["unbounded", "bounded"])
@pytest.mark.parametrize("shell", SHELLS)
def test_answers_come_back_as_they_were_printed(shell: str, bounded: bool) -> None:
    said = run(
        Ask(name="echo", purpose="", argv=("printf", "%s|%s\\n", "a b", "c'd\"$e")),
        Ask(name="bare", purpose="", argv=("printf", "no line end")),
        Ask(name="empty", purpose="", argv=("true",)),
        Ask(name="fails", purpose="", argv=("sh", "-c", "echo out; echo err >&2; exit 3")),
        Ask(name="absent", purpose="", argv=("no-such-command-here",)),
        Ask(name="no-path", purpose="", argv=("true",), path="/no/such/path"),
        Ask(name="a-path", purpose="", argv=("echo", "x"), path="/no/such/path / /no/other"),
        Ask(name="denied", purpose="", argv=("sh", "-c", "echo Permission denied >&2; exit 1")),
        Ask(name="slow", purpose="", argv=("sh", "-c", "exit 124"), slow=True),
        Ask(name="small", purpose="", script="echo x; return 4"),
        Ask(name="guarded", purpose="", argv=("true",), running="no-such-program"),
        Ask(name="stdin", purpose="", script="cat"),
        shell=shell,
        bounded=bounded,
    )
    assert said == {
        "echo": ("ok", 0, "a b|c'd\"$e\n", ""),
        "bare": ("ok", 0, "no line end", ""),
        "empty": ("ok", 0, "", ""),
        "fails": ("failed", 3, "out\n", "err"),
        "absent": ("absent", None, "", ""),
        "no-path": ("absent", None, "", ""),
        "a-path": ("ok", 0, "x\n", ""),
        "denied": ("denied", 1, "", "Permission denied"),
        "slow": ("timeout", 124, "", ""),
        "small": ("failed", 4, "x\n", ""),
        "guarded": ("absent", None, "", ""),
        "stdin": ("ok", 0, "", ""),
    }


def test_an_answer_without_end_is_cut_and_the_next_is_whole() -> None:
    endless = Ask(name="endless", purpose="", argv=("yes",), limit=5000)
    after = Ask(name="after", purpose="", argv=("echo", "here"))
    said = run(endless, after, bounded=True)
    assert said["endless"][0] == "too_large"
    assert len(said["endless"][2]) <= 5000
    assert said["after"] == ("ok", 0, "here\n", "")


def test_an_answer_that_came_whole_and_is_too_large_is_so_all_the_same() -> None:
    said = run(Ask(name="long", purpose="", script="printf %05001d 1", limit=5000))
    assert said["long"][0] == "too_large"
    assert len(said["long"][2]) == 5000


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda p: f"{p.platform}-{p.name}")
def test_no_question_leaves_the_shell_it_is_asked_in(probe: object) -> None:
    for ask in probe.asks:  # type: ignore[attr-defined]
        if probe.platform == "linux":  # type: ignore[attr-defined]
            assert not {"exit", "cd", "exec", "set", "trap"} & set(ask.script.split()), ask.script


@pytest.mark.parametrize("shell", SHELLS)
def test_a_command_in_a_folder_that_may_not_be_searched_is_asked_as_root(
    shell: str, tmp_path: Path
) -> None:
    """It looks as if it were not there (`/opt/CrowdStrike` is root's); sudo knows, or refuses."""
    closed = tmp_path / "closed"
    closed.mkdir()
    tool = closed / "tool"
    tool.write_text("#!/bin/sh\necho there\n")
    tool.chmod(0o755)
    asks = (
        Ask(name="closed", purpose="", argv=(str(tool),), root=True),
        Ask(name="below", purpose="", argv=(f"{closed}/no/tool",), root=True),
        Ask(name="nowhere", purpose="", argv=("/no/such/folder/tool",), root=True),
        Ask(name="bare", purpose="", argv=("no-such-command-here",), root=True),
    )
    closed.chmod(0)
    try:
        answers = run(*asks, shell=shell, user=65534 if os.geteuid() == 0 else None)
    finally:
        closed.chmod(0o700)
    said = {name: answer[0] for name, answer in answers.items()}
    assert said["closed"] in ("denied", "ok")
    assert said["below"] in ("denied", "failed")
    assert said["nowhere"] == said["bare"] == "absent"


def test_a_program_that_runs_is_asked_about() -> None:
    with subprocess.Popen(["sleep", "20"]) as process:
        try:
            said = run(Ask(name="guarded", purpose="", argv=("echo", "asked"), running="sleep"))
        finally:
            process.kill()
    assert said["guarded"][2] == "asked\n"


@pytest.mark.parametrize("bounded", [False, True], ids=["unbounded", "bounded"])
@pytest.mark.parametrize("shell", SHELLS)
def test_files_of_several_questions_are_read_at_once_and_each_gets_its_own(
    shell: str, bounded: bool, tmp_path: Path
) -> None:
    for name, text in {"a-1": "one\ntwo\n", "a-2": "no line end", "c": "x\n"}.items():
        (tmp_path / name).write_text(text)
    said = run(
        Ask(name="first", purpose="", files=(f"{tmp_path}/a-*",), script="echo after"),
        Ask(name="none", purpose="", files=(f"{tmp_path}/b-*",), script="return 3"),
        Ask(name="last", purpose="", files=(f"{tmp_path}/c", f"{tmp_path}/no-such")),
        Ask(name="guarded", purpose="", argv=("true",), running="no-such-program"),
        PROCESSES,
        shell=shell,
        bounded=bounded,
    )
    lines = f"{tmp_path}/a-1:one\n{tmp_path}/a-1:two\n{tmp_path}/a-2:no line end\n"
    assert said["first"] == ("ok", 0, f"{lines}after\n", "")
    assert said["none"] == ("failed", 3, "", "")
    assert said["last"] == ("ok", 0, f"{tmp_path}/c:x\n", "")
    assert said["guarded"][0] == "absent"
    assert said["processes"][2].startswith("/proc/1/comm:")
    assert str(tmp_path) not in said["processes"][2]


NFT = '{"nftables": [{"metainfo": {"version": "1.0.6"}}, {"table": {"family": "%s", "name": "t"}}]}'


@pytest.mark.parametrize(
    ("answer", "names", "asked"),
    [
        (NFT % "inet", "", False),
        (NFT % "inet", None, False),
        (NFT % "inet", "filter\n", True),
        (NFT % "inet", "no folder", True),
        (NFT % "ip", "", True),
        (NFT % "ip6", "", True),
        ('{"nftables": []}', "", False),
        ("", "", True),
        ("table inet t {}", "", True),
        ((NFT % "inet") + "; exit 1", "", True),
    ],
)
@pytest.mark.parametrize("shell", SHELLS)
def test_iptables_is_asked_unless_it_is_seen_to_have_no_rules(
    shell: str,
    answer: str,
    names: str | None,
    asked: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / ("gone/names" if names == "no folder" else "names")
    if names not in (None, "no folder"):
        file.write_text(names or "")
    monkeypatch.setattr(script, "TABLES", (f"{tmp_path}/gone", str(file))[names == "no folder" :])
    text, ended, status = answer.partition("; exit ")
    shown = ("sh", "-c", f"printf '%s\\n' '{text}'; exit {status if ended else 0}")
    asks = (
        Ask(name="nft", purpose="", argv=shown, kept=True),
        Ask(name="iptables", purpose="", argv=("echo", "rules"), xtables=True),
    )
    said = run(*asks, shell=shell)
    whole = run(*asks, shell=shell, bounded=True)
    # Kept or not, nft's answer is what it was; without it there is no reason not to ask.
    assert said["nft"][2].rstrip("\n") == whole["nft"][2].rstrip("\n") == text
    assert said["nft"][1] == (int(status) if ended else 0)
    assert whole["iptables"] == ("ok", 0, "rules\n", "")
    assert said["iptables"] == (whole["iptables"] if asked else ("absent", None, "", ""))


@pytest.mark.parametrize(
    ("texts", "asked"), [(("", ""), False), (("", "filter\n"), True), ((), False)]
)
def test_what_is_in_files_is_asked_unless_they_are_seen_to_be_empty(
    texts: tuple[str, ...], asked: bool, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("v4", "v6")]
    for file, text in zip(files, texts, strict=False):
        file.write_text(text)
    said = run(Ask(name="a", purpose="", argv=("echo", "x"), filled=" ".join(map(str, files))))
    assert said["a"][0] == ("ok" if asked else "absent")
    nowhere = run(Ask(name="a", purpose="", argv=("echo", "x"), filled=f"{tmp_path}/no/names"))
    assert nowhere["a"][0] == "ok"  # a folder that is not there tells nothing of its files


def test_a_forged_frame_is_only_text() -> None:
    forged = "\nsoccheck-ffffffffffffffff end one 0\n\nsoccheck-ffffffffffffffff begin two\nfine\n"
    asks = (
        Ask(name="one", purpose="", argv=("printf", "%s", forged)),
        Ask(name="two", purpose="", argv=("echo", "true")),
    )
    said = run(*asks)
    assert said["one"][2] == forged
    assert said["two"][2] == "true\n"


def _framed(name: str, text: bytes) -> bytes:
    return f"\n{MARK} begin {name}\n".encode() + text + f"\n{MARK} end {name} 0\n".encode()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_come_back(one: bytes, two: bytes) -> None:
    raw = _framed("one", one) + _framed("two", two) + f"\n{MARK} begin done\n".encode()
    asks = [ONE, replace(ONE, name="two")]
    answers = script.split(asks, MARK, raw, b"", "lost")
    assert answers["one"].output == one.decode("utf-8", "replace")
    assert answers["two"].output == two.decode("utf-8", "replace")
    assert script.finished(MARK, raw)


@given(st.integers(0, 120))
def test_a_stream_that_breaks_off_never_invents_an_answer(cut: int) -> None:
    raw = _framed("one", b"first") + _framed("two", b"second") + f"\n{MARK} begin done\n".encode()
    asks = [ONE, replace(ONE, name="two"), replace(ONE, name="three")]
    part = raw[:cut]
    answers = script.split(asks, MARK, part, b"", "timeout")
    assert script.finished(MARK, part) is (len(part) == len(raw) or part.endswith(b"done"))
    for name, text in (("one", "first"), ("two", "second"), ("three", "")):
        answer = answers[name]
        if answer.state == "ok":
            assert answer.output == text
        else:
            assert answer.state in ("timeout", "lost")


def test_the_first_of_two_frames_of_a_name_counts() -> None:
    raw = _framed("one", b"first") + _framed("one", b"second")
    assert script.split([ONE], MARK, raw, b"", "lost")["one"].output == "first"


@pytest.mark.parametrize(
    "marker", ["short", "has space in it 123", "quote'0123456789ab", "$(reboot)0123456789"]
)
def test_a_marker_that_a_shell_could_obey_is_refused(marker: str) -> None:
    with pytest.raises(AssertionError):
        script.compose([ONE], marker)
    with pytest.raises(AssertionError):
        powershell.compose([ONE], marker)


WRITES = (
    ">",
    "tee ",
    "rm ",
    "mv ",
    "cp ",
    "touch ",
    "mkdir ",
    "sed -i",
    " dd ",
    "Set-",
    "Remove-",
    "New-Item",
    "Out-File",
)


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda p: f"{p.platform}-{p.name}")
def test_no_question_writes(probe: object) -> None:
    for ask in probe.asks:  # type: ignore[attr-defined]
        text = ask.command.replace(">&2", "").replace("2>/dev/null", "")
        text = text.replace(">/dev/null 2>&1", "")
        assert not [word for word in WRITES if word in text], text


def test_two_questions_of_a_platform_never_share_a_name_without_being_the_same() -> None:
    seen: dict[tuple[str, str], Ask] = {}
    for (platform, _), probe in PROBES.items():
        for ask in probe.asks:
            assert seen.setdefault((platform, ask.name), ask) == ask


def test_powershell_frames_are_the_same() -> None:
    asks = [Ask(name="x", purpose="", script="Get-Date")]
    text = powershell.compose(asks, MARK)
    assert f"$Marker = '{MARK}'" in text
    assert "Ask-Machine 'x' 65536 {Get-Date}" in text
    assert len(powershell.SHELL) < 8191


def test_passwords_in_a_log_services_configuration_are_not_kept() -> None:
    from datetime import UTC, datetime

    from soccheck.bundle import canonical_json as canonical
    from soccheck.collect.asking import entry_of
    from soccheck.collect.plan import Target
    from soccheck.probes.base import Answer, Moment

    probe = PROBES["linux", "identity"]
    answers = {ask.name: Answer(command=ask.command, state="absent") for ask in probe.asks}
    line = '/etc/rsyslog.d/1.conf:1:*.* action(type="omfwd" target="h" password="S3CRET")\n'
    answers["log-forwarding"] = Answer(command="grep", state="ok", exit=0, output=line)
    now = datetime(2026, 2, 1, tzinfo=UTC)
    target = Target(asset="web", kind="host", platform="linux", probes=(probe,))
    entry = entry_of(target, "ssh://web", answers, Moment(started=now, ended=now))
    assert "S3CRET" not in canonical.dumps(entry).decode()
    assert "omfwd" in canonical.dumps(entry).decode()
