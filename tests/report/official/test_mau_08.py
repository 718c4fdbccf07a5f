"""The yearly letter: its form, its counts, who sends it, and what it refuses to say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from soccheck.errors import ContradictionError, UsageError
from soccheck.model import DocumentHead, Location
from soccheck.report.official import annual, editions
from soccheck.report.official.editions import ReportPeriod
from soccheck.report.report import Report
from tests.kit import written
from tests.report.official.opened import AN_GIANG, judged, made, opened, words

PERIOD = (date(2025, 12, 15), date(2026, 12, 14))


@pytest.fixture(scope="module")
def letter() -> Any:
    assessment = judged(AN_GIANG, PERIOD[1], ("security-level", "operations"))
    return opened(made("mau-08", Report(assessment=assessment, period=PERIOD)))


def test_it_is_a_letter_and_no_report(letter: Any) -> None:
    text = words(letter)
    order = (
        "ỦY BAN NHÂN DÂN TỈNH AN GIANG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "/UBND-KGVX",
        "V/v kết quả công tác bảo đảm an ninh mạng hệ thống thông tin",
        "Kính gửi: Bộ Công an",
        "1. Thông tin chung",
        "Tổng số hệ thống thông tin thuộc phạm vi quản lý: 39;",
        "2. Thông tin về chủ quản hệ thống thông tin và đơn vị chuyên trách về an ninh mạng",
        "a) Thông tin về chủ quản hệ thống thông tin:",
        "(1) Tên chủ quản hệ thống thông tin: Ủy ban nhân dân tỉnh An Giang;",
        "(5) Thông tin liên hệ: số điện thoại 0296 0000 001, thư điện tử ubnd@angiang.example.",
        "b) Thông tin về đơn vị chuyên trách về an ninh mạng:",
        "3. Thông tin chi tiết về các hệ thống thông tin thuộc phạm vi quản lý",
        "(12)",
        "Nơi nhận:",
        "TM. ỦY BAN NHÂN DÂN",
        "Phụ lục I",
        "Phụ lục II",
        "Phụ lục III",
    )
    at = 0
    for phrase in order:
        found = text.find(phrase, at)
        assert found >= 0, phrase
        at = found
    assert "BÁO CÁO" not in text


def test_a_letter_drawn_up_early_says_of_when_its_figures_are() -> None:
    assessment = judged(AN_GIANG, date(2026, 11, 26), ("security-level-2026",))
    early = words(opened(made("mau-08", Report(assessment=assessment))))
    assert "từ ngày 15/12/2025 đến ngày 14/12/2026" in early
    assert "(Số liệu đến ngày 26/11/2026)" in early


def test_its_subject_stands_below_its_number_six_points_apart(letter: Any) -> None:
    cell = letter.tables[0].cell(1, 0)
    styles = [paragraph.style.name for paragraph in cell.paragraphs]
    assert styles == ["Official Number", "Official About"]
    about = letter.styles["Official About"]
    assert about.paragraph_format.space_before.pt == 6
    assert (about.font.size.pt, about.font.bold) == (13, False)


def test_part_three_is_across_with_twelve_columns_and_a_row_each(letter: Any) -> None:
    assert letter.sections[1].page_width > letter.sections[1].page_height
    table = letter.tables[1]
    assert [cell.text for cell in table.rows[1].cells] == [f"({n})" for n in range(1, 13)]
    rows = [[cell.text for cell in row.cells] for row in table.rows[2:]]
    assert [row[0] for row in rows] == [str(n) for n in range(1, 40)]
    assert {row[4] for row in rows} <= {"1", "2", "3", "4", "5"}
    assert {row[5] for row in rows} <= {
        *("Đang dự thảo", "Đã gửi thẩm định", "Đã thẩm định", "Đã được phê duyệt"),
    }
    assert {row[9] for row in rows} <= {
        *("Chưa triển khai", "Đã triển khai một số hạng mục", "Đã triển khai đầy đủ", "……"),
    }
    before, periodic = "Trước khi đưa vào sử dụng", "Định kỳ"
    assert {row[11] for row in rows} <= {"", before, periodic, f"{before}; {periodic}", "……"}
    text = words(letter)
    approved = sum(row[5] == "Đã được phê duyệt" for row in rows)
    inspected = sum(periodic in row[11] for row in rows if row[5] == "Đã được phê duyệt")
    assert f"đã được phê duyệt cấp độ: {approved};" in text
    assert f"định kỳ theo quy định: {inspected};" in text
    for row in rows:
        if row[5] == "Đã được phê duyệt":
            assert re.search(r"\S+ ngày \d\d/\d+/\d{4} của .+", row[6]), row


def test_the_circular_of_2022_holds_for_periods_before(tmp_path: Path) -> None:
    assessment = judged(AN_GIANG, date(2024, 12, 14), ("security-level",))
    period = (date(2023, 12, 15), date(2024, 12, 14))
    text = words(opened(made("mau-08", Report(assessment=assessment, period=period))))
    assert "V/v kết quả công tác bảo đảm an toàn hệ thống thông tin theo cấp độ" in text
    assert "Thông tư số 12/2022/TT-BTTTT" in text
    assert "an ninh mạng" not in text
    assert "Phụ lục III" not in text  # it asks for no candidates of the national list
    old = judged(AN_GIANG, date(2021, 12, 14), ("security-level",))
    with pytest.raises(UsageError, match="no rules on yearly reports"):
        made("mau-08", Report(assessment=old, period=(date(2020, 12, 15), date(2021, 12, 14))))


def test_editions_have_what_the_texts_count() -> None:
    old, new = editions.edition(date(2025, 12, 14)), editions.edition(date(2026, 12, 14))
    assert [content.number for content in old.contents] == list(range(1, 12))
    assert [content.number for content in new.contents] == list(range(1, 13))
    period = new.period_of(date(2026, 11, 26))
    assert (period.start, period.end) == PERIOD
    assert new.due_day("owner", period) == date(2026, 12, 25)
    assert new.due_day("operator", period) == date(2026, 12, 20)
    assert new.period_of(date(2026, 12, 20)).start == date(2026, 12, 15)


SMALL = """
authority: {{stated: 2026-11-20, owner: ubnd, specialists: [ca]}}
organizations:
  ubnd: {{type: committee, tier: province, name: {{vi: UBND tỉnh}}}}
  ca: {{type: department, tier: province, name: {{vi: Công an tỉnh}}}}
  tt: {{type: centre, tier: province, name: {{vi: Trung tâm}}}}
  so: {{type: department, tier: province, name: {{vi: Sở A}}, specialist: tt}}
systems:
  a:
    name: {{vi: Hệ thống A}}
    organization: so
    owner: ubnd
    operator: tt
    criteria: {{type: internal}}
    operation: {{since: 2025-01-02}}
    dossier:
      proposed_level: 2
      status: approved
      submitted: 2025-02-01
      appraised: 2025-03-01
      decision: {{number: 1/QĐ, date: 2025-04-01, issuer: ca}}
    regulation: {{number: 2/QĐ, date: 2025-01-15, issuer: ubnd}}
    implementation: {{status: full}}
    inspections: [{{date: 2026-05-05, kind: periodic, findings: 3, mended: 2}}]
  b:
    name: {{vi: Hệ thống B}}
    organization: so
    owner: so
    operator: so
    dossier: {{proposed_level: 1, status: submitted, expected: 2027-03-31}}
    implementation: {{status: partial, expected: 2027-06-30}}
    inspections: []
    national_proposal: {{criterion: true, clause: khoản 3 Điều 16, status: draft}}
    regulation: {{checks: [{{date: 2026-06-01, checked: 24, breached: 2, mended: 1}}]}}
    {extra}
"""


def small(tmp_path: Path, extra: str = "", **replaced: str) -> Any:
    text = SMALL.format(extra=extra)
    for old, new in replaced.items():
        text = text.replace(f"{old}: ", f"{new}: ") if new else text
    written(tmp_path, a=text)
    return judged(tmp_path, PERIOD[1], ("security-level",))


def test_counts_are_those_of_the_rows(tmp_path: Path) -> None:
    content = annual.annual(small(tmp_path), ReportPeriod(start=PERIOD[0], end=PERIOD[1]))
    assert content.counts == annual.Counts(
        total=2,
        classified=1,
        built=2,
        appraised=1,
        approved=1,
        inspected=1,
        done_by=date(2027, 3, 31),
    )
    assert content.contradictions == ()


def test_each_owner_has_its_part_and_each_sender_its_letter(tmp_path: Path) -> None:
    assessment = small(tmp_path)
    owner = words(opened(made("mau-08", Report(assessment=assessment, period=PERIOD))))
    assert owner.count("a) Thông tin về chủ quản") == 2
    assert "(1) Tên đơn vị chuyên trách về an ninh mạng: Công an tỉnh;" in owner
    assert "(1) Tên đơn vị chuyên trách về an ninh mạng: Trung tâm;" in owner
    assert "Kính gửi: Bộ Công an" in owner
    assert "tất cả các hệ thống thông tin thuộc phạm vi quản lý: 31/3/2027." in owner
    assert "khoản 3 Điều 16\nĐang dự thảo" in owner
    assert "01/6/2026\n24\n2\n1" in owner
    sent = Report(assessment=assessment, period=PERIOD, sender="specialist")
    specialist = words(opened(made("mau-08", sent)))
    assert specialist.startswith("CÔNG AN TỈNH")
    assert "Kính gửi: UBND tỉnh" in specialist
    with pytest.raises(UsageError, match="which operating unit"):
        made("mau-08", Report(assessment=assessment, period=PERIOD, sender="operator"))


def test_an_operating_unit_reports_on_its_own_systems(tmp_path: Path) -> None:
    from soccheck.assess.selection import Selection

    assessment = small(tmp_path).narrowed(Selection(organizations=("tt",)))
    head = DocumentHead(at=Location("--head", 1, 1), number="9", signs_as=("GIÁM ĐỐC",))
    sent = Report(assessment=assessment, period=PERIOD, sender="operator", head=head)
    text = words(opened(made("mau-08", sent)))
    assert text.startswith("TRUNG TÂM")
    assert "Số: 09/" in text
    assert "c) Thông tin về đơn vị vận hành hệ thống thông tin:" in text
    assert "Tổng số hệ thống thông tin thuộc phạm vi quản lý: 01;" in text
    assert "Hệ thống B" not in text


CONTRADICTIONS = {
    "no decision": (
        "decision: {number: 1/QĐ, date: 2025-04-01, issuer: ca}",
        "decision: {number: 1/QĐ, date: 2025-04-01}",
        "the decision is not stated in full",
    ),
    "regulation later": ("date: 2025-01-15", "date: 2025-04-02", "is later than the approval"),
    "approved without a word": ("status: submitted", "status: approved", "not stated in full"),
    "decided and not approved": ("status: approved", "status: appraised", "a decision approves it"),
    "decided after the period": (
        "date: 2025-04-01, issuer",
        "date: 2026-12-20, issuer",
        "after the period",
    ),
    "appraised after the decision": (
        "appraised: 2025-03-01",
        "appraised: 2025-04-02",
        "later than",
    ),
    "submitted after the appraisal": (
        "submitted: 2025-02-01",
        "submitted: 2025-03-02",
        "later than",
    ),
    "a number that says nothing": ("number: 1/QĐ", 'number: "……"', "not stated in full"),
    "sent in and a draft": (
        "status: submitted,",
        "status: draft, submitted: 2026-02-01,",
        "dossier.submitted is 2026-02-01, and dossier.status was not so",
    ),
    "appraised and sent in": (
        "status: submitted,",
        "status: submitted, appraised: 2026-02-01,",
        "dossier.appraised is 2026-02-01",
    ),
    "appraised after the period": (
        "status: submitted,",
        "status: appraised, appraised: 2026-12-15,",
        "dossier.appraised is 2026-12-15, after the period",
    ),
    "kinds and list": (
        "inspections: []",
        "inspections: []\n    inspection: {kinds: [periodic]}",
        "disagree on periodic",
    ),
    "a day of no kind": (
        "    inspections: []\n",
        "    inspection: {kinds: [before_use], last: 2026-03-03}\n",
        "names none",
    ),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts_itself_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    old, new, said = CONTRADICTIONS[name]
    text = SMALL.format(extra="")
    assert old in text
    written(tmp_path, a=text.replace(old, new))
    report = Report(assessment=judged(tmp_path, PERIOD[1], ("security-level",)), period=PERIOD)
    with pytest.raises(ContradictionError, match=said) as caught:
        made("mau-08", report)
    assert caught.value.exit_code == 1
    assert re.search(r"inv/a\.yaml:\d+:\d+: ", str(caught.value))
    assert "hint: " in str(caught.value)


def test_what_cannot_be_filled_is_blank_and_told(tmp_path: Path) -> None:
    text = SMALL.format(extra="")
    for old in (", expected: 2027-03-31", ", expected: 2027-06-30", "proposed_level: 1, "):
        text = text.replace(old, "")
    written(tmp_path, a=text)
    found: list[str] = []
    report = Report(
        assessment=judged(tmp_path, PERIOD[1], ("security-level",)),
        period=PERIOD,
        blank=found.append,
    )
    said = words(opened(made("mau-08", report)))
    for column in (5, 9, 11):
        assert any(blank.startswith("Hệ thống B") and f"cột {column}" in blank for blank in found)
    assert "UBND tỉnh: người đại diện (representative)" in found
    done = "tất cả các hệ thống thông tin thuộc phạm vi quản lý: …………."
    assert done in said


def test_an_undated_inspection_counts_in_no_period(tmp_path: Path) -> None:
    text = SMALL.format(extra="").replace(
        "inspections: [{date: 2026-05-05, kind: periodic, findings: 3, mended: 2}]",
        "inspection: {kinds: [periodic]}",
    )
    written(tmp_path, a=text)
    assessment = judged(tmp_path, PERIOD[1], ("security-level",))
    content = annual.annual(assessment, ReportPeriod(start=PERIOD[0], end=PERIOD[1]))
    assert content.counts.inspected == 0
    assert content.rows[0].inspected is None
