"""Broken and hostile input: an error with the line, or unknown, in bounded work; never a pass."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from soccheck.errors import ReadError, SoccheckError, TooComplexError, UsageError
from soccheck.firewall.lint import lint
from soccheck.firewall.model import Ruleset
from soccheck.firewall.questions import Analysis
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from tests.firewall.make import answer, linux, save
from tests.firewall.test_cases import GOOD, load, name


@pytest.mark.parametrize("folder", GOOD, ids=name)
def test_mutated_files_are_read_or_refused(folder: Path) -> None:
    """Nothing but our own errors comes out, whatever a line turns into."""
    _, texts = load(folder)
    rng = random.Random(folder.name)
    for _ in range(4):
        mutated = [Text(t.name, mutate(rng, t.content)) for t in texts]
        try:
            found = read(mutated)
        except SoccheckError as error:
            assert error.exit_code == 2  # noqa: PT017
        else:
            assert isinstance(found, Ruleset)


def mutate(rng: random.Random, content: str) -> str:
    lines = content.split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        words = lines[at].split(" ")
        kind = rng.randrange(6)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines[at] = lines[at][: rng.randint(0, len(lines[at]))]
        elif kind == 2:
            words[rng.randrange(len(words))] = rng.choice(
                ("", "any", "99999", "-1", "x" * 50, "::", "é")
            )
            lines[at] = " ".join(words)
        elif kind == 3:
            del words[rng.randrange(len(words))]
            lines[at] = " ".join(words)
        elif kind == 4:
            lines.insert(at, lines[rng.randrange(len(lines))])
        else:
            lines[at] = lines[at].replace(rng.choice("0123456789"), rng.choice("0123456789"))
        if not lines:
            break
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (save("-A INPUT -j a", "-A a -j b", "-A b -j a", chains="a b"), "leads back to itself"),
        (save("-A INPUT -j ACCEPT").replace("COMMIT", ""), "COMMIT is missing"),
        (save("-A GONE -j ACCEPT"), "is not declared"),
        (save("-I INPUT -j ACCEPT"), "expected `-A CHAIN"),
        (save('-A INPUT -m comment --comment "x -j ACCEPT'), "cannot read the rule"),
        (save() + save(), "is given twice"),
        (save().replace("*filter", "*bogus\n*filter"), "not a table"),
        ('{"nftables": [{"metainfo": {}}, {"rule": {"family": "ip"', "not JSON, or cut off"),
        ('{"nftables": [{"chain": {}}]}', "without its parts"),
        (
            '{"nftables": [{"rule": {"family":"ip","table":"t","chain":"c","expr":[{"drop":0}]}}]}',
            "not listed",
        ),
        ('{"nftables": ' + "[" * 100_000, "not JSON, or cut off"),
    ],
)
def test_refused_with_the_line(text: str, message: str) -> None:
    with pytest.raises(ReadError, match="rules") as caught:
        read([Text("rules", text)], "linux")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "rule",
    [
        "-A INPUT -s 10.0.0.0/99 -j ACCEPT",
        "-A INPUT -s 2001:db8::/32 -j ACCEPT",
        "-A INPUT -p tcp -m tcp --dport 70000 -j ACCEPT",
        "-A INPUT -p tcp -m tcp --dport",
        "-A INPUT 22 ACCEPT",
        "-A INPUT -j ACCEPT -j DROP",
        "-A INPUT -p -j ACCEPT",
        "-A INPUT -s -j ACCEPT",
    ],
)
def test_an_odd_rule_costs_itself(rule: str) -> None:
    found = linux(save(rule))
    assert answer(found, "tcp/22 from internet to host").answer == "unknown"
    assert {str(note.where) for note in found.notes if note.kind == "not read"} == {"rules0:6"}


def test_an_object_of_nft_nobody_knows_makes_all_unknown() -> None:
    chain = {"family": "inet", "table": "t", "name": "i", "type": "filter", "hook": "input",
             "prio": 0, "policy": "drop"}  # fmt: skip
    for odd in ({"spaceship": {"name": "x"}}, {"table": {"family": "ip", "name": "t", "warp": 9}}):
        listed = {"table": {"family": "inet", "name": "t"}}
        found = linux(json.dumps({"nftables": [listed, odd, {"chain": chain}]}))
        assert answer(found, "tcp/22 from internet to host").answer == "unknown"


DEVICES = sorted((Path(__file__).parents[1] / "policies" / "devices").rglob("*.cfg"))


@pytest.mark.parametrize("path", DEVICES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_digit_that_no_number_has_ends_in_no_error_of_python(path: Path) -> None:
    """`²` is a digit to `str.isdigit`, and no part of a number to `int`."""
    lines = path.read_text(encoding="utf-8").split("\n")
    for at, line in enumerate(lines):
        odd = re.sub("[0-9]+", "²", line, count=1)
        if odd != line:
            with suppress(SoccheckError):
                read([Text(path.name, "\n".join([*lines[:at], odd, *lines[at + 1 :]]))])


@pytest.mark.parametrize("text", ["", "  \n", "hello\n", "\0" + save(), "<html></html>"])
def test_what_is_no_firewall_is_refused(text: str) -> None:
    with pytest.raises(SoccheckError) as caught:
        read([Text("x", text)])
    assert caught.value.exit_code == 2


NFT = "table inet f {\n\tchain input {\n\t\ttype filter hook input priority filter; %s\n%s\t}\n}\n"
LISTED = NFT % ("policy drop;", "\t\ttcp dport 22 accept\n")


def table(*rules: str) -> str:
    """Return nft's JSON listing of a table with one chain."""
    named = {"family": "inet", "table": "f"}
    chain = {**named, "name": "input", "type": "filter", "hook": "input", "prio": 0}
    objects: list[dict[str, Any]] = [{"table": {"family": "inet", "name": "f"}}]
    objects.append({"chain": {**chain, "policy": "drop"}})
    objects += [{"rule": {**named, "chain": "input", "expr": [{rule: None}]}} for rule in rules]
    return json.dumps({"nftables": objects})


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ((save("-A INPUT -j ACCEPT"), save()), "table filter of iptables is given twice"),
        ((save(), save(policy="ACCEPT")), "table filter of iptables is given twice"),
        ((save(v6=True), save("-A INPUT -j ACCEPT", v6=True)), "table filter of ip6tables"),
        ((save(chains="a"), save(chains="b")), "table filter of iptables is given twice"),
        ((table("accept"), table()), "table inet f of nft is given twice"),
        ((LISTED, table()), "table inet f of nft is given twice"),
        ((LISTED, LISTED.replace("22", "80")), "table inet f of nft is given twice"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_two_states_of_one_machine_are_refused(
    texts: tuple[str, ...], message: str, turned: bool
) -> None:
    named = [Text(f"rules{n}", text) for n, text in enumerate(texts)]
    with pytest.raises(ReadError, match=message):
        read(named[::-1] if turned else named)


def test_a_listing_by_two_commands_is_one_state() -> None:
    legacy = save("[1:60] -A INPUT -i eth0 -j ACCEPT").replace(" (nf_tables)", "")
    again = legacy.replace("[1:60]", "[2:120]").replace("[0:0]", "[7:420]")
    one, two = linux(legacy), linux(legacy, again)
    assert (two.chains.keys(), two.notes) == (one.chains.keys(), one.notes)
    assert {c.name: len(c.rules) for c in two.chains.values()}["ip-legacy/filter/INPUT"] == 1
    # Tables of both variants are in force at once, and so are two tables of nft.
    assert len(linux(legacy, save()).chains) == 6
    assert len(linux(LISTED, LISTED.replace(" f ", " g ")).chains) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('include "/etc/nftables.d/open.nft"\n' + LISTED, "a file or a variable"),
        (LISTED + 'include "/etc/nftables.d/open.nft"\n', "a file or a variable"),
        (LISTED.replace("tcp", 'include "x"\ntcp'), "a file or a variable"),
        ("define wan = eth0\n" + LISTED, "a file or a variable"),
        (LISTED.replace("tcp dport 22", "iifname $wan"), "a file or a variable"),
        (LISTED.replace("policy drop", "policy $wish"), "a file or a variable"),
        ('flush ruleset; include "open.nft"\n' + LISTED, "not a table"),
        (LISTED + "flush ruleset\n", "not a table"),
        (LISTED + "delete table inet f\n", "not a table"),
        (LISTED + "destroy table inet f\n", "not a table"),
        (LISTED.replace("policy drop;", "\n\t\tpolicy drop;"), "a policy on a line of its own"),
        (LISTED.replace("\t}\n}", "} }"), "something follows the }"),
        (LISTED + LISTED, "chain inet f input is given twice"),
        (LISTED.replace("drop;", "drop; tcp dport 23 accept"), "a rule beside the chain's type"),
        (LISTED.replace("\t}\n}", "\t} include x\n}"), "something follows the }"),
    ],
)
def test_what_a_listing_of_nft_does_not_show_is_refused(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=re.escape(message)):
        read([Text("rules", text)], "linux")


def test_what_stands_before_the_first_table_and_comments_is_passed_over() -> None:
    cleared = "#!/usr/sbin/nft -f\nflush ruleset\ndelete table inet f;\n" + LISTED
    commented = cleared.replace("\t\ttype", '\t\tcomment "a $ b"\n\t\ttype')
    for text in (LISTED, cleared, commented):
        found = linux(text)
        assert answer(found, "tcp/22 from internet to host").answer == "yes", text
        assert answer(found, "tcp/23 from internet to host").answer == "no", text


def test_what_no_atom_stands_for_is_refused_without_assertions_too() -> None:
    code = """
from soccheck.firewall.engine.atoms import Axis, NameAxis
for use in (lambda: Axis([10], 99).ranges([(5, 9)]), lambda: Axis([5], 99).ranges([(5, 9)]),
            lambda: NameAxis(["eth0"]).ranges(["eth1"])):
    try:
        use()
    except AssertionError:
        print("refused")
"""
    done = subprocess.run(
        [sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["refused"] * 3


def test_two_vendors_at_once_are_refused() -> None:
    with pytest.raises(UsageError, match="different vendors"):
        read([Text("a", save()), Text("b", "set version 1\nset security zones x\n")])


def test_chains_that_call_each_other_without_end_are_unknown() -> None:
    # Each chain calls the next twice: two to the fortieth walks.
    names = [f"c{n}" for n in range(40)]
    lines = ["-A INPUT -j c0"]
    for one, other in itertools.pairwise(names):
        lines += [f"-A {one} -s 10.0.0.0/8 -j {other}"] * 2
    lines.append("-A c39 -p tcp -m tcp --dport 9 -j ACCEPT")
    ruleset = linux(save(*lines, chains=" ".join(names)))
    analysis = Analysis(ruleset, 4)
    analysis.walker._budget = 20_000
    with pytest.raises(TooComplexError):
        analysis.walker.inbound(analysis.sets.full)


def test_chains_that_nest_too_deep_are_unknown() -> None:
    names = [f"c{n}" for n in range(300)]
    lines = ["-A INPUT -j c0", *(f"-A {a} -j {b}" for a, b in itertools.pairwise(names))]
    ruleset = linux(save(*lines, chains=" ".join(names)))
    found = answer(ruleset, "tcp/22 from internet")
    assert found.answer == "unknown"
    assert "deeper than" in str(found.reasons[0])
    assert "not judged" in {f.kind for f in lint(ruleset)}


def test_thirty_thousand_rules_are_answered() -> None:
    lines = [
        f"-A INPUT -s 10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}/32 -p tcp -m tcp --dport 22 -j ACCEPT"
        for n in range(30_000)
    ]
    ruleset = linux(save(*lines))
    assert answer(ruleset, "tcp/22 from 10.0.100.1").answer == "yes"


def fortios(groups: list[str], service: str = "ALL") -> str:
    return "\n".join(
        [
            "config system interface",
            "end",
            "config firewall address", 'edit "leaf"', "set subnet 10.0.0.1 255.255.255.255", "next",
            "end", "config firewall addrgrp", *groups, "end", "config firewall policy", "edit 1",
            'set srcintf "any"', 'set dstintf "any"', 'set srcaddr "g0"', 'set dstaddr "all"',
            f'set service "{service}"', "set action accept", "next", "end", "",
        ]
    )  # fmt: skip


def test_ten_thousand_nested_objects_are_resolved() -> None:
    groups = [
        line
        for n in range(10_000)
        for line in (f'edit "g{n}"', f'set member "{"leaf" if n == 9999 else f"g{n + 1}"}"', "next")
    ]
    ruleset = read([Text("f", fortios(groups))])
    assert answer(ruleset, "tcp/22 from 10.0.0.1 to 9.9.9.9").answer == "yes"
    assert answer(ruleset, "tcp/22 from 10.0.0.2 to 9.9.9.9").answer == "no"


def test_objects_in_a_circle_are_refused() -> None:
    groups = [
        line
        for n in range(1000)
        for line in (f'edit "g{n}"', f'set member "g{(n + 1) % 1000}"', "next")
    ]
    with pytest.raises(ReadError, match="holds itself"):
        read([Text("f", fortios(groups))])


def test_blocks_nested_without_end_are_refused() -> None:
    with pytest.raises(ReadError, match="nest deeper"):
        read([Text("f", "config firewall address\nedit 1\n" * 500 + "end\n")])


def test_xml_nested_without_end_is_bounded() -> None:
    text = "<?xml version='1.0'?>\n<pfsense>" + "<a>" * 20_000 + "</a>" * 20_000 + "</pfsense>"
    try:
        found = read([Text("config.xml", text)])
    except SoccheckError as error:
        assert error.exit_code == 2  # noqa: PT017
    else:
        assert answer(found, "tcp/22 from internet").answer == "no"  # nothing is allowed by no rule
