"""What an interface of a FortiGate serves by switches of its own, beside `allowaccess`.

Sources: FortiOS CLI Reference, `config system interface`; FortiOS Ports.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import TCP, UDP, Expr, In, Rule, Unknown, all_of
from soccheck.firewall.readers.fortinet.access import opened
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.spans import Spans, span
from soccheck.phrase import echo, phrase

BFD: Spans = ((3784, 3785), (4784, 4784))


def beside(block: Block, here: Expr, root: Block) -> Iterator[Rule]:
    """Yield what an interface serves by settings of its own."""
    for key, proto, ports in (
        ("ident-accept", TCP, span(113)),
        ("dhcp-relay-service", UDP, span(67)),
        ("wccp", UDP, span(2048)),
        ("fortiheartbeat", TCP, span(0, 65535)),
        ("explicit-web-proxy", TCP, span(0, 65535)),
        ("explicit-ftp-proxy", TCP, span(0, 65535)),
    ):
        if block.flag(key):
            unsure = Unknown(phrase("interface {name}: {key}", name=block.name, key=key))
            match = all_of(here, In("proto", span(proto)), In("dport", ports), unsure)
            yield opened(block, match, phrase("interface {name}: {key}", name=block.name, key=key))
    if _detects(block, root):
        match = all_of(here, In("proto", span(UDP)), In("dport", BFD), Unknown(echo("bfd")))
        yield opened(block, match, echo(f"interface {block.name}: bfd"))
    if block.get("security-mode", "none") != "none":
        unsure = Unknown(phrase("interface {name}: the portal of security-mode", name=block.name))
        match = all_of(here, In("proto", span(TCP)), unsure)
        yield opened(block, match, phrase("interface {name}: security-mode", name=block.name))
    if block.flag("fortilink"):
        match = all_of(here, Unknown(phrase("the services of a FortiLink interface")))
        yield opened(block, match, phrase("interface {name}: fortilink", name=block.name))


def _detects(block: Block, root: Block) -> bool:
    """Tell whether BFD runs on an interface, by its own word or the virtual domain's (RFC 5881, 5883)."""
    system = root.section("system settings")
    common = system is not None and system.flag("bfd")
    return block.record.choice(
        "bfd", {"enable": True, "disable": False, "global": common}, "global", True
    )
