"""Figures are read as people write them, exactly, and compared to the precision they are stated to."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.facts import figures
from soccheck.facts.figures import AmbiguousError
from soccheck.i18n import Language
from soccheck.model import Figure


@pytest.mark.parametrize(
    ("text", "number", "places", "unit", "sure"),
    [
        ("94,2", "471/5", 1, "", ""),
        ("94.2", "471/5", 1, "", ""),
        ("0,7695", "1539/2000", 4, "", ""),
        ("11,9112", "14889/1250", 4, "", ""),
        ("10.77", "1077/100", 2, "", ""),
        ("08", "8", 0, "", ""),
        ("2.430.409", "2430409", 0, "", ""),
        ("2,430,409", "2430409", 0, "", ""),
        ("1.348,5", "2697/2", 1, "", ""),
        ("1,348.5", "2697/2", 1, "", ""),
        ("0.348", "87/250", 3, "", ""),
        ("1.3480", "337/250", 4, "", ""),
        ("94,20", "471/5", 2, "", ""),
        ("70%", "70", 0, "%", ""),
        ("41.18 %", "2059/50", 2, "%", ""),
        ("about 70%", "70", 0, "%", "about"),
        ("over 9000", "9000", 0, "", "over"),
        ("-11", "-11", 0, "", ""),
        ("−11", "-11", 0, "", ""),  # the typographic minus
    ],
)
def test_read(text: str, number: str, places: int, unit: str, sure: str) -> None:
    wanted = Figure(number=Fraction(number), places=places, unit=unit, sure=sure)
    assert figures.read(text) == wanted


@pytest.mark.parametrize("text", ["1.348", "1,348", "12.000", "about 9.000", "-1.348", "100,000"])
def test_one_group_of_three_is_ambiguous_unless_a_whole_number_is_expected(text: str) -> None:
    with pytest.raises(AmbiguousError, match="to one reader and"):
        figures.read(text)
    digits = "".join(c for c in text if c.isdigit())
    assert abs(figures.read(text, integer=True).number) == int(digits)


@pytest.mark.parametrize(
    "text",
    [
        *("", "%", "about", "x", "9/63", "15/12", "28/2018", "1..2", "1.2.3", "1.23.456"),
        *("1e3", "²", "٣", "0.1.2", ",5", "5,", "1 348", "--1", "1.234.56", "nan", "9" * 19),
        "1.234,567.8",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    with pytest.raises(ValueError, match="is not a figure"):
        figures.read(text)


@pytest.mark.parametrize("text", ["1,5", "0,7695", "94.2"])
def test_a_whole_number_has_no_decimals(text: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        figures.read(text, integer=True)


@given(st.integers(0, 10**9), st.integers(0, 9), st.sampled_from(["en", "vi"]))
def test_what_is_printed_reads_back(digits: int, places: int, code: str) -> None:
    figure = Figure(number=Fraction(digits, 10**places), places=places)
    text = Language(code).figure(figure)
    try:
        assert figures.read(text) == figure
    except AmbiguousError:
        assert places in (0, 3)


@given(st.fractions(0, 10**6), st.integers(0, 6))
def test_rounding_agrees_with_what_was_rounded(number: Fraction, places: int) -> None:
    rounded = figures.half_up(number, places)
    assert figures.agrees(Figure(number=rounded, places=places, unit="%"), number)
    off = Figure(number=rounded + Fraction(2, 10**places), places=places, unit="%")
    assert not figures.agrees(off, number)


@given(st.integers(1, 10**5), st.data())
def test_points_and_points_lost_add_up_however_many_decimals(of: int, data: st.DataObject) -> None:
    passed = data.draw(st.integers(0, of))
    places = data.draw(st.integers(1, 5))
    share = Fraction(passed, of)
    parts = [figures.half_up(share, places), figures.half_up(1 - share, places)]
    whole = Figure(number=Fraction(1))
    tie = (share * 10**places * 2).denominator == 1
    stated = [Figure(number=part, places=places) for part in parts]
    assert tie or figures.adds_up(whole, stated)
    wrong = Figure(number=parts[1] + Fraction(1, 10**places), places=places)
    assert not figures.adds_up(whole, [stated[0], wrong])


def test_a_number_of_yaml_is_what_was_written() -> None:
    assert figures.exact(0.1) == Fraction(1, 10)
    assert figures.exact(11.9112) == Fraction("11.9112")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("94.2%", "94.2%", True),
        ("94.2%", "94.24%", True),  # rounded by the reader
        ("94.2%", "94.26%", False),
        ("70%", "about 70%", False),
        ("70%", "70", False),
        ("13", "13", True),
        ("13", "14", False),
        ("0.4118", "0.41176", True),
    ],
)
def test_same(one: str, other: str, same: bool) -> None:
    assert figures.same(figures.read(one), figures.read(other)) is same
