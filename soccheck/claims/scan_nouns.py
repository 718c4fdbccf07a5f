"""Tell whether two counts of a report count the same thing, by the words around them."""

from __future__ import annotations

import re

from soccheck.claims.scan_counts import Count

_NOUN = re.compile(
    r"(?: (?!(?:trên|và|có|là|trong|lên|xuống|còn|to|of|in|and|or|was|were|had|have|by|from|at|on"
    r"|against|versus|vs|out|so|is|are|has|remain|remains|still|not|do|does|did|now|last|this|when|which"
    r"|recorded|reported|registered|logged|received|handled|seen|made|counted|identified)\b)"
    r"[^\W\d_]+){1,2}"
)
_LABEL = re.compile(r"(?::| là) \Z")
_LABEL_LENGTH = 80
_REACHES = re.compile(r"(?: [^\W\d_]+){1,2} đạt [0-9]")
_OF_ALL = re.compile(r"trong (?:tổng )?số ", re.I)
_RATE = re.compile(
    r"(?:t[ỷỉ] lệ|chỉ số|(?:đạt|có|ở|với) mức(?: độ)?) (?!đạt|chiếm|là\b|bằng|hoàn thành|thực hiện"
    r"|khoảng|gần|hơn|chung|tương|mới|còn|cao|thấp|trung|tốt|khá|giỏi|yếu|kém)([^\W\d_]+)"
)

_OF_NAMED = re.compile(
    r" (?!(?:trên|của|trong|so|tổng|số|kế|và|đã|được|chưa|còn|có|là|theo|do|thì|nhưng|về|tại|ở|vượt|tăng"
    r"|giảm|cao|thấp|and|or|but|while|on|at|to|for|as|by|from|with|that|which|who"
    r"|of|in|were|are|had|have)\b)([^\W\d_]+ ?[^\W\d_]*)"
)

_PHRASE = re.compile(
    r"(?: (?!(?:and|or|of|in|at|on|for|with|by|from|to|that|which|who|were|was|are|is|had|have|has|did|do"
    r"|not|including|includes?|included|than|during|this|last|over|under|remain\w*|still)\b)[a-z'’-]+){1,5}"
    r"(?<=[a-z]s)(?<!ss)(?<!us)(?=[ .,;:)]|['’]|\Z)(?![^\W\d_])",
)
"""An English plural with what stands before it."""

_KINDS = (
    (
        "người",
        "cán bộ",
        "công chức",
        "viên chức",
        "học viên",
        "đại biểu",
        "thành viên",
        "nhân viên",
        "đảng viên",
        "hội viên",
        "công dân",
        "nhân khẩu",
        "lao động",
        "sinh viên",
        "giáo viên",
    ),
    ("đồng chí", "cán bộ", "đảng viên", "công chức", "người"),
    ("đơn vị", "sở", "ban", "ngành", "cơ quan", "xã", "phường", "huyện", "trường", "tổ chức"),
    ("cơ quan", "sở", "ban", "ngành", "đơn vị", "tổ chức"),
    ("thiết bị", "máy", "tường lửa", "bộ định", "camera"),
    ("máy", "máy"),
    ("học sinh", "thí sinh"),
    ("thí sinh", "học sinh"),
)
"""A common word, and what it stands for when it is counted again: `618 cán bộ; 537 người`."""

_ANYTHING = ("trường hợp", "loại", "nhóm", "of them", "of these")
"""What stands for whatever was counted before."""


def is_same(text: str, part: Count, whole: Count) -> bool:
    """Return whether a part counts what its whole counts: `máy` after `máy trạm`, `người` after `cán bộ`."""
    noun, other = noun_of(text, part), noun_of(text, whole)
    if noun and not other:
        length = _LABEL_LENGTH if is_label(text, whole) else len(noun) + 1
        return noun in text[max(0, whole.start - length) : whole.start].lower()
    if not noun or not other:
        return False
    if _begins(noun, _ANYTHING):
        return True
    if f"{noun} ".startswith(f"{other} ") or f"{other} ".startswith(f"{noun} "):
        return True
    if noun.split()[0] == other.split()[0] and "trong đó" in text[whole.end : part.start].lower():
        return True  # `có 551.212 phiếu bầu, trong đó có 547.597 phiếu hợp lệ`
    kinds = any(_begins(noun, kind[:1]) and _begins(other, kind[1:]) for kind in _KINDS)
    return kinds or _have_one_head(text, part, whole)


def _have_one_head(text: str, part: Count, whole: Count) -> bool:
    """Return whether English calls both by one last word: `54 generic accounts`, `71 user accounts`."""
    part_words, whole_words = (_PHRASE.match(text, count.end) for count in (part, whole))
    if part_words is None or whole_words is None:
        return False
    return part_words[0].split()[-1].lower() == whole_words[0].split()[-1].lower()


def is_alike(text: str, part: Count, whole: Count) -> bool:
    """Return whether two counts may count the same thing: `trang đã` and `trang thông tin` begin alike."""
    first, other = (noun_of(text, count).partition(" ")[0] for count in (part, whole))
    return first == other != "" or is_same(text, part, whole)


def is_rate_of_each(text: str, part: Count, between: str) -> bool:
    """Return whether a per cent behind a count tells how far each of them came, or another rate.

    So `8 xã đạt 90%`, and `20 cơ quan, tỷ lệ hài lòng đạt 96%` where nothing was said of `hài lòng`;
    but `chặn 3.420 thư, tỷ lệ chặn đạt 95%` is a share.
    """
    before = text[max(0, part.start - _LABEL_LENGTH) : part.start]
    if _REACHES.match(between) and _begins(noun_of(text, part), _KINDS[1]):
        return _OF_ALL.search(before) is None
    return is_another_rate(before, between)


def is_another_rate(before: str, between: str) -> bool:
    """Return whether a rate is named between a figure and its per cent that was not spoken of before."""
    rate = _RATE.search(between.lower())
    return rate is not None and rate[1] not in f"{before} {between[: rate.start()]}".lower()


def is_named_otherwise(text: str, end: int, whole: Count) -> bool:
    """Return whether what a share is of is named right behind it, and is not that: `chiếm 32,48% LLLĐ`."""
    named = _OF_NAMED.match(text, end)
    around = text[max(0, whole.start - _LABEL_LENGTH) : whole.end + _LABEL_LENGTH].lower()
    return named is not None and named[1].lower() not in around


def is_label(text: str, whole: Count) -> bool:
    """Return whether a count stands alone behind what it counts: `Máy trạm: 2.400; ...`."""
    before = text[max(0, whole.start - 4) : whole.start]
    return _LABEL.search(before) is not None and not noun_of(text, whole)


def noun_of(text: str, count: Count) -> str:
    """Return the one or two syllables behind a count, which say what is counted."""
    match = _NOUN.match(text, count.end)
    return match[0].strip().lower() if match else ""


def _begins(noun: str, words: tuple[str, ...]) -> bool:
    return any(f"{noun} ".startswith(f"{word} ") for word in words)
