"""The example of every fact of the catalogue loads, and makes the fact known."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.examples import example, required_of, writable
from soccheck.inventory import load as inventory
from soccheck.model import KINDS
from tests.kit import written

BASE = """
authority: {stated: 2026-01-31}
organizations:
  so: {type: department, tier: province}
systems:
  dvc: {organization: so}
networks:
  lan: {organization: so, type: lan}
sites:
  ttdl: {organization: so, type: data_centre}
groups:
  web: {tags: [public]}
"""
IDS = {"organization": "so", "system": "dvc", "network": "lan", "site": "ttdl"}


@pytest.mark.parametrize("kind", ["authority", *KINDS])
def test_every_example_loads_and_makes_its_fact_known(kind: str, tmp_path: Path) -> None:
    (tmp_path / "rulesets").mkdir()
    (tmp_path / "rulesets" / "fw-1.conf").write_text("*filter\n:INPUT DROP [0:0]\nCOMMIT\n")
    for number, (name, fact) in enumerate(of_kind(kind).items()):
        asked = writable(kind, name)
        value = example(asked, IDS)
        for part in reversed(asked.name.split(".")[1:]):
            value = f"{{{part}: {value}}}"
        wanted = {name: example(FACTS[kind, name], IDS) for name in required_of(kind)}
        wanted[asked.name.split(".")[0]] = value
        if kind == "authority":
            wanted.setdefault("stated", "2026-01-31")
        body = ", ".join(f"{key}: {text}" for key, text in wanted.items())
        text = BASE.replace("authority: {stated: 2026-01-31}", "") if kind == "authority" else BASE
        section = f"authority: {{{body}}}" if kind == "authority" else f"  x: {{{body}}}"
        if kind != "authority":
            head = f"{kind}s:\n"
            text = (
                text.replace(head, f"{head}{section}\n") if head in text else text + head + section
            )
        else:
            text += section
        (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
        loaded = inventory.load(tmp_path, f"inv{number}")
        asset = loaded.authority if kind == "authority" else loaded.assets[kind]["x"]
        assert fact.name in asset.facts, (name, body)


def test_every_kind_of_value_has_an_example(tmp_path: Path) -> None:
    assert all(example(fact, IDS) for fact in FACTS.values())
    assert written(tmp_path, a=BASE)
