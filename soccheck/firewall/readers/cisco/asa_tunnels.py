"""What VPN peers of an ASA send past its access lists (`sysopt connection permit-vpn`, on by default).

Source: Cisco ASA VPN CLI Configuration Guide, "Configure IPsec to Bypass ACLs", "Virtual Tunnel Interface",
"IP Addresses for VPNs"; Command Reference, `management-access`.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import ANY, Expr, In, Named, Rule, all_of, some_of
from soccheck.firewall.names import INTERNET
from soccheck.firewall.readers.cisco.asa_interfaces import AsaInterfaces
from soccheck.firewall.readers.cisco.lines import Command
from soccheck.firewall.readers.cisco.tunnels import CryptoMaps, ListsByName, decrypted, passing
from soccheck.firewall.spans import address, complement
from soccheck.phrase import phrase

TOP = {4: (1 << 32) - 1, 6: (1 << 128) - 1}
TEXT = phrase(
    "what its VPN peers send is not checked by access lists (sysopt connection permit-vpn)"
)


def asa_tunnels(
    root: Command, ports: AsaInterfaces, lists: ListsByName
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules for what tunnels carry across the device, and to the device."""
    maps = CryptoMaps()
    maps.read(root)
    pools = list(_pools(root))
    carried = [*_mapped(root, maps, lists, pools), *_clients(root, pools), *_interfaces(ports)]
    on, off = (
        root.last("sysopt connection permit-vpn"),
        root.last("no sysopt connection permit-vpn"),
    )
    checked = off is not None and (on is None or on.where < off.where)
    # Peers may reach the services of an interface behind the one that their tunnels end at.
    behind = root.last("management-access")
    managed = carried if behind is not None and behind.rest() else []
    return [] if checked else carried, managed


def _mapped(
    root: Command, maps: CryptoMaps, lists: ListsByName, pools: list[Expr]
) -> Iterator[Rule]:
    """Yield what comes in by crypto maps; only gateways, not clients, choose any address."""
    gateways = any(
        line.words[:1] == ["tunnel-group"]
        and (line.words[2:4] == ["type", "ipsec-l2l"] or "DefaultL2LGroup" in line.words)
        for line in root.below
    )
    for name, interface, where in maps.bound:
        iface = Named("iif", (interface,))
        text = phrase(
            "crypto map {name} on {interface}: {what}", name=name, interface=interface, what=TEXT
        )
        if "" in maps.lists.get(name, [""]) and not gateways:
            yield passing(_from(iface, pools), where, text)
            maps.lists[name] = [listed for listed in maps.lists.get(name, []) if listed]
        yield decrypted(iface, maps.protected(name, lists), where, text)


def _clients(root: Command, pools: list[Expr]) -> Iterator[Rule]:
    """Yield what clients of the web gateway send."""
    for section in root.below:
        if section.words == ["webvpn"]:
            for line in section.below:
                if line.words[:1] == ["enable"] and len(line.words) > 1:
                    text = phrase("webvpn on {name}: {what}", name=line.words[1], what=TEXT)
                    iface = Named("iif", (line.words[1],))
                    yield passing(_from(iface, pools), line.where, text)


def _from(iface: Expr, pools: list[Expr]) -> Expr:
    """Return what clients may send: from a pool, or from what a server gives them of what is private."""
    private = [In("src", complement(INTERNET[f], top), f) for f, top in TOP.items()]
    return all_of(iface, some_of(*private, *pools))


def _pools(root: Command) -> Iterator[Expr]:
    for command in ("ip local pool", "ipv6 local pool"):
        for line in root.each(command):
            _, text, *_ = (*line.rest(), "", "")
            try:
                family, spans = address(text)
            except ValueError:
                yield ANY
            else:
                yield In("src", spans, family)


def _interfaces(ports: AsaInterfaces) -> Iterator[Rule]:
    for name, where in ports.tunnels().items():
        yield passing(
            Named("iif", (name,)),
            where,
            phrase("tunnel interface {name}: {what}", name=name, what=TEXT),
        )
