"""What readers call a fact, its values and a length of time; English has the names of the catalogue."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import timedelta

from soccheck.facts.catalogue import FACTS, lookup
from soccheck.facts.fact import Fact
from soccheck.facts.services import MAYBE
from soccheck.i18n import Language
from soccheck.model import Duration


def fact_name(kind: str | None, name: str, language: Language) -> str:
    """Return what a fact of a kind of asset is called; of any kind where none is given.

    A name that is none, or that is English already, stays as it is.
    """
    if language.code == "en":
        return name
    found = lookup(kind, name) if kind is not None else None
    found = found or next((f for (_, known), f in FACTS.items() if known == name), None)
    if found is None:
        return name
    title = (found.title or {}).get(language.code)
    # What follows a semicolon tells how it is stated, to whoever states it.
    text = title or language(found.meaning).partition(";")[0]
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def beginning(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def value_word(fact: Fact | None, word: str, language: Language) -> str:
    """Return what a value of a list of values is called; any other value as it is."""
    if word.startswith(MAYBE):
        return language("maybe {service}").format(service=word.removeprefix(MAYBE))
    if language.code == "en" or fact is None or fact.type != "enum":
        return word
    known = _values(language)
    named = known.get(f"{fact.name} {word}") or known.get(word)
    return named or (word.upper() if word in _ACRONYMS else word)


_ACRONYMS = frozenset(
    (
        *("waf", "siem", "nac", "dlp", "pam", "dmarc", "ztna", "sbom", "aaa", "qos", "hsm", "mdm"),
        *("dmz", "api", "dns", "vpn"),
    )
)


def unit(word: str, language: Language) -> str:
    """Return what a fact is counted in."""
    known = {"million dong": language("million dong"), "months": language("months")}
    return known.get(word, word)


def truth(*, value: bool, language: Language) -> str:
    """Return yes or no; English has YAML's words."""
    if language.code == "en":
        return "true" if value else "false"
    return language("yes") if value else language("no")


def length(span: Duration | timedelta, language: Language) -> str:
    """Return a length of time in its largest whole unit, as offices write it: 01 month."""
    number, unit = _largest(span)
    if language.code == "en":
        return f"{number}{unit}"
    words = {
        "y": language("{n} years"),
        "mo": language("{n} months"),
        "w": language("{n} weeks"),
        "d": language("{n} days"),
        "h": language("{n} hours"),
        "min": language("{n} minutes"),
        "s": language("{n} seconds"),
    }
    shown = f"{number:02d}" if number < 10 else language.number(number)
    return words[unit].format(n=shown)


def _largest(span: Duration | timedelta) -> tuple[int, str]:
    if isinstance(span, Duration) and span.months:
        years, months = divmod(span.months, 12)
        return (span.months, "mo") if months else (years, "y")
    exact = span if isinstance(span, timedelta) else timedelta(days=span.days, seconds=span.seconds)
    seconds = int(exact.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds % size == 0:
            return seconds // size, unit
    return seconds, "s"


def stopping(rule: str, count: int, language: Language) -> str:
    """Return a rule of --fail-on with how much it found: `new (2)`, `02 nội dung không đạt mới`."""
    if language.code == "en":
        return f"{rule} ({language.number(count)})"
    known = {
        "fail": language("failing"),
        "unknown": language("unknown"),
        "waived": language("waived"),
        "critical": language("of critical severity"),
        "high": language("of high severity or worse"),
        "medium": language("of medium severity or worse"),
        "low": language("of low severity or worse"),
        "new": language("newly failing"),
        "scope": language("changes of scope"),
        "expired-waiver": language("expired waivers"),
    }
    what = ", ".join(known.get(word, word) for word in rule.split("+"))
    shown = f"{count:02d}" if count < 10 else language.number(count)
    return language("{n} findings: {what}").format(n=shown, what=what)


def kinds(words: str, language: Language) -> str:
    """Return kinds of asset, parted by strokes as the catalogue has them: `network/endpoint`."""
    names = words.split("/")
    if language.code == "en" or not set(names) <= _kinds(language).keys():
        return words
    return ", ".join(_kinds(language)[name] for name in names)


@functools.cache
def _kinds(language: Language) -> Mapping[str, str]:
    return {
        "authority": language.plural("authority", "authorities", 1),
        "organization": language.plural("organisation", "organisations", 1),
        "site": language.plural("site", "sites", 1),
        "system": language.plural("system", "systems", 1),
        "network": language.plural("network", "networks", 1),
        "host": language.plural("host", "hosts", 1),
        "firewall": language.plural("firewall", "firewalls", 1),
        "endpoint": language.plural("endpoint", "endpoints", 1),
        "fleet": language.plural("fleet", "fleets", 1),
    }


@functools.cache
def _values(language: Language) -> Mapping[str, str]:
    """Return the words for values; one that means something else of a fact stands with its fact."""
    return {
        "province": language("province"),
        "district": language("district"),
        "commune": language("commune"),
        "central": language("central"),
        "committee": language("people's committee"),
        "department": language("department of the province"),
        "office": language("office"),
        "centre": language("centre"),
        "inspectorate": language("inspectorate"),
        "ministry": language("ministry"),
        "party": language("party body"),
        "enterprise": language("enterprise"),
        "other": language("other"),
        "internal": language("internal"),
        "citizens_businesses": language("for citizens and businesses"),
        "infrastructure": language("information infrastructure"),
        "industrial_control": language("industrial control"),
        "public": language("public information"),
        "private": language("private information"),
        "personal": language("personal data"),
        "state_secret": language("state secrets"),
        "none": language("none"),
        "general": language("general"),
        "conditional": language("conditional"),
        "agency": language("of one agency"),
        "shared": language("shared"),
        "national": language("national"),
        "harm": language("harm"),
        "serious": language("serious harm"),
        "especially_serious": language("especially serious harm"),
        "class_1": language("class {n}").format(n=1),
        "class_2": language("class {n}").format(n=2),
        "class_3": language("class {n}").format(n=3),
        "class_4": language("class {n}").format(n=4),
        "special": language("special class"),
        "draft": language("being written"),
        "submitted": language("submitted"),
        "appraised": language("appraised"),
        "approved": language("approved"),
        "nd-85": language("Decree 85/2016"),
        "nd-331": language("Decree 331/2026"),
        "implementation.status none": language("not carried out"),
        "partial": language("carried out in part"),
        "full": language("carried out in full"),
        "before_use": language("before use"),
        "periodic": language("periodic"),
        "annual": language("annual"),
        "extraordinary": language("extraordinary"),
        "live_fire": language("live-fire drill"),
        "table_top": language("table-top drill"),
        "own": language("of its own"),
        "rented": language("rented"),
        "cloud": language("cloud computing"),
        "data_centre": language("data centre"),
        "server_room": language("server room"),
        "lan": language("local network"),
        "wan": language("wide area network"),
        "servers": language("server zone"),
        "database": language("database zone"),
        "management": language("management zone"),
        "device_management": language("zone for the management of devices"),
        "wireless": language("wireless zone"),
        "edge": language("edge zone"),
        "deny": language("deny"),
        "allow": language("allow"),
        "server": language("server"),
        "workstation": language("workstation"),
        "appliance": language("appliance"),
        "normal": language("normal"),
        "passive": language("passive"),
        "edr_block": language("EDR in block mode"),
        "logical": language("separated logically"),
        "physical": language("separated physically"),
        "licensed": language("licensed organisation"),
        "public_service": language("public service"),
        "designated": language("designated organisation"),
        "portal": language("portal"),
        "mail": language("mail"),
        "dns_filter": language("DNS filtering"),
        "network_antimalware": language("anti-malware on the network"),
        "hot_standby": language("hot standby"),
        "database_firewall": language("database firewall"),
        "anti_ddos": language("protection against denial of service"),
        "patch_server": language("patch server"),
        "backup_321": language("3-2-1 backup"),
        "signed_exchange": language("signed exchange of data"),
        "mail_security": language("mail security"),
        "central_backup": language("central backup"),
        "spare_internet": language("spare Internet connection"),
        "spare_devices": language("spare switch and firewall"),
        "spare_site_link": language("spare link to the second site"),
        "wireless_security": language("security of the wireless network"),
        "microsegments": language("micro-segmentation"),
        "one_way_gateway": language("one-way gateway"),
        "watch_24_7": language("24/7 monitoring"),
        "zero_trust": language("zero trust"),
        "function": language("function"),
        "scope": language("scope"),
        "users": language("users"),
        "data": language("data"),
        "technology": language("technology"),
        "scale": language("scale"),
        "integration": language("integration"),
        "incident": language("incident"),
    }
