"""Every shipped map on a made-up file in the form it is for: what each row says, and what stays unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from soccheck.bundle import bundle as bundles
from soccheck.errors import UsageError
from soccheck.facts.values import encode
from soccheck.imports import map_file as maps
from soccheck.imports.evidence import bundle
from soccheck.imports.imported import Imported, ImportFile
from soccheck.imports.map import for_evidence
from soccheck.imports.proposal import propose
from soccheck.imports.read import read
from soccheck.inventory import load as inventories
from soccheck.model import Inventory
from soccheck.sources import yaml
from soccheck.sources.files import Folder, content

HERE = Path(__file__).parent
SAMPLES = {path.name: path for path in sorted((HERE / "samples").iterdir())}
TODAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return inventories.load(HERE / "inventory", "inventory")


def want(folder: Path) -> dict[str, Any]:
    source = yaml.parse(content(folder / "want.yaml"), str(folder))
    assert not source.problems
    data: dict[str, Any] = source.data
    return data


def imported(name: str, inventory: Inventory) -> Imported:
    (file,) = (path for path in SAMPLES[name].iterdir() if path.name != "want.yaml")
    given = ImportFile(shown=file.name, name=file.name, raw=file.read_bytes())
    return read([given], maps.load(name), inventory, None, TODAY)


def test_every_map_has_a_sample() -> None:
    assert set(SAMPLES) == set(maps.shipped())


@pytest.mark.parametrize("name", maps.shipped())
def test_a_map_says_how_sure_its_columns_are(name: str) -> None:
    by = maps.load(name)
    assert by.id == name
    assert by.source
    assert set(by.title) == {"en", "vi"}


@pytest.mark.parametrize("name", [name for name in SAMPLES if "evidence" in want(SAMPLES[name])])
def test_sample(name: str, inventory: Inventory) -> None:
    expected = want(SAMPLES[name])
    found = imported(name, inventory)
    assert not for_evidence(found.map)
    made = bundle(found, inventory, "test")
    assert bundles.loads(bundles.dumps(made), name) == made
    told = {}
    for asset, entry in made["assets"].items():
        (record,) = entry["probes"].values()
        told[asset] = {
            "when": record["ended"][:10],
            "facts": record["facts"],
            "unknown": sorted(record["problems"]),
        }
    wanted = {
        asset: {
            "when": encode(item["when"]),
            "facts": {fact: encode(value) for fact, value in item["facts"].items()},
            "unknown": sorted(item.get("unknown", [])),
        }
        for asset, item in expected["evidence"].items()
    }
    assert told == wanted
    assert [e.name for e in found.entries if e.asset is None] == expected.get("lost", [])
    if "absent" in expected:
        assert sorted(asset.id for asset in found.unmatched_assets) == expected["absent"]
    if "rows" in expected:
        counts = {str(kind): list(numbers) for kind, numbers in found.files[0].counts.items()}
        assert counts == expected["rows"]


@pytest.mark.parametrize("name", [n for n in SAMPLES if "evidence" in want(SAMPLES[n])])
def test_every_row_is_accounted_for(name: str, inventory: Inventory) -> None:
    found = imported(name, inventory)
    counted = sum(len(numbers) for numbers in found.files[0].counts.values())
    entries = len(found.files[0].counts["entry"])  # type: ignore[index]
    assert entries == len(found.entries)
    assert counted >= entries + 1


@pytest.mark.parametrize("name", [name for name in SAMPLES if "proposes" in want(SAMPLES[name])])
def test_what_is_proposed(name: str, inventory: Inventory) -> None:
    expected = want(SAMPLES[name])["proposes"]
    found = imported(name, inventory)
    assert for_evidence(found.map)
    proposal = propose(found, inventory, Folder(HERE / "inventory"))
    assert list(proposal.new) == expected["new"]
    assert list(proposal.altered) == expected["altered"]
    assert len(proposal.by_hand) == expected["by_hand"]
    with pytest.raises(UsageError, match="the map states what an asset is"):
        bundle(found, inventory, "test")


ODD = {
    "total;;;": "total",
    "Tổng số máy;12;;": "total",
    "total;28/06/2024;Có;Bật": "entry",
    "I. Sở Y tế;;;": "group",
    "c.tinh.example;;;": "entry",
    "SUM;28/06/2024;Có;Bật": "entry",
    "Tên máy;Kết nối lần cuối;Đã cài đặt;Bảo vệ thời gian thực": "heading",
    ";28/06/2024;Có;Bật": "unread",
    ";;;": "empty",
    "Ghi chú: xem trang 2;;;": "entry",
}
"""Row of a list -> what it is: what may be a machine is one, and is told if it is none."""


@pytest.mark.parametrize("row", ODD)
def test_no_machine_is_taken_for_a_title_or_a_total(row: str, inventory: Inventory) -> None:
    head = "Tên máy;Kết nối lần cuối;Đã cài đặt;Bảo vệ thời gian thực"
    raw = f"{head}\npc-001;28/06/2024;Có;Bật\n{row}\n".encode()
    given = ImportFile(shown="a.csv", name="a.csv", raw=raw)
    found = read([given], maps.load("antivirus-blank"), inventory, date(2024, 6, 28), TODAY)
    kinds = {n: str(k) for k, numbers in found.files[0].counts.items() for n in numbers}
    assert kinds[3] == ODD[row]


@pytest.mark.parametrize("name", [name for name in SAMPLES if "secrets" in want(SAMPLES[name])])
def test_secrets_are_dropped_and_told(name: str, inventory: Inventory) -> None:
    expected = want(SAMPLES[name])
    found = imported(name, inventory)
    assert sorted(found.files[0].dropped) == sorted(expected["dropped"])
    (file,) = (path for path in SAMPLES[name].iterdir() if path.name != "want.yaml")
    given = file.read_text()
    kept = repr(found)
    if "proposes" in expected:
        kept += "".join(propose(found, inventory, Folder(HERE / "inventory")).difference())
    else:
        kept += bundles.dumps(bundle(found, inventory, "test")).decode()
    for secret in expected["secrets"]:
        assert secret in given
        assert secret not in kept
