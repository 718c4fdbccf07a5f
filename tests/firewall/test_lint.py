"""Findings on rules, after the examples of Batfish's filterLineReachability, and differences."""

from __future__ import annotations

import pytest

from soccheck.firewall.boxes import describe
from soccheck.firewall.diff import diff
from soccheck.firewall.fact_names import FACTS
from soccheck.firewall.facts import facts
from soccheck.firewall.lint import lint
from soccheck.firewall.model import Ruleset
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.zones import Zone, Zones
from tests.firewall.make import both, linux, save

TCP = "-p tcp -m tcp"


def found(*rules: str, chains: str = "", policy: str = "DROP") -> list[tuple[str, int, str]]:
    ruleset = linux(save(*rules, chains=chains, policy=policy))
    skip = ("undescribed",)
    return [(f.kind, f.where.line, str(f.why())) for f in lint(ruleset) if f.kind not in skip]


def test_a_rule_behind_a_wider_one_is_shadowed() -> None:
    rules = ["-A INPUT -s 10.0.0.0/8 -j ACCEPT", "-A INPUT -s 10.1.0.0/16 -j ACCEPT"]
    assert found(*rules) == [("shadowed", 7, "by rules0:6")]


def test_a_rule_behind_one_that_does_the_opposite_is_an_error() -> None:
    rules = ["-A INPUT -s 10.0.0.0/8 -j DROP", "-A INPUT -s 10.1.0.0/16 -j ACCEPT"]
    assert ("contradicted", 7, "by rules0:6") in found(*rules)


def test_several_rules_can_shadow_one() -> None:
    rules = [
        "-A INPUT -s 10.0.0.0/9 -j ACCEPT",
        "-A INPUT -s 10.128.0.0/9 -j ACCEPT",
        "-A INPUT -s 10.0.0.0/8 -j ACCEPT",
    ]
    assert ("shadowed", 8, "by rules0:6, rules0:7") in found(*rules)


def test_a_rule_that_an_unknown_one_may_leave_is_not_shadowed() -> None:
    rules = ["-A INPUT -m geoip --source-country VN -j DROP", "-A INPUT -s 10.1.0.0/16 -j ACCEPT"]
    assert [k for k, _, _ in found(*rules)] == ["left out", "unknown"]


def test_parts_that_exclude_each_other() -> None:
    rule = f"-A INPUT {TCP} --dport 22 -m multiport --dports 80,443 -j ACCEPT"
    assert found(rule) == [("never-matches", 6, "its parts exclude each other")]


def test_a_rule_the_policy_repeats_is_redundant() -> None:
    rules = [f"-A INPUT {TCP} --dport 22 -j ACCEPT", f"-A INPUT {TCP} --dport 23 -j DROP"]
    assert found(*rules) == [("redundant", 7, "what follows does the same")]


def test_a_chain_nothing_calls() -> None:
    kinds = found("-A x -j ACCEPT", chains="x")
    assert [k for k, _, _ in kinds] == ["unused-chain"]


def test_any_any_counts_where_it_takes_nearly_everything() -> None:
    assert "any-any" in {k for k, _, _ in found("-A INPUT -j ACCEPT")}
    late = found(f"-A INPUT {TCP} --dport 22 -j DROP", "-A INPUT -j ACCEPT")
    assert "any-any" in {k for k, _, _ in late}
    inside = found("-A INPUT -s 10.0.0.0/8 -j a", "-A a -j ACCEPT", chains="a")
    assert "any-any" not in {k for k, _, _ in inside}
    assert "any-any" not in {k for k, _, _ in found("-A INPUT -i lo -j ACCEPT")}
    known = "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    assert "any-any" not in {k for k, _, _ in found(known)}


def test_undefined_targets_are_errors() -> None:
    ruleset = linux(save("-A INPUT -j f2b-sshd"))
    assert {"undefined"} <= {f.kind for f in lint(ruleset) if f.severity == "error"}


def changes(old: Ruleset, new: Ruleset, family: int = 4) -> list[tuple[str, str]]:
    return [(c.kind, str(describe(c.box, family))) for c in diff(old, new, family).changes]


def test_a_difference_is_exact() -> None:
    old = linux(save(f"-A INPUT {TCP} --dport 22 -j ACCEPT"))
    new = linux(save(f"-A INPUT {TCP} --dport 22:25 -j ACCEPT"))
    assert changes(old, new) == [("opened", "tcp/23-25 from any to any (the host itself)")]
    assert changes(new, old) == [("closed", "tcp/23-25 from any to any (the host itself)")]
    assert changes(old, old) == []


def test_a_narrower_source_closes_the_rest() -> None:
    old = linux(save(f"-A INPUT {TCP} --dport 22 -j ACCEPT"))
    new = linux(save(f"-A INPUT -s 128.0.0.0/1 {TCP} --dport 22 -j ACCEPT"))
    text = "tcp/22 from 0.0.0.0/1 to any (the host itself)"
    assert changes(old, new) == [("closed", text)]


def test_an_unknown_rule_perhaps_opens() -> None:
    old = linux(save())
    new = linux(save("-A INPUT -m geoip --source-country VN -p udp -m udp --dport 53 -j ACCEPT"))
    assert [k for k, _ in changes(old, new)] == ["maybe-opened"]
    assert [k for k, _ in changes(new, old)] == ["maybe-closed"]
    assert [k for k, _ in changes(new, new)] == ["undecided"]


def values(ruleset: Ruleset, **zones: Zone) -> dict[str, object]:
    return {n: f.value for n, f in facts(ruleset, Zones(ruleset, zones)).items()}


ICMP6 = [f"-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type {n} -j ACCEPT" for n in (1, 2, 3, 4)]


def test_facts_of_a_closed_host() -> None:
    got = values(both(f"-A INPUT {TCP} --dport 443 -j ACCEPT"))
    assert got["default_deny_input_ipv4"] is True
    assert got["default_deny_input_ipv6"] is True
    assert got["open_ipv4"] == got["open_ipv6"] == ["tcp/443"]
    assert got["only_ipv6"] == []
    assert got["logs_denied"] is False
    assert got["icmpv6_missing"] == ["icmpv6/1", "icmpv6/2", "icmpv6/3", "icmpv6/4"]
    assert got["any_any_rules"] == 0
    assert got["unknown_share"] == 0.0


def test_ipv6_left_open_is_seen() -> None:
    four = save(f"-A INPUT {TCP} --dport 443 -j ACCEPT")
    six = save(*ICMP6, policy="ACCEPT", v6=True)
    got = values(linux(four, six))
    assert got["default_deny_input_ipv4"] is True
    assert got["default_deny_input_ipv6"] is False
    assert got["open_ipv6"] == ["tcp/0-65535", "udp/0-65535"]
    assert got["only_ipv6"] == ["tcp/0-442", "tcp/444-65535", "udp/0-65535"]
    assert got["icmpv6_missing"] == []
    assert got["icmpv6_unwanted"] == ["icmpv6/100", "icmpv6/138", "icmpv6/139", "icmpv6/140"]


def test_every_run_of_open_ports_has_a_packet_and_its_rule() -> None:
    ruleset = both(
        f"-A INPUT {TCP} --dport 443 -j ACCEPT", "-A INPUT -p udp --dport 53:60 -j ACCEPT"
    )
    found = facts(ruleset, Zones(ruleset))["open_ipv4"]
    assert found.value == ["tcp/443", "udp/53-60"]
    assert [str(line).partition(": ")[0] for line in found.shown] == found.value
    assert "-> 192.0.2.10:443 " in str(found.shown[0])
    assert str(found.shown[0]).endswith(f", {ruleset.chains['ip/filter/INPUT'].rules[0].where}")


def test_what_may_be_open_is_said_beside_what_surely_is() -> None:
    ruleset = both(
        f"-A INPUT {TCP} --dport 443 -j ACCEPT", f"-A INPUT {TCP} --dport 442:444 -m geoip --cc VN -j ACCEPT"
    )  # fmt: skip
    found = facts(ruleset, Zones(ruleset))["open_ipv4"]
    assert found.value == ["tcp/443", "maybe tcp/442", "maybe tcp/444"]
    assert "geoip" in str(found.shown[1])


def test_fragments_and_packets_that_open_nothing_are_no_open_ports() -> None:
    got = values(
        linux(save("-A INPUT -f -j ACCEPT", f"-A INPUT {TCP} ! --syn -j ACCEPT"), save(v6=True))
    )
    assert got["open_ipv4"] == []


def test_what_only_administrators_reach() -> None:
    rules = (
        f"-A INPUT {TCP} -s 198.51.100.0/28 --dport 22 -j ACCEPT",
        f"-A INPUT {TCP} --dport 443 -j ACCEPT",
    )
    ruleset = linux(save(*rules), save(f"-A INPUT {TCP} --dport 22 -j ACCEPT", v6=True))
    assert values(ruleset)["beyond_admins_ipv4"] is None
    admins = Zone(name="admins", prefixes=("198.51.100.0/28",))
    got = values(ruleset, admins=admins)
    assert got["beyond_admins_ipv4"] == ["tcp/443"]
    assert got["beyond_admins_ipv6"] == ["tcp/22"]
    half = values(ruleset, admins=Zone(name="admins", prefixes=("198.51.100.0/29",)))
    assert half["beyond_admins_ipv4"] == ["tcp/22", "tcp/443"]


def test_a_family_that_is_not_described_has_no_value() -> None:
    got = values(linux(save()))
    assert got["default_deny_input_ipv4"] is True
    assert got["default_deny_input_ipv6"] is None
    assert got["only_ipv6"] is None
    logged = values(linux(save("-A INPUT -j LOG", "-A FORWARD -j LOG")))
    assert logged["logs_denied"] is None


def test_no_chain_at_all_is_no_default_deny() -> None:
    empty = "# Generated by iptables-save v1.8.9 (nf_tables)\n*mangle\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n"
    got = values(linux(empty))
    assert got["default_deny_input_ipv4"] is False
    assert got["default_deny_forward_ipv4"] is False


def test_a_catch_all_is_a_default_deny() -> None:
    got = values(both("-A INPUT -i lo -j ACCEPT", "-A INPUT -j DROP", policy="ACCEPT"))
    assert got["default_deny_input_ipv4"] is True
    maybe = values(both("-A INPUT -m geoip ! --source-country VN -j DROP", policy="ACCEPT"))
    assert maybe["default_deny_input_ipv4"] is None


def test_logging_before_the_drop_counts() -> None:
    logged = values(linux(save("-A INPUT -m limit --limit 3/min -j LOG", "-A FORWARD -j LOG"),
                          save("-A INPUT -j LOG", "-A FORWARD -j LOG", v6=True)))  # fmt: skip
    assert logged["logs_denied"] is True
    partly = values(both(f"-A INPUT {TCP} -j LOG"))
    assert partly["logs_denied"] is False
    maybe = values(linux(save("-A INPUT -m geoip --source-country VN -j DROP", "-A INPUT -j LOG",
                              "-A FORWARD -j LOG"),
                         save("-A INPUT -j LOG", "-A FORWARD -j LOG", v6=True)))  # fmt: skip
    assert maybe["logs_denied"] is None


def test_the_internet_is_where_the_inventory_says() -> None:
    ruleset = both("-A INPUT -i eth9 -j ACCEPT")
    wan = Zone(name="internet", interfaces=("eth0",), internet=True)
    assert values(ruleset, internet=wan)["open_ipv4"] == []
    assert values(ruleset)["open_ipv4"] != []


def test_every_fact_is_in_the_catalogue() -> None:
    from soccheck.facts.catalogue import of_kind

    types = {"boolean": ("bool", False), "integer": ("int", False), "number": ("number", False),
             "services": ("service", True), "word": ("enum", False)}  # fmt: skip
    for kind in ("firewall", "host"):
        known = of_kind(kind)
        for name, (type_, _) in FACTS.items():
            fact = known[f"firewall.{name}"]
            assert (fact.type, fact.many) == types[type_]


def test_a_host_that_would_forward_is_judged_by_what_is_addressed_to_it() -> None:
    ruleset = linux(save(forward="ACCEPT"), save(forward="ACCEPT", v6=True))
    assert values(ruleset)["open_ipv4"] == []
    found = facts(ruleset, Zones(ruleset), across=True)["open_ipv4"].value
    assert isinstance(found, list)
    assert found == ["tcp/0-65535", "udp/0-65535"]


PF_PARTS = [
    Text("info", "Status: Enabled for 1 days 00:00:00              Debug: err\n"),
    Text(
        "interfaces",
        "igb0\n\tReferences:  [ States:  0                  Rules: 0                  ]\n",
    ),
]
PF_RULES = """TRANSLATION RULES:
no nat proto carp all
FILTER RULES:
block drop in log inet all label "Default deny"
block drop in log inet6 all label "Default deny"
pass in quick on igb0 inet6 proto tcp from any to any port = http flags S/SA keep state
pass out inet all flags S/SA keep state
"""
IOS_RULES = """version 16.9
interface GigabitEthernet0/0
 ip access-group OUTSIDE in
 ipv6 traffic-filter OUTSIDE6 in
!
ip access-list extended OUTSIDE
 10 permit tcp any host 198.51.100.3 eq 443
ipv6 access-list OUTSIDE6
 permit tcp any host 2001:db8:2::10 eq 443
end
"""


OPEN = "interface GigabitEthernet0/1\n ip address 192.0.2.1 255.255.255.0\n!\n"
QUIET = "interface Loopback1\n ip address 192.0.2.1 255.255.255.255\n!\n"


def test_what_a_filter_before_the_routing_accepts_by_rule_is_no_default() -> None:
    got = values(read([Text("rules", PF_RULES), *PF_PARTS]))
    for name in (f"default_deny_{way}_ipv{n}" for way in ("input", "forward") for n in (4, 6)):
        assert got[name] is True, name
    assert (got["default_inbound"], got["default_inbound_ipv6"]) == ("deny", "deny")
    # An interface without a list of its own lets everything in: only the outer one has one here.
    outer = Zone(name="internet", interfaces=("GigabitEthernet0/0",), internet=True)
    got = values(read([Text("rules", IOS_RULES)]), internet=outer)
    assert (got["default_inbound"], got["default_inbound_ipv6"]) == ("deny", "deny")


@pytest.mark.parametrize("more", ["", QUIET], ids=["outer", "loopback"])
def test_a_router_whose_every_interface_is_filtered_denies_by_default(more: str) -> None:
    got = values(read([Text("rules", IOS_RULES.replace("interface", more + "interface", 1))]))
    for name in (f"default_deny_{way}_ipv{n}" for way in ("input", "forward") for n in (4, 6)):
        assert got[name] is True, name
    unlisted = IOS_RULES.replace(
        " ip access-group OUTSIDE in\n ipv6 traffic-filter OUTSIDE6 in\n", ""
    )
    assert values(read([Text("rules", unlisted)]))["default_deny_forward_ipv4"] is False


@pytest.mark.parametrize(
    "text",
    [
        PF_RULES.replace('block drop in log inet all label "Default deny"\n', ""),
        IOS_RULES.replace("interface", OPEN + "interface", 1),
    ],
    ids=["pf", "ios"],
)  # fmt: skip
def test_what_no_filter_before_the_routing_names_gets_in_by_default(text: str) -> None:
    got = values(read([Text("rules", text), *(PF_PARTS if text.startswith("TRANSLATION") else [])]))
    assert got["default_deny_input_ipv4"] is False
    assert got["default_deny_forward_ipv4"] is False


@pytest.mark.parametrize("label", ["see on lo0 too", "web"])
@pytest.mark.parametrize("flags", ["", " flags S/SA", " flags any"])
def test_what_pf_lets_in_for_all_is_any_any_whatever_it_is_called(flags: str, label: str) -> None:
    rule = f'pass in quick inet all{flags} keep state label "{label}"'
    text = PF_RULES.replace("FILTER RULES:\n", f"FILTER RULES:\n{rule}\n")
    # What goes out for all is any-any, too, where all comes in.
    assert values(read([Text("rules", text), *PF_PARTS]))["any_any_rules"] == 2


COUNTS = ("any_any_rules", "shadowed_rules", "redundant_rules", "never_matching_rules",
          "undefined_objects", "undescribed_rules", "unknown_share", "rules")  # fmt: skip


def test_a_number_of_half_a_ruleset_is_unknown() -> None:
    """The family that was not given may hold more: fewer than five are not five at most."""
    told = f"-A INPUT {TCP} --dport 22 -m comment --comment ssh -j ACCEPT"
    half = facts(linux(save(told)), Zones(linux(save(told))))
    for name in COUNTS:
        assert half[name].value is None, name
        assert list(map(str, half[name].shown)) == ["the input does not describe IPv6"], name
    whole = values(both(told))
    assert {whole[name] for name in COUNTS} == {0, 2}
    open_ = "-A INPUT -j ACCEPT"
    geo = "-A INPUT -m geoip --source-country VN -j DROP"
    ruleset = linux(save(open_, told, geo))
    found = facts(ruleset, Zones(ruleset))
    assert (found["any_any_rules"].value, found["shadowed_rules"].value) == (None, None)
    assert str(found["any_any_rules"].shown[1]).startswith("rules0:6"), "what was found is told"
    assert found["unknown_share"].value is None, "a share of half tells nothing of the whole"
