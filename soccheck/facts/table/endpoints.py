"""Facts of endpoints: what people connect to."""

from __future__ import annotations

from soccheck.facts.fact import fact

# fmt: off
FACTS = (
    fact("endpoint", "type", "enum:portal,public_service,api,mail,dns,vpn,other!", "what is offered"),
    fact("endpoint", "host_name", "host_name", "name people connect to"),
    fact("endpoint", "url", "url", "address of the page"),
    fact("endpoint", "systems", "[ref:system]", "systems it is the front of"),
    fact("endpoint", "ipv6.aaaa", "bool", "the name has an IPv6 address"),
    fact("endpoint", "ipv6.reachable", "bool", "answers over IPv6"),
    fact("endpoint", "ipv6.same_content", "bool", "gives the same over IPv6 as over IPv4"),
    fact("endpoint", "dnssec.signed", "bool", "its zone is signed"),
)
