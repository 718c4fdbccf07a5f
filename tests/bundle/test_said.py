"""Whether a bundle's signature was checked is said wherever its evidence is used, and can be demanded."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from soccheck.firewall.from_bundle import EMPTY
from tests.bundles import bundle, record, write_inventory
from tests.cli.run import inside
from tests.firewall.gathering import around, entry, gathered
from tests.report.official import opened

AS_OF = ("--as-of", "2026-02-02", "--lang", "en")
GIVEN = ("--evidence", "e.json", *AS_OF)
LETTER = ("--format", "mau-08", "-o", "r.docx")
COMMANDS = (
    ("audit", "inv"),
    ("report", "inv"),
    ("worklist", "inv"),
    ("explain", "inv", "AV-FRESH"),
    ("drift", "inv"),
    ("fill", "inv"),
)


@pytest.fixture(autouse=True)
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = write_inventory(tmp_path / "inv", {"web-1": "192.0.2.1"})
    on = record({"antivirus.realtime": True, "antivirus.signatures_age": 3600})
    made = bundle(loaded, {"web-1": {"antivirus": on}})
    Path("e.json").write_bytes(evidence.dumps(made))


def test_every_command_that_takes_evidence_can_demand_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in COMMANDS:
        for wanted, said in (
            (("--signers", "e.json"), "e.json.sig"),
            (("--max-evidence-age", "0d"), "its oldest answer is of 2026-02-01"),
        ):
            found = inside(capsys, *command, *GIVEN, *wanted)
            assert found.code == 2, command
            assert said in found.err, command


def test_settings_that_demand_of_no_evidence_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for line in ("signers: e.json", "max_evidence_age: 1d"):
        Path("soccheck.yaml").write_text(f"audit:\n  {line}\n", encoding="utf-8")
        found = inside(capsys, "run", "inv", "--config", "soccheck.yaml", *AS_OF)
        assert found.code == 2
        assert "does nothing without evidence" in found.err


@pytest.mark.parametrize(
    "words", [("explain", "inv", "AV-FRESH"), ("drift", "inv"), ("fill", "inv")]
)
def test_a_listing_says_that_nobody_looked(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    found = inside(capsys, *words, *GIVEN)
    assert "no signature checked" in " ".join((found.out + found.err).split())


def test_every_report_with_figures_says_that_nobody_looked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = {
        **dict.fromkeys(
            ("table", "markdown", "html", "csv", "junit", "tap"), "no signature checked"
        ),
        **dict.fromkeys(("json", "sarif", "sarif-full"), '"signer": null'),
        "xlsx": "no signature checked",
        "openmetrics": 'soccheck_evidence_signed{authority="inv"} 0',
    }
    wanted = [word for form in said for word in ("--report", f"{form}=r.{form}")]
    inside(capsys, "audit", "inv", *GIVEN, *wanted)
    for form, text in said.items():
        if form == "xlsx":
            with zipfile.ZipFile("r.xlsx") as book:
                whole = b"".join(map(book.read, book.namelist())).decode("utf-8", "replace")
        else:
            whole = " ".join(Path(f"r.{form}").read_text(encoding="utf-8").split())
        assert text in whole, form


def test_the_yearly_letter_says_that_nobody_looked(capsys: pytest.CaptureFixture[str]) -> None:
    inside(capsys, "report", "inv", *GIVEN, "--period", "2025-12-15..2026-12-14", *LETTER)
    assert "no signature checked" in opened.words(opened.opened(Path("r.docx").read_bytes()))


def test_firewall_demands_of_a_bundle_and_says_that_nobody_looked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing = {"iptables": EMPTY, "ip6tables": EMPTY, **around("192.0.2.1")}
    machine = entry("web-1", {**listing, "nft": '{"nftables": []}'})
    Path("f.json").write_bytes(evidence.dumps(gathered(None, {"web-1": machine})))
    Path("rules").write_text(EMPTY, encoding="utf-8")
    asked: tuple[tuple[str, ...], ...] = (("show", "f.json"), ("diff", "f.json", "f.json"))
    for question in asked:
        for form in ((), ("--json",)):
            found = inside(capsys, "firewall", *question, *form, *AS_OF)
            assert "no signature checked" in (found.err if form else found.out)
        for wanted, said in (
            (("--signers", "f.json"), "f.json.sig"),
            (("--max-evidence-age", "1d", "--as-of", "2026-12-01"), "its oldest answer is of"),
        ):
            found = inside(capsys, "firewall", *question, *wanted)
            assert found.code == 2
            assert said in found.err
    for option in (("--max-evidence-age", "1d"), ("--as-of", "2026-12-01")):
        found = inside(capsys, "firewall", "show", "rules", *option)
        assert found.code == 2
        assert "rules: not an evidence bundle" in found.err
        assert f"{option[0]} does nothing without an evidence bundle" in found.err


def test_firewall_knows_no_machine_that_is_two_assets_or_has_no_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing = {"iptables": EMPTY, "ip6tables": EMPTY, "nft": '{"nftables": []}'}
    machines = {n: entry(n, {**listing, **around("192.0.2.1")}) for n in ("a", "b", "c")}
    machines["b"]["host_key"] = machines["a"]["host_key"]
    del machines["c"]["host_key"]
    Path("f.json").write_bytes(evidence.dumps(gathered(None, machines)))
    found = inside(capsys, "firewall", "ask", "f.json", "tcp/22", "--json", *AS_OF)
    assert found.code == 3
    assert {row["answer"] for row in json.loads(found.out)} == {"unknown"}
