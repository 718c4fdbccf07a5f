"""One policy, rendered by Aerleon for several vendors, must let the same through as each is read."""

from __future__ import annotations

import json
import logging
import random
from dataclasses import replace

import pytest

from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.spans import address, union
from soccheck.firewall.zones import Zones
from tests.firewall.renderings import powershell_json, set_lines, with_interfaces

api = pytest.importorskip("aerleon.api")
naming = pytest.importorskip("aerleon.lib.naming")

NETWORKS = {
    "WEB": ("10.2.0.10/32", "2001:db8:2::10/128"),
    "ADM": ("10.9.0.0/16", "2001:db8:9::/48"),
    "SRV": ("10.2.0.0/24", "2001:db8:2::/64"),
    "BAD": ("10.9.128.0/17", "2001:db8:9:8000::/49"),
}
SERVICES = {"HTTP": "80", "HTTPS": "443", "SSH": "22", "HIGH": "8000-8010", "DNS": "53"}
OWN = json.dumps(
    [
        {"ifname": "eth0", "addr_info": [{"local": a} for a in found]}
        for found in (("10.2.0.10", "10.2.0.77"), ("2001:db8:2::10", "2001:db8:2::77"))
    ]
)
SRX = """set version 20.2R3
set security forwarding-options family inet6 mode flow-based
set security zones security-zone outside interfaces ge-0/0/0.0
set security zones security-zone inside interfaces ge-0/0/1.0
"""
FORTIGATE = """#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system interface
    edit "outside"
        set vdom "root"
    next
    edit "inside"
        set vdom "root"
    next
end
config firewall address
    edit "all"
    next
end
config firewall address6
    edit "all"
    next
end
config firewall service custom
    edit "ALL"
        set protocol IP
    next
end
"""
TARGETS = {
    "speedway4": ({"speedway": "INPUT DROP inet"}, "{}"),
    "speedway6": ({"speedway": "INPUT DROP inet6"}, "{}"),
    "cisco4": (
        {"cisco": "fw extended"},
        "version 16.9\n{}\ninterface Gi0\n ip access-group fw in\n!\n"
        "interface Gi1\n ip address 10.1.0.1 255.255.255.0\n!\nend\n",
    ),
    "cisco6": (
        {"cisco": "fw6 inet6"},
        "version 16.9\n{}\ninterface Gi0\n ipv6 traffic-filter fw6 in\n!\n"
        "interface Gi1\n ipv6 enable\n!\nend\n",
    ),
    "ciscoasa": (
        {"ciscoasa": "fw"},
        "ASA Version 9.12(4)\ninterface G0\n nameif out\n security-level 0\n!\n"
        "interface G1\n nameif in\n security-level 100\n!\n{}\n"
        "access-group fw in interface out\n: end\n",
    ),
    "nftables": ({"nftables": "mixed input"}, "{}"),
    "srx": ({"srx": "from-zone outside to-zone inside mixed"}, "{}" + SRX),
    "paloalto": ({"paloalto": "from-zone outside to-zone inside mixed"}, "{}"),
    "fortigate4": ({"fortigate": "from-zone outside to-zone inside inet"}, FORTIGATE + "{}"),
    "fortigate6": ({"fortigate": "from-zone outside to-zone inside inet6"}, FORTIGATE + "{}"),
    "windows": ({"windows_advfirewall": "in inet"}, "{}"),
}
FORMS = {"srx": set_lines, "windows": powershell_json, "paloalto": with_interfaces}
"""Where Aerleon writes another form than the one that is collected and read."""


def rendered(terms: list[dict[str, str]], target: dict[str, str]) -> str:
    definitions = naming.Naming()
    definitions.ParseDefinitionsObject(
        {
            "networks": {
                name: {"values": [{"address": a} for a in found]}
                for name, found in NETWORKS.items()
            },
            "services": {
                name: [{"protocol": "udp" if name == "DNS" else "tcp", "port": found}]
                for name, found in SERVICES.items()
            },
        },
        "",
    )
    policy = {"filename": "p", "filters": [{"header": {"targets": target}, "terms": terms}]}
    logging.disable(logging.CRITICAL)
    try:
        (text,) = api.Generate([policy], definitions).values()
    finally:
        logging.disable(logging.NOTSET)
    return str(text)


def policy(rng: random.Random) -> list[dict[str, str]]:
    terms: list[dict[str, str]] = []
    for number in range(rng.randint(2, 6)):
        service = rng.choice(list(SERVICES))
        term: dict[str, str] = {
            "name": f"t{number}",
            "protocol": "udp" if service == "DNS" else "tcp",
            "destination-port": service,
            "destination-address": rng.choice(("WEB", "SRV")),
            "action": rng.choice(("accept", "accept", "deny")),
        }
        if rng.random() < 0.6:
            term["source-address"] = rng.choice(("ADM", "BAD"))
        terms.append(term)
    return [*terms, {"name": "end", "action": "deny"}]


def rulesets(terms: list[dict[str, str]]) -> dict[str, Ruleset]:
    out = {}
    for name, (target, frame) in TARGETS.items():
        if name == "windows":
            terms = [term for term in terms if term["action"] == "accept"]
        text = frame.replace("{}", FORMS.get(name, str)(rendered(terms, target)))
        # What a host's own chains judge must be addressed to the host.
        own = [Text("addr", OWN)] if name.startswith(("speedway", "nftables")) else []
        out[name] = read([Text(name, text), *own])
    out["windows"] = on_the_host(out["windows"])
    return out


def on_the_host(ruleset: Ruleset) -> Ruleset:
    """Return a machine's ruleset with the addresses of the questions as its own."""
    addresses = [info["local"] for link in json.loads(OWN) for info in link["addr_info"]]
    spans = [address(text) for text in addresses]
    local = {f: union(s for g, found in spans if g == f for s in found) for f in (4, 6)}
    return replace(ruleset, local=local)


def answers(ruleset: Ruleset, family: int, vendor: str) -> list[str]:
    at = 0 if family == 4 else 1
    sources = [NETWORKS[n][at].split("/")[0] for n in ("ADM", "BAD")] + [("8.8.8.8", "2600::8")[at]]
    targets = [NETWORKS["WEB"][at].split("/")[0], ("10.2.0.77", "2001:db8:2::77")[at]]
    out = []
    for source in sources:
        for target in targets:
            for service in (
                "tcp/22",
                "tcp/80",
                "tcp/443",
                "tcp/8005",
                "tcp/8011",
                "udp/53",
                "udp/80",
            ):
                side = INTERFACE.get(vendor, "")
                question = f"{service} from {source} to {target}{side}"
                out.append(ask(ruleset, parse(question, Zones(ruleset)), family).answer)
    return out


_SRX = " in ge-0/0/0.0 out ge-0/0/1.0"
_FORTIGATE = " in outside out inside"
INTERFACE = {
    "paloalto": " in ethernet1/1 out ethernet1/2",
    "srx": _SRX, "fortigate4": _FORTIGATE, "fortigate6": _FORTIGATE,
    "cisco4": " in Gi0 out Gi1", "cisco6": " in Gi0 out Gi1", "ciscoasa": " in out out in",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_vendors_agree(seed: int) -> None:
    found = rulesets(policy(random.Random(seed)))
    # A host's own filter and a router's list see the same packets here.
    for family, names in (
        (4, ("cisco4", "ciscoasa", "speedway4", "nftables", "srx", "paloalto", "fortigate4")),
        (6, ("cisco6", "speedway6", "nftables", "srx", "paloalto", "fortigate6")),
    ):
        given = {name: answers(found[name], family, name) for name in names}
        first = next(iter(given.values()))
        assert given == dict.fromkeys(names, first)
        assert {"yes", "no"} >= set(first)


@pytest.mark.parametrize("seed", range(6))
def test_windows_agrees_where_order_does_not_matter(seed: int) -> None:
    """Aerleon writes denied terms as block rules, in order; Windows knows no order: a block wins."""
    terms = [t for t in policy(random.Random(seed)) if t["action"] == "accept"]
    found = rulesets([*terms, {"name": "end", "action": "deny"}])
    for family in (4, 6):
        given = answers(found["windows"], family, "windows")
        assert given == answers(found["nftables"], family, "nftables")


def test_a_last_denying_term_closes_windows_whole() -> None:
    """Why Windows is compared without it: rendered, `end: deny` is a block rule for everything."""
    terms = [
        {"name": "web", "protocol": "tcp", "destination-port": "HTTP",
         "destination-address": "WEB", "action": "accept"},
        {"name": "end", "action": "deny"},
    ]  # fmt: skip
    text = powershell_json(rendered(terms, TARGETS["windows"][0]))
    found = on_the_host(read([Text("windows", text)]))
    assert set(answers(found, 4, "windows")) == set(answers(found, 6, "windows")) == {"no"}
    assert "yes" in answers(rulesets(terms)["windows"], 4, "windows")
