"""The catalogue: a row says what it says, and every fact has one place."""

from __future__ import annotations

import pytest

from soccheck.facts.catalogue import FACTS, RULESET, SHOWN_BY_RULESETS, lookup, of_kind
from soccheck.facts.fact import fact
from soccheck.facts.table.groups import GROUPS
from soccheck.facts.values import CONVERTED
from soccheck.model import KINDS

PLAIN = {"bool", "int", "number", "text", "enum", "ref", "records"}


def test_a_row_is_read_as_it_is_written() -> None:
    row = fact("host *", "os.ports", "[int:22,443]!", "ports", unit="x", en="Ports", vi="Cổng")
    assert row.kinds == ("host", *KINDS)
    assert (row.type, row.values, row.many, row.required) == ("int", ("22", "443"), True, True)
    assert (row.unit, row.title) == ("x", {"en": "Ports", "vi": "Cổng"})
    plain = fact("host", "os.name", "text", "name")
    assert (plain.values, plain.many, plain.required, plain.title) == ((), False, False, None)


@pytest.mark.parametrize("kind", ["authority", *KINDS])
def test_every_fact_has_a_type_that_is_read_and_a_group_that_is_described(kind: str) -> None:
    facts = of_kind(kind)
    assert facts
    for name, one in facts.items():
        assert one.type in PLAIN | CONVERTED.keys(), name
        assert bool(one.values) == (one.type in ("enum", "ref")) or one.type in ("int", "service")
        head = name.rpartition(".")[0]
        assert not head or head in GROUPS or facts[head].type == "records", name
        if one.title is not None:
            assert one.title.keys() == {"en", "vi"}


def test_a_policy_names_the_authoritys_facts_by_its_name() -> None:
    assert lookup("host", "authority.stated") is FACTS["authority", "stated"]
    assert lookup("host", "stated") is None


def test_what_a_ruleset_shows_is_in_the_catalogue() -> None:
    assert set(SHOWN_BY_RULESETS) > RULESET
    assert all(("firewall", name) in FACTS for name in SHOWN_BY_RULESETS)
