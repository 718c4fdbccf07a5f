"""Recorded and written answers of machines: a new case is a new file.

A file names the questions that were answered; any other found no such command. `facts` and `problems`
(fact: code) are all there is: what a parser says beyond them fails the case. With `only: true` they are
some of it, and facts that are `absent` must not be said.
"""

from __future__ import annotations

import importlib
import itertools
import pkgutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from soccheck import probes
from soccheck.probes import antivirus
from soccheck.probes.all import PROBES
from soccheck.probes.base import Answer, Moment, Probe, read
from tests.kit import read_yaml

HERE = Path(__file__).parent
ODD_ONES = HERE / "odd"
CASES = sorted(path for path in HERE.glob("*/*.yaml") if path.parent != ODD_ONES)


def _answer(command: str, raw: Any) -> Answer:
    if isinstance(raw, str):
        return Answer(command=command, state="ok", exit=0, output=raw)
    exit_status = raw.get("exit")
    state = raw.get("state") or ("ok" if not exit_status else "failed")
    return Answer(
        command=command,
        state=state,
        exit=exit_status,
        output=raw.get("output", ""),
        error=raw.get("error", ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Represents a case: what was answered, and all that it proves; with `only`, part of that.

    `shows` and `unshown` are what the firewall engine reads out of the answers.
    """

    probe: Probe
    kind: str
    answers: dict[str, Answer]
    when: Moment
    facts: dict[str, Any]
    problems: dict[str, str]
    absent: list[str]
    only: bool
    shows: dict[str, Any]
    unshown: dict[str, str]


STARTED = "".join(f"started 1769846400 {number}\n" for number in range(2, 10))
LOG_FILES = (
    *("/etc/rsyslog.conf", "/etc/rsyslog.d", "/run/rsyslog", "/etc/syslog-ng/conf.d"),
    *(f"/etc/rsyslog.d/{name}.conf" for name in ("soc", "50-soc", "60-away", "00-drop")),
    *("/etc/rsyslog.d/60-away.conf.rpmsave", "/etc/rsyslog.d/x.conf"),
    *(f"/etc/syslog-ng/conf.d/{name}.conf" for name in ("a", "b", "soc")),
    *("/etc/syslog-ng", "/etc/syslog-ng/syslog-ng.conf", "/etc/systemd/journald.conf"),
    *("/etc/systemd/journal-upload.conf", "/etc/systemd/journal-upload.conf.d"),
)
BEFORE = "".join(f"changed 1769800000 {name}\n" for name in LOG_FILES)
"""When services of logs started, and that their files were changed before."""

EVERY = {
    ("linux", "antivirus"): {
        "processes-apart": "end 0\n",
        "antivirus-paths": "",
        "clamav-places": "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
        "filled /home\nfilled /usr\nfilled /var\nend\n",
    },
    ("linux", "identity"): {
        "processes-apart": "end 0\n",
        "clock": "6.1.0-33-amd64\n864000.12 100.00\n1769932800 +0000\n",
        "journal-settings": "",
        "chrony-options": "".join(
            f"/proc/{one}/comm:/usr/sbin/chronyd -F 1\n" for one in (2, 4, 5)
        ),
        "links": '[{"ifname":"lo","addr_info":[{"family":"inet","local":"127.0.0.1"}]}]',
        "own-names": "app9\n",
        "system": "ID=debian\nPRETTY_NAME=Debian\n",
        "log-services": f"/usr/sbin/rsyslogd -n\n{STARTED}/usr/sbin/syslog-ng -F\n{STARTED}"
        f"/lib/systemd/systemd-journald\n{STARTED}"
        f"/lib/systemd/systemd-journal-upload --save-state\n{STARTED}{BEFORE}",
    },
    ("windows", "identity"): {
        "system": '[{"Caption":"Microsoft Windows Server 2022","CSName":"APP9","Version":"10.0.20348",'
        '"LastBootUpTime":"2026-01-31T08:00:00Z","Now":1769932800}]'
    },
    ("linux", "ipv6"): {
        "links": '[{"ifname":"lo","operstate":"UNKNOWN","flags":["LOOPBACK","UP"],"addr_info":'
        '[{"family":"inet","local":"127.0.0.1"}]},'
        '{"ifname":"eth0","operstate":"UP","link_type":"ether","flags":["UP"],"addr_info":[]}]',
        "rules6": '[{"priority":0,"src":"all","table":"local"},'
        '{"priority":32766,"src":"all","table":"main"}]',
    },
}
"""What every machine answers, where a case does not say otherwise."""


def read_case(path: Path) -> Case:
    case = read_yaml(path.read_text(encoding="utf-8"))
    subject = case.get("platform", "linux"), path.parent.name
    probe = PROBES[subject]
    answers = {ask.name: Answer(command=ask.command, state="absent") for ask in probe.asks}
    for name, raw in {**EVERY.get(subject, {}), **case["answers"]}.items():
        assert name in answers, f"no question {name}"
        answers[name] = _answer(answers[name].command, raw)
    when = datetime.fromisoformat(str(case.get("when", "2026-02-01T08:00:00+00:00")))
    return Case(
        probe=probe,
        kind=case.get("kind", "host"),
        answers=answers,
        when=Moment(started=when, ended=when),
        facts={name: _plain(value) for name, value in case.get("facts", {}).items()},
        problems=case.get("problems", {}),
        absent=case.get("absent", []),
        only=case.get("only", False),
        shows=case.get("shows", {}),
        unshown=case.get("unshown", {}),
    )


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_answers_are_read_as_written(path: Path) -> None:
    case = read_case(path)
    facts, problems = read(case.probe, case.kind, case.answers, case.when)
    codes = {name: problem["code"] for name, problem in problems.items()}
    assert not facts.keys() & {*case.absent}
    if case.only:
        assert {name: value for name, value in facts.items() if name in case.facts} == case.facts
        assert codes.items() >= case.problems.items()
        return
    assert facts == case.facts
    assert codes == case.problems


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


ODD = {
    (path.stem, base): answers
    for path in sorted(ODD_ONES.glob("*.yaml"))
    for base, answers in read_yaml(path.read_text("utf-8")).items()
}


@pytest.mark.parametrize(("name", "base"), ODD)
def test_odd_answers_prove_no_more_than_they_say(name: str, base: str) -> None:
    case = read_case(HERE / f"{base}.yaml")
    wrong = []
    for odd in ODD[name, base]:
        changed = {
            name: _answer(case.answers[name].command, raw)
            for name, raw in odd.items()
            if name not in ("about", "facts", "unknown")
        }
        answers = {**case.answers, **changed}
        said, _ = read(case.probe, case.kind, answers, case.when)
        wanted = {name: _plain(value) for name, value in odd.get("facts", {}).items()}
        assert wanted or odd["unknown"], odd["about"]
        wrong += [
            (odd["about"], fact, said.get(fact))
            for fact in {*wanted, *odd.get("unknown", [])}
            if said.get(fact) != wanted.get(fact)
        ]
    assert not wrong


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_an_answer_that_did_not_come_is_never_good_news(path: Path) -> None:
    """Losing any one answer may cost facts; it may not make protection out of nothing."""
    case = read_case(path)
    facts, _ = read(case.probe, case.kind, case.answers, case.when)
    ways = itertools.product(case.answers.items(), ("denied", "timeout", "too_large", "lost"))
    for (name, answer), state in ways:
        less = {
            **case.answers,
            name: Answer(command=answer.command, state=state),
        }
        fewer, problems = read(case.probe, case.kind, less, case.when)
        for fact in case.probe.learns:
            assert fact in fewer or fact in problems
        for fact, good in GOOD.items():
            if fewer.get(fact) == good:
                assert facts.get(fact) == good, f"{fact} out of a {state} {name}"


GOOD = {
    "antivirus.running": True,
    "antivirus.realtime": True,
    "antivirus.signatures_loaded": True,
    "firewall.active": True,
    "firewall.default_inbound": "deny",
    "firewall.default_inbound_ipv6": "deny",
    "firewall.logs_denied": True,
    "ipv6.address": True,
    "ipv6.default_route": True,
    "ipv6.listens": True,
    "ipv6.resolver": True,
    "ipv6.resolver_configured": True,
    "ipv6.tunnel": False,
    "ipv6.temporary_addresses": False,
    "ipv6.accepts_redirects": False,
    "ipv6.accepts_advertisements": False,
    "ipv6.accepts_source_routes": False,
    "antivirus.tamper_protection": True,
    "antivirus.mode": "normal",
    "antivirus.central": True,
    "clock.synchronised": True,
    "monitoring.agent": True,
    "monitoring.logs_forwarded": True,
    "upkeep.restart_due": False,
}


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda p: f"{p.platform}-{p.name}")
@pytest.mark.parametrize("state", ["absent", "denied", "failed", "ok", "lost"])
@pytest.mark.parametrize(
    "output", ["", "\x00\xff\n", "[" * 5000, "{}", "null", "\n".join("a: b" for _ in range(99))]
)
def test_rubbish_is_never_good_news(probe: Probe, state: str, output: str) -> None:
    status = {"ok": 0, "failed": 1}.get(state)
    answers = {
        ask.name: Answer(command=ask.command, state=state, exit=status, output=output)
        for ask in probe.asks
    }
    when = datetime.fromisoformat("2026-02-01T08:00:00+00:00")
    kind = probe.kinds[0]
    facts, problems = read(probe, kind, answers, Moment(started=when, ended=when))
    for fact, good in GOOD.items():
        if facts.get(fact) == good:
            assert (probe.name, fact, output) in EMPTY_IS_AN_ANSWER
    for code in problems.values():
        assert code["code"] != "ok"


EMPTY_IS_AN_ANSWER = {("ipv6", "ipv6.tunnel", "")}
"""PowerShell prints nothing where there is no address: none is a tunnel's."""


def test_the_catalogue_says_what_a_product_answers_that_does_not_protect() -> None:
    path = Path(antivirus.__file__).with_name("antivirus.yaml")
    for entry in read_yaml(path.read_text(encoding="utf-8"))["products"]:
        assert entry["states"].keys() == {"unlicensed", "passive", "outdated"}, entry["product"]


def test_every_fact_of_a_probe_has_a_line_that_says_what_proves_it() -> None:
    """By platform: what Windows proves by its answers stands in a module of Windows."""
    told: dict[bool, str] = {True: "", False: ""}
    for one in pkgutil.iter_modules(probes.__path__):
        module = importlib.import_module(f"soccheck.probes.{one.name}")
        told[one.name.startswith("windows")] += module.__doc__ or ""
    for probe in PROBES.values():
        for fact in (*probe.learns, *probe.may):
            assert f"`{fact}`" in told[probe.platform == "windows"], (probe.name, fact)


def test_a_time_limit_is_for_a_command_of_its_own() -> None:
    """timeout(1) cannot stop shell text of the script itself: it finds no such program."""
    asks = [ask for probe in PROBES.values() if probe.platform == "linux" for ask in probe.asks]
    assert [ask.name for ask in asks if ask.slow and not ask.argv] == []
