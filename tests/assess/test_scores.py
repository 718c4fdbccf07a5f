"""Points are exact; criteria add up to a domain; what is not known is never a number."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.assess import scores
from soccheck.assess.assessment import Assessment
from soccheck.errors import InputError
from soccheck.i18n import Language
from soccheck.model import Figure, Location, Measure, Score, Status, Value
from soccheck.policy import load as policy
from soccheck.report.wording import measures as counted
from soccheck.report.wording import reasons
from tests.kit import CONTROL, HEAD, an_inventory, written

AT = Location("p", 1, 1)
BASE = """
authority: {stated: 2024-06-30}
organizations:
  o: {type: office, tier: province}
"""


def measure(target: int | Fraction = 100, share: str | None = "par.index_share") -> Measure:
    return Measure(
        passed="ndxp.recognised", of="ndxp.services", share=share, target=Fraction(target), at=AT
    )


def ratio(maximum: Fraction = Fraction(1)) -> Score:
    return Score(
        maximum=maximum,
        by="ratio",
        measure=measure(),
        points=None,
        of=(),
        why=None,
        target=Fraction(100),
        at=AT,
    )


def nobody(name: str) -> Fraction | None:
    return None


def test_seven_of_seventeen() -> None:
    facts: dict[str, Value] = {"ndxp.recognised": 7, "ndxp.services": 17}
    assert scores.points(ratio(), facts, nobody) == Fraction(7, 17)
    assert scores.judged(ratio(), facts, nobody) == (Status.FAIL, (7, 17))
    said = counted.scored(Fraction(7, 17), ratio(), (7, 17), Language("vi"))
    assert said.replace("\u00a0", " ") == "7/17 (41,2%): 0,4118/1 điểm, mất 0,5882"


@given(st.integers(1, 10**6), st.data(), st.fractions(Fraction(1, 100), 100, max_denominator=100))
def test_points_and_points_lost_add_up_as_printed(
    of: int, data: st.DataObject, maximum: Fraction
) -> None:
    passed = data.draw(st.integers(0, of))
    facts: dict[str, Value] = {"ndxp.recognised": passed, "ndxp.services": of}
    points = scores.points(ratio(maximum), facts, nobody)
    assert points == maximum * Fraction(passed, of)
    language = Language("en")
    text = counted.scored(points, ratio(maximum), Fraction(0), language)
    printed = [Fraction(word.replace(",", "")) for word in text.split() if word[0].isdigit()]
    earned, whole, lost = printed
    assert abs(earned + lost - whole) <= Fraction(1, 10**4) * (maximum != whole)


@given(st.integers(0, 1000), st.integers(0, 1000), st.fractions(0, 100, max_denominator=1000))
def test_a_measure_passes_where_the_ratio_is_reached_exactly(
    passed: int, of: int, target: Fraction
) -> None:
    facts: dict[str, Value] = {"ndxp.recognised": passed, "ndxp.services": of}
    status, counts = scores.judged(measure(target), facts, nobody)
    if of == 0 or passed > of:
        assert (status, counts) == (Status.UNKNOWN, None)
    else:
        wanted = Status.PASS if Fraction(passed, of) * 100 >= target else Status.FAIL
        assert (status, counts) == (wanted, (passed, of))


@pytest.mark.parametrize(
    ("share", "target", "status"),
    [
        ("100%", 100, "pass"),
        ("99.9%", 100, "fail"),
        ("about 70%", 100, "fail"),  # whoever says about 70 says that it is not all
        ("about 100%", 100, "unknown"),
        ("about 70%", 60, "unknown"),  # how far from 70 nobody knows
        ("about 70%", 80, "unknown"),
        ("over 70%", 60, "unknown"),
        ("over 70%", 100, "unknown"),
        ("70%", 70, "pass"),
    ],
)
def test_a_rough_share_never_passes(share: str, target: int, status: str) -> None:
    from soccheck.facts.values import share as read

    figure = read(share)
    assert isinstance(figure, Figure)
    judged = scores.judged(measure(target), {"par.index_share": figure}, nobody)
    assert judged == (Status(status), figure)


def test_a_share_does_not_stand_in_for_counts_that_cannot_be_right() -> None:
    facts: dict[str, Value] = {
        "ndxp.recognised": 18,
        "ndxp.services": 17,
        "par.index_share": Figure(number=Fraction(100), unit="%"),
    }
    assert scores.judged(measure(), facts, nobody) == (Status.UNKNOWN, None)


@pytest.mark.parametrize(
    ("share", "right"),
    [
        *(("94%", True), ("94.11%", True), ("94.12%", True), ("94.1%", True), ("about 60%", True)),
        *(("over 90%", True), ("95%", True), ("50%", False), ("94.3%", False), ("96%", False)),
        *(("over 95%", False), ("93%", False), ("100%", False)),
    ],
)
def test_a_share_beside_counts_is_theirs_or_nothing_is_known(
    share: str, right: bool, tmp_path: Path
) -> None:
    """Of 16 of 17, 94.117...%: rounded, or cut off as reports do."""
    require = "{measure: {passed: ndxp.recognised, of: ndxp.services, share: par.index_share}}"
    stated = f", par: {{index_share: {share}}}, ndxp: {{recognised: 16, services: 17}}"
    assessment = domain(tmp_path, require, facts=stated, age="1y")
    (finding,) = assessment.findings
    assert finding.result is (Status.FAIL if right else Status.UNKNOWN)
    assert assessment.detail(finding).reason == ("" if right else "not_the_share")


@pytest.mark.parametrize("value", [True, False])
def test_true_is_no_count(value: bool) -> None:
    facts: dict[str, Value] = {"ndxp.recognised": value, "ndxp.services": True}
    assert scores.judged(measure(), facts, nobody) == (Status.UNKNOWN, None)


def test_a_share_that_is_too_old_is_named_as_the_reason(tmp_path: Path) -> None:
    require = "{measure: {passed: ndxp.recognised, of: ndxp.services, share: par.index_share}}"
    assessment = domain(tmp_path, require, facts=", par: {index_share: 100%}", age="1y")
    later = Assessment(assessment.inventory, assessment.policies, date(2025, 7, 1))
    (finding,) = later.findings
    detail = later.detail(finding)
    assert (finding.status, detail.reason, detail.about) == (
        Status.UNKNOWN,
        "stale",
        "par.index_share",
    )


# -- in a policy -----------------------------------------------------------------------------------


def domain(folder: Path, *requirements: str, facts: str = "", age: str = "9y") -> Assessment:
    """Return the assessment of controls D-0, D-1, ... on the authority."""
    head = HEAD.format(policy="d", asset="authority", first="D-0")
    controls = "".join(
        CONTROL.format(id=f"D-{number}", title=f"t{number}", asset="authority", require=require)
        + f"    target: 100%\n    evidence: {{max_age: {age}}}\n"
        for number, require in enumerate(requirements)
    )
    path = written(folder / "pol", p=f"{head}controls:{controls}") / "p.yaml"
    policies = policy.load([(path, "p.yaml")])
    held = an_inventory(
        folder / "inv", "", base=BASE.replace("2024-06-30}", f"2024-06-30{facts}}}")
    )
    return Assessment(held, policies, held.stated)


SUM = "{score: {max: 2, by: sum, of: [D-1, D-2]}}"
RATIO = "{measure: {passed: ndxp.recognised, of: ndxp.services}, score: {max: 1, by: ratio}}"
STATED = "{score: {max: 1, by: stated, points: par.cloud.points, why: par.cloud.why}}"
FACTS = ", ndxp: {recognised: 7, services: 17}, par: {cloud: {points: 0.5, why: chưa sẵn sàng}}"


def test_criteria_add_up_to_their_domain(tmp_path: Path) -> None:
    assessment = domain(tmp_path, SUM, RATIO, STATED, facts=FACTS)
    points = [assessment.points(finding) for finding in assessment.findings]
    assert points == [Fraction(7, 17) + Fraction(1, 2), Fraction(7, 17), Fraction(1, 2)]
    (table,) = counted.scores(assessment, Language("vi"))
    cells = [[cell.replace("\u00a0", " ") for cell in row] for row in table.rows]
    assert cells == [
        ["t0", "0,9118", "2", "1,0882", ""],
        ["t1", "0,4118", "1", "0,5882", "7/17 (41,2%)"],
        ["t2", "0,5", "1", "0,5", "chưa sẵn sàng"],
    ]


def test_a_criterion_that_is_not_known_leaves_its_domain_unknown(tmp_path: Path) -> None:
    assessment = domain(tmp_path, SUM, RATIO, STATED, facts=", ndxp: {recognised: 7, services: 17}")
    assert [finding.status.value for finding in assessment.findings] == [
        "unknown",
        "fail",
        "unknown",
    ]
    language = Language("en")
    (table,) = counted.scores(assessment, language)
    assert [row[1] for row in table.rows] == ["not known", "0.4118", "not known"]
    detail = assessment.detail(assessment.findings[0])
    assert reasons.reason(detail, language) == "the points of a criterion are not known: D-1, D-2"


def test_what_a_stated_domain_holds_beyond_its_criteria_is_shown(tmp_path: Path) -> None:
    stated = "{score: {max: 13.5, by: stated, points: par.egovernment.points, of: [D-1]}}"
    facts = ", ndxp: {recognised: 7, services: 17}, par: {egovernment: {points: 11.9112}}"
    assessment = domain(tmp_path, stated, RATIO, facts=facts)
    (table,) = counted.scores(assessment, Language("en"))
    assert [list(row[1:4]) for row in table.rows] == [
        ["11.9112", "13.5", "1.5888"],
        ["0.4118", "1", "0.5882"],
        ["11.4994", "12.5", "1.0006"],
    ]


@pytest.mark.parametrize(
    ("requirements", "fault"),
    [
        ((SUM, RATIO), "D-2 is no criterion"),
        ((SUM, RATIO, "{emc.connected: true}"), "D-2 is no criterion"),
        (("{score: {max: 3, by: sum, of: [D-1, D-2]}}", RATIO, STATED), "its criteria are worth 2"),
        (
            (
                "{score: {max: 1, by: stated, points: par.cloud.points, of: [D-1, D-2]}}",
                RATIO,
                STATED,
            ),
            "worth 2",
        ),
        (("{score: {max: 2, by: sum, of: [D-0]}}",), "D-0 has criteria itself"),
        (("{score: {max: 1, by: ratio}}",), "a score by ratio needs measure"),
        (("{score: {max: 1, by: stated}}",), "a score by stated needs points"),
        (
            ("{score: {max: 1, by: sum, points: par.cloud.points}}",),
            "a score by sum takes no points",
        ),
        (
            ("{score: {max: 1, by: stated, points: ndxp.services}}",),
            "authority has no number 'ndxp.services'",
        ),
        (
            ("{score: {max: 1, by: stated, points: par.cloud.points, why: emc.connected}}",),
            "no text",
        ),
        (("{score: {max: 0, by: stated, points: par.cloud.points}}",), "max"),
        (("{score: {max: 1, by: guess}}",), "by: 'guess' is not one of the values it can have"),
        (("{measure: {passed: ndxp.recognised}}",), "'of' is missing"),
        (("{measure: {share: par.index_share, passed: ndxp.recognised}}",), "of"),
        (("{measure: {share: ndxp.services}}",), "authority has no share 'ndxp.services'"),
        (("{measure: {share: par.index_share}, hosting: own}",), "hosting"),
    ],
)
def test_refused(requirements: tuple[str, ...], fault: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        domain(tmp_path, *requirements)
    assert fault in str(caught.value)


# -- tallies ---------------------------------------------------------------------------------------

FLEETS = """
fleets:
  a: {organization: o, workstations: {total: 4000, protected: 2884}}
  b: {organization: o, workstations: {total: 120}}
  c: {organization: o, workstations: {protected_share: about 70%}}
"""


def test_the_denominator_is_what_there_is_and_a_share_is_not_added(tmp_path: Path) -> None:
    require = "{measure: {passed: workstations.protected, of: workstations.total, "
    require += "share: workstations.protected_share}}"
    head = HEAD.format(policy="d", asset="fleet", first="D-0")
    control = CONTROL.format(id="D-0", title="t", asset="fleet", require=require)
    path = written(tmp_path / "pol", p=f"{head}controls:{control}    target: 50%\n") / "p.yaml"
    held = an_inventory(tmp_path / "inv", FLEETS)
    assessment = Assessment(held, policy.load([(path, "p.yaml")]), held.stated)
    tally = assessment.tally(assessment.findings)
    assert (tally.passed, tally.total, tally.uncounted) == (2884, 4120, 120)
    assert [str(share) for share in tally.shares] == ["about 70%"]
    assert [finding.status.value for finding in assessment.findings] == [
        "pass",
        "unknown",
        "unknown",
    ]
    from soccheck.report.wording import sections

    text = sections.result(tally, "", Language("vi")).replace("\u00a0", " ")
    assert text == "2.884/4.120 (70%); 120 chưa thống kê; khoảng 70%"
    (short,) = counted.by_unit(assessment, Language("vi"), 1)
    assert [row[0] for row in short.rows] == ["o", "… 2 mục nữa"]
    (table,) = counted.by_unit(assessment, Language("vi"), 0)
    assert [row[1].replace("\u00a0", " ") for row in table.rows] == [
        "chưa kê khai",
        "khoảng 70%",
        "2.884/4.000 (72,1%)",
    ]
