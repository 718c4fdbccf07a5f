"""The five reports: every row is held, judged and printed; every stated figure is a claim.

`tests/claims/reports/*.txt` are the paragraphs of the reports that carry figures, `rows.yaml` the rows.
"""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from soccheck.assess.assessment import Assessment
from soccheck.claims import check as claims
from soccheck.facts import figures
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Claim, Inventory
from soccheck.policy.load import in_force
from soccheck.report.listings import claims as claimtable
from soccheck.report.listings import listing
from soccheck.sources import schema
from tests.kit import read_yaml, shipped
from tests.report.loaded import rendered

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parent / "reports"
NAMES = ("an-giang", "an-giang-2019", "hau-giang", "dong-thap", "binh-duong")


@cache
def loaded(name: str) -> Inventory:
    return inventory.load(ROOT / "inventories" / name, f"inventories/{name}")


@cache
def assessed(name: str) -> Assessment:
    day = loaded(name).stated
    return Assessment(loaded(name), in_force(shipped(), day), day)


@cache
def printed(name: str) -> str:
    """Return what `audit` and `claims` print of an inventory, as Markdown: its lines do not break."""
    language = Language("en")
    audit = rendered("markdown", assessed(name), language)
    table = claimtable.listing(loaded(name), claims.check(loaded(name)), language)
    return plain(audit + "".join(map(str, listing.render(table, "markdown", 80, language))))


def plain(text: str) -> str:
    unescaped = re.sub(r"\\([^\w\s])", r"\1", text).replace("\u00a0", " ")
    return re.sub(r" {2,}", " ", unescaped)


@cache
def report(name: str) -> str:
    """Return the report's paragraphs, without the marks of its footnotes, in one line."""
    text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    return " ".join(re.sub(r"\[footnoteRef:\d+\]", "", text).split())


ROWS = read_yaml((DATA / "rows.yaml").read_text(encoding="utf-8"))
ENTRIES = [
    pytest.param(entry, id=f"{row}-{number}")
    for row, entries in ROWS.items()
    for number, entry in enumerate(entries, 1)
]


def test_every_row_is_there() -> None:
    wanted = [f"A{i}" for i in range(1, 17)] + [f"B{i}" for i in range(1, 12)] + ["C2"]
    assert list(ROWS) == wanted


@pytest.mark.parametrize("entry", ENTRIES)
def test_row_is_held_judged_and_printed(entry: dict[str, Any]) -> None:
    name = entry["inventory"]
    assert " ".join(entry["says"].split()) in report(name)
    held = loaded(name)
    asset = held.find(entry["asset"]) if "asset" in entry else held.authority
    assert asset is not None
    if "fact" in entry:
        value = asset.facts[entry["fact"]]
        wanted = entry["value"]
        assert (list(value) if isinstance(value, tuple) else _yaml(value)) == wanted
        source = asset.source(entry["fact"])
        assert source is not None
        assert source.document in held.documents, "the figure says which document states it"
        assert source.place, "and where"
    if "status" in entry:
        finding = assessed(name).finding(entry["control"], asset.id)
        assert finding is not None
        assert finding.status.value == entry["status"]
    assert entry["prints"] in printed(name)


def _yaml(value: object) -> object:
    return value if isinstance(value, bool | int | float | str) else str(value)


CLAIMS = [pytest.param(name, c, id=f"{name}-{c.id}") for name in NAMES for c in loaded(name).claims]


@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_claim_is_the_reports_own_sentence(name: str, claim: Claim) -> None:
    assert claim.says in report(name)
    digits = claim.says.replace(".", "").replace(",", "").replace("bốn", "4")
    for field, figure in claim.figures.items():
        if field == "change":
            continue  # how a rank rises is words
        whole = str(int(abs(figure.number)))
        assert whole in digits, f"{field} is not in the sentence"
    assert claim.inventory, "nothing in the inventory to check it against"


@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_the_inventory_takes_a_claimed_figure_from_the_same_document(
    name: str, claim: Claim
) -> None:
    for lookup in claim.inventory.values():
        if lookup.fact is None or lookup.add is not None:
            continue
        asset = loaded(name).find(lookup.asset or loaded(name).authority.id)
        assert asset is not None
        source = asset.source(lookup.fact)
        assert source is not None
        assert source.document == claim.document, lookup.fact


def test_exactly_the_figures_that_do_not_add_up_are_found() -> None:
    wrong = {
        (name, item.claim.id, check.kind, str(check.stated), str(check.found))
        for name in NAMES
        for item in claims.check(loaded(name))
        if item.agreement is not claims.Agreement.AGREES
        for check in (*item.itself, *item.inventory)
        if check.agreement is not claims.Agreement.AGREES
    }
    assert wrong == {
        ("an-giang", "open-data-agencies", "ratio", "94.2%", "95.21%"),
        ("an-giang", "ndxp-connected", "list", "7", "8"),
        ("hau-giang", "it-staff", "sum", "7", "6"),
    }


PER_CENT = re.compile(r"(?<![\d.,])(\d+(?:[.,]\d+)?) ?%")
NOT_STATED = {
    # Targets, classes and recommendations, which state no result.
    "an-giang": [
        "từ 80% - dưới 90%",
        "để đảm bảo 100% dịch vụ công",
        "đạt tỷ lệ 100% (hiện nay",
    ],
    "dong-thap": [
        "đảm bảo 100% các cơ quan, đơn vị nhà nước thực hiện",
        "và 100% các văn bản phát hành liên thông thực hiện ký số",
    ],
}


@pytest.mark.parametrize("name", NAMES)
def test_every_per_cent_a_report_states_is_a_claim(name: str) -> None:
    text = report(name)
    for said in NOT_STATED.get(name, []):
        assert said in text
        text = text.replace(said, "")
    claimed = {
        figure.number
        for claim in loaded(name).claims
        for field, figure in claim.figures.items()
        if field == "per_cent"
    }
    stated = {figures.read(number).number for number in PER_CENT.findall(text)}
    assert stated == claimed


@pytest.mark.parametrize("name", NAMES)
def test_what_no_document_states_is_marked_made_up(name: str) -> None:
    held = loaded(name)
    for asset in (held.authority, *held):
        for fact in asset.facts:
            if fact.split(".")[0] in ("stated", "note"):
                continue
            source = asset.source(fact)
            assert source is not None, f"{asset.id}: {fact} says neither source nor illustrative"


@pytest.mark.parametrize("name", NAMES)
def test_the_assessment_as_json_is_what_its_schema_says(name: str) -> None:
    made = json.loads(rendered("json", assessed(name), Language("en")))
    jsonschema.Draft202012Validator(json.loads(schema.text("assessment"))).validate(made)
    scored = {item["control"]: item["score"] for item in made["findings"] if "score" in item}
    if name == "an-giang":
        assert scored["EG-PAR-7-1-4"] == {
            "points": "7/17",
            "maximum": "1",
            "lost": "10/17",
            "decimal": {"points": "0.4118", "lost": "0.5882"},
        }
        assert len(scored) == 4
    shares = [item["counted"] for item in made["findings"] if "share" in item.get("counted", {})]
    assert bool(shares) == (name != "hau-giang")


def test_points_in_csv_have_a_point_in_every_language() -> None:
    english, text = (rendered("csv", assessed("an-giang"), Language(code)) for code in ("en", "vi"))
    heads = next(
        csv.reader(io.StringIO(english))
    )  # those of the Vietnamese one are in its language
    listed = [*csv.DictReader(io.StringIO(text), fieldnames=heads)][1:]
    rows = {row["control"]: row for row in listed}
    assert (rows["EG-PAR-7-1-4"]["points"], rows["EG-PAR-7"]["maximum"]) == ("0.4118", "13.5000")
    assert (rows["EG-PAR-7-1-4"]["passed"], rows["EG-PAR-7-1-4"]["total"]) == ("7", "17")
    assert rows["EG-ON-TIME"]["share"] == "97.4%"


def test_the_units_behind_the_staff_are_listed() -> None:
    by_tier: dict[str, int] = {}
    for unit in loaded("hau-giang").assets["organization"].values():
        if "staff.it_fulltime" in unit.facts:
            tier = str(unit.facts["tier"])
            by_tier[tier] = by_tier.get(tier, 0) + int(str(unit.facts["staff.it_fulltime"]))
    assert by_tier == {"province": 45, "district": 6}
