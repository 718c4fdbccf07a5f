"""Evidence that may be another machine's: of another inventory, or asked where the asset is no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.bundle import taken
from soccheck.bundle.whose import doubts
from soccheck.inventory import load as inventory
from soccheck.model import Inventory
from tests.bundles import bundle, record, write_inventory

Json = dict[str, Any]


@pytest.fixture
def loaded(tmp_path: Path) -> Inventory:
    return write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1", "web-2": "2001:db8::2"})


@pytest.fixture
def sample(loaded: Inventory) -> Json:
    on = {"antivirus.realtime": True}
    made = bundle(loaded, {name: {"antivirus": record(on)} for name in ("web-1", "web-2")})
    made["assets"]["web-1"]["origin"] = "ssh://soc@192.0.2.1:22"
    made["assets"]["web-2"]["origin"] = "ssh://soc@[2001:db8::2]:22 via jump"
    return evidence.sealed(made)


def _codes(made: Json, loaded: Inventory) -> list[str | None]:
    found = taken.by_asset(made, loaded, taken.read_again(made, loaded))
    return [found[name]["antivirus.realtime"][0].problem for name in ("web-1", "web-2")]


def _edited(loaded: Inventory, tmp_path: Path, folder: str = "inv", one: str = "") -> Inventory:
    hosts = {"web-1": one or "192.0.2.1", "web-2": "'2001:DB8:0::2'", "web-3": "192.0.2.3"}
    return write_inventory(tmp_path / folder, hosts)


def test_an_edit_that_concerns_no_machine_leaves_its_evidence(
    sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    assert _codes(sample, loaded) == [None, None]
    assert _codes(sample, _edited(loaded, tmp_path)) == [None, None]


@pytest.mark.parametrize("origin", ["ssh://web-1", "ssh://soc@web-1:22", "ssh://192.0.2.1"])
def test_a_machine_may_be_known_by_its_id(
    origin: str, sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    sample["assets"]["web-1"]["origin"] = origin
    assert _codes(sample, _edited(loaded, tmp_path)) == [None, None]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "local://",
        "ssh://",
        "ssh://soc@:22",
        "192.0.2.1",
        "telnet://192.0.2.1",
        "ssh://web\0-1",
        "ssh://\x1b[2J",
        "ssh://[2001:db8::1",
        "ssh://a:b:c:22",
        "ssh://192.0.2.1:²²",
        "ssh://192.0.2.1:022",
        "ssh://192.0.2.1:22 via ",
        "ssh://192.0.2.1:22\n",
        f"ssh://{'a.' * 1000}",
    ],
)
def test_answers_of_a_place_that_is_not_told_are_nobodys(
    origin: str, sample: Json, loaded: Inventory
) -> None:
    sample["assets"]["web-1"]["origin"] = origin
    assert _codes(sample, loaded) == ["nameless", None]


@pytest.mark.parametrize("address", ["192.0.2.9", "web.example"])
def test_what_was_asked_elsewhere_is_no_evidence(
    address: str, sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    sample["assets"]["web-1"]["origin"] = f"ssh://soc@{address}:22"
    assert _codes(sample, loaded) == [None, None]  # ssh_config said so: it is this very inventory
    assert _codes(sample, _edited(loaded, tmp_path)) == ["moved", None]
    again = _edited(loaded, tmp_path, one="192.0.2.9")
    assert _codes(sample, again) == ["moved" if address == "web.example" else None, None]


def test_another_authoritys_evidence_is_none(
    sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    other = _edited(loaded, tmp_path, folder="other")
    assert _codes(sample, other) == ["foreign", "foreign"]
    assert (
        "collected for 'inv', and this is another state of 'other'"
        in doubts(sample, other)["web-1"][1]
    )
    sample["inventory"]["folder"] = "somewhere/other/"
    assert _codes(sample, other) == [None, None]
    sample["inventory"]["folder"] = "."
    assert _codes(sample, other) == ["foreign", "foreign"]


def test_a_path_without_a_name_hides_no_foreign_evidence(
    sample: Json, loaded: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _edited(loaded, tmp_path, folder="other")
    monkeypatch.chdir(tmp_path / "other")
    for path in (".", "./", "../other/.", "../other"):
        for name, found in (("inv", "foreign"), ("other", None)):
            sample["inventory"]["folder"] = name
            assert _codes(sample, inventory.load(Path(path), path)) == [found, found], path


def test_answers_under_another_machines_name_are_none(sample: Json, loaded: Inventory) -> None:
    one, two = loaded.assets["host"]["web-1"], loaded.assets["host"]["web-2"]
    for name, at in (("web-1", two), ("web-2", one)):
        address = str(at.facts["addresses"][0])  # type: ignore[index]  # addresses are a tuple
        shown = f"[{address}]" if ":" in address else address
        sample["assets"][name]["origin"] = f"ssh://soc@{shown}:22"
    assert _codes(sample, loaded) == ["moved", "moved"]


@pytest.mark.parametrize(
    ("ssh", "origin", "said"),
    [
        ("port: 2222", "ssh://soc@192.0.2.1:2222", "moved"),  # ssh_config sent it there
        ("port: 2222, address: nat.example", "ssh://soc@NAT.example.:2222", "moved"),
        ("port: 2222", "ssh://soc@192.0.2.1:2223", None),
        ("port: 2222", "ssh://soc@192.0.2.1:22", None),
        ("port: 2222", "ssh://soc@192.0.2.1:2222 via jump", None),
        ("port: 2222, jump: jump", "ssh://soc@192.0.2.1:2222", None),
    ],
)
def test_two_machines_behind_one_address_are_known_by_their_ports(
    ssh: str, origin: str, said: str | None, sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    path = tmp_path / "inv" / "all.yaml"
    text = path.read_text().replace("2001:db8::2]", "192.0.2.1]").replace("[192", '["192', 0)
    head, _, tail = text.rpartition("    antivirus:")
    path.write_text(f"{head}    ssh: {{{ssh}}}\n    antivirus:{tail}")
    again = inventory.load(tmp_path / "inv", "inv")
    sample["assets"]["web-1"]["origin"] = origin
    for digest in (again.digest, sample["inventory"]["digest"]):
        sample["inventory"]["digest"] = digest
        assert _codes(sample, again)[0] == said


def test_a_folder_that_was_only_moved_keeps_its_evidence(
    sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    (tmp_path / "inv").rename(tmp_path / "moved")
    hosts = {"web-1": "192.0.2.1", "web-2": "2001:db8::2"}
    moved = write_inventory(tmp_path / "moved", hosts)
    assert moved.digest == loaded.digest
    assert _codes(sample, moved) == [None, None]


@pytest.mark.parametrize(
    ("ssh", "origin", "said"),
    [
        ("port: 2222", "ssh://soc@192.0.2.1:22", "moved"),
        ("port: 2222", "ssh://soc@192.0.2.1:2222", None),
        ("port: 2222", "ssh://soc@192.0.2.1", None),
        ("jump: web-2", "ssh://soc@192.0.2.1:22", "moved"),
        ("jump: web-2", "ssh://soc@192.0.2.1:22 via 2001:db8::2", None),
        ("jump: 192.0.2.9", "ssh://soc@192.0.2.1:22 via 192.0.2.9", None),
        ("jump: 192.0.2.9", "ssh://soc@192.0.2.1:22 via 192.0.2.8", "moved"),
        ("jump: 'a, root@192.0.2.9:2222'", "ssh://soc@192.0.2.1:22 via 192.0.2.9:2222", None),
        ("jump: '192.0.2.9,192.0.2.8'", "ssh://soc@192.0.2.1:22 via 192.0.2.9", "moved"),
        ("jump: 'soc@[2001:db8::9]:2222'", "ssh://soc@192.0.2.1:22 via [2001:db8::9]:2222", None),
        ("jump: 'soc@[2001:db8::9]'", "ssh://soc@192.0.2.1:22 via [2001:db8::8]", "moved"),
        ("user: soc", "ssh://root@192.0.2.1:22", None),
    ],
)
def test_what_answered_by_another_way_than_stated_is_another_machine(
    ssh: str, origin: str, said: str | None, sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    sample["assets"]["web-1"]["origin"] = origin
    again = _stating(tmp_path, f"ssh: {{{ssh}}}")
    assert _codes(sample, again) == [said, None]


@pytest.mark.parametrize(
    ("begins", "said"), [("2026-02-01", None), ("2026-02-02", "moved"), ("2026-03-01", "moved")]
)
def test_what_answered_before_the_asset_began_was_another_machine(
    begins: str, said: str | None, sample: Json, loaded: Inventory, tmp_path: Path
) -> None:
    again = _stating(tmp_path, f"valid: {{from: {begins}}}")
    assert _codes(sample, again) == [said, None]
    sample["inventory"]["digest"] = again.digest
    assert _codes(sample, again) == [said, None]


def _stating(tmp_path: Path, more: str) -> Inventory:
    """Return the inventory with one more line of its first machine."""
    file = tmp_path / "inv" / "all.yaml"
    file.write_text(file.read_text().replace("  web-1:\n", f"  web-1:\n    {more}\n"))
    return inventory.load(tmp_path / "inv", "inv")


@pytest.mark.parametrize(
    ("system", "platform", "code"),
    [
        ("os: {family: linux}", "linux", None),
        ("os: {family: windows}", "linux", "moved"),
        ("os: {name: Windows Server 2022}", "linux", "moved"),
        ("os: {family: linux}", "windows", "moved"),
        ("os: {family: windows}", "windows", None),
        ("", "windows", None),  # the inventory does not say
    ],
)
def test_an_asset_that_has_another_system_now_was_not_asked(
    system: str, platform: str, code: str | None, tmp_path: Path
) -> None:
    on = {"antivirus.realtime": True}
    loaded = write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1"}, system=system)
    made = bundle(loaded, {"web-1": {"antivirus": record(on)}})
    made["assets"]["web-1"] |= {"platform": platform, "origin": "ssh://soc@192.0.2.1:22"}
    assert doubts(evidence.sealed(made), loaded).get("web-1", (None,))[0] == code
