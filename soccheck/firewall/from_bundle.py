"""What a bundle holds of a machine's packet filter: the raw texts, or why they are not all there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from soccheck.model import Basis, Configuration, local
from soccheck.probes.base import Answer, answers_of, of_all
from soccheck.probes.firewall import FIREWALL, UnreadError, loaded, unlooked
from soccheck.probes.pf import PF

AROUND = ("ipset", "links", "routes", "routes6")
EMPTY = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"
"""What iptables-save prints of a kernel without rules, where it prints nothing."""


def configuration(entry: Mapping[str, Any]) -> Configuration | None:
    """Return the configuration an asset's entry holds, or nothing when none was asked for."""
    probes, platform = entry["probes"], entry["platform"]
    name = (
        "firewall" if "firewall" in probes and (platform, "firewall") in _READ else "configuration"
    )
    record, read = probes.get(name), _READ.get((platform, name), _device)
    if record is None:
        return None
    where = Configuration(
        texts=(),
        basis=Basis(record["basis"]),
        when=local(record["ended"]),
        origin=f"{name} probe at {entry['origin']}",
        key_kind=entry.get("host_key_type"),
    )
    if record["problem"] is not None:
        return replace(where, problem=(record["problem"]["code"], record["problem"]["detail"]))
    try:
        answers = answers_of(record)
    except KeyError:
        return replace(where, problem=("not_collected", "the raw answers were redacted"))
    return read(where, answers)


def _linux(where: Configuration, answers: dict[str, Answer]) -> Configuration:
    """Return a Linux machine's rulesets, whole or not at all."""
    answers = of_all(FIREWALL.asks, answers)
    missing = unlooked(answers)
    if missing is not None:
        return replace(where, problem=(missing.problem, missing.detail))
    try:
        found = loaded(answers)
    except UnreadError as error:
        return replace(where, problem=("unparsed", str(error)))
    # An address set that was not shown is unknown to the reader; an empty text tells nothing.
    names = [*found, *(n for n in AROUND if answers[n].state == "ok")]
    texts = tuple((name, answers[name].output) for name in names if answers[name].output.strip())
    if not any(name in found for name, _ in texts):
        texts = (("iptables", EMPTY), *texts)
    return replace(where, texts=texts, whole=True)


def _windows(where: Configuration, answers: dict[str, Answer]) -> Configuration:
    """Return a Windows machine's rules; bundles of former releases hold its profiles alone."""
    answer = answers.get("rules")
    if answer is None:
        return replace(where, problem=("not_collected", "its rules were not asked for"))
    if answer.state != "ok":
        return replace(where, problem=(answer.problem, answer.detail))
    return replace(where, texts=(("rules", answer.output),), whole=True)


def _device(where: Configuration, answers: dict[str, Answer]) -> Configuration:
    """Return a device's running configuration: its first answer is the whole of it."""
    answer = next(iter(answers.values()), None)
    if answer is None:
        return replace(where, problem=("not_collected", "no command was asked"))
    if answer.state != "ok":
        return replace(where, problem=(answer.problem, answer.detail))
    return replace(where, texts=(("configuration", answer.output),))


def _pf(where: Configuration, answers: dict[str, Answer]) -> Configuration:
    """Return what pf applies, with the config.xml of a system that has one: all of it, or nothing."""
    given = of_all(PF.asks, answers)
    nat = given["nat"]
    # Of OpenBSD pfctl(8) has no such list, and refuses.
    without_nat = nat.state == "failed" and given["system"].output.strip() == "OpenBSD"
    needed = [given[name] for name in ("info", "interfaces", "rules")]
    needed += [] if without_nat else [nat]
    needed += [] if given["config"].state == "absent" else [given["config"]]
    missing = next((answer for answer in needed if answer.state != "ok"), None)
    if missing is not None:
        return replace(where, problem=(missing.problem, missing.detail))
    rules = f"FILTER RULES:\n{given['rules'].output}"
    if not without_nat:
        rules = f"TRANSLATION RULES:\n{nat.output}\n{rules}"
    # Of a table that was cut off nobody knows what else it holds.
    beside = [
        n for n in ("system", "config", "info", "interfaces", "tables") if given[n].state == "ok"
    ]
    told = [(name, given[name].output) for name in beside if given[name].output.strip()]
    return replace(where, texts=(("rules", rules), *told))


_READ = {
    ("linux", "firewall"): _linux,
    ("windows", "firewall"): _windows,
    (PF.platform, PF.name): _pf,
}
"""How the answers of a probe are read, by its platform and name; a device's are one text."""
