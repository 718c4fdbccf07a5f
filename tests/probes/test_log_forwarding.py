"""Forms of forwarding that the log services know: sent away, kept here, or not to be told."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from soccheck.probes import journal_settings, rsyslog, rsyslog_text, syslog_ng, syslog_ng_text
from soccheck.probes.base import Answer
from soccheck.probes.log_forwarding import ASKS, _handed_nothing
from soccheck.probes.log_starts import files_of
from soccheck.probes.rsyslog import Reading
from tests.kit import read_yaml

READERS = {"rsyslog": rsyslog.read, "syslog-ng": syslog_ng.read}


def cases(kind: str = "") -> Iterator[Any]:
    for service, read in READERS.items():
        path = Path(__file__).with_name(f"{service}{kind}.yaml")
        data = read_yaml(path.read_text("utf-8"))
        for case in data["cases"]:
            files = {}
            for name, text in case["files"].items():
                for distribution, main in data["distributions"].items():
                    text = text.replace(f"<{distribution}>", main)
                files[name] = "\n".join(text.splitlines())
            named = f"{service}: {case['about']}"
            if kind:
                yield pytest.param(read, files, frozenset(data["own"]), case, id=named)
            else:
                yield pytest.param(read, files, case["sure"], id=named)


@pytest.mark.parametrize(("read", "files", "sure"), [*cases()])
def test_a_configuration_sends_logs_away_or_not(
    read: Callable[[Mapping[str, str]], Reading], files: Mapping[str, str], sure: bool | None
) -> None:
    assert read(files).sure is sure


@pytest.mark.parametrize(("read", "files", "own", "case"), [*cases("-tried")])
def test_what_is_told_is_what_a_real_daemon_did(
    read: Callable[[Mapping[str, str], frozenset[str]], Reading],
    files: Mapping[str, str],
    own: frozenset[str],
    case: Mapping[str, Any],
) -> None:
    sure = read(files, own).sure
    assert sure is not True or case["logins"], "nothing, or no login, arrived"
    assert sure is not False or not case["messages"], "messages arrived"
    assert sure is case["sure"]


def _journal() -> Iterator[Any]:
    path = Path(__file__).with_name("journald-tried.yaml")
    for case in read_yaml(path.read_text("utf-8"))["cases"]:
        yield pytest.param(case, id=case["about"])


@pytest.mark.parametrize("case", [*_journal()])
def test_what_is_told_of_the_journal_is_what_a_real_one_did(
    case: Mapping[str, Any], tmp_path: Path
) -> None:
    for name, text in case["files"].items():
        path = tmp_path / name.removeprefix("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    asked = next(ask for ask in ASKS if ask.name == "journal-settings").script
    script = re.sub(r"(?<![\w$/])/(?=(?:usr|run|etc)\b)", f"{tmp_path}/", asked)
    done = subprocess.run(["sh", "-c", script], capture_output=True, check=True)
    told = done.stdout.decode().replace(f"{tmp_path}/", "/")
    answers = {
        name: Answer(command="", state="ok", exit=0, output=output)
        for name, output in (("journal-settings", told), ("system", "ID=debian\n"))
    }
    if not journal_settings.unread(answers):
        if not _handed_nothing(Reading(inputs={"imuxsock"}), answers):
            assert case["forwarded"] >= 6, "of emerg to notice"
        if not _handed_nothing(Reading(inputs={"imjournal"}), answers):
            assert case["stored"] >= 6


def test_the_question_shows_every_file_with_its_name(tmp_path: Path) -> None:
    texts = {
        "rsyslog.conf": "$IncludeConfig /etc/rsyslog.d/*.conf\n",
        "rsyslog.d/a b.conf": "*.* @@192.0.2.5\n\n# end",
        "rsyslog.d/old.conf.rpmsave": "*.* @@192.0.2.6\n",
        "syslog-ng/syslog-ng.conf": "log { };\n",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = ASKS[0].script.replace("/etc/", f"{tmp_path}/")
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    files, unread = files_of(done.stdout.replace(f"{tmp_path}/", "/etc/"))
    assert files.pop("/run/rsyslog/") == ""
    assert files == {f"/etc/{name}": text.rstrip("\n") for name, text in texts.items()}
    assert unread == []


HOSTILE = (
    *(
        '"',
        '\\"',
        "'",
        "include(",
        "if a then ",
        "x()",
        "(",
        "{",
        "}",
        "/* ",
        "*.* ",
        "& ",
        "a\\\n",
    ),
    *('action(type="omfwd" ', 'ruleset(name="a"){', "call a\n", "destination ", "log {", "@@", " "),
    *("destination d { tcp(", "((", "log { destination(d); };\n", "*.* @@h\n", "$RuleSet a\n"),
)


@pytest.mark.parametrize("service", READERS)
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_text_is_read_in_time(service: str, unit: str) -> None:
    module = {"rsyslog": rsyslog_text, "syslog-ng": syslog_ng_text}[service]
    text = unit * (64 * 1024 // len(unit))
    began = time.process_time()
    assert READERS[service]({module.MAIN: text}).sure in (True, False, None)
    assert time.process_time() - began < 20
