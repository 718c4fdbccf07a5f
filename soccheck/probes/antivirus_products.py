"""Readers of antivirus products' answers on Linux, one a product; the catalogue says which reads what.

Each takes in what the product says of itself. Protection is believed only when it is said: a product
that is passive, stopped, unlicensed, or has nothing to compare files with does not scan in real time.
What each product answers then stands in the catalogue, `antivirus.yaml`. The facts:
`antivirus.running`  its daemon runs, and answers where it can be asked; false when it does not.
`antivirus.realtime`  it says that it scans files as they are used, and nothing it says speaks against it.
`antivirus.mode`  it says that it is passive, or that it acts; unknown otherwise.
`antivirus.signatures_loaded`  the running product says so; false when it says that it has none.
`antivirus.signatures_updated`, `antivirus.signatures_age`  it names the day its signatures were built.
`antivirus.licence_until`  it names the last day of a licence that it says is valid.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from soccheck.probes.base import Answers, Learnt, Moment, a_day, fields, signatures, utc

Reader = Callable[[Answers, "set[str]", Moment, Learnt], None]
STATE = ("antivirus.running", "antivirus.realtime", "antivirus.signatures_loaded")
DATED = ("antivirus.signatures_updated", "antivirus.signatures_age")


def clamav(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read ClamAV: the daemon must answer, with a dated database, and clamonacc must run.

    NOTE: `clamdscan --version` of a stopped daemon tells of the files on disk, and a daemon that
    loaded nothing but somebody's own database answers `ClamAV 1.4.6` without a date.
    """
    ping, version = answers["clamav-ping"], answers["clamav-version"]
    alive = ping.state == "ok" and "PONG" in ping.output
    if ping.state == "absent":
        alive = "clamd" in running
    elif not alive and ping.state != "failed":
        learnt.blame(ping, "antivirus.running", "antivirus.realtime")
    learnt.say("antivirus.running", alive)
    said = re.match(r"ClamAV ([0-9][\w.+~-]*)(?:/([0-9]+)/(.+))?\s*$", version.output)
    if said:
        learnt.say("antivirus.version", said[1])
    built = utc(said[3], "%a %b %d %H:%M:%S %Y") if said and said[3] else None
    of_daemon = alive and version.state == "ok" and said is not None
    if of_daemon:
        learnt.say("antivirus.signatures_loaded", built is not None)
        signatures(built, when, learnt, "the daemon names no dated database")
    else:
        files = answers["clamav-files"]
        if not files.said:
            learnt.blame(files, *DATED)
        built = _newest_database(files.output)
        # What lies on disk protects nobody while the daemon is not there to use it.
        learnt.say("antivirus.signatures_loaded", False)
        signatures(built, when, learnt, "no dated database on disk")
    scans = alive and "clamonacc" in running and of_daemon and built is not None
    learnt.say("antivirus.realtime", scans)
    prevention = re.search(
        r"^OnAccessPrevention\s+(\w+)", answers["clamav-config"].output, re.MULTILINE
    )
    if scans and prevention and prevention[1].lower() in ("yes", "true", "1"):
        # Without it clamonacc only reports, unless it was started to move or to remove.
        learnt.say("antivirus.mode", "normal")


_HEADER = re.compile(
    r"^ClamAV-VDB:([0-9]{1,2} \w{3} [0-9]{4} [0-9]{2}-[0-9]{2} [+-][0-9]{4}):", re.MULTILINE
)


def _newest_database(text: str) -> datetime | None:
    """Return when the daily database was built, by the headers of its files; main's is years old."""
    dates = [utc(one, "%d %b %Y %H-%M %z") for one in _HEADER.findall(text)]
    return max((date for date in dates if date), default=None)


def mdatp(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `mdatp health`: healthy and up to date may still be passive, unlicensed, with real-time off.

    NOTE: `productExpiration` is the day the build is supported until, and no licence.
    """
    answer = answers["mdatp"]
    try:
        health = json.loads(answer.output) if answer.state == "ok" else None
    except ValueError:
        health = None
    if not isinstance(health, dict):
        learnt.blame(answer, *STATE, *DATED)
        return
    _mdatp_protection(health, "wdavdaemon" in running, learnt)
    _mdatp_definitions(health, when, learnt)
    if isinstance(health.get("appVersion"), str):
        learnt.say("antivirus.version", health["appVersion"])
    tamper = _inner(health, "tamperProtection")
    if isinstance(tamper, str):
        learnt.say("antivirus.tamper_protection", tamper == "block")


def _inner(health: dict[str, Any], name: str) -> object:
    """Return a value, which newer releases wrap with who manages it."""
    value = health.get(name)
    return value.get("value", value.get("$type")) if isinstance(value, dict) else value


def _mdatp_protection(health: dict[str, Any], alive: bool, learnt: Learnt) -> None:
    names = ("licensed", "realTimeProtectionEnabled", "passiveModeEnabled")
    flags = [_inner(health, name) for name in names]
    licensed, realtime, passive = (flag if isinstance(flag, bool) else None for flag in flags)
    learnt.say("antivirus.running", alive)
    if licensed is False or realtime is False or passive is True:
        learnt.say("antivirus.realtime", False)
    elif None in (licensed, realtime, passive):
        detail = "licence, real-time protection or passive mode is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    else:
        available = _inner(health, "realTimeProtectionAvailable") is not False
        learnt.say("antivirus.realtime", available and alive)
    if passive is not None:
        learnt.say("antivirus.mode", "passive" if passive else "normal")


def _mdatp_definitions(health: dict[str, Any], when: Moment, learnt: Learnt) -> None:
    if _inner(health, "licensed") is False:
        # It goes on running, and finds nothing: what it holds protects nobody.
        learnt.say("antivirus.signatures_loaded", False)
        learnt.fail("unparsed", "the product is not licensed: its definitions are not used", *DATED)
    status = _inner(health, "definitionsStatus")
    built = _milliseconds(health.get("definitionsUpdated"))
    if not isinstance(status, str):
        learnt.fail("unparsed", "the state of the definitions is not told", STATE[2])
    learnt.say("antivirus.signatures_loaded", built is not None and status != "unavailable")
    signatures(built, when, learnt, "no date of definitions")


def _milliseconds(value: object) -> datetime | None:
    """Return the time of a number of milliseconds, which mdatp writes as a text."""
    if not isinstance(value, str | int) or not re.fullmatch(r"[0-9]{10,15}", str(value)):
        return None
    when = datetime.fromtimestamp(int(value) / 1000, UTC)
    return when if when.year >= 2000 else None


_VALID = ("Valid", "Действующий", "Действителен")
"""What kesl-control calls a licence that holds."""


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
        learnt.blame(answer, *STATE, *DATED)
        return
    loaded_yes = loaded in ("Yes", "Да")
    learnt.say("antivirus.signatures_loaded", loaded_yes)
    if version := one("Version", "Версия"):
        learnt.say("antivirus.version", version)
    key = one("Key status", "License status", "Статус ключа", "Статус лицензии")
    monitor = one(
        "File Threat Protection", "File monitoring", "Защита от файловых угроз", "Мониторинг файлов"
    )
    _kesl_realtime(monitor, key, loaded_yes and alive, learnt)
    date = one(
        "Last release date of databases",
        "Last release date of application databases",
        "Дата последнего выпуска баз приложения",
    )
    signatures(utc((date or "")[:10], "%Y-%m-%d"), when, learnt, "no release date of databases")
    until = a_day(one("License expiration date", "Дата окончания срока действия лицензии") or "")
    if until and key in _VALID:
        learnt.say("antivirus.licence_until", until)


def _kesl_realtime(monitor: str | None, key: str | None, able: bool, learnt: Learnt) -> None:
    if monitor is None:
        detail = "the state of file threat protection is not told"
        learnt.fail("unparsed", detail, "antivirus.realtime")
        return
    on = monitor.lower() in ("available and running", "доступна и запущена", "доступен и запущен")
    if on and able and key not in _VALID:
        detail = f"the licence is {key or 'not told'}: what still protects is not known"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    learnt.say("antivirus.realtime", on and able)


def eset(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read ESET's module list, activation and service.

    The real-time switch is in none of these answers, so whether files are scanned in use is unknown.
    """
    service, modules, licence = (
        answers[f"eset-{name}"] for name in ("service", "modules", "licence")
    )
    word = service.output.strip()
    if word not in ("active", "inactive", "failed", "activating", "deactivating"):
        learnt.blame(service, "antivirus.running")
    learnt.say("antivirus.running", word == "active")
    if word != "active" and service.said:
        learnt.say("antivirus.realtime", False)
    learnt.fail(
        "unparsed", "ESET's real-time switch is not among its answers", "antivirus.realtime"
    )
    engine = re.search(r"^EM002\s+(\S+) \(([0-9]{8})\)", modules.output, re.MULTILINE)
    if modules.state != "ok" or engine is None:
        learnt.blame(modules, "antivirus.signatures_loaded", *DATED)
    else:
        learnt.say("antivirus.signatures_loaded", True)
        signatures(utc(engine[2], "%Y%m%d"), when, learnt, "no date of the detection engine")
    said = fields(licence.output)
    until = a_day(said.get("License Validity", ""))
    if licence.state == "ok" and said.get("Status") == "Activated" and until:
        learnt.say("antivirus.licence_until", until)


_ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) at ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT([+-][0-9]{1,2})?"
)


def bitdefender(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `bduitool get ps`: antimalware on, and when its security content was updated."""
    answer = answers["bitdefender"]
    said = fields(answer.output)
    status = said.get("Antimalware status")
    if answer.state != "ok" or status not in ("On", "Off"):
        learnt.blame(answer, *STATE, *DATED)
        return
    alive = "bdsecd" in running
    learnt.say("antivirus.running", alive)
    learnt.say("antivirus.realtime", status == "On" and alive)
    if version := said.get("Product version"):
        learnt.say("antivirus.version", version)
    match = _ZONED.fullmatch(said.get("Last security content update", ""))
    built = None
    if match:
        built = utc(f"{match[1]} {match[2]} {int(match[3] or 0):+03d}00", "%Y-%m-%d %H:%M:%S %z")
    learnt.say("antivirus.signatures_loaded", built is not None)
    signatures(built, when, learnt, "no time of the last content update")


def unread(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read nothing: the product is there, and no real answer of it was ever seen."""
    learnt.fail("unparsed", "soccheck cannot ask this product how it is", *STATE, *DATED)


READERS: dict[str, Reader] = {
    "bitdefender": bitdefender,
    "clamav": clamav,
    "eset": eset,
    "kesl": kesl,
    "mdatp": mdatp,
    "": unread,
}


def protects(learnt: Learnt) -> tuple[bool, bool, bool]:
    """Return how much a product is known to do, to choose the one that speaks for a machine."""
    facts = learnt.facts
    return (
        facts.get("antivirus.realtime") is True,
        facts.get("antivirus.running") is True,
        "antivirus.realtime" in facts,
    )
