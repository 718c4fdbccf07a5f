"""Rulesets where findings are made: `audit`, `explain`, `drift` and `gate`, run as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.inventory import load as inventory
from soccheck.probes.base import Answer
from soccheck.sources import schema
from tests.cli.run import soccheck
from tests.firewall.gathering import around, entry, gathered
from tests.firewall.make import save
from tests.scratch import Scratch

TCP = "-p tcp -m tcp"
INVENTORY = """
authority: {stated: 2026-08-20, name: {vi: Tỉnh, en: Province}}
organizations:
  o: {type: office, tier: province}
systems:
  s: {organization: o, dossier: {proposed_level: 3}}
networks:
  dmz: {organization: o, type: dmz, prefixes: [198.51.100.0/24]}
  qt: {organization: o, type: management, prefixes: [192.0.2.0/28]}
hosts:
  web: {organization: o, role: server, systems: [s], networks: [dmz], firewall: {logs_denied: true}}
  lost: {organization: o, role: server, systems: [s], networks: [dmz]}
firewalls:
  fw: {organization: o, protects: [dmz], firewall: {active: true, default_inbound: deny, ruleset: rules/fw}}
"""
DAY = ("--as-of", "2026-09-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "inv"
    (place / "rules" / "fw").mkdir(parents=True)
    (place / "a.yaml").write_text(INVENTORY, encoding="utf-8")
    rules = (f"-A FORWARD {TCP} --dport 443 -j ACCEPT", f"-A INPUT {TCP} --dport 22 -j ACCEPT")
    (place / "rules" / "fw" / "four").write_text(save(*rules), encoding="utf-8")
    (place / "rules" / "fw" / "six").write_text(save(v6=True), encoding="utf-8")
    return place


@pytest.fixture
def bundle(folder: Path) -> Path:
    opened = (f"-A INPUT {TCP} --dport 8080 -j ACCEPT",)
    texts = {"iptables": save(), "ip6tables": save(*opened, v6=True), **around("198.51.100.9")}
    nft = '{"nftables": [{"metainfo": {"version": "1.0.6"}}]}'
    denied = Answer(command="iptables-save -c", state="denied", exit=1, error="Permission denied")
    loaded = inventory.load(folder, "inv")
    machines = {
        "web": entry("web", {**texts, "nft": nft}),
        "lost": entry("lost", {"iptables": denied}),
    }
    file = folder.parent / "e.json"
    file.write_bytes(evidence.dumps(gathered(loaded, machines)))
    return file


def test_findings_stand_on_rulesets_and_show_their_packet(folder: Path, bundle: Path) -> None:
    words = ("audit", "inv", *DAY, "--evidence", "e.json", "--policy", "firewall")
    ran = soccheck(*words, "--details", cwd=folder.parent)
    assert ran.code == 1, ran.err
    assert "firewall.open_ipv4 = [tcp/22, tcp/443]; expected no service of [tcp/22, …]" in ran.out
    assert "imported, inv/rules/fw" in ran.out
    assert "tcp/22: tcp 1.0.0.1:40000 -> 192.0.2.10:22" in ran.out
    assert "firewall.only_ipv6 = [tcp/8080]; expected no service of [tcp, …]" in ran.out
    assert "observed, firewall probe at ssh://web" in ran.out
    assert "iptables-save -c: Permission denied" in ran.out.replace("\n        ", " ")
    ran = soccheck(*words, "--format", "json", cwd=folder.parent)
    document = json.loads(ran.out)
    assert schema.faults("assessment", document) == []
    finding = next(
        f for f in document["findings"] if (f["control"], f["asset"]) == ("FW-EXPOSED", "fw")
    )
    shown = [line for item in finding["observed"] for line in item.get("shown", ())]
    assert any(line.startswith("tcp/22: tcp 1.0.0.1:40000") for line in shown)


def test_the_rulesets_word_contradicts_the_inventorys(folder: Path, bundle: Path) -> None:
    ran = soccheck("drift", "inv", *DAY, "--evidence", "e.json", cwd=folder.parent)
    assert ran.code == 1
    assert "firewall.logs_denied" in ran.out


def test_two_runs_give_the_same_bytes(folder: Path, bundle: Path) -> None:
    words = ("audit", "inv", *DAY, "--evidence", "e.json", "--format", "json")
    one, other = (soccheck(*words, cwd=folder.parent, PYTHONHASHSEED=seed) for seed in "12")
    assert one.out == other.out


def test_explain_says_which_rule(folder: Path) -> None:
    ran = soccheck("explain", "inv", "FW-ADMIN-L3", "fw", *DAY, cwd=folder.parent)
    assert ran.code == 1
    assert "firewall.beyond_admins_ipv4 = [tcp/22]" in ran.out
    assert "rules/fw/four:" in ran.out


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("*filter\n:INPUT DROP [0:0]\n-A INPUT -j\n", "unparsed"),
        ("hello\n", "not recognised as a firewall's configuration"),
        ("", "the input is empty"),
    ],
)
def test_a_ruleset_that_cannot_be_read_is_unknown(folder: Path, text: str, reason: str) -> None:
    for name in ("four", "six"):
        (folder / "rules" / "fw" / name).write_text(text, encoding="utf-8")
    ran = soccheck("explain", "inv", "FW-EXPOSED", "fw", *DAY, cwd=folder.parent)
    assert ran.code == 3
    assert reason in ran.out.replace("\n      ", " ").replace("  ", " ")


def test_the_gate_sees_what_a_change_of_the_ruleset_opens(scratch: Scratch, folder: Path) -> None:
    base = scratch.root / "inv"
    for file in base.glob("*.yaml"):
        file.unlink()
    (base / "a.yaml").write_text(INVENTORY, encoding="utf-8")
    (base / "rules" / "fw").mkdir(parents=True)
    four, six = base / "rules" / "fw" / "four", base / "rules" / "fw" / "six"
    four.write_text(save(f"-A FORWARD {TCP} --dport 443 -j ACCEPT"), encoding="utf-8")
    six.write_text(save(v6=True), encoding="utf-8")
    scratch.commit("rulesets")
    words = ("gate", "--details", "inv", *DAY, "--policy", "firewall")
    assert "FW-EXPOSED" not in soccheck(*words, cwd=scratch.root).out
    four.write_text(save(f"-A FORWARD {TCP} --dport 3389 -j ACCEPT"), encoding="utf-8")
    ran = soccheck(*words, cwd=scratch.root)
    assert ran.code == 1
    assert "FW-EXPOSED" in ran.out
    assert "tcp/3389" in ran.out
