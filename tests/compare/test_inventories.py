"""Two inventories beside each other: up, down, new, no longer stated; nothing unlike is subtracted."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from soccheck.assess.assessment import Assessment
from soccheck.compare.inventories import _FIGURES, SUMMED, Movement, Row, compare
from soccheck.facts.catalogue import of_kind
from soccheck.i18n import Language
from soccheck.policy import load as policy
from soccheck.report.listings import inventories as compared
from tests.kit import CONTROL, HEAD, an_inventory, written

BASE = """
authority: {{stated: 2024-06-30{facts}}}
organizations:
  o: {{type: office, tier: province}}
"""


def assessed(folder: Path, facts: str, more: str = "") -> Assessment:
    head = HEAD.format(policy="p", asset="authority", first="P-0")
    require = "{measure: {passed: open_data.providing, of: open_data.agencies}}"
    control = CONTROL.format(id="P-0", title="open", asset="authority", require=require)
    path = written(folder / "pol", p=f"{head}controls:{control}    target: 100%\n") / "p.yaml"
    held = an_inventory(folder / "inv", more, base=BASE.format(facts=facts))
    return Assessment(held, policy.load([(path, "p.yaml")]), date(2024, 6, 30))


def rows(folder: Path, before: str, after: str, more: tuple[str, str] = ("", "")) -> dict[str, Row]:
    sides = [
        assessed(folder / str(i), f, m)
        for i, (f, m) in enumerate(zip((before, after), more, strict=True))
    ]
    return {row.key: row for row in compare(sides[0], sides[1])}


@pytest.mark.parametrize(
    ("before", "after", "key", "change", "shown"),
    [
        (", par: {rank: 9}", ", par: {rank: 63}", "par.rank", "up", "up +54"),
        (", video: {points: about 80}", ", video: {points: 13}", "video.points", "down", "down"),
        (", video: {points: 13}", "", "video.points", "gone", "no longer stated"),
        ("", ", video: {points: 13}", "video.points", "new", "new"),
        (", emc: {connected: false}", ", emc: {connected: true}", "emc.connected", "up", "up"),
        (
            ", files: {district_share: 98.4%}",
            ", files: {district_share: 98.4%}",
            "files.district_share",
            "same",
            "unchanged",
        ),
        (
            ", open_data: {providing: 1, agencies: 2}",
            ", open_data: {providing: 3, agencies: 8}",
            "P-0",
            "down",
            "down −12.5 pp",
        ),
        (
            ", par: {egovernment: {points: 10.77}}",
            ", par: {egovernment: {points: 11.9112}}",
            "par.egovernment.points",
            "up",
            "up +1.1412",
        ),
    ],
)
def test_change(before: str, after: str, key: str, change: str, shown: str, tmp_path: Path) -> None:
    row = rows(tmp_path, before, after)[key]
    assert row.movement == change
    language = Language("en")
    said = compared.word(row.movement, language) + compared._difference(row, language)
    assert said.replace("\u00a0", " ") == shown


def test_counts_are_added_up_and_shares_are_not(tmp_path: Path) -> None:
    fleets = "fleets:\n  a: {organization: o, lans: {total: 3, data_safety_share: 80%}}\n"
    more = "  b: {organization: o, lans: {total: 4, data_safety_share: 90%}}\n"
    found = rows(tmp_path, "", "", (fleets, fleets + more))
    assert found["lans.total"].movement is Movement.UP
    assert found["a: lans.data_safety_share"].movement is Movement.SAME
    assert found["b: lans.data_safety_share"].movement is Movement.NEW
    assert "lans.data_safety_share" not in found
    assert compared.plain(found["lans.total"].after) == "7"


def test_a_measure_takes_its_counts_out_of_the_figures(tmp_path: Path) -> None:
    found = rows(tmp_path, ", open_data: {providing: 1, agencies: 2}", "")
    assert "P-0" in found
    assert "open_data.providing" not in found


def test_with_itself_nothing_changes(tmp_path: Path) -> None:
    facts = ", video: {points: about 80}, open_data: {providing: 1, agencies: 2}, par: {rank: 1}"
    found = rows(tmp_path, facts, facts)
    assert len(found) >= 3
    assert {row.movement for row in found.values()} == {Movement.SAME}


def test_of_nothing_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert rows(tmp_path, "", "") == {}


@pytest.mark.parametrize("code", ["en", "vi"])
def test_every_figure_has_a_title_of_its_own(code: str) -> None:
    titles = {}
    for kind in ("authority", *SUMMED):
        for name, fact in of_kind(kind).items():
            compared_ = fact.type in _FIGURES or (fact.type == "bool" and kind == "authority")
            assert (fact.title is not None) == (compared_ and not fact.many), name
            if fact.title is not None:
                titles[name] = fact.title[code]
    assert len(titles) > 100
    assert len(set(titles.values())) == len(titles), "two figures cannot be told apart"
    assert not [title for title in titles.values() if "_" in title or not title[0].isupper()]


def test_what_an_asset_alone_states_names_it(tmp_path: Path) -> None:
    name = "name: {vi: Máy tính, en: Computers}"
    fleet = f"fleets:\n  a: {{{name}, organization: o, lans: {{data_safety_share: 80%}}}}\n"
    row = rows(tmp_path, "", "", ("", fleet))["a: lans.data_safety_share"]
    for code, said in (
        ("en", "Share of local networks with a data-safety system: Computers"),
        ("vi", "Tỷ lệ mạng LAN có hệ thống an toàn dữ liệu: Máy tính"),
    ):
        language = Language(code)
        assert compared.called(row, language) == said
