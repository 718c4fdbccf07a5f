"""Find, in a report's sentences, parts told with their share: `1.704 hồ sơ, chiếm tỷ lệ 12%`.

Which whole a part belongs to is not written. It is taken from what the report says around it, in this
order: the whole whose part it is known to be; the one whose ratio the share is; the one that the shares
beside it are of; the one count of its own clause. The last two show a share that is false, so that they
ask for a near miss, or for the same thing counted: any other count may be another thing's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from soccheck.claims.named_wholes import NAME, named_behind
from soccheck.claims.passage import NUMBER, Passage
from soccheck.claims.scan_counts import Count, number_of
from soccheck.claims.scan_nouns import (
    is_label,
    is_named_otherwise,
    is_rate_of_each,
    is_same,
    noun_of,
)
from soccheck.claims.scan_told import (
    CLAUSE,
    STOP,
    ToldShare,
    is_linked,
    is_of_an_untold_whole,
    sentence_begin,
    sentence_end,
    told_shares,
)

_OF_SOMETHING_ELSE = re.compile(
    r"[ )]{0,2}(?:so với|kế hoạch|chỉ tiêu|dự toán|mục tiêu|của năm|cùng kỳ|KH\b)", re.I
)
"""What follows a per cent that is no share of a whole: `98% kế hoạch`, `tăng ... 12% so với cùng kỳ`."""

_REST = re.compile(rf"\bcòn(?: lại)? ({NUMBER}) ", re.I)

_CLAUSE_END = re.compile(r"[0-9;.:(]")

_IN_ALL = re.compile(r"Trong (?:tổng )?số", re.I)
_LINK = re.compile(r"trong đó|trong (?:tổng )?số|tổng (?:số|cộng)|of which|out of", re.I)
_LINKED = 24
"""Characters before a whole in which it may be told to be one."""

_BESIDE = 20
"""Shares on either side that are looked at."""

_TWO = 2
"""Other shares of a sentence, all of one whole of the same things, from which on one more is of it, too."""

_NEAR = Fraction(5)
"""Percentage points by which a share may miss a whole's ratio and still be told of that whole."""


def shares(
    text: str, counted: Sequence[Count], whole_of: Mapping[int, Count], ratios: Sequence[Passage]
) -> Iterator[Passage]:
    """Yield every part with its share.

    `whole_of` are the wholes already known, by where a part begins; `ratios` what was read before: their
    wholes are those of later shares that fit them.
    """
    told = list(told_shares(text, counted, ratios))
    sure = _sure(text, told, whole_of)
    for place, share in enumerate(told):
        around = slice(max(0, place - _BESIDE), place + _BESIDE)
        beside = list(zip(told[around], sure[around], strict=True))
        whole = sure[place] or _missed(text, share, beside) or _of_a_ratio(text, share)
        if whole is None or whole.figure.places:
            continue
        fields = {
            "numerator": share.part.text,
            "denominator": whole.text,
            "per_cent": share.written,
        }
        yield Passage(
            kind="ratio", start=share.part.start, end=share.end, fields=fields, since=whole.start
        )


def _sure(
    text: str, told: Sequence[ToldShare], whole_of: Mapping[int, Count]
) -> Sequence[Count | None]:
    """Return the whole of each share where it is sure: the one it fits, or the one it is a part of.

    Where the parts of a whole are told with shares of another one, as two of them at least show, all are
    of that; and a share that fits the whole of a later one in its sentence is of that.
    """
    sure: list[Count | None] = []
    parts = {share.part.start for share in told}
    for share in told:
        latest = next((whole for whole in reversed(sure) if whole), None)
        of = whole_of.get(share.part.start)
        sure.append(
            of if of is not None and share.fits(of) else _fitting(text, share, latest, parts) or of
        )
    for of in {whole.start: whole for whole in whole_of.values()}.values():
        group = [n for n, one in enumerate(told) if whole_of.get(one.part.start) == of]
        fitting = Counter(sure[n] for n in group if sure[n] and told[n].fits(sure[n] or of))
        most, times = next(iter(fitting.most_common(1)), (None, 0))
        if not fitting and is_of_an_untold_whole([told[n] for n in group]):
            of = None
        for n in group:
            if (whole := sure[n]) is not None and not told[n].fits(whole):
                sure[n] = most if times > 1 and most else of
            elif times < 2:
                sure[n] = of
    for place, share in enumerate(told):
        if sure[place] is None:
            around = [
                *sure[max(0, place - _BESIDE) : place][::-1],
                *sure[place + 1 : place + _BESIDE],
            ]
            sure[place] = _of_others(text, share, around) or _with_its_rest(text, share)
    return sure


def _of_others(text: str, share: ToldShare, wholes: Sequence[Count | None]) -> Count | None:
    """Return the whole of other shares of its sentence that a share fits, told far before or behind it."""
    end = sentence_end(text, share.end)
    for whole in wholes:
        if whole is not None and whole.start < end and whole.figure.number and share.fits(whole):
            return whole
    return None


def _with_its_rest(text: str, share: ToldShare) -> Count | None:
    """Return the whole that a part makes with what is told as left of it: `63 đơn (85%), còn 9 đơn`."""
    rest = _REST.search(text, share.end, sentence_end(text, share.end))
    made = share.part.figure.number + (number_of(rest[1]) if rest else 0)
    return next((w for w in share.candidates if rest and w.figure.number == made), None)


def _fitting(
    text: str, share: ToldShare, latest: Count | None, parts: Collection[int]
) -> Count | None:
    """Return the whole whose ratio the share is: of its clause, that of the share before, or the best."""
    clause = sentence_begin(CLAUSE, text, share.part.start)
    named = named_behind(text, share)
    if named is not None:
        return named
    told = [whole for whole in share.candidates if _is_told_as_the_whole(text, whole, share)]
    candidates = told[-1:] or share.candidates
    fitting = [whole for whole in candidates if share.fits(whole)]
    fitting = [
        whole
        for whole in fitting
        if not _is_of_another(text, share, whole, parts)
        and (whole.start not in parts or is_linked(text, whole, share.part))
    ]
    fitting = fitting or told or [whole for whole in share.under if share.fits(whole)]
    near = [w for w in fitting if w.start >= clause and w.start not in parts]
    if latest in (near or fitting):
        return latest
    return min(near or fitting, key=share.off, default=None)


def _is_of_another(text: str, share: ToldShare, whole: Count, parts: Collection[int]) -> bool:
    """Return whether it counts another thing in a clause before, or one no farther off is closer to the part.

    So `150 máy chủ và 3.000 máy trạm; 120 máy chủ ..., đạt 4%` is no share of the 3.000, though it fits.
    """
    begin = sentence_begin(STOP, text, whole.start)
    likeness = _likeness(text, share.part, whole)
    apart = CLAUSE.search(text, whole.end, share.part.start) is not None
    return (apart and not likeness) or any(
        other.start >= begin and _likeness(text, share.part, other) > likeness
        for other in share.candidates
        if other.start not in parts
    )


def _likeness(text: str, part: Count, whole: Count) -> int:
    """Return how surely two counts are of the same thing: 0 of another, 1 of a kind, 2 by the same word."""
    noun, other = noun_of(text, part), noun_of(text, whole)
    if not noun or not other or f"{noun} ".startswith(f"{other} "):
        return 2
    alike = is_same(text, part, whole) or is_same(text, whole, part)
    named = _CLAUSE_END.split(text[whole.end : whole.end + NAME])[0].lower()
    linked = _LINK.search(text[max(0, whole.start - _LINKED) : part.start])
    return int(alike or noun.split()[0] == other.split()[0] or noun in named or linked is not None)


def _is_told_as_the_whole(text: str, whole: Count, share: ToldShare) -> bool:
    """Return whether its sentence begins with its whole: `Trong số 61.358 hồ sơ trực tuyến, có ...`."""
    begin = sentence_begin(STOP, text, share.part.start)
    return begin <= whole.start and bool(_IN_ALL.fullmatch(text[begin : whole.start].strip(" ")))


def _missed(
    text: str, share: ToldShare, told: Sequence[tuple[ToldShare, Count | None]]
) -> Count | None:
    """Return the whole of a share that no count fits: what is told there is false.

    `told` are the shares around it, each with its whole where that is sure. Where all shares of its
    sentence are of one whole, it is that: the share nearly is its ratio, or the parts make it up. Else
    it can be the only count of its own clause, or the one of its sentence that counts the same thing or is
    told by a label; and only where the share nearly is its ratio, or both count the same thing.
    """
    between = text[share.part.end : share.end]
    if _OF_SOMETHING_ELSE.match(text, share.end) or is_rate_of_each(text, share.part, between):
        return None
    # A count with a share of something that is not told is another part of that, and no whole.
    unsure = {other.part.start for other, of in told if of is None}
    unsure -= {of.start for _, of in told if of is not None}
    parts = {other.part.start for other, _ in told}
    candidates = [
        whole
        for whole in share.candidates
        if whole.start not in unsure
        and not _is_of_another(text, share, whole, parts)
        and not is_named_otherwise(text, share.end, whole)
    ]
    clause = sentence_begin(CLAUSE, text, share.part.start)
    begin = sentence_begin(STOP, text, share.part.start)
    end = sentence_end(text, share.end)
    beside = [(other.part, of) for other, of in told if begin <= other.part.start < end]
    wholes = {whole.text for _, whole in beside if whole is not None}
    of_others = [whole for whole in candidates if whole.text in wholes]
    if is_of_an_untold_whole(
        [other for other, of in told if of is None and begin <= other.part.start < end]
    ):
        return None
    if len({whole.start for whole in of_others if whole}) == 1 and (whole := of_others[0]):
        told_of = sum(of is not None and of.text == whole.text for _, of in beside)
        made_up = sum(part.figure.number for part, _ in beside)
        bare = not noun_of(text, share.part)
        common = bare or (is_same(text, share.part, whole) and told_of >= _TWO)
        if share.off(whole) <= _NEAR or common or made_up == whole.figure.number:
            return whole
    here = [whole for whole in candidates if whole.start >= begin]
    shared = {part.start for part, _ in beside}
    alike = [
        whole
        for whole in candidates
        if is_same(text, share.part, whole) and (whole.start >= clause or whole.start not in shared)
    ]
    possible = [
        wholes[0]
        for wholes in (
            [whole for whole in of_others if whole],
            [whole for whole in here if whole.start >= clause],
            [w for w in here if w in alike and (share.off(w) <= _NEAR or len(here) == 1)],
            [whole for whole in here if is_label(text, whole)],
        )
        if len({whole.start for whole in wholes}) == 1
    ]
    likely = [whole for whole in possible if whole in alike or share.off(whole) <= _NEAR]
    return min(likely, key=share.off, default=None)


def _of_a_ratio(text: str, share: ToldShare) -> Count | None:
    """Return the one whole of the same things that ratios before it tell, where no count could be it."""
    begin = sentence_begin(STOP, text, share.part.start)
    wholes = [w for w in share.under if w.start >= begin and is_same(text, share.part, w)]
    if share.candidates or len({whole.text for whole in wholes}) != 1:
        return None
    near = share.off(wholes[0]) <= _NEAR and not _OF_SOMETHING_ELSE.match(text, share.end)
    return wholes[0] if near else None
