"""No branch of an interpreter can be forgotten: without it some `no` turns `unknown`, and nothing turns `no`.

A branch of an interpreter takes words from the ledger. Here each is deleted in turn: the ledger keeps
its words from the interpreter, as if nobody had thought of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from soccheck.errors import SoccheckError
from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import parse
from soccheck.firewall.questions import Analysis, unknown_family
from soccheck.firewall.readers import READERS
from soccheck.firewall.readers.base import Text, checked
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.zones import Zones
from tests.firewall.test_cases import GOOD, load

SAMPLES = 1
"""How many samples a branch is deleted from at least; more only until it shows, small ones first."""
LETS_NOTHING_IN = {
    ("/ip firewall nat", "out-interface-list"): "of source NAT, which turns no answer into another",
    ("/ip firewall nat", "ipsec-policy"): "of source NAT",
    ("network/ike/gateway/*", "disabled"): "switches a listener off; without it `no` turns `yes`",
    **dict.fromkeys(
        (("vsys/*/rulebase", "authentication"), ("vsys/*/rulebase", "dos")),
        "rules that can only stop what the filter lets in",
    ),
    ("vsys/*/address-group/*", "dynamic"): "of a group that is unknown anyway",
    ("vsys/*/address/*", "fqdn"): "of an address that is unknown anyway",
    ("vsys/*/address/*", "ip-wildcard"): "of an address that is unknown anyway",
    ("-j", "MASQUERADE"): "of source NAT",
    ("-j", "SNAT"): "of source NAT",
    **dict.fromkeys(
        (
            ("rule", "Owner"),
            ("rule", "Platforms"),
            ("rule", "RemoteDynamicKeywordAddresses"),
            ("applications", "Package"),
        ),
        "is unknown, read or not, where it is set",
    ),
    ("statement", "quota"): "is unknown, read or not",
    ("statement", "ct count"): "is unknown, read or not",
    ("statement", "limit"): "is unknown of a later packet, read or not",
    ("statement", "set"): "is unknown of a later packet, read or not",
    (
        "interface",
        "service-policy input",
    ): "of a policy that can only drop more, which leaves a yes open",
    ("interface", "service-policy output"): "the same, on the way out",
    (
        "openvpn/openvpn-client",
        "custom_options",
    ): "of an element that is harmless as a whole, but for what this looks for",
    ("ipset add", "timeout"): "leaves it open whether the member is there, read or not",
}
"""Branches that can only take away from what is let through: without them `no` may turn `yes`, not stay."""
CAN_ONLY_STOP = (
    *("vsys/*/rulebase/authentication", "vsys/*/rulebase/authentication/rules/*"),
    *("vsys/*/rulebase/dos", "vsys/*/rulebase/dos/rules/*", "vsys/*/rulebase/pbf/rules/*"),
)
"""Sections of rules beside the filter's that can only stop what it lets in: read, they leave a `yes` open."""
OF_LATER_PACKETS = ("-m limit", "-m hashlimit", "-m connlimit", "-m recent", "limit")
"""Sections that are known of a first packet alone, so that no rule of theirs closes anything: there a `yes`
turns `unknown`."""
VENDORS = {name: module for name, module in READERS.items() if hasattr(module, "VOCABULARY")}


@dataclass(frozen=True, slots=True)
class Sample:
    vendor: str
    texts: list[Text]
    asked: dict[str, dict[str, str]]

    def size(self) -> int:
        return len(self.asked) * sum(len(text.content) for text in self.texts)

    def read(self, hidden: frozenset[tuple[str, str]]) -> tuple[Ruleset, Ledger]:
        module = VENDORS[self.vendor]
        ledger = Ledger(module.VOCABULARY, hidden)
        return checked(ledger.settled(module.read(self.texts, ledger))), ledger


def samples(vendor: str) -> list[Sample]:
    out = []
    for folder in GOOD:
        case, texts = load(folder)
        if case["vendor"] == vendor:
            out.append(Sample(vendor, texts, case["ask"]))
    return sorted(out, key=Sample.size)


def answers(ruleset: Ruleset, asked: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return each question, the right answer and the one given; a family is analysed once for all."""
    zones = Zones(ruleset=ruleset)
    out = []
    for family in (4, 6):
        queries = {q: parse(q, zones) for q, right in asked.items() if str(family) in right}
        if unknown_family(ruleset, family):
            out += [(f"{q} over {family}", asked[q][str(family)], "unknown") for q in queries]
            continue
        analysis = Analysis(ruleset, family, [query.match for query in queries.values()])
        for text, query in queries.items():
            flow = analysis.flow(query)
            given = "yes" if flow.sure.satisfiable() else "unknown"
            given = given if flow.possible.satisfiable() else "no"
            out.append((f"{text} over {family}", asked[text][str(family)], given))
    return out


@pytest.mark.parametrize("vendor", VENDORS)
def test_each_branch_that_is_deleted_shows(vendor: str) -> None:
    found = [(sample, sample.read(frozenset())[1].asked) for sample in samples(vendor)]
    branches = sorted({branch for _, asked in found for branch in asked})
    silent, false = [], []
    for branch in branches:
        shown = False
        concerned = [sample for sample, asked in found if branch in asked]
        for number, sample in enumerate(concerned):
            if shown and number >= SAMPLES:
                break
            try:
                ruleset, _ = sample.read(frozenset({branch}))
                given_now = answers(ruleset, sample.asked)
            except SoccheckError:
                shown = True  # refused, which is no answer either
                continue
            for question, right, given in given_now:
                decided = ("no", "yes") if branch[0] in OF_LATER_PACKETS else ("no",)
                shown = shown or (right in decided and given == "unknown")
                if right != "no" and given == "no":
                    false.append((*branch, question))
        # A section that bears on nothing is read for names and states: what it tells only narrows.
        bears = VENDORS[vendor].VOCABULARY.hooks(branch[0])
        takes_away = branch in LETS_NOTHING_IN or branch[0] in CAN_ONLY_STOP
        if not shown and bears and not takes_away:
            silent.append(branch)
    assert not false, false
    assert silent == [], silent


@pytest.mark.parametrize("vendor", VENDORS)
def test_no_word_is_both_read_and_harmless(vendor: str) -> None:
    vocabulary = VENDORS[vendor].VOCABULARY
    asked = {branch for sample in samples(vendor) for branch in sample.read(frozenset())[1].asked}
    assert {branch for branch in asked if vocabulary.is_harmless(*branch)} == set()
