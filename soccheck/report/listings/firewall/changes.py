"""What a change of a ruleset opened and closed: first all of it in few words, then packet by packet."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.firewall.boxes import addresses, describe, packet_text, proto_name, ranges
from soccheck.firewall.diff import Difference
from soccheck.firewall.model import ICMP, ICMPV6, TCP, UDP, span_all
from soccheck.firewall.names import OVER_BOTH, OVER_UDP, PORTS
from soccheck.firewall.questions import interface
from soccheck.firewall.spans import Spans, complement
from soccheck.firewall.summary import Traffic
from soccheck.firewall.zones import Zones
from soccheck.i18n import Language
from soccheck.report.listings.firewall.writer import Row, Writer, step_text
from soccheck.report.wording.answers import told

INDENT = "      "
MOST_LINES = 12
"""Lines of one kind of change; more are counted."""
MOST_NAMED = 6
"""Services, interfaces or addresses named in one line."""
KINDS = ("opened", "maybe-opened", "closed", "maybe-closed", "undecided")
WITH_NAMES = (TCP, UDP)
EVERYDAY = (TCP, UDP, ICMP, ICMPV6)


def say_changes(
    writer: Writer, results: Sequence[Difference], zones: Zones | None, *, details: bool
) -> None:
    """Say which traffic a change opened and closed: a summary, and each set of packets where asked for."""
    language = writer.language
    for kind in KINDS:
        for result in results:
            _say_kind(writer, kind, result.family, result.summary.get(kind, ()), zones)
    if details:
        writer.lines.append("")
        _say_details(writer, results)
    for result in results:
        for reason in result.reasons:
            text = language("not compared: {reason}").format(reason=told(reason, language))
            writer.say(f"IPv{result.family}  {text}")
    if any(result.summary for result in results):
        if not details:
            writer.say(language("(--details shows packets, and the rule that decides each)"))
    elif not any(result.reasons for result in results):
        writer.say(language("no difference in the traffic let through"))


def _say_kind(
    writer: Writer, kind: str, family: int, found: Sequence[Traffic], zones: Zones | None
) -> None:
    if not found:
        return
    language = writer.language
    writer.say(f"IPv{family}  {change_text(kind, language)}")
    lines = [_line(traffic, family, zones, language) for traffic in found]
    for line in lines[:MOST_LINES]:
        writer.say(line, "  ")
    more = len(lines) - MOST_LINES
    if more > 0:
        writer.say(language.plural("… and {n} more", "… and {n} more", more), "  ")


def _line(traffic: Traffic, family: int, zones: Zones | None, language: Language) -> str:
    """Return a line of the summary: `ssh (tcp/22) from wan1 to the device itself`."""
    going = (
        language("the device itself")
        if traffic.here
        else _sides(traffic.going, zones, language, language("any interface"))
    )
    text = language("{services}: {coming} -> {going}").format(
        services=services_text(traffic, language),
        coming=_sides(traffic.coming, zones, language, language("any interface")),
        going=going,
    )
    for spans, words in (
        (traffic.sources, language("from {addresses}")),
        (traffic.targets, language("to {addresses}")),
    ):
        if spans is not None:
            text += ", " + words.format(addresses=_addresses(spans, family, zones, language))
    return text


def _sides(names: tuple[str, ...], zones: Zones | None, language: Language, anything: str) -> str:
    """Return interfaces by the zones they make up, and the rest by name."""
    if not names:
        return anything
    left, shown = list(names), []
    for zone, members in (zones.ruleset.zones if zones is not None else {}).items():
        if members and set(members) <= set(left):
            shown.append(zone)
            left = [name for name in left if name not in members]
    shown += [language.say(interface(name)) for name in left]
    return _short(shown, language)


def _addresses(spans: Spans, family: int, zones: Zones | None, language: Language) -> str:
    """Return addresses by the network of the inventory that they are, or as prefixes."""
    for name, zone in (zones.given if zones is not None else {}).items():
        if zone.prefixes and zone.spans(family) == spans:
            return name
    rest = complement(spans, span_all(family)[0][1])
    if rest and len(rest) < len(spans):
        return language("any but {addresses}").format(
            addresses=language.say(addresses(rest, family))
        )
    return language.say(addresses(spans, family))


def _short(words: Sequence[str], language: Language) -> str:
    more = len(words) - MOST_NAMED
    if more <= 0:
        return ", ".join(words)
    rest = language.plural("and {n} more", "and {n} more", more)
    return ", ".join([*words[:MOST_NAMED], rest])


# -- services in words -----------------------------------------------------------------------------


def services_text(traffic: Traffic, language: Language) -> str:
    """Return services by name: `ssh (tcp/22)`, `dns (tcp,udp/53)`, `icmp/8`."""
    if traffic.everything:
        return language("everything")
    alike: dict[Spans, list[int]] = {}
    for proto, spans in traffic.services.items():
        alike.setdefault(spans, []).append(proto)
    words: list[str] = []
    for spans, protos in alike.items():
        names = ",".join(_protocols(protos, language))
        if not spans:
            words.append(names)
        elif protos in ([ICMP], [ICMPV6]) or not set(protos) <= set(WITH_NAMES):
            words.append(f"{names}/{ranges(spans)}")
        else:
            words += [_named(protos, names, span) for span in spans]
    return _short(words, language)


def _protocols(protos: Sequence[int], language: Language) -> list[str]:
    """Return protocols by name; many that nobody names are the others."""
    everyday = [p for p in protos if p in EVERYDAY]
    others = [p for p in protos if p not in EVERYDAY]
    names = [proto_name(p) for p in (everyday if len(others) > MOST_NAMED else protos)]
    return [*names, language("other protocols")] if len(others) > MOST_NAMED else names


def _named(protos: Sequence[int], names: str, span: tuple[int, int]) -> str:
    text = f"{names}/{ranges((span,))}"
    name = next((_name(proto, span[0]) for proto in protos if span[0] == span[1]), "")
    return f"{name} ({text})" if name else text


def _name(proto: int, port: int) -> str:
    """Return the name people have for a port, if there is one."""
    for name, number in PORTS.items():
        udp = name in OVER_UDP or name in OVER_BOTH
        if number == port and (udp if proto == UDP else name not in OVER_UDP):
            return name
    return ""


# -- packet by packet ------------------------------------------------------------------------------


def _say_details(writer: Writer, results: Sequence[Difference]) -> None:
    language = writer.language
    for result in results:
        for change in result.changes:
            traffic = language.say(describe(change.box, result.family))
            writer.say(f"IPv{result.family}  {change_text(change.kind, language)}: {traffic}")
            packet = language.say(packet_text(change.box.packet))
            writer.say(language("e.g. {packet}").format(packet=packet), INDENT)
            if change.step:
                writer.say(step_text(change.step, language), INDENT)
        if result.more:
            more = language("and more, not listed")
            writer.say(f"IPv{result.family}  {more}")


def change_text(kind: str, language: Language) -> str:
    """Return what happened to traffic in words."""
    return {
        "opened": language("opened"),
        "closed": language("closed"),
        "maybe-opened": language("perhaps opened"),
        "maybe-closed": language("perhaps closed"),
        "undecided": language("not known, neither before nor now"),
    }[kind]


ENGLISH = Language("en")


def changes_row(results: Sequence[Difference]) -> Row:
    """Return the changes as data, in English whatever the reader's language."""
    rows = [
        {
            "kind": change.kind,
            "family": result.family,
            "traffic": str(describe(change.box, result.family)),
            "packet": str(packet_text(change.box.packet)),
            "decided": step_text(change.step, ENGLISH) if change.step else "",
        }
        for result in results
        for change in result.changes
    ]
    summary = [
        {
            "kind": kind,
            "family": result.family,
            "traffic": _line(found, result.family, None, ENGLISH),
        }
        for result in results
        for kind, listed in result.summary.items()
        for found in listed
    ]
    return {
        "summary": summary,
        "changes": rows,
        "reasons": [str(reason) for result in results for reason in result.reasons],
        "complete": not any(result.more for result in results),
    }
