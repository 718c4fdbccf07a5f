"""The scan finds what reports state, and takes ranks, dates and numbers of documents for none of it.

`python -m tests.claims.test_scan` prints precision and recall.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck.claims import scan
from soccheck.claims.found import Found
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.report.listings.claims_found import as_yaml
from tests.cli.run import ROOT
from tests.cli.run import soccheck as anywhere
from tests.kit import read_yaml, written

soccheck = partial(anywhere, cwd=ROOT)

DATA = Path(__file__).parent / "reports"
BY_HAND: dict[str, list[list[str]]] = read_yaml((DATA / "found.yaml").read_text(encoding="utf-8"))
HELD_OUT: list[dict[str, Any]] = read_yaml((DATA / "held-out.yaml").read_text(encoding="utf-8"))
READ_SINCE: dict[str, list[dict[str, Any]]] = {
    name: read_yaml((DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    for name in (f"held-out-{number}" for number in range(2, 32))
}
"""Sentences that patterns were changed for once they had been read."""

FALSE_SHARES: list[dict[str, Any]] = read_yaml(
    (DATA / "false-shares.yaml").read_text(encoding="utf-8")
)
OTHERS: list[dict[str, Any]] = read_yaml((DATA / "others.yaml").read_text(encoding="utf-8"))


def key(found: Found) -> list[str]:
    if found.whole is not None and not found.fields:
        parts = [str(part.figure) for part in found.whole.parts]
        return [found.kind, str(found.whole.figure), *parts]
    told = (value.removeprefix("over ").removeprefix("about ") for value in found.fields.values())
    return [found.kind, *told]


class Measured(NamedTuple):
    """Represents how well the scan does: found rightly, found in all, and to be found."""

    right: int
    found: int
    wanted: int

    def __str__(self) -> str:
        precision, recall = self.right / self.found, self.right / self.wanted
        return (
            f"precision {self.right}/{self.found} = {precision:.0%}, "
            f"recall {self.right}/{self.wanted} = {recall:.0%}"
        )


def measured(pairs: list[tuple[list[list[str]], list[list[str]]]]) -> Measured:
    right = sum(1 for found, wanted in pairs for item in found if item in wanted)
    return Measured(right, sum(len(f) for f, _ in pairs), sum(len(w) for _, w in pairs))


def five_reports() -> Measured:
    texts = {name: (DATA / f"{name}.txt").read_text(encoding="utf-8") for name in BY_HAND}
    return measured([([key(f) for f in scan.scan(texts[n]).found], BY_HAND[n]) for n in BY_HAND])


def other_sentences() -> Measured:
    return measured([([key(f) for f in scan.scan(o["says"]).found], o["found"]) for o in OTHERS])


def test_the_five_reports() -> None:
    assert five_reports() == Measured(right=15, found=15, wanted=16)


def test_other_ways_of_writing() -> None:
    assert other_sentences() == Measured(right=10, found=10, wanted=10)


EVERY_KIND = ("ratio", "score", "difference", "sum", "average")
SHARES_ALONE = tuple(f"held-out-{number}" for number in range(20, 29))
"""Corpora in which nothing but shares is labelled."""


SHARES_AND_CHANGES = ("held-out-29",)


def kinds_of(name: str) -> tuple[str, ...]:
    if name in SHARES_AND_CHANGES:
        return ("ratio", "difference")
    return EVERY_KIND[:1] if name in SHARES_ALONE else EVERY_KIND


def found_in(sentences: list[dict[str, Any]], kinds: tuple[str, ...] = EVERY_KIND) -> Measured:
    found = [[f for f in scan.scan(o["says"]).found if f.kind in kinds] for o in sentences]
    return measured(
        [([key(f) for f in fs], o["found"]) for fs, o in zip(found, sentences, strict=True)]
    )


def held_out() -> Measured:
    return found_in(HELD_OUT)


def test_held_out_sentences_as_they_are_read_since() -> None:
    """What the scan did when it first read them, 21 of 25 and 21 of 55, is what it does with new text."""
    assert held_out() == Measured(right=55, found=55, wanted=55)


SINCE = {
    "held-out-2": Measured(right=37, found=37, wanted=37),
    "held-out-3": Measured(right=35, found=35, wanted=35),
    "held-out-4": Measured(right=23, found=23, wanted=23),
    "held-out-5": Measured(right=88, found=88, wanted=88),
    "held-out-6": Measured(right=49, found=49, wanted=49),
    "held-out-7": Measured(right=29, found=29, wanted=30),
    "held-out-8": Measured(right=54, found=54, wanted=54),
    "held-out-9": Measured(right=53, found=53, wanted=53),
    "held-out-10": Measured(right=56, found=56, wanted=56),
    "held-out-11": Measured(right=50, found=50, wanted=51),
    "held-out-12": Measured(right=48, found=48, wanted=48),
    "held-out-13": Measured(right=46, found=46, wanted=47),
    "held-out-14": Measured(right=47, found=47, wanted=47),
    "held-out-15": Measured(right=49, found=49, wanted=49),
    "held-out-16": Measured(right=56, found=56, wanted=56),
    "held-out-17": Measured(right=81, found=81, wanted=81),
    "held-out-18": Measured(right=79, found=80, wanted=81),
    "held-out-19": Measured(right=139, found=140, wanted=160),
    "held-out-20": Measured(right=51, found=51, wanted=51),
    "held-out-21": Measured(right=43, found=43, wanted=43),
    "held-out-22": Measured(right=48, found=48, wanted=48),
    "held-out-23": Measured(right=80, found=80, wanted=81),
    "held-out-24": Measured(right=29, found=29, wanted=30),
    "held-out-25": Measured(right=98, found=98, wanted=103),
    "held-out-26": Measured(right=64, found=64, wanted=67),
    "held-out-27": Measured(right=60, found=62, wanted=64),
    "held-out-28": Measured(right=75, found=75, wanted=75),
    "held-out-29": Measured(right=49, found=49, wanted=50),
    "held-out-30": Measured(right=75, found=75, wanted=76),
    "held-out-31": Measured(right=100, found=100, wanted=102),
}
"""What each is read as since; it read less of it when it was new, told here as precision and recall.

Number 2 gave 28 of 32 and 28 of 36; 3: 30 of 32, 30 of 35; 5: 64 of 66, 64 of 84 (10 of the 32 false
figures missed); 6: 34 of 37, 34 of 47 (7 of 17); 7: 25 of 27, 25 of 30 (2 of 11); 8: 50 of 50, 50 of 54
(3 of 14); 9: 45 of 56, 45 of 53 (3 of 15); 10: 50 of 50, 50 of 56 (1 of 16); 11: 42 of 44, 42 of 50
(2 of 15); 12: 46 of 51, 46 of 47 (0 of 16); 13: 43 of 44, 43 of 47 (1 of 16);
14: 43 of 46, 43 of 45 (1 of 17); 16 and later say so at their head.
"""


@pytest.mark.parametrize("name", READ_SINCE)
def test_what_was_held_out_later_is_read_since(name: str) -> None:
    """Every false figure is shown or a share beside it named as not checked, and no right one is shown."""
    sentences = READ_SINCE[name]
    assert sum(sentence.get("wrong", 0) for sentence in sentences) >= 2
    pairs = []
    for sentence in sentences:
        scanned = scan.scan(sentence["says"])
        found = [f for f in scanned.found if f.kind in kinds_of(name)]
        pairs.append(([key(f) for f in found], sentence["found"]))
        shown, false = sum(bool(item.wrong) for item in found), sentence.get("wrong", 0)
        assert shown == false - sentence.get("missed", 0), sentence["says"]
        told = shown == false or bool(scanned.unread)
        assert told != bool(sentence.get("silent")), sentence["says"]
    assert measured(pairs) == SINCE[name]


@pytest.mark.parametrize(
    ("text", "unread"),
    [
        ("Chi 3,425/7,500 tỷ đồng (75%).", [("3,425, 7,500, 75%", 1, 5)]),
        ("Kỳ này:\nTổng số 40 máy.\nĐã cài 30 máy.\nTỷ lệ: 70%.", [("40, 30, 70%", 2, 9)]),
        ("Có 12 máy tại 4 sở; tỷ lệ hài lòng 97%.", [("12, 4, 97%", 1, 4)]),
        ("Trong 7.200 hệ thống có 955 hệ thống cấp độ 3, chiếm trên 14%.", []),
        ("Trong 20 xã có 8 xã đạt trên 90%.", []),
        ("Có 4/6 sở, đạt 66,7%.", []),
        ("Tỷ lệ đạt 97%.", []),
        ("Có 12 máy tại 4 sở, tăng 5% so với năm 2024.", [("12, 4, 5%", 1, 4)]),
        ("Có 12 máy, tăng 5% so với năm 2024.", []),
        ("Ba phần tư số xã (90/124 xã) có quy chế.", [("Ba phần tư", 1, 1)]),
        ("Có 1.760 lượt, gấp đôi cùng kỳ (930 lượt).", [("1.760, gấp đôi, 930", 1, 4)]),
        ("Chỉ một nửa số xã đạt. Có 12 máy tại 4 sở.", [("một nửa, 12, 4", 1, 5)]),
        ("Có 12 máy tại 4 sở, phấn đấu năm 2026 đạt 100%.", []),
        ("Có 12 máy tại 4 sở; 100% xã có mạng.", []),
        ("Có 9 máy, trong đó có 12 máy mới.", [("9, 12", 1, 4)]),
        ("Có 90 máy, trong đó có 40 máy cũ và 20 máy hỏng.", [("90, 40, 20", 1, 4)]),
        ("Có 90 máy, trong đó có 40 máy cũ và 50 máy mới.", []),
        ("Có 90 máy, trong đó có 40 máy cũ.", []),
        ("Có 84/90 xã có mạng, còn 9 xã chưa dùng.", [("9", 1, 26)]),
        ("Có 84/90 xã có mạng, còn 6 xã chưa dùng.", []),
        ("Có 45, 52 và 61 người dự, tổng cộng 168 lượt.", [("45, 52, 61, 168", 1, 4)]),
        ("Of 72 tickets, 58 were closed and 16 remain open.", []),
        ("Of 240 servers, 228 (95%) run an agent and 22 do not.", []),
        ("Of 240 servers, 228 (95%) run an agent and 12 do not.", []),
        ("Có 57 lỗi, trong đó đã vá 41, đang vá 12, chưa vá 6.", [("57, 41, 12, 6", 1, 4)]),
        ("Có 59 lỗi, trong đó đã vá 41, đang vá 12, chưa vá 6.", []),
        (
            "The budget of 4.5 billion comprises 2.4 billion for software, 1.3 billion for training"
            " and 0.9 billion for audits.",
            [("4.5, 2.4, 1.3, 0.9", 1, 15)],
        ),
        ("Có 77 xã, chiếm 3/5 tổng số 124 xã.", [("77, chiếm 3/5, 124", 1, 4)]),
        ("Có 90 địa chỉ IP: 40 địa chỉ IPv4 và 60 địa chỉ IPv6.", [("90, 40, 60", 1, 4)]),
        ("Có 4 máy, 7 máy (tăng 3 máy), 15 máy (tăng 9 máy).", [("15, 9", 1, 31)]),
        ("Có 12 lớp cho 240 người, trung bình mỗi lớp 25 người.", []),
        ("Mỗi xã có 4 máy, 45 xã có 190 máy.", [("4, 45, 190", 1, 11)]),
        (
            "Tổng số 72 máy gồm 40 máy (61.000%) và 31 máy (15.000%).",
            [("72, 40, 61.000%, 31, 15.000%", 1, 9)],
        ),
        # the same number far before counts nothing as read
        (
            "Có 20/40 xã (50%). Đã họp. Đã xong. Đã gửi. Có 40 máy, 25 máy mới và 16 máy hỏng.",
            [("40, 25, 16", 1, 48)],
        ),
        ("Có 12 máy tại 4 sở; nhóm B từ 80% - dưới 90%.", []),
        # told of different things, and of nothing read: only the reader knows
        ("Có 12 máy, 4 sở và 30 camera.", [("12, 4, 30", 1, 4)]),
        # what plainly makes each other was checked by that
        ("Kho nhập 45 bộ, xuất 28 bộ, tồn 17 bộ.", []),
        ("Kho nhập 45 bộ, xuất 28 bộ, tồn 19 bộ.", [("45, 28, 19", 1, 10)]),
        ("Mỗi xã 4 máy, 45 xã có 180 máy.", []),
        ("Mỗi xã 4 máy, 45 xã có 190 máy.", [("4, 45, 190", 1, 8)]),
        ("Bật trên 88%, còn lại 12% tắt.", []),
        ("Bật ở 83%, còn lại 27% tắt.", [("83%, 27%", 1, 7)]),
        ("From 27% to 15%: 12 points less. The rest is fine.", []),
        ("In use - 276\nSpare - 64\nAll - 350", [("276, 64, 350", 1, 10)]),
        # shares of a hundred whose parts do not make their whole
        (
            "Of 1,200 accounts, 1,044 were valid (87%), 108 dormant (9%), 42 lost (4%).",
            [("1,200", 1, 4)],
        ),
        ("Có 100 máy, gồm 60 máy chạy Linux và 35 máy có sao lưu.", [("100, 60, 35", 1, 4)]),
        # measures, decimals and money in short
        (
            "Đường chính 500 Mbps, đường phụ 200 Mbps, tổng băng thông 800 Mbps.",
            [("500, 200, 800", 1, 13)],
        ),
        (
            "Scores: network 7.5, identity 8.0, endpoints 9.5; mean 8.7.",
            [("7.5, 8.0, 9.5, 8.7", 1, 17)],
        ),
        ("It cost $1.2m: $0.7m in March, $0.3m and $0.3m before.", [("1.2, 0.7, 0.3, 0.3", 1, 10)]),
        # two times and more are compared
        ("The audits took 3 days each; the 9 audits took 24 days.", [("3, 9, 24", 1, 17)]),
        ("The audits took 3 days each; the 8 audits took 24 days.", []),
        ("Có 4 lớp với 95 học viên trong 6 tháng.", []),
        # numerals of lists, ranks, documents, dates, levels
        (
            "Căn cứ (1) Nghị định 85/2016/NĐ-CP ngày 01/7/2016, (2) TCVN 11930:2017, hạng 37/63, mức độ 3.",
            [],
        ),
    ],
)
def test_figures_told_together_that_nothing_ties_are_named(
    text: str, unread: list[tuple[str, int, int]]
) -> None:
    named = scan.scan(text).unread
    assert [(share.written, share.line, share.column) for share in named] == unread


@pytest.mark.parametrize(
    "text",
    [
        "The SOC handled 3,480 alerts in May, an increase of 16% over April (3,000 alerts).",
        "The SOC handled 3,480 alerts in May, a 16% increase over April (3,000 alerts).",
        "Kinh phí đạt 3,6 tỷ đồng, tăng 120 triệu đồng so với năm trước (3,48 tỷ đồng).",
        "Kinh phí tăng từ 800 triệu đồng lên 1,2 tỷ đồng, tăng 0,4 tỷ đồng.",
        "Số xã đạt chuẩn là 118 xã trên 126 xã, đạt 93,7%, tăng 3,2% so với cùng kỳ.",
        "Có 118 trong tổng số 126 xã đạt chuẩn, tăng 3,2% so với cùng kỳ.",
        "Có 245 hồ sơ, giảm 35 hồ sơ so với tháng 7 và tăng 8% so với cùng kỳ.",
        "Có 60 trang; 38 trang đã chuyển sang IPv6, 10 trang chưa chuyển, 12 trang đang chuyển.",
        "Có 60 trang; 6 trang bị đóng, 38 trang đã chuyển sang IPv6, 14 trang chưa chuyển.",
    ],
)
def test_what_may_be_right_is_not_called_false(text: str) -> None:
    assert [key(item) for item in scan.scan(text).found if item.wrong] == []


def test_no_false_figure_of_the_held_out_sentences_is_called_right_or_the_reverse() -> None:
    wrong = [key(item) for o in HELD_OUT for item in scan.scan(o["says"]).found if item.wrong]
    assert wrong == [["ratio", "84", "112", "76"], ["sum", "188", "20", "11", "156"]]


@pytest.mark.parametrize(
    ("text", "found", "wrong"),
    [
        ("Hơn 80% đơn vị (29/35 đơn vị) có quy chế.", [["ratio", "29", "35", "80"]], [False]),
        ("Hơn 90% đơn vị (29/35 đơn vị) có quy chế.", [["ratio", "29", "35", "90"]], [True]),
        ("Chi 18,6 tỷ đồng trên tổng 155 tỷ đồng (15%).", [["ratio", "18,6", "155", "15"]], [True]),
        (
            "Đã giải quyết 200 hồ sơ, trong đó 150 hồ sơ đúng hạn, chiếm 80% và 50 hồ sơ quá hạn.",
            [["sum", "200", "150", "50"], ["ratio", "150", "200", "80"]],
            [False, True],
        ),
        (
            "Đã giải quyết 17.651 hồ sơ, trong đó 13.767 hồ sơ trước hạn, 3.254 đúng hạn và 634 quá hạn.",
            [["sum", "17651", "13767", "3254", "634"]],
            [True],
        ),
        ("Có 5.775 xã đạt chuẩn, trong đó có 764 xã nâng cao và 83 xã kiểu mẫu.", [], []),
        (
            "Có 12 sở trên tổng số 20 sở đã triển khai, chiếm 65%.",
            [["ratio", "12", "20", "65"]],
            [True],
        ),
        ("Kết nối trên 70 phần mềm tại 20 sở.", [], []),
        ("Trong 6 tháng, thu lũy kế 6 tháng đạt gần 2,3 triệu tỷ đồng, tăng 21%.", [], []),
        ("2/8 indexes decreased: public finance (-0.02%).", [["ratio", "2", "8"]], [False]),
        (
            "Chỉ số đạt 88,51%, cao hơn 1,58% so với năm 2023 (87,72%).",
            [["difference", "87,72", "88,51", "1,58"]],
            [True],
        ),
        ("Được 1,5 điểm trên 2 điểm, mất 0,4 điểm.", [["score", "1,5", "2", "0,4"]], [True]),
        (
            "Tiếp nhận 30 hồ sơ mới, 12 hồ sơ cũ, tổng số 42 hồ sơ.",
            [["sum", "42", "30", "12"]],
            [False],
        ),
        ("Ngày 10 tháng 6 năm 2024, 4 sở họp.", [], []),
        (
            "Có 96 máy nhiễm mã độc, tăng 20% so với quý trước (80 máy).",
            [["difference", "80", "96", "20%"]],
            [False],
        ),
        (
            "Ghi nhận 1.250 cảnh báo, giảm 20% so với 1.420 cảnh báo của năm trước.",
            [["difference", "1420", "1250", "-20%"]],
            [True],
        ),
        (
            "Số vụ giảm từ 75 vụ xuống 60 vụ, tương đương giảm 25%.",
            [["difference", "75", "60", "-25%"]],
            [True],
        ),
        ("Tỷ lệ giảm từ 12% xuống 9%, giảm 25%.", [["difference", "12", "9", "-25%"]], [False]),
        ("Tỷ lệ giảm từ 12% xuống 9%, giảm 3%.", [["difference", "12", "9", "-3"]], [False]),
        ("Tỷ lệ giảm từ 12% xuống 9%, giảm 5%.", [["difference", "12", "9", "-5"]], [True]),
        (
            "Có 20 xã và 500 hồ sơ, tăng 24% so với cùng kỳ (16 xã).",
            [["difference", "16", "20", "24%"]],
            [True],
        ),
        ("Số vụ là 60 vụ, giảm gần 21% so với 75 vụ năm 2024.", [], []),
        (
            "Có 30 đơn vị với 42 hệ thống; đã kiểm tra 21 hệ thống, đạt 70%.",
            [["ratio", "21", "42", "70"]],
            [True],
        ),
        ("Có 30 đơn vị. Đã kiểm tra 21 hệ thống, đạt 70%.", [], []),
        (
            "Có 400 đảng viên dự 8 hội nghị; 360 đồng chí được cấp chứng nhận, đạt 90%.",
            [["ratio", "360", "400", "90"]],
            [False],
        ),
        (
            "Có 102 xã với 510 cán bộ công chức; 408 công chức được tập huấn, đạt 80%.",
            [["ratio", "408", "510", "80"]],
            [False],
        ),
        (
            "Có 75 máy chủ, tăng 15 máy so với năm 2024, tương đương 20%.",
            [["difference", "60", "75", "20%"]],
            [True],
        ),
        ("Có 75 máy chủ, tăng 15 máy so với năm 2024, đạt 93,8% kế hoạch.", [], []),
        (
            "Toàn bộ hệ thống cấp độ 3 (9/46 hệ thống) đã được kiểm tra, đạt 100%.",
            [["ratio", "9", "46"]],
            [False],
        ),
        ("Tỷ lệ hệ thống cấp độ 3 (9/46) được giám sát đạt 88,9%.", [], []),
        ("Các xã (93/124) đã ban hành quy chế, đạt 85%.", [["ratio", "93", "124", "85"]], [True]),
        ("Mua 1.150 bản quyền, gồm 200 bản cho máy chủ; 960 máy trạm dùng bản cũ.", [], []),
        ("Có 100 máy chủ, gồm 60 máy chạy Linux và 35 máy có sao lưu.", [], []),
        (
            "Mua 1.150 bản quyền, gồm 200 bản cho máy chủ; 960 bản cho máy trạm.",
            [["sum", "1150", "200", "960"]],
            [True],
        ),
        ("Tổng số: 64 người (40 người có chứng chỉ A, 50 người có chứng chỉ B).", [], []),
        (
            "Đã rà soát 60 cơ quan, đơn vị; 48 sở, ngành, xã đã khắc phục, chiếm 80%.",
            [["ratio", "48", "60", "80"]],
            [False],
        ),
    ],
)
def test_wholes_and_their_parts(text: str, found: list[list[str]], wrong: list[bool]) -> None:
    items = scan.scan(text).found
    assert [key(item) for item in items] == found
    assert [bool(item.wrong) for item in items] == wrong


@pytest.mark.parametrize("case", FALSE_SHARES, ids=lambda case: case.get("about", case["says"]))
def test_a_false_share_is_shown(case: dict[str, Any]) -> None:
    items = scan.scan(case["says"]).found
    assert sorted(key(item) for item in items if item.wrong) == sorted(case["wrong"])
    assert len(items) == case.get("found", len(items))


def test_a_share_is_quoted_with_the_whole_it_is_of() -> None:
    text = "Đã giải quyết 200 hồ sơ. Đúng hạn là 150 hồ sơ, chiếm 75%; quá hạn 50 hồ sơ, chiếm 25%."
    for item in scan.scan(text).found:
        assert all(number in item.says for number in item.fields.values()), item.says


def test_a_numbered_sentence_tells_something_of_its_own() -> None:
    """What stands in another item is no whole of it, though it would fit by chance."""
    text = "1. Có 3/5 hệ thống được kiểm tra (60%).\n2. Đã tổ chức 4 cuộc diễn tập, đạt 80%.\n"
    read = scan.scan(text)
    assert [item.fields["numerator"] for item in read.found] == ["3"]
    assert [(share.written, share.line) for share in read.unread] == [("4, 80%", 2)]


def test_a_list_that_goes_on_is_one_sentence_and_each_point_is_quoted_by_itself() -> None:
    text = (
        "Toàn tỉnh có 42 hệ thống, trong đó:\n1) cấp độ 1: 12 hệ thống (28,6%);\n"
        "2) cấp độ 2: 30 hệ thống (71,4%).\n3. Khác."
    )
    found = [item for item in scan.scan(text).found if item.kind == "ratio"]
    assert [(item.fields["numerator"], item.fields["denominator"]) for item in found] == [
        ("12", "42"),
        ("30", "42"),
    ]
    assert found[1].says.endswith("cấp độ 2: 30 hệ thống (71,4%).")


@pytest.mark.parametrize("always", ["24/7", "24/24 giờ", "24x7", "24 / 7"])
def test_round_the_clock_is_no_number(always: str) -> None:
    found = scan.scan(f"Có 29 HTTT được giám sát {always} trên tổng số 42 HTTT, tỷ lệ 69%.").found
    assert [item.fields for item in found] == [
        {"numerator": "29", "denominator": "42", "per_cent": "69"}
    ]


def test_the_figures_that_do_not_add_up_are_said_so() -> None:
    wrong = {}
    for name in BY_HAND:
        text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
        wrong[name] = [key(item) for item in scan.scan(text).found if item.wrong]
    assert {name: items for name, items in wrong.items() if items} == {
        "an-giang": [["ratio", "179", "188", "94,2"]],
        "hau-giang": [["sum", "52", "7", "45"]],
    }


@pytest.mark.parametrize(
    "text",
    [
        "xếp hạng 9/63 tỉnh, thành phố",
        "Chỉ số PCI (2016: xếp hạng 37/63; 2015: 36/63; 2014: 25/63)",
        "57/63 (theo tiêu chí xếp hạng chung)",
        "Quyết định 28/2018/QĐ-TTg ngày 12/7/2018",
        "trước ngày 15/12 đạt 100%",
        "Tính đến 12/2023 đạt 65%",
        "Số: 50/BC-HĐND",
        "Nghị quyết số 01-NQ/TU ngày 22/8/2022 đạt 100%",
        "khoảng 70% PC và 80% hệ thống mạng LAN",
        "máy tính đạt 0,8/người/máy, bình quân cả nước 0,85",
        "mạng 192.0.2.0/24 đạt 100%",
        "thuộc nhóm B với kết quả từ 80% - dưới 90%",
        "lớp 10/12 0/0 đạt 5%",
        "1.348/1.35 đạt 5%",
    ],
)
def test_has_the_shape_and_is_none(text: str) -> None:
    found = [key(item) for item in scan.scan(text).found]
    assert [item for item in found if item != ["ratio", "10", "12", "5"]] == []


@pytest.mark.parametrize("name", [*sorted(BY_HAND), "held-out"])
def test_the_yaml_can_be_pasted(name: str, tmp_path: Path) -> None:
    text = "\n".join(o["says"] for o in HELD_OUT)
    if name in BY_HAND:
        text = (DATA / f"{name}.txt").read_text(encoding="utf-8")
    found = scan.scan(text).found
    pasted = as_yaml(scan.scan(text), "report", Language("vi"))
    base = "authority: {stated: 2024-06-30}\ndocuments: {report: {title: R}}\n"
    loaded = inventory.load(written(tmp_path, a=base + pasted), "inv")
    assert [claim.figures for claim in loaded.claims] == [item.claim.figures for item in found]
    assert [claim.says for claim in loaded.claims] == [item.says for item in found]


# -- hostile text ----------------------------------------------------------------------------------

HOSTILE = {
    "digits": "1",
    "slashes": "1/",
    "ratios": "1/2 đạt ",
    "near-ratios": "1/2 tỷ lệ tỷ lệ ((( ",
    "notes": "[1: (1) a",
    "references": "1/2[footnoteRef:1] ",
    "lists": "1 (a: 1, ",
    "nested": "9 trong đó, a: 1, b: 1 (c: 1, ",
    "sums": "1 = 1 + ",
    "groups": "1.111.",
    "scores": "0,5/1 điểm (mất ",
    "changes": "tăng 1 điểm ",
    "parts": "1 có 1, ",
    "parts-of-parts": "1, có 2 gồm 3. ",
    "shares": "1 hồ sơ, chiếm 1% ",
    "of-all": "1 sở trên tổng số 2 ",
    "of-all-in-a-row": "1 trên 1 ",
    "shares-of": "1 xã chiếm 5% trong tổng số 2 ",
    "then-all": "1; tổng số 2; tỷ lệ 1%; ",
    "since": "tăng 1 điểm so với (1)",
    "from-to": "từ 1 xuống 1 giảm ",
    "durations": "1 a1 lần a1 lần cấp 1 ngày, ",
    "rests": "1/2 a 1, ",
    "out-of": "1 điểm trên ",
    "spaces": " " * 100 + "1/2",
    "one-long-word": "a",
    "shares-unread": "1% 2 3 ",
    "rows": "1|2|3%\n",
    "wide-rows": "1|2|3%|" * 30 + "\n",
    "tabs": "1\t",
    "all-last": "1 a (1%) trên tổng số 2 ",
    "short-sentences": "1. ",
    "rates": "mỗi 30 4 5 6 7 8 120. ",
    "worded": "Hai mươi một ",
    "in-turn": "lần lượt 1, 1% và 1%; ",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_ends(name: str, tmp_path: Path) -> None:
    """A pattern that blows up would not end in this life; a process that must end is the witness."""
    unit = HOSTILE[name]
    (tmp_path / "a.txt").write_text(unit * (5_000 // len(unit)), encoding="utf-8")
    code, _, error = soccheck("claims", "scan", tmp_path / "a.txt")
    assert code in (0, 1, 2, 3), error
    assert "Traceback" not in error


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from(list("0123456789/.,%()[]:;+= ađạtmấiểhn\n1(a: ")), max_size=300))
def test_any_text_is_scanned_and_what_is_found_loads(text: str) -> None:
    for item in scan.scan(text).found:
        assert item.claim.figures or item.claim.whole
        assert item.says.isprintable()


def test_what_a_report_says_cannot_break_out_of_the_yaml(tmp_path: Path) -> None:
    text = 'Sở "A": {x} # \\ \u2028 \x1b[31m đạt 1/2 xã, tỷ lệ 60%'
    pasted = as_yaml(scan.scan(text), "report", Language("en"))
    base = "authority: {stated: 2024-06-30}\ndocuments: {report: {title: R}}\n"
    loaded = inventory.load(written(tmp_path, a=base + pasted), "inv")
    assert len(loaded.claims) == 1
    assert "\x1b" not in pasted


if __name__ == "__main__":
    print("the five reports:", five_reports())
    print("other sentences: ", other_sentences())
    print(
        "held out, since read:",
        held_out(),
        *[found_in(text, kinds_of(name)) for name, text in READ_SINCE.items()],
    )
