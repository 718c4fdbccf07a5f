"""The official report: its page and its fonts as Decree 30/2020 has them, its words, and its figures."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from soccheck import audit
from soccheck.assess.selection import Selection
from soccheck.compare.former import former
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.official import appendices
from soccheck.report.report import Report
from soccheck.report.wording import heads
from tests.kit import an_inventory, written
from tests.report.official.opened import AN_GIANG, judged, made, opened, words

DAY = date(2024, 6, 30)


@pytest.fixture(scope="module")
def blanks() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report() -> Report:
    return Report(assessment=judged(AN_GIANG, DAY))


@pytest.fixture(scope="module")
def content(report: Report, blanks: list[str]) -> bytes:
    told = Report(assessment=report.assessment, blank=blanks.append)
    return made("docx", told)


@pytest.fixture(scope="module")
def document(content: bytes) -> Any:
    return opened(content)


@pytest.fixture(scope="module")
def text(document: Any) -> str:
    return words(document)


def test_every_page_is_a4_with_the_margins_of_the_decree(document: Any) -> None:
    assert len(document.sections) == 7
    for section in document.sections:
        size = {section.page_width, section.page_height}
        assert {round(length / Mm(1)) for length in size} == {210, 297}
        assert 20 <= section.top_margin / Mm(1) <= 25
        assert 20 <= section.bottom_margin / Mm(1) <= 25
        assert 30 <= section.left_margin / Mm(1) <= 35
        assert 15 <= section.right_margin / Mm(1) <= 20
    across = [s.orientation == WD_ORIENT.LANDSCAPE for s in document.sections]
    assert across == [False, True, True, True, False, False, False]


def test_pages_are_numbered_in_the_top_margin_but_the_first(document: Any) -> None:
    first = document.sections[0]
    assert first.different_first_page_header_footer
    assert first.first_page_header.paragraphs[0].text == ""
    header = first.header.paragraphs[0]
    assert header.style.font.size.pt == 14
    assert "PAGE" in header.part.element.xml
    for section in document.sections[1:]:  # each appendix counts its own pages
        assert section.header.is_linked_to_previous


def test_all_is_set_in_the_decrees_font_and_sizes(document: Any) -> None:
    sizes = {
        "Official Nation": (13, True, False),
        "Official Motto": (14, True, False),
        "Official Issuer": (13, True, False),
        "Official Superior": (13, False, False),
        "Official Number": (13, False, False),
        "Official Place": (14, False, True),
        "Official Kind": (14, True, False),
        "Official Body": (14, False, False),
        "Official Rank": (14, True, False),
        "Official Recipients": (12, True, True),
        "Official Recipient": (11, False, False),
    }
    for name, (size, bold, italic) in sizes.items():
        font = document.styles[name].font
        assert (font.name, font.size.pt, font.bold, font.italic) == (
            "Times New Roman",
            size,
            bold,
            italic,
        ), name
    used = {paragraph.style.name for paragraph in document.paragraphs if paragraph.text}
    assert {name for name in used if not name.startswith("Official")} == set()
    body = document.styles["Official Body"].paragraph_format
    assert body.space_before.pt >= 6
    assert round(body.first_line_indent.cm, 2) == 1.27


def test_it_says_what_an_official_report_says(text: str) -> None:
    order = (
        "UBND TỈNH AN GIANG",
        "SỞ THÔNG TIN VÀ TRUYỀN THÔNG",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-STTTT",
        "An Giang, ngày …… tháng …… năm ……",
        "BÁO CÁO",
        "Kính gửi: Ủy ban nhân dân tỉnh An Giang",
        "Căn cứ Luật An toàn thông tin mạng;",
        "I. TÌNH HÌNH CHUNG",
        "II. KẾT QUẢ THỰC HIỆN",
        "39/39 hệ thống thông tin được phê duyệt cấp độ, đạt 100%",
        "III. TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN",
        "IV. NHIỆM VỤ, GIẢI PHÁP; ĐỀ XUẤT, KIẾN NGHỊ",
        "./.",
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, CNTT.",
        "GIÁM ĐỐC",
        *(f"Phụ lục {numeral}" for numeral in ("I", "II", "III", "IV", "V", "VI")),
    )
    at = 0
    for phrase in order:
        found = text.find(phrase, at)
        assert found >= 0, phrase
        at = found
    assert "Đơn vị chuyên trách về an toàn thông tin: " in text  # the words of that day's law
    assert "331/2026" not in text[: text.index("I. TÌNH HÌNH")]


def test_from_the_new_law_on_it_speaks_of_cyber_security() -> None:
    later = Report(assessment=judged(AN_GIANG, date(2026, 11, 26), ("security-level",)))
    text = words(opened(made("docx", later)))
    assert "Kết quả công tác bảo đảm an ninh mạng hệ thống thông tin" in text
    assert "Căn cứ Luật An ninh mạng;" in text
    assert "Nghị định số 331/2026/NĐ-CP ngày 19 tháng 8 năm 2026 của Chính phủ" in text
    assert "Bộ Công an" in text


def test_every_headline_and_control_has_the_assessments_figure(report: Report, text: str) -> None:
    assessment = report.assessment
    for policy in assessment.policies:
        tally = assessment.headline(policy)
        passed = f"0{tally.passed}" if 0 < tally.passed < 10 else str(tally.passed)
        total = f"0{tally.total}" if tally.total < 10 else str(tally.total)
        assert f"{passed}/{total} " in text, policy.id
    cells = text.split("\n")
    for control in assessment.controls.values():
        tally = assessment.tally(assessment.of_control(control))
        if not tally.members or tally.counts:
            continue
        title = control.title["vi"]
        after = cells[cells.index(title) + 1 :]
        counts = [
            tally.having(s) for s in (Status.FAIL, Status.UNKNOWN, Status.GRACE, Status.WAIVED)
        ]
        assert after[0] == f"{tally.passed}/{tally.total}", control.id
        assert after[2:6] == [str(count) for count in counts], control.id
    failing = sum(finding.status is Status.FAIL for finding in assessment.findings)
    appendix = opened(made("docx", report)).tables[-5]
    assert len(appendix.rows) == failing + 1


def test_what_a_reader_must_know_of_the_figures_stands_with_the_method(text: str) -> None:
    method = text[text.index("Phụ lục VI") :]
    assert "Dữ liệu mẫu: " in method
    assert "mv-2023-07" in method  # a waiver that expired


def test_the_levels_add_up(document: Any) -> None:
    table = next(t for t in document.tables if t.cell(0, 0).text == "Cấp độ")
    rows = [[int(cell.text) for cell in row.cells[1:]] for row in table.rows[1:]]
    assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
    assert rows[-1][0] == 39


def test_the_list_behind_a_figure_is_a_footnote(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        notes = package.read("word/footnotes.xml").decode()
        body = package.read("word/document.xml").decode()
    signs = re.findall(r'footnoteReference w:id="(\d+)"', body)
    assert signs == [str(number) for number in range(1, len(signs) + 1)]
    assert len(re.findall(r"<w:footnote ", notes)) == len(signs) + 2
    assert "Trung tâm Công nghệ thông tin" in notes
    assert "tính đến ngày 30/6/2024" in notes


def test_what_is_not_stated_is_left_blank_and_told(text: str, blanks: list[str]) -> None:
    assert "số văn bản (number)" in blanks
    assert "họ và tên người ký (signer)" in blanks
    assert "Số: …………/BC-STTTT" in text
    assert any("cột 8" in blank for blank in blanks)


def test_a_whole_head_leaves_no_blank_in_it(tmp_path: Path) -> None:
    text = """
    report:
      issuer: o
      superior: UBND tỉnh
      number: "7"
      symbol: BC-O
      place: Ví Dụ
      date: 2026-02-05
      to: [Ủy ban nhân dân tỉnh, Bộ Công an]
      mandate: Thực hiện Kế hoạch số 20/KH-VD;
      basis: [Căn cứ Kế hoạch số 20/KH-VD]
      signs_as: [TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH]
      signer: Họ Và Tên
      recipients: [Như trên, "Lưu: VT"]
    """
    an_inventory(tmp_path, text)
    found: list[str] = []
    judged_ = judged(tmp_path, date(2024, 6, 30), ("security-level",))
    said = words(opened(made("docx", Report(assessment=judged_, blank=found.append))))
    assert "Số: 07/BC-O" in said
    assert "Ví Dụ, ngày 05 tháng 02 năm 2026" in said
    assert "- Ủy ban nhân dân tỉnh;\n- Bộ Công an." in said
    assert "Căn cứ Kế hoạch số 20/KH-VD.\nThực hiện Kế hoạch số 20/KH-VD, " in said
    assert "TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\n\n\n\nHọ Và Tên" in said
    assert not [blank for blank in found if "(number)" in blank or "(signer)" in blank]
    assert (
        "Chưa có nội dung được đánh giá" in said
    )  # no system: nothing is assessed, and never 100%
    assert "100%" not in said


def test_the_period_before_stands_beside(report: Report) -> None:
    before = former(judged(AN_GIANG, date(2022, 12, 31), ("security-level",)), "2022")
    now = judged(AN_GIANG, DAY, ("security-level",))
    text = words(opened(made("docx", Report(assessment=now, previous=before))))
    assert "Kỳ trước\n±" in text
    assert re.search(r"\n\d+/\d+\n\+\d+(,\d)?\n", text)


NAMES = (
    "<script>alert(1)</script>",
    '=hyperlink("http://x.example","x")',
    "tên\u202egiả",
    "x" * 4000,
    "hai\\ndòng",
    "a\\u0007b",
    "Tie\u0302\u0301ng Vie\u0323\u0302t",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_hostile_names_are_text(name: str, tmp_path: Path) -> None:
    escaped = name.replace('"', '\\"')
    written(
        tmp_path,
        a=f"""
authority: {{stated: 2024-06-30, owner: o, name: {{vi: "{escaped}"}}}}
organizations:
  o: {{type: office, tier: province, name: {{vi: "{escaped}"}}}}
systems:
  s: {{organization: o, owner: o, operator: o, name: {{vi: "{escaped}"}}}}
report: {{issuer: o, superior: "{escaped}", symbol: "{escaped}", place: "{escaped}", signer: "{escaped}",
  to: ["{escaped}"], recipients: ["{escaped}"], mandate: "{escaped}", signs_as: ["{escaped}"]}}
""",
    )
    assessment = judged(tmp_path, date(2026, 11, 26), ("security-level-2026",))
    for form in ("docx", "mau-08"):
        content = made(form, Report(assessment=assessment))
        text = words(opened(content))
        assert not [
            c for c in text if c != "\n" and (ord(c) < 32 or c in "\u202a\u202b\u202e\u2066")
        ]
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            whole = b"".join(
                package.read(n) for n in package.namelist() if n.endswith((".xml", ".rels"))
            )
        assert b"<script" not in whole
        assert b"TargetMode" not in whole  # nothing is asked from outside
        assert b"fldSimple" not in whole
        assert whole.count(b"instrText>PAGE") == 1
        if "Tie" in name:
            assert "Tiếng Việt" in text


def test_what_was_unknown_then_compares_with_nothing() -> None:
    """A figure of a day nobody knew enough about is no lower than today's: nobody knows."""
    then = judged(AN_GIANG, date(2023, 12, 31), ("antivirus",))
    before = former(then, "2023")
    assert any(f.status is Status.UNKNOWN for f in then.findings)
    now = judged(AN_GIANG, DAY, ("antivirus",))
    headlines = {"antivirus": (0, 39)}
    told = Report(assessment=now, previous=dataclasses.replace(before, headlines=headlines))
    text = words(opened(made("docx", told)))
    assert "nội dung chưa xác định nên không so sánh)" in text
    assert "điểm phần trăm" not in text


def test_a_list_that_nobody_could_read_says_how_much_is_left(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appendices, "MOST", 3)
    failing = sum(finding.status is Status.FAIL for finding in report.assessment.findings)
    document = opened(made("docx", report))
    assert len(document.tables[-5].rows) == 4
    assert f"Còn {failing - 3} nội dung không đạt khác nêu trong bảng tính (xlsx)" in words(
        document
    )


def test_no_page_holds_the_signature_alone(document: Any) -> None:
    """What is kept with the next paragraph stands on its page (ISO 29500-1, 17.3.1.14)."""
    texts = [paragraph.text for paragraph in document.paragraphs]
    last = next(number for number, text in enumerate(texts) if text.endswith("./."))
    for paragraph in document.paragraphs[last : last + 2]:
        assert paragraph.paragraph_format.keep_with_next


def test_a_report_on_a_part_says_so_where_it_begins(report: Report) -> None:
    """Its figures are not the province's: 2 systems under management are those of one unit."""
    whole, told = report.assessment, []
    for chosen in (Selection(organizations=("so-yt",)), Selection(assets=("dat-dai",))):
        part = dataclasses.replace(report, assessment=whole.narrowed(chosen))
        told.append(words(opened(made("docx", part))))
    assert "(Phạm vi: Sở Y tế; số liệu đến ngày 30/6/2024)" in told[0]
    assert "báo cáo kết quả thực hiện của Sở Y tế từ ngày" in told[0]
    assert "(Phạm vi: một phần danh mục kê khai, " in told[1]
    assert heads.line(part, Language("en")).endswith(f" of {whole.whole:,} findings")


def test_no_code_of_an_inventory_stands_in_it(document: Any) -> None:
    text = words(document)
    assert "Bố trí thiết bị dự phòng và cập nhật kê khai." in text
    assert not re.findall(r"“[a-z_]+[.:] ?[a-z_]+”", text)


def test_what_is_not_stated_is_not_said_to_be_none(tmp_path: Path) -> None:
    loaded = an_inventory(tmp_path / "inv", "systems: {a: {organization: o}}")
    told = Report(assessment=audit.judge(loaded, [], DAY))
    text = words(opened(made("docx", told)))
    assert "trong đó 0 hệ thống được kê khai là đang vận hành." in text
    assert "không được tính trong bảng: thời điểm đưa vào vận hành: 01 hệ thống; mức độ" in text
