"""The catalogue as a user reads it: all of it, and what is to be written is where the fact is read from."""

from __future__ import annotations

import csv
import json

import pytest

from soccheck.facts.catalogue import FACTS, RULESET
from soccheck.facts.examples import writable
from soccheck.sources import yaml
from tests.cli.run import inside


def test_all_facts_are_listed_with_the_key_to_write(capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "facts", "--format", "csv", "--lang", "en")
    rows = list(csv.DictReader(ran.out.splitlines()))
    assert {(row["kind"], row["fact"]) for row in rows} == set(FACTS)
    for row in rows:
        kind, name = row["kind"], row["fact"]
        data = yaml.parse(row["write"].encode(), "").data
        node = data["authority"] if kind == "authority" else data[f"{kind}s"][f"{kind}-1"]
        named = "firewall.ruleset" if name in RULESET else name
        for key in writable(kind, named).name.split("."):
            node = node[key]
        assert row["given_by"]


def test_a_kind_alone(capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "facts", "fleet", "--format", "json")
    document = json.loads(ran.out)
    assert {item["kind"] for item in document["facts"]} == {"fleet"}
    assert len(document["facts"]) == sum(kind == "fleet" for kind, _ in FACTS)


def test_the_titles_are_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "facts", "host", "--lang", "vi")
    assert ran.code == 0
    assert "bằng chứng" in ran.out or "máy" in ran.out


def test_an_unknown_kind_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    ran = inside(capsys, "facts", "hots")
    assert (ran.code, ran.out) == (2, "")
    assert "no kind of asset 'hots'" in ran.err
    assert "did you mean 'host'?" in ran.err
