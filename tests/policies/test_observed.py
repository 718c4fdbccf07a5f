"""A machine that really complies passes the shipped controls by what was observed alone.

Every shipped control on a machine is walked, for each antivirus product of the catalogue and each kind of
machine the probes know. What no answer tells is named: in the catalogue where a product is silent, in
`NEVER_ASKED` where no probe asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.collect.asking import entry_of
from soccheck.collect.plan import Target
from soccheck.inventory import load as inventory
from soccheck.model import (
    Basis,
    Condition,
    Control,
    Effective,
    Leaf,
    Policy,
    Quantifier,
    Status,
)
from soccheck.probes.all import PROBES
from soccheck.probes.antivirus import PRODUCTS
from soccheck.probes.base import Answer, Moment
from soccheck.sources.files import Memory
from tests.bundles import host_key, sealed
from tests.kit import shipped
from tests.probes.test_corpus import HERE, read_case

SHIPPED = Path(__file__).parents[2] / "policies"
WHEN = datetime(2026, 2, 1, 8, tzinfo=UTC)
INVENTORY = """
authority: {stated: 2026-02-01}
organizations: {o: {type: office, tier: province}}
systems:
  s: {organization: o, dossier: {proposed_level: 4}}
  t: {organization: o, dossier: {proposed_level: 3}}
networks: {lan: {organization: o, type: lan, prefixes: [192.0.2.0/24, "2001:db8:1::/64"]}}
hosts: {m: {organization: o, role: server, systems: [s, t], networks: [lan]}}
"""
MACHINES = {
    "Debian, nftables, timesyncd": ("linux", "nft-deny", "server", "debian-server", "debs"),
    "Debian, ufw, Wazuh": ("linux", "iptables-nft", "server", "wazuh-journal", "debs"),
    "Rocky, firewalld, chrony": ("linux", "firewalld", "server", "rocky-server", "rpms"),
    "Rocky, iptables outside nftables": (
        "linux",
        "iptables-legacy",
        "server",
        "rocky-server",
        "rpms",
    ),
    "SLES, firewalld, chrony": ("linux", "firewalld", "server", "suse-server", "rpms"),
    "openEuler, firewalld, chrony": ("linux", "firewalld", "server", "openeuler-server", "rpms"),
    "Alpine, nftables, syslog-ng": ("linux", "nft-deny", "server", "alpine-server", ""),
    "Windows": ("windows", "windows-on", "windows", "windows", ""),
}

COMPLIES = {
    "ClamAV": "clamav-protecting",
    "Microsoft Defender for Endpoint": "mdatp-healthy",
    "Kaspersky Endpoint Security for Linux": "kesl-managed",
    "ESET Endpoint Antivirus": "eset",
    "ESET Server Security": "eset-server",
    "Bitdefender Endpoint Security Tools": "bitdefender",
    "Trend Micro Deep Security Agent": "trend",
    "SentinelOne": "sentinelone",
    "Trellix Endpoint Security": "trellix",
    "Dr.Web": "drweb",
    "CrowdStrike Falcon": "falcon",
}
"""Products that are asked, each with the answers of a machine it protects."""

ELSEWHERE = {("SLES, firewalld, chrony", "ClamAV"): "clamav-btrfs"}
"""Products whose answers are others on a kind of machine: here by its file system."""

ON_WINDOWS = {
    "Microsoft Defender Antivirus": "windows-managed",
    "Kaspersky Endpoint Security": "windows-client-other",
}
UNTOLD_ON_WINDOWS = {
    "Kaspersky Endpoint Security": {
        *("antivirus.mode", "antivirus.licence_until", "antivirus.central"),
        *("antivirus.signatures_age", "antivirus.signatures_updated"),
    }
}
"""The Security Center says on or off and current or not; no more."""

NEVER_ASKED = {"AV-EDR": "antivirus.edr"}
"""Controls on hosts about facts that no machine can tell, and that do not take what was observed."""

NOT_BY_MDEV = {"AV-AUTORUN": "antivirus.autorun_off"}
"""Those that a machine without udevd does not tell: what mdev starts for a device nobody asks."""

BY_UDEV = {
    "processes": "/proc/901/comm:systemd-udevd\n",
    "autorun": "/usr/lib/udev/rules.d/99-systemd.rules\nend\n",
}
"""What a server answers of what it starts for a device."""

SCANNED = {"listens.found_ipv4", "listens.found_ipv6"}
"""Facts that a scan from elsewhere tells of, and that are judged only where there was one."""


@cache
def always() -> tuple[Policy, ...]:
    """Return the shipped policies, each in force whatever the day: the answers are of one day."""
    ever = Effective(start=None, end=None)
    return tuple(
        replace(
            edition,
            effective=ever,
            controls=tuple(replace(c, effective=ever) for c in edition.controls),
        )
        for edition in shipped()
    )


def facts_of(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Leaf):
        yield condition.fact
    elif not isinstance(condition, Quantifier):
        for part in condition.parts:
            yield from facts_of(part)


def on_hosts() -> dict[str, Control]:
    return {c.id: c for edition in always() for c in edition.controls if c.asset == "host"}


def controls() -> dict[str, Control]:
    """Return the controls on hosts that take what was observed."""
    return {name: one for name, one in on_hosts().items() if Basis.OBSERVED in one.accept}


def wanted(control: Control) -> set[str]:
    assert isinstance(control.require, Condition)
    return {*facts_of(control.require)}


def answered(path: Path) -> dict[str, Answer]:
    return read_case(path).answers


def together(answers: dict[str, Answer], more: dict[str, Answer]) -> None:
    """Take in the answers of another case, but for questions that it leaves to others."""
    for name, answer in more.items():
        if answer.state != "absent" or name not in answers:
            answers[name] = answer


@cache
def judged(machine: str, product: str, case: str) -> Assessment:
    platform, firewall, ipv6, identity, packages = MACHINES[machine]
    answers: dict[str, Answer] = {}
    folders = {"identity": identity, "firewall": firewall, "ipv6": ipv6}
    for folder, name in folders.items():
        together(answers, answered(HERE / folder / f"{name}.yaml"))
    programs = answers["processes"].output if platform == "linux" else ""
    if platform == "linux" and not machine.startswith("Alpine"):
        programs += BY_UDEV["processes"]
    antivirus = answered(HERE / "antivirus" / f"{case}.yaml")
    together(answers, antivirus)
    if platform == "linux":
        answers["processes"] = Answer(
            command="", state="ok", exit=0, output=programs + antivirus["processes"].output
        )
        answers["autorun"] = Answer(command="", state="ok", exit=0, output=BY_UDEV["autorun"])
        known = next(one for one in PRODUCTS if one.name == product)
        listed = "".join(f"Package: {p}\nStatus: install ok installed\n" for p in known.packages)
        for family in ("debs", "rpms"):
            state = "ok" if family == packages else "absent"
            answers[f"antivirus-{family}"] = Answer(
                command="", state=state, exit=0, output=listed if state == "ok" else ""
            )
    probes = tuple(PROBES[platform, name] for name in ("antivirus", "firewall", "identity", "ipv6"))
    target = Target(asset="m", kind="host", platform=platform, probes=probes)
    entry = entry_of(target, "ssh://m", answers, Moment(started=WHEN, ended=WHEN))
    return assessed({"m": entry})


def assessed(entries: dict[str, Any]) -> Assessment:
    for name, entry in entries.items():
        entry["host_key"] = host_key(name)
    loaded = inventory.read(Memory({"a.yaml": INVENTORY.encode()}), "inv")
    when = bundles.moment(WHEN)
    bundle = sealed(loaded, entries, when, when)
    return audit.judge(loaded, always(), WHEN.date(), audit.take(bundle, loaded))


CASES = [
    (machine, product, ELSEWHERE.get((machine, product), case))
    for machine, (platform, *_) in MACHINES.items()
    for product, case in (ON_WINDOWS if platform == "windows" else COMPLIES).items()
]


def silent(product: str) -> dict[str, str] | set[str]:
    """Return the facts a product never tells."""
    if product in UNTOLD_ON_WINDOWS:
        return UNTOLD_ON_WINDOWS[product]
    return next((dict(one.untold) for one in PRODUCTS if one.name == product), {})


def test_every_product_that_is_asked_has_a_machine_it_protects() -> None:
    assert {product.name for product in PRODUCTS if product.parser} == COMPLIES.keys()


@pytest.mark.parametrize(("machine", "product", "case"), CASES, ids=" / ".join)
def test_a_machine_that_complies_passes_by_observation(
    machine: str, product: str, case: str
) -> None:
    result = judged(machine, product, case)
    never = NOT_BY_MDEV if machine.startswith("Alpine") else {}
    for name, control in controls().items():
        finding = result.finding(name, "m")
        assert finding is not None, name
        if finding.result is Status.NOT_APPLICABLE:
            assert name == "AV-LICENCE"
            continue
        unknown = name in never or not wanted(control).isdisjoint(silent(product))
        expected = Status.UNKNOWN if unknown else Status.PASS
        assert finding.result is expected, name
        assert not unknown or {Basis.IMPORTED, Basis.DECLARED} <= {*control.accept}, name


@pytest.mark.parametrize("product", [p for p in PRODUCTS if not p.parser], ids=lambda p: p.name)
def test_a_product_that_cannot_be_asked_is_installed_and_no_more(product: Any) -> None:
    probe = PROBES["linux", "antivirus"]
    answers = {ask.name: Answer(command=ask.command, state="absent") for ask in probe.asks}
    answers["processes"] = Answer(command="", state="ok", exit=0, output="/proc/1/comm:init\n")
    answers["processes-apart"] = Answer(command="", state="ok", exit=0, output="end 0\n")
    answers["antivirus-paths"] = Answer(
        command="", state="ok", exit=0, output="".join(f"{path}\n" for path in product.paths)
    )
    target = Target(asset="m", kind="host", platform="linux", probes=(probe,))
    entry = entry_of(target, "ssh://m", answers, Moment(started=WHEN, ended=WHEN))
    result = assessed({"m": entry})
    assert {
        name: str(finding.result)
        for name in controls()
        if name.startswith("AV-") and (finding := result.finding(name, "m"))
    } == {
        "AV-INSTALLED": "pass",
        "AV-REALTIME": "unknown",
        "AV-FRESH": "unknown",
        "AV-LICENCE": "unknown",
        "AV-CENTRAL": "unknown",
        "AV-CENTRAL-L3": "unknown",
        "AV-AUTORUN": "unknown",
    }
    central = result.finding("AV-CENTRAL", "m")
    assert central is not None
    assert product.untold["antivirus.central"] in str(result.detail(central).extra)


def test_what_no_probe_asks_for_is_named() -> None:
    asked = {
        fact
        for probe in PROBES.values()
        if "host" in probe.kinds
        for fact in (*probe.learns, *probe.may, *probe.shows)
    }
    asked |= SCANNED
    unasked = {name for name, control in on_hosts().items() if not wanted(control) <= asked}
    assert unasked == NEVER_ASKED.keys() == on_hosts().keys() - controls().keys()
    for name, fact in NEVER_ASKED.items():
        assert fact in wanted(on_hosts()[name]) - asked


def test_the_catalogue_names_only_what_a_product_never_tells() -> None:
    """What a compliant machine's answers prove is not untold; of a console it is one or the other."""
    for product in PRODUCTS:
        if product.parser:
            case = read_case(HERE / "antivirus" / f"{COMPLIES[product.name]}.yaml")
            assert not product.untold.keys() & case.facts.keys()
            assert "antivirus.central" in {*product.untold, *case.facts}
        else:
            assert product.untold.keys() == {"antivirus.central"}


def test_the_documentation_names_what_observation_alone_cannot_show() -> None:
    text = (SHIPPED.parent / "docs" / "machines.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for product in PRODUCTS:
        named = [row for row in rows if product.name in row]
        if product.parser:
            assert all(fact in named[0] for fact in product.untold), product.name
        else:
            assert named, product.name
    assert all(
        any(name in row and fact in row for row in rows)
        for name, fact in {**NEVER_ASKED, **NOT_BY_MDEV}.items()
    )


@pytest.mark.parametrize("product", [p for p in PRODUCTS if p.parser], ids=lambda p: p.name)
def test_explain_says_why_a_product_cannot_pass_by_observation(product: Any) -> None:
    result = judged("Debian, nftables, timesyncd", product.name, COMPLIES[product.name])
    for name, control in controls().items():
        finding = result.finding(name, "m")
        if finding and finding.result is Status.UNKNOWN and wanted(control) & {*product.untold}:
            detail = result.detail(finding)
            assert any(why in str(detail.extra) for why in product.untold.values())


SYSTEMS = {
    'ID=ubuntu\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.3 LTS"\n': Status.PASS,
    'ID=ubuntu\nVERSION_ID="20.04"\nPRETTY_NAME="Ubuntu 20.04.6 LTS"\n': Status.UNKNOWN,
    'ID=debian\nVERSION_ID="11"\nPRETTY_NAME="Debian GNU/Linux 11"\n': Status.UNKNOWN,
    'ID=centos\nNAME="CentOS Linux"\nVERSION_ID="7"\n': Status.FAIL,
    "ID=fedora\nVERSION_ID=43\nSUPPORT_END=2026-12-09\nPRETTY_NAME=Fedora\n": Status.PASS,
    "ID=fedora\nVERSION_ID=41\nSUPPORT_END=2025-12-15\nPRETTY_NAME=Fedora\n": Status.FAIL,
    "ID=arch\nPRETTY_NAME=Arch\n": Status.UNKNOWN,
}


@pytest.mark.parametrize(("system", "expected"), SYSTEMS.items())
def test_a_system_is_supported_by_the_day_of_its_release(system: str, expected: Status) -> None:
    probe = PROBES["linux", "identity"]
    answers = answered(HERE / "identity" / "debian-server.yaml")
    answers["system"] = replace(answers["system"], output=system)
    target = Target(asset="m", kind="host", platform="linux", probes=(probe,))
    entry = entry_of(target, "ssh://m", answers, Moment(started=WHEN, ended=WHEN))
    finding = assessed({"m": entry}).finding("MS-OS", "m")
    assert finding is not None
    assert finding.result is expected


UNPROTECTED = {
    "clamav-old": "AV-FRESH",
    "clamav-stopped": "AV-REALTIME",
    "mdatp-passive": "AV-REALTIME",
    "mdatp-unlicensed": "AV-REALTIME",
}


@pytest.mark.parametrize(("name", "control"), UNPROTECTED.items())
def test_an_unprotected_machine_does_not_pass(name: str, control: str) -> None:
    product = "ClamAV" if name.startswith("clamav") else "Microsoft Defender for Endpoint"
    finding = judged("Debian, nftables, timesyncd", product, name).finding(control, "m")
    assert finding is not None
    assert finding.result is Status.FAIL


def test_a_passive_defender_on_windows_does_not_pass() -> None:
    result = judged("Windows", "Microsoft Defender Antivirus", "windows-passive")
    finding = result.finding("AV-REALTIME", "m")
    assert finding is not None
    assert finding.result is Status.FAIL


@pytest.mark.parametrize("control", ["AV-REALTIME", "AV-FRESH", "AV-LICENCE"])
def test_a_product_without_a_licence_passes_nothing(control: str) -> None:
    result = judged(
        "Debian, nftables, timesyncd", "Microsoft Defender for Endpoint", "mdatp-unlicensed"
    )
    finding = result.finding(control, "m")
    assert finding is not None
    assert finding.result in (Status.FAIL, Status.UNKNOWN)
