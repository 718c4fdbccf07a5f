"""Find, in a report's text, the numbers that count something."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from soccheck.claims.passage import NUMBER, PER_CENT
from soccheck.facts import figures
from soccheck.model import Figure

_COUNT = re.compile(
    rf"(?<![0-9A-Za-zÀ-ỹ/.,:-])(?<!(?<![A-Za-z])[0-9] (?=[0-9]{{3}}\b))({NUMBER})"
    rf"(?:(?![0-9A-Za-zÀ-ỹ%-]|[.,][0-9]|{PER_CENT})|(?=(?:k|K|bn)\b))"
)
_ONES = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_ONES += " seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES = {"one": 1} | {word: number for number, word in enumerate(_ONES.split(), 2)}
_VALUES |= {word: 10 * number for number, word in enumerate(_TENS.split(), 2)}
_ANY_TEN, _ANY_ONE = _TENS.replace(" ", "|"), _ONES.replace(" ", "|")
_IN_WORDS = re.compile(
    rf"(?<![\w-])(?:({_ANY_TEN})(?:[ -](one|{_ANY_ONE}))?|({_ANY_ONE})"
    r"|(one)(?= (?:was|is|had|has|did|does|remains?|remained|failed)\b))(?![\w-])"
    r"(?! (?:in|out of) (?:two|three|four|five|six|ten)\b| per ?cent| times"
    r"| (?:half|halves|thirds?|quarters?|fifths?|tenths?|hundred|thousand|million|billion)\b"
    r"| (?:hours?|days?|weeks?|months?|years?)\b)",
    re.I,
)
"""A number told in words, and none of `nine in ten`, `three quarters` and `ten times`."""

_OF = re.compile(r"\b(?:one|two|three|four|five|six|seven|eight|nine) (?:in|of|out of) \Z", re.I)
"""What stands before the lower number of a share in words."""

_NO_COUNT = re.compile(
    r"(?:(?<!tiến )độ|(?<!vượt )mức|(?<!danh )mục|vòng|bảng|chương|\bca"
    r"|(?<!đã )(?<!được )(?<!cung )(?<!mới )(?<!nâng )cấp"
    r"|năm"
    r"|tháng|ngày|quý|thứ|mũi|đợt|(?<!đầu )kỳ|kh(?:óa|oá)|điều|khoản|tiêu chí"
    r"|(?<!tổng )(?<!ký )(?<!trong )(?<!dân )số|loại|nhóm|hạng|đoạn|bản|lần|giờ|level|year|revision|no\."
    r"|january|february|march|april|may|june|july|august|september|october|november|december|sept?[.x]"
    r"|nghị quyết|nghị định|quyết định|chỉ thị|thông tư|công văn|(?<!kỷ )luật) ?\Z",
    re.I,
)
"""What stands before a number that counts nothing: `cấp 3`, `số 12`; but `đã cấp 350`, `tổng số 12`."""

_LOCKED = re.compile(r" (?:tài khoản|thuê bao|thẻ|cổng|địa chỉ|máy|thiết bị|chứng thư|sim)\b", re.I)
"""What `khóa` is done to: `khóa 84 tài khoản` is no 84th course."""

MEASURED = re.compile(r" ?(?:tuổi|sao|giờ|phút|giây|[kKMGT]b(?:ps|it|/s)|độ|°|x)\b|-(?=[a-z])")
"""What is measured and not counted: `trẻ dưới 1 tuổi`, `sản phẩm 3 sao`."""

_SPAN = re.compile(
    r"(?:(?<![0-9/])(?<!ngày )[0-9]{1,2}|\b(?:cả|toàn|mỗi|thứ)) (?:năm|tháng|quý|kỳ|ngày) \Z"
    r"|\bcùng kỳ \Z|\b(?:last|this|previous|prior|the|a) year \Z",
    re.I,
)
"""A time that was named before a count: `cả năm 58.930 hồ sơ`, `last year 84`."""

_MANY = 100
"""There are fewer levels, groups and courses than these."""

_ADDED_UP = re.compile(
    r" (?:nghìn|ngàn|triệu|tỷ|tỉ|million|billion|points|điểm(?! (?:phần|%)))|(?:k|K|bn)\b"
)
"""What is added up though it has decimals: money, and points of a score."""
_THOUSAND = re.compile(r" ?(?:nghìn|ngàn|thousand)\b(?! (?:đồng|tỷ|tỉ|dollars|euros))", re.I)
_A_THOUSAND = 1000
SCALE = re.compile(r" ?(nghìn|ngàn|triệu|tỷ|tỉ|thousand|million|billion|k|bn)\b", re.I)
"""How large the numbers before it are."""

UP = (
    r"tăng|vượt|cao hơn|nhiều hơn|lớn hơn|(?<!make )(?<!makes )(?<!made )up"
    r"|rose|risen|rise|increased?|growth|grew|grown|climb(?:ed)?"
    r"|improv(?:ed|es?|ement)|(?:up)?surge[ds]?|gain(?:ed)?|jump(?:ed)?|exceed(?:ed|ing)?|beat(?:ing)?|higher|more"
)
DOWN = (
    r"giảm|rút ngắn|thấp hơn|ít hơn|nhỏ hơn|hụt|down|fell|fall(?:s|en|ing)?|decreased?|reduced|reduction"
    r"|drop(?:ped)?|declined?|cut|shrank|shrunk|slipped|dipped|saving|lower|less|fewer"
)
THEN = (
    r"(?: thêm| được| by| of| (?:so với )?(?:cùng kỳ |)"
    r"(?:năm|kỳ|quý|tháng) (?:trước|ngoái|20[0-9]{2})(?: là)?)?"
)
"""What stands between the word of a change and how much it is: `nhiều hơn năm trước 12 lượt`."""

DOWN_BEFORE = re.compile(rf"\b(?:{DOWN}){THEN} [$€£]?\Z", re.I)
_CHANGE = re.compile(
    rf"\b(?:{UP}|{DOWN}|thêm|by){THEN}(?: khoảng)?"
    rf" (?:{NUMBER} [^.;()0-9]{{1,30}}\([+-]?[0-9.,]+ ?%\),? )?[$€£]?\Z",
    re.I,
)
_THAN = re.compile(
    r"(?: [^\W\d_]+){0,2} (?:more|higher|less|fewer|lower)(?: than\b|(?= (?:or|and)\b|[,.;)]|\Z))",
    re.I,
)
"""What stands before how many came or went, which are no part of what there is."""

_BOUND = re.compile(r"(?:dưới|trên|từ|hơn|ít nhất) ?\Z", re.I)
_ONWARD = re.compile(r" trở (?:lên|xuống)", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Represents a number that counts something: as written, as a figure, and where it stands.

    `over` marks the upper half of `45/48`: it can be a whole, and is the part of another. `change` marks how
    many more or fewer there are: `tăng 12 máy`.
    """

    text: str
    figure: Figure
    start: int
    end: int
    over: bool = False
    change: bool = False


def counts(text: str) -> list[Count]:
    """Return the numbers that count something; years, levels, dates and decimals of a date do not."""
    found = []
    for match in _COUNT.finditer(text):
        over = text[match.end() : match.end() + 1] == "/"
        if MEASURED.match(text, match.end()):
            continue
        before = _NO_COUNT.search(text[max(0, match.start() - 12) : match.start()])
        if before is not None and not _is_done_to(before[0].strip().lower(), match, text):
            continue
        if not is_whole(match[1]) and not _ADDED_UP.match(text, match.end()):
            continue  # an index, which is no part of a whole
        try:
            figure = figures.read(match[1], integer=is_whole(match[1]))
        except ValueError:
            continue
        start, end = match.span()
        change = _is_change(text, start, end)
        found.append(
            Count(text=match[1], figure=figure, start=start, end=end, over=over, change=change)
        )
    worded = [
        _in_words(match)
        for match in _IN_WORDS.finditer(text)
        if not _OF.search(text, max(0, match.start() - 16), match.start())
    ]
    return sorted([*found, *worded], key=lambda count: count.start) if worded else found


def _in_words(match: re.Match[str]) -> Count:
    """Return a count that is told in words."""
    number = sum(_VALUES[word.lower()] for word in match.groups() if word)
    figure = figures.read(str(number), integer=True)
    change = _is_change(match.string, *match.span())
    return Count(
        text=str(number), figure=figure, start=match.start(), end=match.end(), change=change
    )


def _is_done_to(word: str, number: re.Match[str], text: str) -> bool:
    """Return whether a word that can name a level is a verb: `cấp 412.000 thẻ`, `khóa 84 tài khoản`."""
    many = is_whole(number[1]) and int(number[1].replace(".", "")) >= _MANY
    if word == "số" and _ADDED_UP.match(text, number.end()):
        return True  # `chính quyền số 298,6 điểm`
    if word in ("năm", "tháng", "quý", "kỳ", "ngày", "year"):
        # `từ đầu năm 58.930 hồ sơ`, `tổng 3 năm 104 vụ`
        year = re.fullmatch(r"(?:19|20)[0-9]{2}", number[1])
        before = text[max(0, number.start() - 16) : number.start()]
        marked = "." in number[1] or not is_whole(number[1])
        return marked or (year is None and _SPAN.search(before) is not None)
    if word in ("cấp", "mức", "loại", "nhóm", "khóa", "khoá") and many:
        return not re.fullmatch(r"(?:19|20)[0-9]{2}", number[1])
    return word in ("khóa", "khoá") and _LOCKED.match(text, number.end()) is not None


def is_whole(text: str) -> bool:
    """Return whether a number is a whole one: a mark in it parts thousands, three digits behind each."""
    return bool(re.fullmatch(r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,4}|[0-9]+", text))


def within(counted: Sequence[Count], low: int, high: int) -> Sequence[Count]:
    """Return the counts that begin in a stretch."""
    first = bisect_left(counted, low, key=lambda count: count.start)
    return counted[first : bisect_left(counted, high, key=lambda count: count.start)]


def sentences(
    text: str, stop: re.Pattern[str], place: re.Match[str], far: int
) -> tuple[list[int], int]:
    """Return where the sentences up to a place begin and where its own ends, no farther than `far`."""
    low, high = max(0, place.start() - far), min(len(text), place.end() + far)
    begins = [low, *(match.end() for match in stop.finditer(text, low, place.start()))]
    ended = stop.search(text, place.end(), high)
    return begins, ended.start() if ended else high


_SENTENCE = re.compile(r"(?<!\bi\.e)(?<!\be\.g)[.;](?=\s|\Z)|\n")
_REACH = 300


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a stretch begins and ends, no farther than `_REACH`."""
    stops = _SENTENCE.finditer(text, max(0, start - _REACH), start)
    low = max((stop.end() for stop in stops), default=max(0, start - _REACH))
    stop = _SENTENCE.search(text, end, end + _REACH)
    return low, stop.start() if stop else min(len(text), end + _REACH)


def in_full(text: str, count: Count) -> Count:
    """Return a count of thousands in full: `104 nghìn cán bộ` counts 104,000; money is left as it is."""
    scale = _THOUSAND.match(text, count.end)
    if scale is None:
        return count
    figure = replace(count.figure, number=count.figure.number * _A_THOUSAND, places=0)
    return replace(count, text=str(figure.number), figure=figure, end=scale.end())


def _is_change(text: str, start: int, end: int) -> bool:
    """Return whether a number is how many more or fewer there are: `tăng 12 máy`."""
    before = _CHANGE.search(text, max(0, start - 80), start)
    return before is not None or _THAN.match(text, end) is not None


def leads(text: str, count: Count, place: int) -> bool:
    """Return whether a count stands before a place, and in no bracket that ends between."""
    between = text[count.end : place]
    return count.end <= place and between.count(")") <= between.count("(")


def is_year(count: Count) -> bool:
    """Return whether a count looks like a year: 2025, where as many would be written 2.025."""
    return re.fullmatch(r"(?:19|20)[0-9]{2}", count.text) is not None


def is_bound(before: str, after: str = "") -> bool:
    """Return whether what stands around a per cent makes it a bound: `dưới 3%`, `50% trở lên`."""
    return bool(_BOUND.search(before) or _ONWARD.match(after))


def is_count(text: str) -> bool:
    """Return whether a number counts something: a whole one above zero."""
    return is_whole(text) and number_of(text) > 0


def plain(number: str) -> str:
    """Return a count without the marks of its thousands, which a figure that may have decimals needs."""
    return str(number_of(number)) if is_whole(number) else number


def number_of(text: str) -> int:
    """Return a whole number, without the marks of its thousands; 0 for any other."""
    return int(text.replace(".", "")) if is_whole(text) else 0
