"""Two assets that turn out to be one machine: what it answers proves nothing of either."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json as canonical
from soccheck.bundle import taken
from soccheck.bundle.same_machine import across, indistinct, is_several, twins
from soccheck.errors import InputError
from soccheck.model import Inventory
from soccheck.probes.all import PROBES
from soccheck.probes.shared import LINKS, MACHINE_ID
from tests.bundles import answer, bundle, record, write_inventory

ON = {"antivirus.realtime": True}
KEY = "SHA256:" + "a" * 43
Json = dict[str, Any]


@pytest.fixture
def loaded(tmp_path: Path) -> Inventory:
    hosts = {f"web-{n}": f"192.0.2.{n}" for n in (1, 2, 3)}
    return write_inventory(tmp_path / "inv", hosts)


@pytest.fixture
def sample(loaded: Inventory) -> Json:
    return bundle(loaded, {f"web-{n}": {"antivirus": record(ON)} for n in (1, 2, 3)})


def _codes(made: Json, loaded: Inventory) -> list[str | None]:
    sound = evidence.loads(evidence.dumps(evidence.sealed(made)), "e.json")
    found = taken.by_asset(sound, loaded, taken.read_again(sound, loaded))
    return [found[f"web-{n}"]["antivirus.realtime"][0].problem for n in (1, 2, 3)]


def test_machines_of_their_own_have_no_problem(sample: Json, loaded: Inventory) -> None:
    for number, entry in enumerate(sample["assets"].values()):
        entry["host_key"] = f"SHA256:{number}" + "a" * 42
    assert _codes(sample, loaded) == [None, None, None]


def test_one_host_key_behind_two_assets(sample: Json, loaded: Inventory) -> None:
    for name in ("web-1", "web-3"):
        sample["assets"][name]["host_key"] = KEY
    assert _codes(sample, loaded) == ["same_machine", None, "same_machine"]
    assert twins(sample["assets"])["web-1"] == f"web-3 answered with the same host key {KEY}"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ssh://a@192.0.2.1:22", "ssh://b@192.0.2.1:22", True),
        ("ssh://a@192.0.2.1:22", "ssh://a@192.0.2.1:2222", False),
        ("ssh://a@192.0.2.1:22", "ssh://a@192.0.2.1", True),
        ("ssh://a@office.example@192.0.2.1:22", "ssh://a@192.0.2.1:22", True),
        ("ssh://a@[2001:db8::1]:22", "ssh://a@[2001:db8::1]", True),
        ("ssh://a@[2001:db8::1]:22", "ssh://a@[2001:DB8:0::1]:22", True),
        ("ssh://a@web.example:22", "ssh://a@WEB.example.:22", True),
        ("ssh://a@bücher.example:22", "ssh://a@xn--bcher-kva.example:22", True),
        ("ssh://a@192.0.513:22", "ssh://a@192.0.2.1:22", True),
        ("ssh://a@0xC0000201:22", "ssh://a@192.0.002.001:22", True),
        ("ssh://a@192.0.2.1.5:22", "ssh://a@192.0.2.1:22", False),
        ("ssh://a@10.0.0.1:22 via jump-1", "ssh://a@10.0.0.1:22 via jump-2", False),
        ("ssh://a@10.0.0.1:22 via jump-1", "ssh://a@10.0.0.1:22 via jump-1", True),
        ("ssh://a@10.0.0.1:22 via jump-1", "ssh://a@10.0.0.1:22 via Jump-1.:22", True),
        ("ssh://a@10.0.0.1:22 via b@jump-1", "ssh://a@10.0.0.1:22 via c@jump-1", True),
        ("ssh://a@10.0.0.1:22 via jump-1:2222", "ssh://a@10.0.0.1:22 via jump-1", False),
    ],
)
def test_one_place_behind_two_assets(
    one: str, other: str, same: bool, sample: Json, loaded: Inventory
) -> None:
    sample["assets"]["web-1"]["origin"] = one
    sample["assets"]["web-2"]["origin"] = other
    assert (_codes(sample, loaded)[:2] == ["same_machine"] * 2) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("ssh-ed25519", "A"), ("ssh-ed25519", "B"), True),  # nobody asked for cards
        (("ssh-ed25519", "A"), ("ssh-rsa", "B"), True),  # two keys of one machine, for all we know
        (("ssh-ed25519", "A"), (None, "B"), True),
        (("ssh-ed25519", "A"), None, True),
        (None, None, True),
    ],
)
def test_one_machine_id_behind_two_assets(
    one: tuple[str | None, str] | None,
    other: tuple[str | None, str] | None,
    same: bool,
    sample: Json,
    loaded: Inventory,
) -> None:
    for name, key in (("web-1", one), ("web-2", other)):
        entry = sample["assets"][name]
        entry["machine_id"] = "0" * 64
        del entry["host_key"]
        if key is not None:
            entry["host_key"] = f"SHA256:{key[1] * 43}"
            entry |= {"host_key_type": key[0]} if key[0] else {}
    assert (_codes(sample, loaded) == ["same_machine", "same_machine", None]) is same


def test_a_machine_whose_key_is_not_kept_may_be_any(sample: Json, loaded: Inventory) -> None:
    """A record is copied to another asset by leaving out what tells the two machines apart."""
    del sample["assets"]["web-2"]["host_key"]
    assert _codes(sample, loaded) == [None, "nameless", None]
    sample["assets"]["web-1"] |= {"host_key_type": "ssh-rsa", "machine_id": "0" * 64}
    sample["assets"]["web-2"]["machine_id"] = "0" * 64
    assert _codes(sample, loaded) == ["same_machine", "same_machine", None]


def test_who_did_not_answer_is_nobody_twin(sample: Json, loaded: Inventory) -> None:
    gone = {"code": "timeout", "detail": "no answer"}
    lost = record({}, problem=gone, problems={"antivirus.realtime": gone})
    sample["assets"]["web-2"]["probes"]["antivirus"] = lost
    sample["assets"]["web-2"]["origin"] = sample["assets"]["web-1"]["origin"]
    assert _codes(sample, loaded) == [None, "timeout", None]


def _with_id(entry: Json, digest: str) -> None:
    entry["probes"]["antivirus"]["answers"]["machine-id"] = answer(f"{digest}  -\n")


def test_the_answer_tells_which_machine_it_is_where_the_entry_does_not(
    sample: Json, loaded: Inventory
) -> None:
    """Whoever takes the digest out of an entry does not make two machines of one."""
    for name in ("web-1", "web-2"):
        _with_id(sample["assets"][name], "a" * 64)
    assert _codes(sample, loaded) == ["same_machine", "same_machine", None]


CARDS = '[{"ifname":"lo","link_type":"loopback","address":"00:00:00:00:00:00"}'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["52:54:00:00:00:01"], ["52:54:00:00:00:01"], True),  # two servers of ssh on one machine
        (["52:54:00:00:00:01"], ["52:54:00:00:00:02"], False),  # copies of one image
        (
            ["02:42:00:00:00:01", "52:54:00:00:00:01"],
            ["52:54:00:00:00:02", "02:42:00:00:00:01"],
            False,
        ),
        (
            ["02:42:00:00:00:01", "52:54:00:00:00:01"],
            ["52:54:00:00:00:01", "02:42:00:00:00:01"],
            True,
        ),
        ([], [], True),  # nothing tells them apart
        (["x"], None, True),
        (  # one of them has come or gone
            ["52:54:00:00:00:01", "52:54:00:00:00:03"],
            ["52:54:00:00:00:01", "52:54:00:00:00:04"],
            True,
        ),
    ],
)
def test_one_set_of_network_cards_behind_two_assets(
    one: list[str], other: list[str] | None, same: bool, sample: Json, loaded: Inventory
) -> None:
    """Copies of an image have one machine-id and may share a bridge; no two machines have one card."""
    for name, cards in (("web-1", one), ("web-2", other)):
        listed = [f'{{"link_type":"ether","address":"{card}"}}' for card in cards or ()]
        entry = sample["assets"][name] | {"machine_id": "0" * 64, "host_key_type": "ssh-ed25519"}
        text = ",".join([CARDS, *listed]) + "]" if cards is not None else "no JSON"
        entry["probes"]["antivirus"]["answers"]["links"] = answer(text)
        sample["assets"][name] = entry
    assert ("web-1" in twins(sample["assets"])) is same


@pytest.mark.parametrize(
    ("digests", "starts", "same"),
    [
        ("aa", ("1", "1"), True),  # a server of ssh in a network namespace, with a card of its own
        ("aa", ("1", "2"), False),  # copies of one image
        ("ab", ("1", "1"), False),  # containers that are systems of their own
        ("aa", ("", ""), False),
    ],
)
def test_one_start_of_a_kernel_behind_two_assets(
    digests: str, starts: tuple[str, str], same: bool, sample: Json
) -> None:
    for name, digest, start in zip(("web-1", "web-2"), digests, starts, strict=True):
        entry = sample["assets"][name]
        entry |= {"machine_id": digest * 64, "host_key_type": "ssh-ed25519"}
        card = f'{CARDS},{{"link_type":"ether","address":"52:54:00:00:00:0{name[-1]}"}}]'
        told = {"links": answer(card), "boot": answer(start)}
        entry["probes"]["antivirus"]["answers"] |= told
    assert ("web-1" in twins(sample["assets"])) is same


OWN = {"eth0": "52:54:00:ab:00:01"}
OTHER = {"eth0": "52:54:00:00:00:02"}
DOCKER = {"docker0": "02:42:11:22:33:44"}
ANYCONNECT = {"cscotun0": "00:05:9a:3c:7a:00"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (OWN, OWN | {"veth12ab": "ae:00:00:00:00:09"}, True),  # a container came between
        (OWN | DOCKER | {"veth1": "ae:0:0:0:0:7"}, OWN | DOCKER | {"veth2": "ae:0:0:0:0:8"}, True),
        (OWN, OWN | {"tap0": "fe:00:00:00:00:01"}, True),
        (OWN, OWN | {"mac0": "ae:11:22:33:44:55"}, True),
        (OWN, {"eth0": "52:54:00:AB:00:01"}, True),
        (OWN | {"bond0": "52:54:00:ab:00:01"}, OWN, True),
        (OWN | ANYCONNECT, OTHER | ANYCONNECT, False),  # many machines have it
        (OWN | {"virbr0": "52:54:00:ff:00:01"}, OTHER | {"virbr0": "52:54:00:ff:00:01"}, False),
        (OWN | {"vrrp.51": "00:00:5e:00:01:33"}, OTHER | {"vrrp.51": "00:00:5e:00:01:33"}, False),
        ({"eth0": "02:42:ac:11:00:02"}, {"eth0": "02:42:ac:11:00:02"}, False),  # two containers
        ({"vmnet8": "00:50:56:c0:00:08"}, {"vmnet8": "00:50:56:c0:00:08"}, False),
    ],
)
def test_cards_that_come_and_go_and_cards_that_many_have(
    one: dict[str, str], other: dict[str, str], same: bool, sample: Json
) -> None:
    for name, number, cards in (("web-1", "1", one), ("web-2", "2", other)):
        listed = [
            f'{{"ifname":"{link}","link_type":"ether","address":"{card}"}}'
            for link, card in cards.items()
        ]
        entry = sample["assets"][name]
        entry |= {"host_key": f"SHA256:{number * 43}", "host_key_type": "ssh-ed25519"}
        entry["probes"]["antivirus"]["answers"]["links"] = answer(",".join([CARDS, *listed]) + "]")
    assert ("web-1" in twins(sample["assets"])) is same


@pytest.mark.parametrize(("digest", "same"), [("a", True), ("b", False)])
def test_redaction_does_not_make_two_machines_of_one(
    digest: str, same: bool, sample: Json, loaded: Inventory
) -> None:
    """Without their cards, two servers of one machine look like copies of an image."""
    for name, one in (("web-1", "a"), ("web-2", digest)):
        entry = sample["assets"][name]
        entry |= {"machine_id": one * 64, "host_key_type": "ssh-ed25519"}
        _with_id(entry, one * 64)
        card = f'{CARDS},{{"link_type":"ether","address":"52:54:00:00:00:0{one}"}}]'
        entry["probes"]["antivirus"]["answers"]["links"] = answer(card)
    redacted = evidence.redact(evidence.sealed(sample))
    assert ("web-1" in twins(redacted["assets"])) is same


def test_redaction_does_not_make_one_machine_of_two(sample: Json) -> None:
    one = sample["assets"]["web-1"]
    one["probes"]["firewall"] = json.loads(json.dumps(one["probes"]["antivirus"]))
    for probe, digest in (("antivirus", "a"), ("firewall", "b")):
        text = f"{digest * 64}  -\n"
        one["probes"][probe]["answers"]["machine-id"] = answer(text)
    assert is_several(one)
    assert is_several(evidence.redact(evidence.sealed(sample))["assets"]["web-1"])


@pytest.mark.parametrize(("card", "same"), [("1", True), ("2", False)])
def test_two_servers_of_ssh_on_one_windows_machine(card: str, same: bool, sample: Json) -> None:
    """They have two keys of one kind and one MachineGuid, as copies of an image have."""
    for name, number in (("web-1", "1"), ("web-2", card)):
        entry = sample["assets"][name] | {"platform": "windows", "machine_id": "0" * 64}
        entry["host_key_type"] = "ssh-ed25519"
        listed = f'[{{"MacAddress":"00-15-5D-00-00-0{number}"}},{{"MacAddress":null}}]'
        entry["probes"]["antivirus"]["answers"]["links"] = answer(listed)
        sample["assets"][name] = entry
    assert ("web-1" in twins(sample["assets"])) is same


def test_one_machine_of_two_inventories(sample: Json) -> None:
    """Two networks may have one address; a host key, one machine alone."""
    key = {"host_key": KEY, "origin": "ssh://10.0.0.1:22"}
    one = {"assets": {"a": sample["assets"]["web-1"] | key}}
    other = {"assets": {"b": sample["assets"]["web-2"] | key}}
    apart = {"assets": {"c": sample["assets"]["web-3"] | {"origin": "ssh://10.0.0.1:22"}}}
    assert across({"x": one, "y": other, "z": apart}) == [
        (("x", "a"), ("y", "b"), f"host key {KEY}")
    ]


def test_two_kinds_of_key_do_not_make_two_machines_of_two_inventories(sample: Json) -> None:
    one, other = sample["assets"]["web-1"], sample["assets"]["web-2"]
    for entry, kind in ((one, "ssh-rsa"), (other, "ssh-ed25519")):
        entry |= {"host_key_type": kind, "machine_id": "a" * 64}
    found = across({"x": {"assets": {"a": one}}, "y": {"assets": {"a": other}}})
    assert found == [(("x", "a"), ("y", "a"), f"machine-id {'a' * 16}")]
    assert not across({"x": {"assets": {"a": one, "b": other}}})


def test_a_machine_id_that_was_not_answered_is_refused(sample: Json) -> None:
    _with_id(sample["assets"]["web-1"], "a" * 64)
    sample["assets"]["web-1"]["machine_id"] = "b" * 64
    with pytest.raises(InputError, match="its machine-id is not the one that it answered"):
        evidence.loads(evidence.dumps(evidence.sealed(sample)), "e.json")


ASKED = [key for key in PROBES if key[0] in ("linux", "windows")]


@pytest.mark.parametrize(("platform", "name"), ASKED)
def test_a_machine_that_is_asked_by_one_probe_alone_tells_which_it_is(
    platform: str, name: str
) -> None:
    asked = {ask.name for ask in PROBES[platform, name].asks}
    assert {MACHINE_ID.name, LINKS.name} <= asked


def _showing(card: str) -> Json:
    listed = f'{CARDS},{{"link_type":"ether","address":"{card}"}}]'
    shown = record(ON)
    shown["answers"]["links"] = answer(listed)
    return shown


def test_a_record_below_another_assets_name_makes_both_doubtful(
    sample: Json, loaded: Inventory
) -> None:
    """What one machine said stands beside what another did: of neither asset is it known who answered."""
    one, two = sample["assets"]["web-1"]["probes"], sample["assets"]["web-2"]["probes"]
    one["antivirus"] = _showing("52:54:00:00:00:01")
    one["identity"] = _showing("52:54:00:00:00:02") | {"facts": {}}
    assert _codes(sample, loaded) == ["nameless", None, None]
    two["antivirus"] = _showing("52:54:00:00:00:02")
    assert _codes(sample, loaded) == ["same_machine", "same_machine", None]


def test_a_machine_whose_cards_come_and_go_is_one(sample: Json, loaded: Inventory) -> None:
    one = sample["assets"]["web-1"]["probes"]
    one["antivirus"] = _showing("52:54:00:00:00:01")
    one["identity"] = _showing(
        '52:54:00:00:00:01"},{"link_type":"ether","address":"02:42:00:00:00:01'
    )
    one["identity"]["facts"] = {}
    assert _codes(sample, loaded) == [None, None, None]


def test_two_machine_ids_in_one_entry_are_of_two_machines(sample: Json, loaded: Inventory) -> None:
    entry = sample["assets"]["web-1"]
    _with_id(entry, "a" * 64)
    entry["probes"]["identity"] = record({})
    entry["probes"]["identity"]["answers"]["machine-id"] = answer(f"{'b' * 64}  -\n")
    assert _codes(sample, loaded) == ["nameless", None, None]


ZEROS = canonical.sha256(f"soccheck {'0' * 32}")


@pytest.mark.parametrize(
    ("one", "other", "platforms", "codes"),
    [
        ("", "", ("linux", "linux"), ["nameless", "nameless", None]),
        (f"{ZEROS}  -\n", "", ("linux", "linux"), ["nameless", "nameless", None]),
        (f"{ZEROS}  -\n", f"{ZEROS}  -\n", ("linux", "linux"), ["nameless", "nameless", None]),
        (f"{'a' * 64}  -\n", "", ("linux", "linux"), [None, None, None]),
        ("", "", ("linux", "windows"), [None, None, None]),
    ],
)
def test_of_machines_that_tell_nothing_of_themselves_nobody_knows_which_is_which(
    one: str,
    other: str,
    platforms: tuple[str, str],
    codes: list[str | None],
    sample: Json,
    loaded: Inventory,
) -> None:
    for name, told, platform in zip(("web-1", "web-2"), (one, other), platforms, strict=True):
        entry = sample["assets"][name] | {"host_key_type": f"ssh-{name}"}
        asked = {"machine-id": answer(told), "links": answer("no JSON")}
        entry["probes"]["antivirus"]["answers"] |= asked
        sample["assets"][name] = entry | {"platform": platform}
    found = indistinct(sample["assets"])
    assert ["nameless" if f"web-{n}" in found else None for n in (1, 2, 3)] == codes
    if platforms == ("linux", "linux"):
        assert _codes(sample, loaded) == codes


def test_cards_that_one_probe_still_tells_are_told(sample: Json) -> None:
    """Whoever redacts rulesets alone does not make copies of an image one machine."""
    for name, number in (("web-1", "1"), ("web-2", "2")):
        entry = sample["assets"][name]
        entry |= {"machine_id": "a" * 64, "host_key_type": "ssh-ed25519"}
        card = f'{CARDS},{{"link_type":"ether","address":"52:54:00:00:00:0{number}"}}]'
        for probe in ("antivirus", "firewall"):
            entry["probes"][probe] = record(ON if probe == "antivirus" else {})
            entry["probes"][probe]["answers"]["links"] = answer(card)
    redacted = evidence.redact(evidence.sealed(sample), ["firewall"])
    assert not twins(redacted["assets"])


@pytest.mark.parametrize(("platform", "name"), ASKED)
def test_which_machine_it_is_is_asked_first(platform: str, name: str) -> None:
    """A session that breaks off has told it then."""
    first = [ask.name for ask in PROBES[platform, name].asks[:2]]
    assert first == [MACHINE_ID.name, LINKS.name]
