"""What nobody took from the ledger makes unknown the answers it could change, and no other."""

from __future__ import annotations

import pytest

from soccheck.firewall.model import (
    ANY,
    TCP,
    Action,
    Base,
    Chain,
    In,
    Named,
    Rule,
    Ruleset,
    Where,
    all_of,
)
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.patterns import Sections, StarredWords
from soccheck.firewall.readers.vocabulary import Vocabulary
from soccheck.firewall.spans import span
from tests.firewall.make import answer

TOP = Where(file="fw", line=1)
VOCABULARY = Vocabulary(
    bears=Sections({"policy": frozenset({"forward"}), "banner": frozenset()}),
    harmless=Sections({"policy": StarredWords(("comment", "color*"))}),
    narrowing=Sections({"policy": StarredWords(("schedule",))}),
)
SSH = all_of(In("proto", span(TCP)), In("dport", span(22)))


def ruleset(*rules: Rule) -> Ruleset:
    chains = {
        hook: Chain(
            name=hook,
            rules=rules if hook == "forward" else (),
            where=TOP,
            base=Base(hook=hook, priority=0, policy=policy),
        )
        for hook, policy in (
            ("prerouting", Action.ACCEPT),
            ("input", Action.DROP),
            ("forward", Action.DROP),
        )
    }
    return Ruleset(vendor="x", chains=chains, families=frozenset({4, 6}))


def ask(ledger: Ledger, question: str, *rules: Rule) -> str:
    return answer(ledger.settled(ruleset(*rules)), question).answer


def test_a_section_nobody_read_makes_the_hooks_unknown_that_it_bears_on() -> None:
    for section, host, across in (
        ("policy", "no", "unknown"),
        ("banner", "no", "no"),
        ("never heard of", "unknown", "unknown"),
    ):
        ledger = Ledger(VOCABULARY)
        ledger.record(section, TOP, section, {"word": ["value"]})
        assert ask(ledger, "tcp/22 from internet to host") == host
        assert ask(ledger, "tcp/22 in a out b") == across


def test_what_nobody_read_is_noted_with_its_line_and_text() -> None:
    ledger = Ledger(VOCABULARY)
    ledger.record(
        "policy", Where(file="fw", line=7), "policy 1", {"odd": ["a", "b"], "comment": ["x"]}
    )
    (note,) = ledger.settled(ruleset()).notes
    assert (note.kind, str(note.where), str(note.text)) == ("not read", "fw:7", "policy 1: odd a b")
    (reason,) = answer(ledger.settled(ruleset()), "tcp/22 in a out b").reasons
    assert "fw:7" in str(reason)
    assert "odd a b" in str(reason)


def test_an_unread_section_may_send_packets_elsewhere() -> None:
    ledger = Ledger(VOCABULARY)
    ledger.record("nat", TOP, "nat 1", {"to": ["10.0.0.1"]}).hooks = frozenset({"prerouting"})
    rule = Rule(match=In("dst", span(1), 4), action=Action.ACCEPT, where=TOP, text="one")
    assert ask(ledger, "tcp/22 in a to 198.51.100.1", rule) == "unknown"
    assert ask(ledger, "tcp/22 in a to 198.51.100.1") == "no"


@pytest.mark.parametrize(
    ("word", "ssh", "telnet"),
    [("comment", "yes", "no"), ("color-of", "yes", "no"), ("schedule", "unknown", "no"),
     ("negate", "unknown", "unknown")],
)  # fmt: skip
def test_an_odd_word_costs_its_rule(word: str, ssh: str, telnet: str) -> None:
    ledger = Ledger(VOCABULARY)
    entry = ledger.record("policy", TOP, "policy 1", {"service": ["ssh"], word: ["x"]})
    entry.within = Named("iif", ("a",))
    assert entry.get("service") == "ssh"
    rule = ledger.costs(entry, Rule(match=SSH, action=Action.ACCEPT, where=TOP, text="policy 1"))
    assert ask(ledger, "tcp/22 in a out b", rule) == ssh
    assert ask(ledger, "tcp/23 in a out b", rule) == telnet
    assert ask(ledger, "tcp/23 in c out b", rule) == "no"


def test_a_value_nobody_knows_counts_as_unread() -> None:
    ledger = Ledger(VOCABULARY)
    entry = ledger.record("policy", TOP, "policy 1", {"action": ["shrug"]})
    assert entry.choice("action", {"accept": True}, "accept", False) is False
    assert entry.left() == ["action shrug"]
    entry.pass_over()
    assert ask(ledger, "tcp/22 in a out b") == "no"


def test_a_key_that_is_hidden_is_unread_however_it_is_asked_for() -> None:
    ledger = Ledger(VOCABULARY, frozenset({("policy", "service")}))
    entry = ledger.record("policy", TOP, "policy 1", {"service": ["ssh"]})
    assert "service" not in entry
    assert entry.get("service", "all") == "all"
    assert entry.left() == ["service ssh"]


def test_a_statement_hands_out_its_words_in_order() -> None:
    ledger = Ledger(VOCABULARY)
    words = ledger.statement("policy", TOP, "permit tcp any", ["permit", "tcp", "any", "odd"])
    assert words.skip("permit", "tcp")
    assert not words.skip("host")
    assert (words.take(), words.peek(), bool(words)) == ("any", "odd", True)
    assert words.left() == ["odd"]
    assert ask(ledger, "tcp/22 in a out b") == "unknown"
    assert words.rest() == ["odd"]
    assert (words.left(), bool(words)) == ([], False)
    with pytest.raises(ValueError, match="missing"):
        words.take()
    assert ask(ledger, "tcp/22 in a out b") == "no"
    rule = Rule(match=ANY, action=Action.ACCEPT, where=TOP, text="permit")
    assert ledger.costs(words, rule) is rule
