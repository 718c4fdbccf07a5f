"""A ruleset belongs to one device: of another maker it is a fault, with other addresses a remark."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.firewall.owner import _MADE_BY
from soccheck.firewall.readers import READERS
from tests.cli.run import Ran, inside

CASES = Path(__file__).parent / "cases"
FORTIGATE = CASES / "fortios" / "branch" / "fortigate.conf"
INVENTORY = """
authority: {{stated: 2026-08-20, name: {{vi: Tỉnh}}}}
organizations: {{o: {{type: office, tier: province, name: {{vi: Sở}}}}}}
{assets}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("inv").mkdir()
    (tmp_path / "inv" / "fw.conf").write_bytes(FORTIGATE.read_bytes())
    return tmp_path / "inv"


def _written(folder: Path, assets: str) -> None:
    (folder / "a.yaml").write_text(INVENTORY.format(assets=assets), encoding="utf-8")


def _validated(capsys: pytest.CaptureFixture[str]) -> Ran:
    return inside(capsys, "validate", "inv", "--lang", "en")


FIREWALL = "firewalls: {fw: {organization: o%s, firewall: {ruleset: fw.conf}}}"
HOST = "hosts: {fw: {organization: o, role: server%s, firewall: {ruleset: fw.conf}}}"


@pytest.mark.parametrize(
    ("assets", "said"),
    [
        (FIREWALL % ", vendor: cisco", "vendor: cisco"),
        (FIREWALL % ", vendor: linux", "vendor: linux"),
        (FIREWALL % ", os: {family: linux}", "os.family: linux"),
        (HOST % ", os: {family: windows}", "os.family: windows"),
    ],
)
def test_another_makers_ruleset_is_refused_and_proves_nothing(
    assets: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(folder, assets)
    found = _validated(capsys)
    assert found.code == 2
    assert "inv/a.yaml:4:" in found.err
    assert f"recognised as fortios, and the inventory states {said}" in found.err
    audit = (
        "audit",
        "inv",
        "--as-of",
        "2026-08-20",
        "--policy",
        "firewall",
        "--format",
        "csv",
    )
    rows = inside(capsys, *audit, "--lang", "en").out.splitlines()
    told = [row for row in rows if "recognised as fortios" in row]
    assert told
    assert not any(",pass," in row for row in rows if ",imported," in row)


@pytest.mark.parametrize("stated", ["", ", vendor: fortinet", ", vendor: other"])
def test_the_makers_own_is_taken(
    stated: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(folder, FIREWALL % stated)
    found = _validated(capsys)
    assert (found.code, found.err) == (0, "")


def test_other_addresses_and_what_cannot_be_read_are_remarks(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(folder, FIREWALL % ", addresses: [100.64.9.9]")
    found = _validated(capsys)
    assert found.code == 0
    assert "none of the asset's addresses is one of its interfaces'" in found.err
    own = [line.split()[2] for line in FORTIGATE.read_text().splitlines() if " set ip " in line]
    _written(folder, FIREWALL % f", addresses: [100.64.9.9, {own[0]}]")
    assert _validated(capsys).err == ""
    (folder / "fw.conf").write_text("what is this\n")
    found = _validated(capsys)
    assert found.code == 0
    assert "firewall.ruleset: it cannot be read" in found.err


def test_of_every_reader_it_is_known_whose_rulesets_it_reads() -> None:
    assert set(READERS) <= set(_MADE_BY)
