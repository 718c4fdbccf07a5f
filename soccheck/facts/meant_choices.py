"""Which of the values that a fact can have was meant: Đã phê duyệt is approved, cấp III is 3."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.facts.spoken import ENUMS, PRODUCT_WORDS, QUALIFYING, WORDS_BESIDE, plain, tidy


def one_of(value: object, values: Sequence[str]) -> str | None:
    """Return the one value that all words speak of; a word that is not known may take it back."""
    if QUALIFYING.search(tidy(str(value))):
        return None
    said = _sayings(values)
    beside = PRODUCT_WORDS if "windows" in values else WORDS_BESIDE
    words = plain(str(value)).split()
    found = set()
    while words:
        for length in range(min(6, len(words)), 0, -1):
            if (one := said.get("".join(words[:length]))) is not None:
                found.add(one)
                break
        else:
            version = beside is PRODUCT_WORDS and (words[0][0].isdecimal() or len(words[0]) == 1)
            if words[0] not in beside and not version:
                return None
        del words[:length]
    return found.pop() if len(found) == 1 else None


def _sayings(values: Sequence[str]) -> dict[str, str]:
    """Return each way to say a value, in small letters without blanks, with the value."""
    said = {}
    for word, meanings in ENUMS.items():
        if one := next((meaning for meaning in meanings if meaning in values), None):
            said[word.replace(" ", "")] = one
    for one in values:
        said[plain(one).replace(" ", "")] = one
        if one.isdecimal():
            said[f"0{one}"] = one
    return said
