"""One policy, rendered by Aerleon for several vendors, must let the same through as each is read."""

from __future__ import annotations

import json
import logging
import random

import pytest

from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import Zones, parse
from soccheck.firewall.questions import ask
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text

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
TARGETS = {
    "speedway4": ({"speedway": "INPUT DROP inet"}, "{}"),
    "speedway6": ({"speedway": "INPUT DROP inet6"}, "{}"),
    "cisco4": (
        {"cisco": "fw extended"},
        "version 16.9\n{}\ninterface Gi0\n ip access-group fw in\n!\nend\n",
    ),
    "cisco6": (
        {"cisco": "fw6 inet6"},
        "version 16.9\n{}\ninterface Gi0\n ipv6 traffic-filter fw6 in\n!\nend\n",
    ),
    "ciscoasa": (
        {"ciscoasa": "fw"},
        "ASA Version 9.12(4)\ninterface G0\n nameif out\n security-level 0\n!\n{}\n"
        "access-group fw in interface out\n: end\n",
    ),
    "nftables": ({"nftables": "mixed input"}, "{}"),
}


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
        text = frame.replace("{}", rendered(terms, target))
        # What a host's own chains judge must be addressed to the host.
        own = [Text("addr", OWN)] if name.startswith(("speedway", "nftables")) else []
        out[name] = read([Text(name, text), *own])
    return out


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


INTERFACE = {
    "cisco4": " in Gi0 out Gi1", "cisco6": " in Gi0 out Gi1", "ciscoasa": " in out out G1",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_vendors_agree(seed: int) -> None:
    terms = policy(random.Random(seed))
    found = rulesets(terms)
    four = {n: answers(found[n], 4, n) for n in ("speedway4", "cisco4", "ciscoasa")}
    host = {
        "speedway": four.pop("speedway4"),
        "nftables": answers(found["nftables"], 4, "nftables"),
    }
    assert four["cisco4"] == four["ciscoasa"]
    six = {n: answers(found[n], 6, n) for n in ("speedway6", "cisco6", "nftables")}
    assert host["speedway"] == host["nftables"]
    assert six["speedway6"] == six["nftables"]
    # A host's own filter and a router's list see the same packets here.
    assert host["speedway"] == four["cisco4"]
    assert six["speedway6"] == six["cisco6"]
    assert {"yes", "no"} >= set(host["speedway"])
