"""Numbers, dates and the choice of language, held against Unicode's data (CLDR, through Babel)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from soccheck.errors import quoted
from soccheck.i18n import LANGUAGES, Language, chosen
from soccheck.phrase import phrase

LOCALES = {"en": "en_GB", "vi": "vi_VN"}


@given(st.integers(-(10**15), 10**15) | st.integers(-(10**9), 10**9).map(lambda n: n / 10))
def test_numbers_are_written_as_unicode_has_them(value: float) -> None:
    for code in LANGUAGES:
        assert Language(code).number(value) == format_decimal(value, locale=LOCALES[code])


@given(st.dates(date(1000, 1, 1)))
def test_dates_are_day_month_year(day: date) -> None:
    for code in LANGUAGES:
        wanted = format_date(day, "dd/MM/yyyy", locale=LOCALES[code])
        assert Language(code).date(day) == wanted


@given(st.integers(1, 10**6), st.data())
def test_a_share_is_full_only_when_all_pass_and_none_only_when_none_does(
    total: int, data: st.DataObject
) -> None:
    passed = data.draw(st.integers(0, total))
    text = Language("en").share(passed, total)
    assert (text == "100\u00a0%") == (passed == total)
    assert (text == "0\u00a0%") == (passed == 0)


def test_the_seeds_shares() -> None:
    vietnamese = Language("vi")
    assert vietnamese.share(179, 188) == "95,2%"
    assert vietnamese.share(39, 39) == "100%"
    assert vietnamese.share(7, 17) == "41,2%"
    assert vietnamese.share(0, 0) == "–"


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        ("vi", {"LANG": "en_US.UTF-8"}, "vi"),
        (None, {}, "en"),
        (None, {"SOCCHECK_LANG": "vi"}, "vi"),
        (None, {"SOCCHECK_LANG": "en", "LANG": "vi_VN.UTF-8"}, "en"),
        (None, {"SOCCHECK_LANG": "vi", "LC_ALL": "C"}, "vi"),
        (None, {"SOCCHECK_LANG": "fr", "LANG": "vi_VN.UTF-8"}, "vi"),
        ("en", {"SOCCHECK_LANG": "vi"}, "en"),
        (None, {"LANG": "vi_VN.UTF-8"}, "vi"),
        (None, {"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        (None, {"LANG": "vi_VN.UTF-8", "LC_MESSAGES": "en_GB"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LANGUAGE": "vi:en"}, "vi"),
        (None, {"LANG": "C", "LANGUAGE": "vi"}, "en"),
        (None, {"LANG": "fr_FR.UTF-8"}, "en"),
        (None, {"LANG": "vim"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_that_of_the_locale(
    wanted: str | None, environment: dict[str, str], language: str
) -> None:
    assert chosen(wanted, environment) == language


def test_what_json_says_is_translated() -> None:
    with pytest.raises(ValueError, match="Expecting") as caught:
        json.loads("{\n?")
    said = phrase("not JSON: {error}", error=quoted(caught.value))
    assert str(said) == "not JSON: no JSON goes on at line 2, column 1"
    assert Language("vi").say(said) == "không phải JSON: từ dòng 2, cột 1 không còn đúng JSON"
