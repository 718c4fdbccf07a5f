"""The services of a FortiGate that sections of their own switch on, beside `allowaccess` and VPN gateways.

Source: FortiOS Ports, "FortiGate open ports".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    PORTS,
    SCTP,
    TCP,
    UDP,
    Expr,
    In,
    Named,
    Rule,
    Unknown,
    all_of,
)
from soccheck.firewall.names import number
from soccheck.firewall.readers.fortinet.access import (
    ASKING,
    ENCRYPTED_DNS,
    LOGIN_PORTS,
    OVERRIDE,
    OVERRIDES,
    POLICIES,
    SERVICES,
    SWITCHED,
    moved,
    opened,
)
from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.spans import span, union
from soccheck.phrase import echo, phrase

Match = Callable[[str, Iterable[str]], Expr]


class VdomListeners:
    """The listeners of one virtual domain, and of the device it stands on."""

    def __init__(self, settings: Block, root: Block) -> None:
        self.settings = settings
        self.root = root

    def rules(self, match: Match) -> Iterator[Rule]:
        """Yield what they let in, but for `overrides`; `match` resolves interface names."""
        yield from self._answering(match)
        yield from self._clocks(match)
        yield from self._logins()
        yield from self._fabric()
        yield from self._switched()
        yield from self._cluster()
        yield from self._others()

    def _answering(self, interfaces: Match) -> Iterator[Rule]:
        """Yield the DNS and NTP services, which listen on the interfaces they name."""
        for block in self.root.entries("system dns-server"):
            block.words("mode")
            match = all_of(
                interfaces("iif", [block.name]),
                In("proto", ((TCP, TCP), (UDP, UDP))),
                In("dport", span(53)),
            )
            yield opened(block, match, phrase("DNS service on {name}", name=block.name))
            for key in ENCRYPTED_DNS:
                if block.flag(key):
                    match = all_of(
                        interfaces("iif", [block.name]),
                        In("proto", ((TCP, TCP), (UDP, UDP))),
                        In("dport", ((443, 443), (853, 853))),
                        Unknown(phrase("the port of {key}", key=key)),
                    )
                    yield opened(
                        block,
                        match,
                        phrase("DNS service on {name}: {key}", name=block.name, key=key),
                    )
        ntp = self.settings.section("system ntp")
        if ntp is None:
            return
        names = ntp.words("interface")
        if ntp.flag("server-mode"):
            match = all_of(interfaces("iif", names), In("proto", span(UDP)), In("dport", span(123)))
            yield opened(ntp, match, phrase("NTP service"))

    def _clocks(self, interfaces: Match) -> Iterator[Rule]:
        """Yield the PTP service (IEEE 1588), which listens on the interfaces it names."""
        block = self.settings.section("system ptp")
        if block is None:
            return
        names = [inner.get("server-interface-name") for inner in block.entries("server-interface")]
        for inner in block.entries("server-interface"):
            inner.words("delay-mechanism")
        if block.flag("server-mode"):
            here = interfaces("iif", names)
            ports = all_of(In("proto", span(UDP)), In("dport", span(319, 320)))
            yield opened(
                block, all_of(here, ports, Unknown(echo("`server-mode`"))), phrase("PTP service")
            )

    def _logins(self) -> Iterator[Rule]:
        """Yield the pages where users of policies log in; which interfaces show them is not followed."""
        setting = self.root.section("user setting")
        source = setting or self._policy(*ASKING) or self._wireless()
        if source is None:
            return
        ports = [(port, port) for port in LOGIN_PORTS]
        for block in setting.entries("auth-ports") if setting is not None else ():
            block.get("type")
            try:
                ports.append((number(block.get("port"), PORTS),) * 2)
            except ValueError as error:
                block.record.doubtful(worded(error))
        doubt = Unknown(phrase("where users log in (`config user setting`)"))
        match = all_of(In("proto", span(TCP)), In("dport", union(ports)), doubt)
        yield opened(source, match, echo("user setting"))

    def _wireless(self) -> Block | None:
        """Return a wireless network whose users log in at a page of the device."""
        section = self.root.blocks.get("wireless-controller vap")
        for block in section.blocks.values() if section is not None else ():
            security = block.record.values.get("security", [])
            if any("captive-portal" in word for word in (*security, *block.record.values)):
                return block
        return None

    def overrides(self) -> Iterator[Rule]:
        """Yield the pages of web filters, which answer for any address behind a policy that inspects."""
        owner = next((o for o in (self.root, self.settings) if OVERRIDE in o.blocks), self.root)
        setting = owner.section(OVERRIDE)
        closed = setting is not None and setting.flag("close-ports")
        ports = union(s for page in OVERRIDES for s in moved(page, owner, owner))
        inspecting = self._policy("utm-status", "block-notification")
        if inspecting is None or closed:
            return
        text = phrase("pages of web filters (`config webfilter fortiguard`)")
        match = all_of(In("proto", span(TCP)), In("dport", ports), Unknown(text))
        yield opened(setting or inspecting, match, text)

    def _policy(self, *keys: str) -> Block | None:
        """Return a policy in which one of these settings is on, left for others to read."""
        for path in POLICIES:
            section = self.root.blocks.get(path)
            for block in section.blocks.values() if section is not None else ():
                values = block.record.values
                if any(values.get(key, ["disable"]) != ["disable"] for key in keys):
                    return block
        return None

    def _fabric(self) -> Iterator[Rule]:
        """Yield the port by which other devices of a fabric are told to reach the console."""
        system = self.settings.section("system global")
        if system is None or system.flag("management-port-use-admin-sport"):
            if system is not None:
                system.words("management-port")
            return
        port = system.get("management-port")
        if not port:
            return
        try:
            listens = In("dport", span(number(port, PORTS)))
        except ValueError as error:
            system.record.doubtful(
                phrase("management-port {port}: {error}", port=port, error=worded(error))
            )
            return
        match = all_of(In("proto", span(TCP)), listens, Unknown(echo("`management-port`")))
        yield opened(system, match, echo("management-port"))

    def _switched(self) -> Iterator[Rule]:
        for access in SWITCHED:
            path, _, _ = access.setting.rpartition("/")
            block = self.settings.section(path)
            if block is not None and block.flag("status", default=True):
                parts = [
                    In("proto", span(access.proto)),
                    In("dport", moved(access, self.settings, self.root)),
                ]
                yield opened(block, all_of(*parts, Unknown(echo(f"`config {path}`"))), echo(path))
            elif block is not None:
                block.pass_over()
        for path in ("system snmp community", "system snmp user"):
            for block in self.settings.entries(path):
                for key in ("query-v1-port", "query-v2c-port", "query-port"):
                    block.words(key)  # taken where an interface answers SNMP
        for block in self.root.entries("user radius"):
            block.words("rsso-radius-server-port")
            if block.flag("radius-coa"):
                asked = all_of(In("proto", span(UDP)), In("dport", span(3799)))
                text = echo(f"user radius {block.name}: radius-coa")
                yield opened(block, all_of(asked, Unknown(text)), text)

    def _cluster(self) -> Iterator[Rule]:
        """Yield how the members of a cluster speak to each other, over their heartbeat interfaces."""
        block = self.settings.section("system ha")
        if block is None or block.get("mode", "standalone") == "standalone":
            return
        names = tuple(name for name in block.words("hbdev") if not name.isdecimal())
        match = all_of(
            Named("iif", names) if names else ANY,
            In("proto", ((TCP, TCP), (UDP, UDP))),
            In("dport", ((703, 703), (730, 730))),
            Unknown(phrase("the synchronization of a cluster")),
        )
        yield opened(block, match, echo("system ha"))

    def _others(self) -> Iterator[Rule]:
        for path, listeners in SERVICES.items():
            for root in dict.fromkeys((id(self.root), id(self.settings))):
                owner = self.root if root == id(self.root) else self.settings
                block = owner.blocks.get(path)
                if block is None or block.statement is None or not block.statement.doubts:
                    continue
                off = block.get("status") == "disable"
                block.pass_over()
                if off:
                    continue
                for proto, ports in listeners:
                    parts: list[Expr] = [
                        In("proto", span(proto)),
                        Unknown(echo(f"`config {path}`")),
                    ]
                    if ports and proto in (TCP, UDP, SCTP):
                        parts.append(In("dport", ports))
                    yield opened(block, all_of(*parts), echo(path))
