"""Which thing a text calls by its name, or by the short forms that offices use."""

from __future__ import annotations

import pytest

from soccheck.facts.called import Called

NAMES = {
    "so-tttt": ["Sở Thông tin và Truyền thông"],
    "so-yt": ["Sở Y tế", "Department of Health"],
    "so-xd": ["Sở Xây dựng"],
    "ubnd": ["Ủy ban nhân dân tỉnh"],
    "tt-cntt": ["Trung tâm Công nghệ thông tin"],
    "tt-dl": ["Trung tâm dữ liệu", "Trung tâm dữ liệu"],
    "pc-1": ["Trạm 1"],
    "pc-2": ["trạm 1"],
}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Sở TT&TT", "so-tttt"),
        ("sở thông tin và truyền thông", "so-tttt"),
        ("SO Y TE", "so-yt"),
        ("UBND tỉnh", "ubnd"),
        ("TTCNTT", "tt-cntt"),
        ("TTDL", "tt-dl"),
        ("Trạm 1", None),  # two are called so
        ("Sở", None),
        ("STTTT và một sở khác", None),
        ("", None),
    ],
)
def test_the_one_that_is_called_so(text: str, meant: str | None) -> None:
    assert Called(NAMES).find(text) == meant


def test_twenty_thousand_names_and_texts_end() -> None:
    """A list of all the machines of a province may know none that the inventory knows."""
    called = Called({f"pc-{n}": [f"may-{n}", f"Máy trạm số {n}"] for n in range(20_000)})
    assert called.find("máy trạm số 19999") == "pc-19999"
    assert not any(called.find(f"may tram khac {n}") for n in range(20_000))
