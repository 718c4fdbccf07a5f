"""Find, in a report's sentences, the changes that figures beside them give, however they are told.

Two per cents that differ by the points told; two counts of one thing of which one grew to the other by
the per cent or the number told; or one count that by so many more or fewer makes the per cent told. Where
none do, it is shown as false only where its sentence tells one pair it could be between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import permutations

from soccheck.claims.change_pairs import (
    MOST,
    Change,
    alike_pairs,
    in_order,
    is_rough,
    made_by,
    may_be_alike,
    near_counts,
    one_of,
)
from soccheck.claims.differences import is_difference, is_near, is_near_amount
from soccheck.claims.passage import NUMBER, PER_CENT, Passage
from soccheck.claims.scan_counts import (
    DOWN,
    THEN,
    UP,
    Count,
    leads,
    plain,
    sentences,
    within,
)
from soccheck.claims.scan_told import FALL, RISE, is_planned

_GAP = r"(?: (?!(?:so|từ|lên|xuống|còn|đạt|from|to)\b)[^\W\d_]+){0,3}"
_ASIDE = r"(?: [^.;,0-9]{1,60}\([^()]{1,40}\))?"
_POINTS = re.compile(
    rf"\b(?:({UP})|({DOWN})){_ASIDE}{_GAP} ({NUMBER}) ?(?:%|phần trăm)?"
    r" ?(?:điểm (?:phần trăm|%)|(?:percentage )?points?\b)",
    re.I,
)
"""`tăng 2,3 điểm phần trăm`."""

RANKS = re.compile(rf"\b(?:(tăng|lên)|(giảm|tụt|xuống)){_GAP} ({NUMBER}) (?:bậc|hạng)\b", re.I)
"""`tăng 4 bậc`: a better rank is a smaller number."""

_RANK = re.compile(r"(?:hạng|thứ|vị trí)(?: thứ)? ([0-9]{1,3})(?![0-9])", re.I)

_REACHED = re.compile(
    rf" (?:to|lên|xuống|còn)(?: còn| chỉ| đến| tới){{0,2}} [$€£]?({NUMBER})(?! ?%|[.,]?[0-9])"
)
"""What stands behind a growth that tells what it came to: `rose 15% to 1,380`."""

GROWTH = re.compile(
    rf"\b(?:({UP})|({DOWN})){_GAP} ({NUMBER}){PER_CENT}"
    r"(?=[,.;)\]]| ?\(|\Z| so (?:với|cùng)| về| cùng kỳ"
    r"| (?:compared|over|from|on|in|during|since|year|according)\b"
    rf"| (?=(?:to|lên|xuống|còn)(?: còn| chỉ| đến| tới){{0,2}} [$€£]?[0-9])"
    r"|(?<=%) (?:kế hoạch|chỉ tiêu|dự toán)\b)",
    re.I,
)
"""`giảm 12%`; `giảm 30% chi phí` is of something else."""

_NOUN = re.compile(
    rf"\b(?:an?|the) (?=[0-9.,]{{1,12}}{PER_CENT} (?:({RISE})|({FALL}))\b)({NUMBER}){PER_CENT} [a-z]+",
    re.I,
)
"""`an 8% increase`."""

_SINCE = r"(?: so (?:với )?(?:(?! và )[^.,;()%]){0,40}(?:\((?:[^.;()%]|\.(?=[0-9])){1,40}\))?)?"
_BY = re.compile(
    rf"\b(?:({UP})|({DOWN}))(?: thêm| được)? {NUMBER}(?![0-9]|[.,][0-9]| ?%| ?điểm)"
    rf"(?: [^\W\d_]+){{0,3}}{_SINCE},? ?[(\[=]? ?"
    r"(?:(?:tương ứng|tương đương|ứng với|tức)(?: với| là)? )?(?:mức )?(?:tăng |giảm |[+–-] ?)?"
    rf"(?<![0-9.,])({NUMBER}){PER_CENT}(?! ?(?:điểm|kế hoạch|chỉ tiêu))",
    re.I,
)
"""`giảm 160 vụ (16%)`, `giảm 160 lượt = 40%`, `tăng 1.475 tỷ đồng (+6,2%)`."""

_AMOUNT = re.compile(
    rf"\b(?:({UP})|({DOWN})){THEN} [$€£]?({NUMBER})(?![0-9]|[.,][0-9]|{PER_CENT}| lần\b| ?điểm (?:phần|%))",
    re.I,
)
_BEHIND = re.compile(r"[^.;()]{0,40} so với (?:[^.;()]{0,60}\()?[^.;()0-9]{0,40}")
_THEN = re.compile(r"(?: [^\W\d_]+){0,3}(?: so với [^.;()]{0,60})? ?\(([^()]{1,60})\)")
"""What stands behind `tăng 131 đơn`: ` (cùng kỳ tiếp nhận 1.405 đơn)`."""

_WAS = re.compile(r"(?: [^\W\d_]+){0,3}(?: ?\([^()]{1,30}\))? so với [^.;()]{0,60}(?: là|:) ")
"""The same: ` cảnh báo (17%) so với cùng kỳ năm trước là 13.900`."""

_FROM_TO = re.compile(
    rf"(?:từ|from) ({NUMBER})(?! ?%)[^.;()0-9]{{0,40}}(?:\([^()]{{1,40}}\)[^.;()0-9]{{0,20}})?"
    rf" (?:lên|xuống|còn|to)(?: còn| chỉ| đến| tới){{0,2}} ({NUMBER})(?! ?%)",
    re.I,
)
"""`từ 150 lên 180`."""

_RAISES = re.compile(r"[^.;0-9%]{0,60}\b(?:nâng|đưa) tổng số")
"""What stands behind what was added: `Cấp mới 1.872 chứng thư số, nâng tổng số lên 7.488`."""

_NOW = re.compile(
    r"\b(?:đến nay|hiện (?:nay|là|có|đã)|năm nay|(?:năm|quý|tháng) này|nay (?:là|có|đã)|now|this year)\b",
    re.I,
)
"""What makes the count behind it what there is: `Đầu năm có 60 máy, đến nay là 72 máy, tăng 12 máy`."""

_BEFORE_NOW = re.compile(
    r"\b(?:so với|cùng kỳ|(?:năm|kỳ|quý|tháng) (?:trước|ngoái)|đầu (?:năm|kỳ)|than|against|compared"
    r"|last|previous|earlier)\b[^.;,0-9]{0,40}(?:(?:19|20)[0-9]{2}[^.;,0-9]{0,20})?\Z",
    re.I,
)
"""What makes the count behind it what there was: `so với đầu năm (280 máy)`."""

_RATE_THEN = re.compile(
    r"(?:\((?:năm|quý|tháng|kỳ|cùng kỳ|in|20[0-9]{2})\b|(?:cùng kỳ|trước|ngoái|previous|last|earlier)\b)"
    r"[^%;()]{0,40}\Z",
    re.I,
)
"""What makes the rate behind it what there was."""

_OF_THEM = re.compile(
    r"\btrong (?:đó|(?:tổng )?số)\b|\btrên(?: tổng)?(?: số)? \Z|\bof which\b", re.I
)
"""What makes the counts behind it parts of the one before, which grew to none of them."""

_SHARE = re.compile(rf"(?<![0-9.,])({NUMBER}){PER_CENT}(?! ?(?:điểm|points?\b))")
_STOP = re.compile(r"[.;](?=\s|\Z)|\n")
_TWO = 2
_REACH = 300
"""Characters around a change that are looked at."""

_FAR = 120
"""Characters around a change that was read in which it stands."""


def changes_left(
    text: str, counted: Sequence[Count], taken: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield each change of those left with what it is between."""
    told: dict[str, list[Passage]] = {}
    for passage in taken:
        if passage.kind == "difference":
            told.setdefault(passage.fields["change"].strip("-%"), []).append(passage)
    for match in _POINTS.finditer(text):
        if not _is_told(match, told):
            yield from _of_points(text, match)
    for match in RANKS.finditer(text):
        begin, end = _sentence(text, match)
        ranks = [rank[1] for rank in _RANK.finditer(text, begin, end)][:MOST]
        if not _is_told(match, told):
            yield from _between(text, match, ranks, grows=match[1] is None)
    told_as = [match for form in (GROWTH, _NOUN, _BY) for match in form.finditer(text)]
    growths = {match.start(3): match for match in told_as}
    for match in growths.values():
        if not _is_told(match, told):
            yield from list(_of_growth(text, counted, match)) or _of_rates(text, counted, match)
    for match in _AMOUNT.finditer(text):
        if not _is_told(match, told):
            yield from _of_amount(text, counted, match)


def _is_told(match: re.Match[str], told: Mapping[str, Sequence[Passage]]) -> bool:
    """Return whether a change was read already: the same figure, from around there."""
    return any(
        passage.start - _FAR <= match.start() <= passage.end + _FAR
        for number in {match[3], plain(match[3])}
        for passage in told.get(number, ())[-MOST:]
    )


def _sentence(text: str, match: re.Match[str]) -> tuple[int, int]:
    begins, end = sentences(text, _STOP, match, _REACH)
    return begins[-1], end


def _of_points(text: str, match: re.Match[str]) -> Iterator[Passage]:
    """Yield a change in points with the two shares it is between."""
    begin, end = _sentence(text, match)
    grown = {growth.start(3) for growth in GROWTH.finditer(text, begin, end)}
    told = [share for share in _SHARE.finditer(text, begin, end) if share.start() not in grown]
    shares = [share[1] for share in told][:MOST]
    yield from _between(text, match, shares, grows=match[1] is not None)


def _between(
    text: str, match: re.Match[str], told: Sequence[str], *, grows: bool
) -> Iterator[Passage]:
    """Yield a change with the two figures told beside it that it is between."""
    change = match[3] if grows else f"-{match[3]}"
    giving = [pair for pair in permutations(told, 2) if is_difference(*pair, change)]
    if not giving and len(told) == _TWO and not is_rough(text, match):
        giving = [in_order(told[0], told[1], grows=grows)]
    yield from one_of(match, giving, change)


def _of_growth(text: str, counted: Sequence[Count], match: re.Match[str]) -> Iterator[Passage]:
    """Yield a growth in per cent with what it is between: told, or made by how many more there are."""
    begins, end = sentences(text, _STOP, match, _REACH)
    here, wide = (
        near_counts(text, counted, begins[-1], end),
        near_counts(text, counted, begins[-2:][0], end),
    )
    amounts = [
        count
        for count in within(counted, begins[-1], end)
        if count.change or _RAISES.match(text, count.end)
    ]
    here = [count for count in here if count not in amounts and not is_planned(text, count)]
    alone = len(here) == 1  # of its sentence: the one before it tells the other
    here = [count for count in here if not _OF_THEM.search(text, here[0].end, count.start)]
    pairs, change = alike_pairs(text, here), f"{'' if match[1] else '-'}{plain(match[3])}%"
    reached = _REACHED.match(text, match.end())
    moves = [] if reached else _FROM_TO.finditer(text, begins[-1], end)
    moved = sorted(moves, key=lambda told: abs(told.start() - match.start()))
    since = [(plain(told[1]), plain(told[2])) for told in moved[:1]] or _since(text, here, match)
    own = [amount for amount in amounts if match.start() < amount.start < match.end(3)]
    # `giảm 35 lượt so với tháng 7 và tăng 8% so với cùng kỳ` tells two changes
    amounts = own or [a for a in amounts if "so với" not in text[a.end : match.start()]]
    made = [pair for amount in amounts for pair in made_by(text, here or wide, amount)]
    giving = [p for p in (*pairs, *since, *made) if is_difference(*p, change)]
    giving = giving or [p for p in alike_pairs(text, wide) if is_difference(*p, change)]
    if not giving and not is_rough(text, match):
        # `There were 36 in 2024. In 2025 there were 27, a reduction of 30 percent.`
        alone = alone and len(wide) == _TWO and "%" not in text[here[0].end : match.start()]
        pairs = pairs or (alike_pairs(text, wide) if alone else [])
        pairs = [in_order(*pair, grows=bool(match[1])) for pair in pairs if len(pairs) == _TWO]
        pairs = [pair for pair in pairs if reached is None or pair[1] == plain(reached[1])]
        giving = since or made or [pair for pair in pairs if is_near(*pair, change)]
    yield from one_of(match, giving, change)


def _of_rates(text: str, counted: Sequence[Count], match: re.Match[str]) -> Iterator[Passage]:
    """Yield a growth of a rate, meant in points: `đạt 91,2% (năm 2024 là 88,7%), tăng 2,5%`."""
    begin, end = _sentence(text, match)
    grown = {growth.start(3) for growth in GROWTH.finditer(text, begin, end)}
    told = [share for share in _SHARE.finditer(text, begin, end) if share.start() not in grown]
    if near_counts(text, counted, begin, end) or len(told) != _TWO or is_rough(text, match):
        return
    was_told = [n for n, share in enumerate(told) if _RATE_THEN.search(text, begin, share.start())]
    if len(was_told) == 1:
        then, now = told[was_told[0]][1], told[1 - was_told[0]][1]
        change = f"{'' if match[1] else '-'}{match[3]}"
        if not is_difference(then, now, f"{change}%"):
            yield from one_of(match, [(then, now)], change)


def _since(text: str, near: Sequence[Count], match: re.Match[str]) -> list[Change]:
    """Return the count before a growth and the one behind it: `18 máy, tăng 8% so với tháng 8 (20 máy)`."""
    then = [count for count in near if _BEHIND.fullmatch(text[match.end() : count.start])][:1]
    now = [count for count in near if leads(text, count, match.start())][-1:]
    change = f"{'' if match[1] else '-'}{plain(match[3])}%"
    pairs = [((plain(a.text), plain(b.text)), may_be_alike(text, a, b)) for a in then for b in now]
    # what stands in a bracket behind `so với` is what was, whatever it is called
    opened = bool(then) and text[match.end() : then[0].start].rstrip("khoảng ").endswith("(")
    return [pair for pair, alike in pairs if alike or (opened and is_near(*pair, change))]


def _of_amount(text: str, counted: Sequence[Count], match: re.Match[str]) -> Iterator[Passage]:
    """Yield a change in number with the two counts it is between: `1.536 đơn, tăng 131 đơn (1.405 đơn)`."""
    amounts = within(counted, *match.span(3))
    begins, end = sentences(text, _STOP, match, _REACH)
    near = near_counts(text, counted, begins[-2:][0], end)
    near = [count for count in near if amounts and may_be_alike(text, count, amounts[0])]
    change = f"{'' if match[1] else '-'}{plain(match[3])}"
    giving = [pair for pair in alike_pairs(text, near) if is_difference(*pair, change)]
    told, was = _THEN.match(text, match.end()), _WAS.match(text, match.end())
    low, high = (was.end(), was.end() + 1) if was else told.span(1) if told else (0, 0)
    if not giving:
        then = [count for count in near if low <= count.start < high]
        now = [count for count in near if leads(text, count, match.start())]
        if len(then) == 1 and now:
            giving = [(plain(then[0].text), plain(now[-1].text))]
        here = [count for count in near if begins[-1] <= count.start < match.start()]
        if not giving and len(here) == _TWO and _NOW.search(text, here[0].end, here[1].start):
            giving = [(plain(here[0].text), plain(here[1].text))]
        was_told = [
            n
            for n, one in enumerate(near)
            if _BEFORE_NOW.search(text, max(0, one.start - _FAR), one.start)
        ]
        if not giving and len(near) == _TWO and len(was_told) == 1:
            one, other = near[was_told[0]], near[1 - was_told[0]]
            pair = plain(one.text), plain(other.text)
            giving = [pair] if is_near_amount(*pair, change) else []
    yield from one_of(match, giving, change)
