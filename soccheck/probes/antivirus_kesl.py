"""Kaspersky Endpoint Security for Linux, by kesl-control; see `antivirus_products.py`.

`antivirus.realtime` is true where File Threat Protection runs under a valid licence, a scan scope is the
root with every file, and no path, mask, program or mount point is excluded; false where it is off.
`antivirus.central`: see `antivirus_klnagent.py`.
"""

from __future__ import annotations

import re

from soccheck.probes.antivirus_facts import DATED, STATE, signatures
from soccheck.probes.antivirus_klnagent import CENTRAL, managed
from soccheck.probes.base import Answer, Answers, Learnt, Moment, a_day, fields, utc

_VALID = ("Valid", "The key is valid", "Действующий", "Действителен")
"""What kesl-control calls a licence that holds."""

_OFF = re.compile(
    r"(?i)available and stopped|(?:not available|unavailable)\b|недоступ|доступ\w+ и останов"
)
"""What kesl-control says of a component that does not run."""

_ACTS = ("disinfect", "remove", "recommended", "block")
"""First actions of File Threat Protection: each keeps others from an infected file."""


def kesl(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `kesl-control --app-info`, in the wording before and since version 12, English or Russian."""
    answer = answers["kesl"]
    said = fields(answer.output)

    def one(*names: str) -> str | None:
        return next((said[name] for name in names if said.get(name)), None)

    alive = "kesl" in running
    learnt.say("antivirus.running", alive)
    loaded = one(
        "Anti-virus databases loaded", "Application databases loaded", "Базы приложения загружены"
    )
    if answer.state != "ok" or loaded is None:
        learnt.blame(answer, *STATE, *DATED, CENTRAL)
        return
    managed(one("Policy"), answers, running, when, learnt)
    loaded_yes = loaded in ("Yes", "Да")
    if not loaded_yes and loaded not in ("No", "Нет"):
        learnt.fail("unparsed", f"databases loaded: {loaded}", *STATE[1:])
    learnt.say("antivirus.signatures_loaded", loaded_yes)
    if version := one("Version", "Версия"):
        learnt.say("antivirus.version", version)
    key = one(
        "Key status", "License status", "License information", "Статус ключа", "Статус лицензии"
    )
    monitor = one(
        "File Threat Protection", "File monitoring", "Защита от файловых угроз", "Мониторинг файлов"
    )
    until = a_day(one("License expiration date", "Дата окончания срока действия лицензии") or "")
    over = until is not None and until < when.ended.date()
    state = f"{key} until {until}" if over else key
    _kesl_realtime(monitor, state, loaded_yes and alive, answers, learnt)
    _kesl_mode(answers, learnt)
    date = one(
        "Last release date of databases",
        "Last release date of application databases",
        "Дата последнего выпуска баз приложения",
    )
    signatures(utc((date or "")[:10], "%Y-%m-%d"), when, learnt, "no release date of databases")
    if until and key in _VALID:
        learnt.say("antivirus.licence_until", until)


def _kesl_realtime(
    monitor: str | None, key: str | None, able: bool, answers: Answers, learnt: Learnt
) -> None:
    if monitor is None:
        detail = "the state of file threat protection is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")
        return
    on = monitor.lower() in ("available and running", "доступна и запущена", "доступен и запущен")
    if not on and not _OFF.match(monitor):
        learnt.fail("unparsed", f"file threat protection: {monitor[:80]}", "antivirus.realtime")
    if on and able and key not in _VALID:
        detail = f"the licence is {key or 'not told'}: what still protects is not known"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    elif on and able:
        _kesl_gaps(answers, learnt)
    learnt.say("antivirus.realtime", on and able)


def _kesl_gaps(answers: Answers, learnt: Learnt) -> None:
    """Take in what File Threat Protection leaves out: Kaspersky help 197965, 202461, 234812."""
    for answer in (answers["kesl-task"], answers["kesl-settings"]):
        if not answer.said:
            learnt.blame(answer, "antivirus.realtime")
            return
    unread = [
        line
        for answer in (answers["kesl-task"], answers["kesl-settings"])
        for line in answer.output.splitlines()
        if line.strip() and not _LINE.fullmatch(line)
    ]
    head, *rest = re.split(
        r"^\[([^\]\n]+)\][ \t\r]*$", answers["kesl-task"].output, flags=re.MULTILINE
    )
    gaps = [f"not understood: {line[:60]}" for line in unread]
    gaps += _task_gaps(head)
    gaps += _values(answers["kesl-settings"].output, r"(?!MemScan)\w*Exclu\w*\.item_\d+")
    whole = False
    for name, body in zip(rest[::2], rest[1::2], strict=True):
        used = _values(body, r"Use\w+")
        path = (_values(body, r"(?:Program)?Path") or [name.lower()])[0]
        every = set(_values(body, r"AreaMask\.item_\d+")) <= {"*"}
        if name.startswith("ScanScope"):
            whole = whole or path == "/"
            gaps += [path] if not set(used) <= {"yes"} or not every else []
        elif not name.startswith("Excluded"):
            gaps.append(f"not understood: {name}")
        elif "no" not in used:
            gaps.append(path)
    if gaps:
        learnt.fail("unparsed", f"it leaves out {', '.join(gaps)}", "antivirus.realtime")
    elif not whole:
        detail = "that it watches all files is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")


_LINE = re.compile(r"[ \t]*(?:\[[^\]]+\]|[\w.]+[ \t]*=.*)[ \t\r]*|[#;].*")
_HARMLESS = re.compile(
    r"(?:Scan(?:Archived|SfxArchived|MailBases|PlainMail)|SkipPlainTextFiles|TimeLimit|FirstAction"
    r"|SecondAction|Report\w+|UseAnalyzer|HeuristicLevel|UseIChecker|Exclude(?:Masks|Threats)\.item_\d+"
    r"|ActionOnDetect\w*)\Z"
)
"""Settings of File Threat Protection that leave no plain file out, by themselves."""


def _task_gaps(head: str) -> list[str]:
    """Return what the task's own settings leave out, or what is not understood of them."""
    gaps = []
    for name, value in re.findall(
        r"^[ \t]*([\w.]+)[ \t]*=[ \t]*(.*?)[ \t\r]*$", head, re.MULTILINE
    ):
        said = value.strip('"').lower()
        fine = {
            "UseExcludeMasks": said == "no",
            "UseExcludeThreats": said == "no",
            "SizeLimit": said.isdecimal(),
            "ScanByAccessType": said in ("smartcheck", "open", "openandmodify"),
        }
        if not fine.get(name, _HARMLESS.match(name) is not None):
            gaps.append(f"{name}={value}"[:80])
    return gaps


def _values(text: str, name: str) -> list[str]:
    """Return the values of settings, in lower case and without quotes."""
    said = re.findall(rf"^[ \t]*{name}[ \t]*=[ \t]*(.*?)[ \t\r]*$", text, re.MULTILINE)
    return [value.strip('"').lower() for value in said]


def _kesl_mode(answers: Answers, learnt: Learnt) -> None:
    """Read whether it acts on what it finds, and keeps others from a file until it is scanned."""
    if learnt.facts.get("antivirus.realtime") is not True:
        if "antivirus.realtime" in learnt.problems:
            learnt.fail("unparsed", "what it does in real time is not known", "antivirus.mode")
        return
    action = _kesl_setting(answers["kesl-task"], "FirstAction")
    waits = _kesl_setting(answers["kesl-settings"], "FileBlockDuringScan") == "yes"
    waits = waits or _kesl_setting(answers["kesl-settings"], "InterceptorProtectionMode") == "full"
    if action in _ACTS and waits:
        learnt.say("antivirus.mode", "normal")
    first = f"first action {action or 'not told'}"
    detail = (
        f"{first}; files wait for the scan"
        if waits
        else f"{first}; files may not wait for the scan"
    )
    learnt.fail("unparsed", detail, "antivirus.mode")


def _kesl_setting(answer: Answer, name: str) -> str:
    """Return a setting in lower case, where it is told once and the same."""
    said = _values(answer.output, name)
    return said[0] if answer.state == "ok" and len(set(said)) == 1 else ""
