"""Answers: yes with a checked witness, no with a proof, unknown with the match that is not modelled."""

from __future__ import annotations

import pytest

from soccheck.errors import UsageError
from soccheck.firewall import questions
from soccheck.firewall.engine import concrete
from soccheck.firewall.model import Rule
from soccheck.firewall.queries import parse
from soccheck.firewall.zones import Zone, Zones
from tests.firewall.make import answer, linux, save

OPEN = "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"


def test_yes_names_the_rule_and_a_packet_that_fits() -> None:
    found = answer(linux(save(OPEN)), "tcp/22 from internet to host")
    assert found.answer == "yes"
    assert found.packet is not None
    assert (found.packet.proto, found.packet.dport, found.packet.flags & 0x17) == (6, 22, 2)
    assert found.decision is not None
    rules = [s.rule for s in found.decision.accepts[0] if s.rule]
    assert [str(r.where) for r in rules] == ["rules0:6"]


def test_no_is_a_proof() -> None:
    found = answer(linux(save(OPEN)), "tcp/23 from any")
    assert (found.answer, found.packet, found.reasons) == ("no", None, ())


def test_the_family_not_described_is_unknown() -> None:
    found = answer(linux(save(OPEN)), "tcp/22 from internet", 6)
    assert found.answer == "unknown"
    assert [str(reason) for reason in found.reasons] == ["the input does not describe IPv6"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        # An unknown accept: perhaps. Followed by a known accept: surely.
        (["-A INPUT -m geoip --source-country VN -j ACCEPT"], "unknown"),
        (["-A INPUT -m geoip --source-country VN -j ACCEPT", OPEN], "yes"),
        (["-A INPUT -m geoip --source-country VN -j DROP", OPEN], "unknown"),
        (["-A INPUT -m geoip --source-country VN -j DROP"], "no"),
        (["-A INPUT -m geoip --source-country VN -j LOG", OPEN], "yes"),
        (["-A INPUT -m geoip ! --source-country VN -j ACCEPT"], "unknown"),
        (["-A INPUT -j NFQUEUE --queue-num 1"], "unknown"),
        (["-A INPUT -j f2b-sshd", OPEN], "unknown"),
        (["-A INPUT -m mark --mark 0x1 -j ACCEPT"], "unknown"),
        (["-A INPUT -p tcp -m string --string x --algo bm -j DROP", OPEN], "unknown"),
        (["-A INPUT -m set --match-set gone src -j DROP", OPEN], "unknown"),
        # A match with a memory is exact on a first packet.
        (["-A INPUT -p tcp -m recent --update --seconds 30 -j DROP", OPEN], "yes"),
        (["-A INPUT -p tcp --dport 22 -m limit --limit 1/min -j ACCEPT"], "yes"),
        (["-A INPUT -m connlimit --connlimit-above 9 -j DROP", OPEN], "yes"),
        # An unknown option of a known module is no reason to forget the module.
        (["-A INPUT -p tcp -m tcp --dport 22 --tcp-option 5 -j ACCEPT"], "unknown"),
    ],
)
def test_unknown_matches(rules: list[str], expected: str) -> None:
    found = answer(linux(save(*rules)), "tcp/22 from internet to host")
    assert found.answer == expected
    if expected == "unknown":
        assert any("rules0:6" in str(reason) for reason in found.reasons)


def test_a_rate_limit_is_no_proof_of_closed() -> None:
    rules = ["-A INPUT -m limit --limit 1/min -j DROP", "-A INPUT -j ACCEPT"]
    assert answer(linux(save(*rules)), "tcp/22 from internet").answer == "unknown"


def test_dnat_is_followed_past_the_input_chain() -> None:
    nat = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n"
        "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80\nCOMMIT\n"
    )
    rules = ["-A FORWARD -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT"]
    ruleset = linux(save(*rules, extra=nat))
    assert answer(ruleset, "tcp/8080 from internet to host").answer == "yes"
    assert answer(ruleset, "tcp/80 from internet to host").answer == "no"
    assert answer(ruleset, "tcp/80 from internet to 172.17.0.2").answer == "yes"


def test_dnat_to_an_own_address_meets_input() -> None:
    nat = (
        "*nat\n:PREROUTING ACCEPT [0:0]\n"
        "-A PREROUTING -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.0.2.1:80\nCOMMIT\n"
    )
    own = '[{"ifname":"eth0","addr_info":[{"family":"inet","local":"192.0.2.1"}]}]'
    ruleset = linux(save("-A FORWARD -j ACCEPT", extra=nat), own)
    assert answer(ruleset, "tcp/8080 from internet to 192.0.2.1").answer == "no"


def test_accept_ends_one_base_chain_only() -> None:
    first = save("-A INPUT -p tcp --dport 22 -j ACCEPT")
    native = (
        '{"nftables":[{"table":{"family":"inet","name":"t"}},{"chain":{"family":"inet","table":"t",'
        '"name":"c","type":"filter","hook":"input","prio":10,"policy":"drop"}}]}'
    )
    assert answer(linux(first, native), "tcp/22 from internet to host").answer == "no"


def test_an_nft_listing_without_chains_is_no_firewall_only_with_iptables() -> None:
    empty = '{"nftables":[{"metainfo":{"version":"1.0.6"}}]}'
    found = answer(linux(empty), "tcp/22 from internet")
    assert found.answer == "unknown"
    assert "iptables-save" in str(found.reasons[0])


def test_the_packet_evaluator_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    original = concrete.decide

    def wrong(*args: object, **kwargs: object) -> concrete.Decision:
        found = original(*args, **kwargs)  # type: ignore[arg-type]
        return concrete.Decision(accepts=(), drops=found.accepts, unsure=())

    monkeypatch.setattr(concrete, "decide", wrong)
    with pytest.raises(questions.DisagreementError):
        answer(linux(save(OPEN)), "tcp/22 from internet")


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "the question is empty"),
        ("tcp/99999", "not between 0 and 65535"),
        ("tcp/90-80", "inverted range"),
        ("gre/80", "has no ports"),
        ("tcp/22 from nowhere", "neither a zone nor an address"),
        ("tcp/22 from", "a word is missing"),
        ("tcp/22 form internet", "unexpected word"),
        ("tcp/22 from any from any", "is said twice"),
        ("tcp/22 from 10.0.0.1 to 2001:db8::1", "mixes IPv4 and IPv6"),
        ("tcp/22 state sleepy", "not a connection state"),
        ("tcp/22 over ipx", "not a family"),
        ("'tcp/22", "cannot read the question"),
    ],
)
def test_questions_that_cannot_be_read(question: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        parse(question, Zones(linux(save(OPEN))))
    assert caught.value.hint


def test_zones_limit_the_question() -> None:
    ruleset = linux(save("-A INPUT -s 10.0.0.0/24 -i eth1 -j ACCEPT"))
    zones = Zones(
        ruleset, {"admin": Zone(name="admin", interfaces=("eth1",), prefixes=("10.0.0.0/25",))}
    )
    assert questions.ask(ruleset, parse("tcp/22 from admin", zones), 4).answer == "yes"
    assert answer(ruleset, "tcp/22 from internet").answer == "no"


def test_every_rule_of_a_witness_is_a_rule() -> None:
    found = answer(linux(save("-A INPUT -j x", "-A x -j ACCEPT", chains="x")), "tcp/1")
    assert found.decision is not None
    assert all(isinstance(s.rule, Rule) for s in found.decision.accepts[0])


NFT = """table inet t {
	set bad {
		type ipv4_addr
		elements = { 192.0.2.1 }
	}
	chain c {
		type filter hook input priority filter; policy accept;
		%s
	}
}
"""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # A meter is a match: what is below the rate goes on.
        ("add @bad { ip saddr limit rate over 9/minute } drop", "unknown"),
        ("add @bad { ip saddr } drop", "unknown"),
        # A set that a rule changes holds something else tomorrow.
        ("ip saddr @bad add @bad { ip saddr }\n ip saddr @bad drop", "unknown"),
        ("ip saddr @bad drop", "yes"),
        ("ip daddr set 10.0.0.1\n drop", "unknown"),
        ("meta mark set 0x1\n drop", "no"),
        ("counter drop", "no"),
        ("spaceship drop", "unknown"),
    ],
)
def test_statements_of_nft_that_also_match(rule: str, expected: str) -> None:
    found = answer(linux(NFT % rule), "tcp/22 from 203.0.113.9 to host")
    assert found.answer == expected


def test_an_ipset_that_rules_add_to_is_unknown() -> None:
    sets = "create bad hash:ip family inet\nadd bad 192.0.2.1\n"
    rules = ["-A INPUT -m set --match-set bad src -j DROP", "-A INPUT -j ACCEPT"]
    assert answer(linux(save(*rules), sets), "tcp/22 from 203.0.113.9").answer == "yes"
    rules.insert(0, "-A INPUT -p udp -j SET --add-set bad src")
    assert answer(linux(save(*rules), sets), "tcp/22 from 203.0.113.9").answer == "unknown"


def test_a_service_may_be_asked_by_its_name_alone() -> None:
    found = linux(save(OPEN))
    assert answer(found, "ssh from internet to host").answer == "yes"
    assert answer(found, "telnet from internet to host").answer == "no"
    assert answer(found, "proto/6 from internet to host").answer == "yes"


@pytest.mark.parametrize("service", ["22", "l2tp"])
def test_what_may_be_a_port_or_a_protocol_is_asked_back(service: str) -> None:
    with pytest.raises(UsageError, match="a port, or an IP protocol") as caught:
        answer(linux(save(OPEN)), f"{service} from internet")
    assert str(caught.value.hint) == (
        f"write tcp/{service}, udp/{service}, any/{service} or proto/{service}"
    )


def test_no_names_what_stops_the_packets() -> None:
    drop = "-A INPUT -p tcp -m tcp --dport 23 -j DROP"
    (by_rule,) = answer(linux(save(drop, policy="ACCEPT")), "tcp/23 from internet to host").stops
    assert by_rule[1].rule is not None
    assert (by_rule[0].dport, str(by_rule[1].rule.where)) == (23, "rules0:6")
    (by_policy,) = answer(linux(save()), "tcp/23 from internet to host").stops
    assert by_policy[1].rule is None
