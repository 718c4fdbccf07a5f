"""A ruleset as it was read: interfaces, chains and rules; and the facts policies judge by."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.facts.catalogue import lookup
from soccheck.firewall.boxes import addresses
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.interface import Interface
from soccheck.firewall.model import Chain, Rule, Ruleset
from soccheck.firewall.zones import Zones
from soccheck.i18n import Language
from soccheck.report.listings.firewall.writer import MOST_SHOWN, Row, Writer, verdict_text
from soccheck.report.wording import labels


def say_ruleset(
    writer: Writer, ruleset: Ruleset, zones: Zones, facts: Iterable[LearnedFact], *, rules: bool
) -> None:
    """Say interfaces and chains as they were read, and every fact, with the side it is judged from."""
    language = writer.language
    families = language(" and ").join(f"IPv{f}" for f in sorted(ruleset.families))
    writer.say(f"{ruleset.vendor}, {families}")
    anything = language("any interface (which one leads out is not known)")
    side = ", ".join(zones.internet().interfaces) or anything
    writer.say(language("untrusted side: {side}").format(side=side))
    if ruleset.devices:
        writer.lines.append("")
        writer.say(language("Interfaces"))
        for device in ruleset.devices:
            writer.say(_interface(device, ruleset, language), "  ")
    writer.lines.append("")
    writer.say(language("Chains"))
    _chains(writer, ruleset, rules=rules)
    writer.lines.append("")
    writer.say(language("Facts"))
    for fact in facts:
        writer.say(f"{_called(fact, language)}: {value_text(fact, language)}", "  ")
        for reason in fact.shown[:MOST_SHOWN]:
            writer.say(language.say(reason), "    ")


def _interface(device: Interface, ruleset: Ruleset, language: Language) -> str:
    words = list(device.names)
    if device.zone:
        words.append(language("zone {name}").format(name=device.zone))
    words += [
        language.say(addresses(device.addresses.get(f), f))
        for f in (4, 6)
        if device.addresses.get(f)
    ]
    if not device.up:
        words.append(language("down"))
    words += [
        language("IPv{family} is off").format(family=f)
        for f in sorted(ruleset.families - device.families)
    ]
    if device.default_route:
        words.append(language("default route"))
    if device.management_only:
        words.append(language("for management only"))
    if device.point_to_point:
        words.append(language("point to point"))
    return f"{device.name}: {', '.join(words)}" if words else device.name


def _chains(writer: Writer, ruleset: Ruleset, *, rules: bool) -> None:
    language = writer.language
    empty: list[str] = []
    for chain in ruleset.chains.values():
        if not chain.rules:
            empty += [_empty(chain, language)] if chain.base else []
            continue
        head = language.plural("{n} rule", "{n} rules", len(chain.rules))
        if chain.base:
            policy = verdict_text(chain.base.policy, language)
            policy = language("policy {policy}").format(policy=policy)
            head += f", {chain.base.hook}, {policy}"
        writer.say(f"{chain.name}: {head}", "  ")
        for rule in chain.rules if rules else ():
            writer.say(_rule(rule, language), "    ")
    if empty:
        writer.say(language("no rule: {chains}").format(chains=", ".join(empty)), "  ")
    if not rules and any(chain.rules for chain in ruleset.chains.values()):
        writer.say(language("(--rules lists the rules)"), "  ")


def _empty(chain: Chain, language: Language) -> str:
    policy = verdict_text(chain.base.policy, language) if chain.base else ""
    return f"{chain.name} ({policy})"


def _rule(rule: Rule, language: Language) -> str:
    said = language.say(rule.text)
    text = f"{rule.where}: {said}"
    if rule.comment and rule.comment not in said:
        text += f' "{rule.comment}"'
    return text if not rule.implicit else text + " " + language("(of the system)")


def _called(fact: LearnedFact, language: Language) -> str:
    """Return what readers call a fact; English has its name."""
    if language.code == "en":
        return fact.name
    return labels.beginning(labels.fact_name("firewall", f"firewall.{fact.name}", language))


def value_text(fact: LearnedFact, language: Language) -> str:
    """Return a fact's value in words."""
    value = fact.value
    if value is None:
        return language("unknown")
    if isinstance(value, bool):
        return language("yes") if value else language("no")
    if isinstance(value, list):
        words = (labels.value_word(None, word, language) for word in value)
        return ", ".join(words) or language("none")
    if isinstance(value, str):
        return labels.value_word(lookup("firewall", f"firewall.{fact.name}"), value, language)
    return language.number(value)


def facts_row(ruleset: Ruleset, found: Iterable[LearnedFact]) -> Row:
    """Return the facts as data."""
    facts = {f.name: {"value": f.value, "shown": list(map(str, f.shown))} for f in found}
    return {"vendor": ruleset.vendor, "facts": facts}
