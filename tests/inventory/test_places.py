"""Two assets at one place: told whatever the spelling, and not where something tells them apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.errors import InputError
from soccheck.inventory import places
from tests.kit import an_inventory

HOST = "  {id}: {{organization: o, role: server, {facts}}}\n"


def said(folder: Path, one: str, other: str) -> str:
    text = "hosts:\n" + HOST.format(id="h1", facts=one) + HOST.format(id="h2", facts=other)
    try:
        an_inventory(folder / "inv", text)
    except InputError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("addresses: [192.0.2.1]", "addresses: [192.0.2.1]"),
        ("addresses: [192.0.2.1]", "ssh: {address: 192.0.2.1}"),
        ("addresses: [192.0.2.1]", "ssh: {address: '::ffff:192.0.2.1'}"),
        ("addresses: [192.0.2.1]", "ssh: {address: ' 192.0.2.1 ', port: 22}"),
        ("addresses: ['2001:db8::1']", "ssh: {address: '2001:DB8:0:0::0001'}"),
        ("addresses: ['2001:db8::1']", "ssh: {address: '[2001:db8::1]'}"),
        ("ssh: {address: web.example}", "ssh: {address: WEB.example.}"),
        ("ssh: {address: web.example}, addresses: [192.0.2.1]", "addresses: [192.0.2.1]"),
        ("ssh: {address: 127.0.0.1, port: 2299}", "ssh: {address: 127.0.0.1, port: 2299}"),
        (
            "addresses: [10.0.0.1], ssh: {jump: jump.example}",
            "addresses: [10.0.0.1], ssh: {jump: 'soc@JUMP.example:22', user: other}",
        ),
        (
            "addresses: [10.0.0.1], ssh: {jump: '2001:db8::9'}",
            "addresses: [10.0.0.1], ssh: {jump: 'soc@[2001:db8:0::9]:22'}",
        ),
        ("addresses: [192.0.2.1], valid: {to: 2024-01-01}", "addresses: [192.0.2.1]"),
    ],
)
def test_one_place_in_any_spelling(tmp_path: Path, one: str, other: str) -> None:
    found = said(tmp_path, one, other)
    assert "inv/a.yaml:7:" in found
    assert "'h1' is asked at the same place: inv/a.yaml:6:3" in found
    assert said(tmp_path, other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("addresses: [192.0.2.1]", "addresses: [192.0.2.2]"),
        ("addresses: [192.0.2.1]", "addresses: [192.0.2.2, 192.0.2.1]"),  # one that moves, say
        ("ssh: {address: 192.0.2.1, port: 2201}", "ssh: {address: 192.0.2.1, port: 2202}"),
        ("addresses: [192.0.2.1], ssh: {port: 2222}", "addresses: [192.0.2.1]"),
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1], ssh: {jump: b}"),
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1]"),
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1], ssh: {jump: 'a:2'}"),
        ("ssh: {address: a.example}", "ssh: {address: b.example}"),
        ("ssh: {address: 192.0.2.9}, addresses: [192.0.2.1]", "addresses: [192.0.2.1]"),
        ("ssh: {user: a}", "ssh: {user: a}"),
        (
            "addresses: [192.0.2.1], valid: {to: 2024-01-01}",
            "addresses: [192.0.2.1], valid: {from: 2024-01-02}",
        ),
    ],
)
def test_places_that_something_tells_apart(tmp_path: Path, one: str, other: str) -> None:
    assert said(tmp_path, one, other) == ""


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1]", ["h2"]),
        ("addresses: [10.0.0.1]", "ssh: {address: 10.0.0.1, jump: a}", ["h1"]),
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1], ssh: {port: 2222}", []),
        ("addresses: [10.0.0.1], ssh: {jump: a}", "addresses: [10.0.0.1], ssh: {jump: b}", []),
        ("ssh: {address: web, jump: a}", "ssh: {address: web}", []),
    ],
)
def test_an_address_reached_directly_and_behind_a_jump_host_is_told(
    tmp_path: Path, one: str, other: str, told: list[str]
) -> None:
    text = "hosts:\n" + HOST.format(id="h1", facts=one) + HOST.format(id="h2", facts=other)
    found = [*places.doubts(an_inventory(tmp_path / "inv", text).assets["host"].values())]
    assert [str(one.message).split("'")[1] for one in found] == told


def test_a_host_and_a_firewall_at_one_place(tmp_path: Path) -> None:
    text = (
        "hosts: {h: {organization: o, role: server, addresses: [192.0.2.1]}}\n"
        "firewalls: {f: {organization: o, addresses: [192.0.2.1]}}\n"
    )
    with pytest.raises(InputError, match="'h' is asked at the same place"):
        an_inventory(tmp_path / "inv", text)
