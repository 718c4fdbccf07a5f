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
`antivirus.central`  its console manages it (`antivirus_mdatp.py`, `_klnagent.py`, `_consoles.py`).
`antivirus.version`  it names its version; `antivirus.tamper_protection`  it says `block`, else false.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from soccheck.probes.antivirus_clamav import clamav
from soccheck.probes.antivirus_consoles import falcon, sentinelone, trellix, trend
from soccheck.probes.antivirus_facts import DATED, STATE, signatures
from soccheck.probes.antivirus_kesl import kesl
from soccheck.probes.antivirus_mdatp import mdatp
from soccheck.probes.base import Answers, Learnt, Moment, a_day, fields, utc

Reader = Callable[[Answers, "set[str]", Moment, Learnt], None]


_NOT_ACTIVE = ("inactive", "failed", "activating", "deactivating")
"""States of a unit that does not run; systemctl(1)."""


def eset(answers: Answers, running: set[str], when: Moment, learnt: Learnt, name: str) -> None:
    """Read ESET's module list, activation and service; `name` begins its questions.

    The real-time switch is in none of these answers, so whether files are scanned in use is unknown.
    """
    service, modules, licence = (
        answers[f"{name}-{about}"] for about in ("service", "modules", "licence")
    )
    word = service.output.strip()
    if not service.said or word not in (*_NOT_ACTIVE, "active"):
        learnt.blame(service, *STATE)
    learnt.say("antivirus.running", word == "active")
    if word != "active":
        learnt.say("antivirus.realtime", False)
    engines = set(re.findall(r"^EM002\s+\S+ \(([0-9]{8})\)", modules.output, re.MULTILINE))
    if modules.state != "ok" or len(engines) != 1:
        learnt.blame(modules, "antivirus.signatures_loaded", *DATED)
    else:
        if word == "active":
            learnt.say("antivirus.signatures_loaded", True)
        # What lies on disk protects nobody while the service is not there to use it.
        learnt.say("antivirus.signatures_loaded", False)
        signatures(utc(min(engines), "%Y%m%d"), when, learnt, "no date of the detection engine")
    said = fields(licence.output)
    until = a_day(said.get("License Validity", ""))
    if licence.state == "ok" and said.get("Status") == "Activated" and until:
        learnt.say("antivirus.licence_until", until)


_ZONED = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}) at ([0-9]{2}:[0-9]{2}:[0-9]{2}) GMT([+-][0-9]{1,2})?"
)


def bitdefender(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `bduitool get ps`: whether antimalware is on, and when its security content was updated.

    NOTE: on-access scanning is a switch of its own within antimalware, of which it tells nothing.
    """
    answer = answers["bitdefender"]
    said = fields(answer.output)
    status = said.get("Antimalware status")
    if answer.state != "ok" or status not in ("On", "Off"):
        learnt.blame(answer, *STATE, *DATED)
        return
    alive = "bdsecd" in running
    learnt.say("antivirus.running", alive)
    if status == "Off" or not alive:
        learnt.say("antivirus.realtime", False)
    if version := said.get("Product version"):
        learnt.say("antivirus.version", version)
    match = _ZONED.fullmatch(said.get("Last security content update", ""))
    built = None
    if match:
        built = utc(f"{match[1]} {match[2]} {int(match[3] or 0):+03d}00", "%Y-%m-%d %H:%M:%S %z")
    if built is None and said.get("Last security content update") != "never":
        learnt.fail("unparsed", "no time of the last content update", STATE[2], *DATED)
    learnt.say("antivirus.signatures_loaded", built is not None)
    signatures(built, when, learnt, "no time of the last content update")


def drweb(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read `drweb-ctl baseinfo`: how many virus databases its daemon loaded, and when they were built.

    The zone of the time is not told: it is taken to be the earliest that it may be.
    """
    answer = answers["drweb"]
    said = fields(answer.output)
    loaded = said.get("Virus databases loaded", "")
    if answer.state != "ok" or not re.fullmatch("[0-9]+", loaded):
        learnt.blame(answer, STATE[0], STATE[2], *DATED)
        return
    learnt.say("antivirus.running", True)
    learnt.say("antivirus.signatures_loaded", int(loaded) > 0)
    built = utc(said.get("Virus database timestamp", ""), "%Y-%b-%d %H:%M:%S")
    earliest = built - timedelta(hours=14) if built else None
    signatures(earliest, when, learnt, "no time of the virus databases")


def unread(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read nothing: the product is there, and no real answer of it was ever seen."""
    learnt.fail("unparsed", "soccheck cannot ask this product how it is", *STATE, *DATED)


READERS: dict[str, Reader] = {
    "bitdefender": bitdefender,
    "clamav": clamav,
    "drweb": drweb,
    "falcon": falcon,
    "eset": partial(eset, name="eset"),
    "eset-server": partial(eset, name="eset-server"),
    "kesl": kesl,
    "mdatp": mdatp,
    "sentinelone": sentinelone,
    "trellix": trellix,
    "trend": trend,
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
