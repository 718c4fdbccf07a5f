"""The interfaces of a RouterOS device that lead to the world."""

from __future__ import annotations

import re

from soccheck.firewall.readers.mikrotik.export import Export

CLIENTS = ("/interface pppoe-client", "/interface lte", "/interface l2tp-client", "/interface sstp-client",
           "/interface ovpn-client", "/interface pptp-client")  # fmt: skip


def ways_out(export: Export) -> tuple[str, ...]:
    """Return the interfaces of default routes; none where a family's way is not named."""
    out: dict[str, list[str]] = {"/ip": [], "/ipv6": []}
    for family, names in out.items():
        for item in export.all(f"{family} route"):
            goal = item.get("dst-address", "0.0.0.0/0")
            gateways = item.get("gateway").split(",")
            # A half of the world is the world too, and all of IPv6's Internet is 2000::/3.
            if goal.partition("/")[2] in ("0", "1", "2", "3"):
                ways = [gateway.rpartition("%")[2] for gateway in gateways]
                if any(re.fullmatch(r"[0-9a-fA-F.:]*", way) for way in ways):
                    return ()  # which interface it leaves by is not said: any may be outside
                names += ways
        for item in export.all(f"{family} dhcp-client"):
            name = item.get("interface")
            if item.get("add-default-route", "yes") != "no":
                names.append(name)
    for menu in CLIENTS:
        for item in export.all(menu):
            name = item.get("name")
            if item.get("add-default-route", "no") != "no":
                out["/ip"].append(name)
    if any(item for item in export.all("/ipv6 address")) and not any(out["/ipv6"]):
        return ()
    return tuple(dict.fromkeys(name for names in out.values() for name in names if name))
