"""The facts policies judge a firewall by: their names, types and meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from soccheck.phrase import Phrase

Value: TypeAlias = bool | int | float | str | list[str]
FACTS: Mapping[str, tuple[str, str]] = {
    "active": ("boolean", "a chain that packets come to decides anything"),
    "default_inbound": ("word", "what happens to inbound IPv4 no rule names: deny or allow"),
    "default_inbound_ipv6": ("word", "what happens to inbound IPv6 no rule names: deny or allow"),
    "default_deny_input_ipv4": ("boolean", "what no rule decides does not reach the device (IPv4)"),
    "default_deny_input_ipv6": ("boolean", "what no rule decides does not reach the device (IPv6)"),
    "default_deny_forward_ipv4": ("boolean", "what no rule decides is not forwarded (IPv4)"),
    "default_deny_forward_ipv6": ("boolean", "what no rule decides is not forwarded (IPv6)"),
    "input_chain": ("boolean", "a chain that IPv4 to the device passes decides anything"),
    "input_chain_ipv6": ("boolean", "a chain that IPv6 to the device passes decides anything"),
    "any_any_rules": ("integer", "accepting rules that limit neither source, target nor service"),
    "open_ipv4": ("services", "TCP and UDP ports open from the Internet over IPv4"),
    "open_ipv6": ("services", "TCP and UDP ports open from the Internet over IPv6"),
    "beyond_admins_ipv4": (
        "services",
        "TCP and UDP ports the device itself offers to others than its administrators over IPv4",
    ),
    "beyond_admins_ipv6": (
        "services",
        "TCP and UDP ports the device itself offers to others than its administrators over IPv6",
    ),
    "console_ipv4": (
        "services",
        "ports of the device's own management open from the Internet (IPv4)",
    ),
    "console_ipv6": (
        "services",
        "ports of the device's own management open from the Internet (IPv6)",
    ),
    "console_beyond_admins_ipv4": (
        "services",
        "ports of the device's own management open to others than its administrators (IPv4)",
    ),
    "console_beyond_admins_ipv6": (
        "services",
        "ports of the device's own management open to others than its administrators (IPv6)",
    ),
    "only_ipv6": (
        "services",
        "TCP and UDP ports open from the Internet over IPv6 but not over IPv4",
    ),
    "logs_denied": ("boolean", "every denied first packet from the Internet is logged"),
    "icmpv6_missing": ("services", "ICMPv6 messages that must pass and do not"),
    "icmpv6_unwanted": ("services", "ICMPv6 messages that must not pass and do"),
    "shadowed_rules": ("integer", "rules no packet can reach"),
    "redundant_rules": ("integer", "rules without which nothing changes"),
    "never_matching_rules": ("integer", "rules whose parts exclude each other"),
    "undefined_objects": ("integer", "names that nothing defines"),
    "undescribed_rules": ("integer", "deciding rules without a description"),
    "unknown_share": ("number", "share of the rules with a part outside the model, 0 to 1"),
    "rules": ("integer", "rules read"),
}
"""Name (under `firewall.`), type and meaning of each fact.

A `services` value lists what surely is so (`tcp/22`, `udp/8000-8010`), then what may be so
(`maybe tcp/53`): a comparison with it is unknown where only the latter matters.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedFact:
    """A value with what shows it, or the reason there is none."""

    name: str
    value: Value | None
    shown: tuple[Phrase, ...] = ()
    """Witness packets and rules, or why there is no value."""
