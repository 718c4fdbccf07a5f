"""What a firewall's ruleset alone shows; the firewall engine establishes these."""

from __future__ import annotations

from soccheck.facts.fact import fact

# fmt: off
FACTS = (
    fact("host firewall", "firewall.default_deny_input_ipv4", "bool", "no rule, no way to the device: IPv4"),
    fact("host firewall", "firewall.default_deny_input_ipv6", "bool", "no rule, no way to the device: IPv6"),
    fact("host firewall", "firewall.default_deny_forward_ipv4", "bool", "no rule, no way across: IPv4"),
    fact("host firewall", "firewall.default_deny_forward_ipv6", "bool", "no rule, no way across: IPv6"),
    fact("host firewall", "firewall.any_any_rules", "int", "accepting rules that limit nothing"),
    fact("host firewall", "firewall.open_ipv4", "[service:tcp,udp]", "TCP and UDP ports open from the Internet: IPv4"),
    fact("host firewall", "firewall.open_ipv6", "[service:tcp,udp]", "TCP and UDP ports open from the Internet: IPv6"),
    fact("host firewall", "firewall.beyond_admins_ipv4", "[service:tcp,udp]", "TCP and UDP ports it offers to others than administrators: IPv4"),
    fact("host firewall", "firewall.beyond_admins_ipv6", "[service:tcp,udp]", "TCP and UDP ports it offers to others than administrators: IPv6"),
    fact("host firewall", "firewall.console_ipv4", "[service:tcp,udp]", "ports of its own management open from the Internet: IPv4"),
    fact("host firewall", "firewall.console_ipv6", "[service:tcp,udp]", "ports of its own management open from the Internet: IPv6"),
    fact("host firewall", "firewall.console_beyond_admins_ipv4", "[service:tcp,udp]", "ports of its own management open to others than administrators: IPv4"),
    fact("host firewall", "firewall.console_beyond_admins_ipv6", "[service:tcp,udp]", "ports of its own management open to others than administrators: IPv6"),
    fact("host firewall", "firewall.only_ipv6", "[service:tcp,udp]", "TCP and UDP ports open from the Internet over IPv6 but not over IPv4"),
    fact("host firewall", "firewall.icmpv6_missing", "[service:icmpv6/1-4]", "ICMPv6 that must pass and does not (RFC 4890)"),
    fact("host firewall", "firewall.icmpv6_unwanted", "[service:icmpv6/100,icmpv6/138-140]", "ICMPv6 that must not pass and does (RFC 4890)"),
    fact("host firewall", "firewall.shadowed_rules", "int", "rules no packet can reach"),
    fact("host firewall", "firewall.redundant_rules", "int", "rules without which nothing changes"),
    fact("host firewall", "firewall.never_matching_rules", "int", "rules whose parts exclude each other"),
    fact("host firewall", "firewall.undefined_objects", "int", "names in the ruleset that nothing defines"),
    fact("host firewall", "firewall.undescribed_rules", "int", "deciding rules without a description"),
    fact("host firewall", "firewall.unknown_share", "number", "share of the rules outside the model, 0 to 1"),
    fact("host firewall", "firewall.rules", "int", "rules read"),
)
