"""Whether a bundle's signature was checked is said wherever its evidence is used, and can be demanded."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from soccheck.bundle import bundle as evidence
from tests.bundles import bundle, record, write_inventory
from tests.cli.run import inside

AS_OF = ("--as-of", "2026-02-02", "--lang", "en")
GIVEN = ("--evidence", "e.json", *AS_OF)
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
    for words in COMMANDS:
        for wanted, said in (
            (("--signers", "e.json"), "e.json.sig"),
            (("--max-evidence-age", "0d"), "its oldest answer is of 2026-02-01"),
        ):
            found = inside(capsys, *words, *GIVEN, *wanted)
            assert found.code == 2, words
            assert said in found.err, words


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
