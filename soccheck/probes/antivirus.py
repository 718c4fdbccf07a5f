"""Antivirus on a Linux machine, by a catalogue of products kept as data (`antivirus.yaml`).

`antivirus.product` is the one of the catalogue that was found. `antivirus.installed` is true where a
product's program runs, or its package or a path of it is there; false where all three were looked at and none
is; unknown where one could not be looked at. The other facts are what the product says that does most, as
`antivirus_products.py` reads it: those of two are never mixed. `antivirus.autorun_off`  see `autorun`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soccheck.errors import InputError
from soccheck.probes.antivirus_facts import DATED, STATE
from soccheck.probes.antivirus_products import READERS, protects
from soccheck.probes.autorun import AUTORUN, autorun
from soccheck.probes.autorun import FACT as AUTORUN_OFF
from soccheck.probes.base import Answer, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.shared import APART, PROCESSES, hidden, processes
from soccheck.sources import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Represents one entry of the catalogue."""

    name: str
    processes: frozenset[str]
    packages: frozenset[str]
    paths: frozenset[str]
    asks: tuple[Ask, ...]
    parser: str
    untold: Mapping[str, str]
    source: str
    verified: str


def _catalogue() -> tuple[Product, ...]:
    path = Path(__file__).parent / "antivirus.yaml"
    source = yaml.parse(path.read_bytes(), path.name)
    if source.problems:
        raise InputError(source.problems)
    return tuple(_product(entry) for entry in source.data["products"])


def _product(entry: dict[str, Any]) -> Product:
    detect = entry["detect"]
    asks = tuple(_ask(name, ask) for name, ask in entry.get("ask", {}).items())
    return Product(
        name=entry["product"],
        processes=frozenset(detect.get("processes", ())),
        packages=frozenset(detect.get("packages", ())),
        paths=frozenset(detect.get("paths", ())),
        asks=asks,
        parser=entry.get("parser", ""),
        untold=entry.get("untold", {}),
        source=entry["source"],
        verified=entry["verified"],
    )


def _ask(name: str, ask: dict[str, Any]) -> Ask:
    """Return a question of the catalogue: a command to run, or files whose beginning is read."""
    if "read" in ask:
        files = " ".join(ask["read"])
        script = f'for d in {files}; do [ -r "$d" ] && head -c 128 "$d" && echo; done; :'
        return Ask(name=name, purpose=ask["purpose"], script=script)
    return Ask(
        name=name,
        purpose=ask["purpose"],
        # A time limit takes a command of its own: what it looks at may be a share that does not answer.
        argv=tuple(ask["run"]) if "run" in ask else ("sh", "-c", ask["script"]),
        root=ask.get("root", False),
        path=ask.get("path", ""),
        running=ask.get("running", ""),
        slow=True,
    )


PRODUCTS = _catalogue()
_PACKAGES = sorted({package for product in PRODUCTS for package in product.packages})
_PATHS = sorted({path for product in PRODUCTS for path in product.paths})

ASKS = (
    PROCESSES,
    APART,
    Ask(
        name="antivirus-paths",
        purpose="which antivirus products' files are there",
        # What stands in a folder that may not be searched looks as if it were not there.
        script=f"for x in {' '.join(_PATHS)}; do [ -e $x ] && echo $x && continue; d=${{x%/*}}; "
        'while [ -n "$d" ] && ! [ -d "$d" ]; do d=${d%/*}; done; '
        '[ -z "$d" ] || [ -x "$d" ] || echo "$d: Permission denied" >&2; done; :',
    ),
    Ask(
        name="antivirus-debs",
        purpose="which antivirus packages are installed (Debian family)",
        # Reading the status file takes a tenth of what dpkg-query does.
        argv=(
            "grep",
            "-x",
            "-A",
            "1",
            "-E",
            f"Package: ({'|'.join(_PACKAGES)})",
            "/var/lib/dpkg/status",
        ),
        # There is a list of files for every package that is there, or whose settings are.
        path=" ".join(f"/var/lib/dpkg/info/{package}.list" for package in _PACKAGES),
    ),
    Ask(
        name="antivirus-rpms",
        purpose="which antivirus packages are installed (Red Hat family)",
        argv=(
            "rpm",
            "-q",
            "--qf",
            "Package: %{NAME}\\nStatus: install ok installed\\n",
            *_PACKAGES,
        ),
        slow=True,
    ),
    *(ask for product in PRODUCTS for ask in product.asks),
    AUTORUN,
)
MAY = (
    "antivirus.product",
    "antivirus.version",
    "antivirus.mode",
    "antivirus.licence_until",
    "antivirus.tamper_protection",
    "antivirus.central",
)
LEARNS = ("antivirus.installed", *STATE, *DATED)


def parse(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the answers of one machine: find its products, then let the one that does most speak.

    The facts of two products are never mixed: fresh signatures of one do not make up for another.
    """
    running = processes(answers)
    if running is None:
        learnt.fail(hidden(answers), "running programs cannot be seen", *LEARNS, AUTORUN_OFF)
        return
    autorun(answers["autorun"], running, learnt)
    packages = _packages(answers["antivirus-debs"]) | _packages(answers["antivirus-rpms"])
    paths = answers["antivirus-paths"]
    there = set(paths.output.splitlines()) if paths.said else set()
    found = [
        product
        for product in PRODUCTS
        if product.processes & running or product.packages & packages or product.paths & there
    ]
    if not found:
        _none(answers, learnt)
        return
    read = []
    for product in found:
        own = Learnt()
        own.say("antivirus.installed", True)
        own.say("antivirus.product", product.name)
        READERS[product.parser](answers, running, when, own)
        for fact, why in product.untold.items():
            own.fail("unparsed", why, fact)
        read.append(own)
    best = max(read, key=protects)
    silent = [
        one.facts["antivirus.product"] for one in read if "antivirus.realtime" in one.problems
    ]
    if silent and best.facts.get("antivirus.realtime") is not True:
        # One that is off may be so because another is on: which of them protects is not known.
        detail = f"what {silent[0]} does beside {best.facts['antivirus.product']} is not known"
        for fact in (
            (*STATE[1:], *DATED, "antivirus.mode", "antivirus.central") if len(read) > 1 else ()
        ):
            best.facts.pop(fact, None)
            best.fail("unparsed", detail, fact)
    for fact, value in best.facts.items():
        learnt.say(fact, value)
    for fact, (code, detail) in best.problems.items():
        learnt.fail(code, detail, fact)


def _none(answers: Answers, learnt: Learnt) -> None:
    """Say that there is none: all three places must have been looked at.

    A missing package manager is no hindrance.
    """
    for name in ("antivirus-paths", "antivirus-debs", "antivirus-rpms"):
        place = answers[name]
        if place.missing or (name == "antivirus-paths" and not place.said):
            learnt.blame(place, *LEARNS)
    if odd := [line for line in answers["antivirus-paths"].output.split("\n") if line]:
        learnt.fail("unparsed", f"not understood: {odd[0][:80]}", *LEARNS)
    if closed := re.search(r"^(/.*): Permission denied$", answers["antivirus-paths"].error, re.M):
        learnt.fail("denied", f"{closed[1]} may not be searched for antivirus products", *LEARNS)
    for fact in ("antivirus.installed", *STATE):
        learnt.say(fact, False)
    learnt.fail("no_command", "no antivirus product of the catalogue was found", *DATED)


def _packages(answer: Answer) -> set[str]:
    """Return the packages that are fully installed; what was removed may leave its settings behind."""
    if not answer.said:
        return set()
    found = re.findall(r"^Package: (\S+)\nStatus: \S+ \S+ installed$", answer.output, re.MULTILINE)
    return set(found)


ANTIVIRUS = Probe(
    name="antivirus",
    platform="linux",
    kinds=("host",),
    purpose="antivirus product, whether it runs, scans in use, and how old its signatures are",
    asks=ASKS,
    learns=(*LEARNS, AUTORUN_OFF),
    may=MAY,
    parse=parse,
)
