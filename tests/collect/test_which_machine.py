"""Real sshd: what is one machine under two names is nobody's evidence, and two machines are two."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests import fleet as fleets
from tests.collect.conftest import Soccheck
from tests.fleet import Fleet, Machine

ID = "printf %s {text} >mid; mount --bind mid /etc/machine-id\n"
NO_IP = (
    "printf '#!/bin/sh\\nexit 127\\n' >no-ip; chmod 755 no-ip\n"
    'mount --bind no-ip "$(readlink -f "$(command -v ip)")"\n'
)
SECOND = (
    "ssh-keygen -q -t {kind} -N '' -f second-{port}\n"
    "sed 's/^Port 22$/Port {port}/; s#^HostKey .*#HostKey {folder}/second-{port}#' sshd_config >{port}.conf\n"
    "/usr/sbin/sshd -f {folder}/{port}.conf -o PidFile=none 2>>sshd.log\n"
)
VPN = "ip link add vpn0 address 00:05:9a:3c:7a:00 type bridge\n"
OWN, IMAGE, ZEROS = "a" * 32, "b" * 32, "0" * 32
MACHINES = {
    "two-servers": (OWN, ("ed25519", "rsa"), "ip link add passing type bridge\n"),
    "no-cards": (OWN[:-1] + "1", ("ed25519",), NO_IP),
    "nothing": ("uninitialized", ("ed25519", "rsa"), NO_IP),
    "zeros": (ZEROS, ("rsa",), NO_IP),
    "copy-1": (IMAGE, (), VPN),
    "copy-2": (IMAGE, (), VPN),
    "bare-copy-1": (IMAGE[:-1] + "1", (), NO_IP),
    "bare-copy-2": (IMAGE[:-1] + "1", (), NO_IP),
    "one-key-1": ("c" * 32, (), ""),
    "one-key-2": ("d" * 32, (), ""),
    "blank-1": ("", (), ""),
    "blank-2": ("", (), ""),
}


@pytest.fixture(scope="module")
def machines(can_build: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    folder = tmp_path_factory.mktemp("which")
    built = []
    for number, (name, (text, kinds, more)) in enumerate(MACHINES.items()):
        own = folder / f"m{number}"
        servers = (
            SECOND.format(kind=kind, port=2222 + at, folder=own) for at, kind in enumerate(kinds)
        )
        prepare = ID.format(text=f"'{text}'" if len(text) != 32 else f"'{text}\n'")
        prepare = "".join((prepare, *servers, more))
        built.append(Machine(name, number, own, "none", "", prepare))
    with fleets.fleet(folder, built, fill=_one_key) as fleet:
        yield fleet


def _one_key(machines: Sequence[Machine]) -> None:
    one, other = (m.folder for m in machines if m.name.startswith("one-key"))
    for file in ("host_key", "host_key.pub"):
        shutil.copy2(one / file, other / file)


Place = tuple[str, int]
SAME, NAMELESS = "same_machine", "nameless"
CASES: dict[str, tuple[Place, Place, str | None, str]] = {
    "two keys of one kind": (
        ("two-servers", 22),
        ("two-servers", 2222),
        SAME,
        "(rm /etc/ssh/ssh_host_*; ssh-keygen -A)",
    ),
    "keys of two kinds": (
        ("two-servers", 22),
        ("two-servers", 2223),
        SAME,
        "the same machine-id",
    ),
    "no cards are told": (
        ("no-cards", 22),
        ("no-cards", 2222),
        SAME,
        "(rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup)",
    ),
    "nothing is told": (("nothing", 22), ("nothing", 2222), NAMELESS, "ip -j addr"),
    "nothing, two kinds": (("nothing", 22), ("nothing", 2223), NAMELESS, "ip -j addr"),
    "nothing, and zeros": (("nothing", 22), ("zeros", 2222), NAMELESS, "systemd-machine-id-setup"),
    "copies of an image": (("copy-1", 22), ("copy-2", 22), None, ""),
    "copies without cards": (("bare-copy-1", 22), ("bare-copy-2", 22), SAME, "machine-id"),
    "one key": (("one-key-1", 22), ("one-key-2", 22), SAME, "ssh-keygen -A"),
    "blank, with cards": (("blank-1", 22), ("blank-2", 22), None, ""),
    "nothing, beside one that tells": (("nothing", 22), ("blank-1", 22), None, ""),
}


def _asked(soccheck: Soccheck, places: dict[str, Place], fleet: Fleet) -> None:
    """Write the inventory and the known hosts of assets that are asked at these places."""
    by_name = {machine.name: machine for machine in fleet.machines}
    rows, known = [], []
    for asset, (name, port) in places.items():
        machine = by_name[name]
        rows.append(
            f"  {asset}:\n    {{organization: office, role: server, os: {{family: linux}}, "
            f"addresses: [{machine.v4}], ssh: {{user: root, port: {port}}}}}\n"
        )
        file = "host_key" if port == 22 else f"second-{port}"
        key = " ".join((machine.folder / f"{file}.pub").read_text().split()[:2])
        known.append(f"[{machine.v4}]:{port} {key}\n" if port != 22 else f"{machine.v4} {key}\n")
    soccheck.known.write_text("".join(known))
    folder = soccheck.folder / "inv"
    folder.mkdir()
    head = "authority: {stated: 2026-01-31}\norganizations:\n  office: {type: office, tier: province}\n"
    (folder / "all.yaml").write_text(f"{head}hosts:\n{''.join(rows)}")


def _told(soccheck: Soccheck) -> dict[str, tuple[str, str | None]]:
    """Return, by asset, the result of a control that every machine here passes by itself, and why not."""
    done = soccheck(
        "audit", "inv", "--evidence", "e.json", "--policy", "antivirus", "--format", "json"
    )
    return {
        one["asset"]: (one["result"], one.get("reason", {}).get("code"))
        for one in json.loads(done.stdout)["findings"]
        if one["control"] == "AV-INSTALLED"
    }


def _said(soccheck: Soccheck, asset: str) -> str:
    """Return what is said of an asset's result."""
    words = ("inv", "AV-INSTALLED", asset, "--evidence", "e.json", "--lang", "en")
    return " ".join(soccheck("explain", *words).stdout.split())


@pytest.mark.parametrize("case", CASES)
def test_two_assets(case: str, machines: Fleet, tmp_path: Path) -> None:
    one, other, code, said = CASES[case]
    soccheck = Soccheck(machines, tmp_path)
    _asked(soccheck, {"x-1": one, "x-2": other}, machines)
    key = ("-i", str(machines.key), "--no-agent")
    done = soccheck("collect", "inv", "-o", "e.json", "--probe", "antivirus", *key)
    assert done.returncode == 0, done.stderr
    right = ("unknown", code) if code else ("pass", None)
    assert _told(soccheck) == {"x-1": right, "x-2": right}
    assert said in _said(soccheck, "x-2")


@pytest.mark.skipif(not shutil.which("systemd-machine-id-setup"), reason="needs systemd")
def test_what_findings_say_gives_a_copy_keys_and_a_machine_id_of_its_own(tmp_path: Path) -> None:
    """Without the `rm`, keys stay as they are, and the machine-id is taken from D-Bus's copy of it."""
    ids = [tmp_path / "etc" / "machine-id", tmp_path / "var" / "lib" / "dbus" / "machine-id"]
    for folder in ("etc/ssh", "var/lib/dbus", "run"):
        (tmp_path / folder).mkdir(parents=True)

    def told() -> tuple[str, str]:
        fleets.sh(["ssh-keygen", "-A", "-f", str(tmp_path)])
        fleets.sh(["systemd-machine-id-setup", f"--root={tmp_path}"])
        return (tmp_path / "etc/ssh/ssh_host_ed25519_key.pub").read_text(), ids[0].read_text()

    key, number = told()
    shutil.copy2(*ids)
    ids[0].unlink()
    assert told() == (key, number)
    for path in (*ids, *(tmp_path / "etc" / "ssh").glob("ssh_host_*")):
        path.unlink()
    other = told()
    assert other[0] != key
    assert other[1] != number


def test_a_machine_that_ssh_config_sends_to_another_ones_port(
    machines: Fleet, tmp_path: Path
) -> None:
    soccheck = Soccheck(machines, tmp_path)
    _asked(soccheck, {"x-1": ("two-servers", 2222), "x-2": ("two-servers", 2223)}, machines)
    rows = tmp_path / "inv" / "all.yaml"
    rows.write_text(rows.read_text().replace(", port: 2222", ""))
    config = tmp_path / "config"
    config.write_text("Host 198.18.*\n  Port 2223\n")
    key = ("-i", str(machines.key), "--no-agent", "--ssh-config", str(config))
    words = ("--probe", "antivirus", "--asset", "x-1")
    done = soccheck("collect", "inv", "-o", "e.json", *words, *key)
    assert done.returncode == 0, soccheck("evidence", "show", "e.json", "--problems").stdout
    assert _told(soccheck)["x-1"] == ("unknown", "moved")
    assert "it answered where the inventory has another machine" in _said(soccheck, "x-1")


def test_cards_that_change_between_two_collections(machines: Fleet, tmp_path: Path) -> None:
    soccheck = Soccheck(machines, tmp_path)
    _asked(soccheck, {"x-1": ("two-servers", 22), "x-2": ("two-servers", 2222)}, machines)
    key = ("-i", str(machines.key), "--no-agent", "--probe", "antivirus")
    assert soccheck("collect", "inv", "-o", "1.json", "--asset", "x-1", *key).returncode == 0
    machines.inside(machines.machines[0], "ip link del passing; ip link add other type bridge")
    assert soccheck("collect", "inv", "-o", "2.json", "--asset", "x-2", *key).returncode == 0
    assert soccheck("evidence", "merge", "1.json", "2.json", "-o", "e.json").returncode == 0
    assert set(_told(soccheck).values()) == {("unknown", SAME)}
