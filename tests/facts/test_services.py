"""Services as ports: what overlaps, what is none of them, and what may be."""

from __future__ import annotations

import pytest

from soccheck.facts import services


@pytest.mark.parametrize(
    ("items", "wanted", "met"),
    [
        ((), ["tcp/22"], True),
        (("tcp/22",), ["tcp/22"], False),
        (("tcp/1-1024",), ["tcp/22"], False),
        (("tcp/22",), ["tcp/20-30"], False),
        (("udp/22",), ["tcp/22"], True),
        (("tcp/22",), ["tcp"], False),
        (("maybe tcp/22",), ["tcp/22"], None),
        (("maybe tcp/22",), ["tcp/23"], True),
        (("maybe tcp/22", "tcp/23"), ["tcp/22", "tcp/23"], False),
        (("maybe tcp/22", "tcp/443"), ["tcp/22"], None),
        (("strange",), ["tcp/22"], False),
        (("tcp/22",), ["strange"], False),
        (("udp/22",), ["tcp/23", "udp/0-65535"], False),
        (("tcp/22",), ["maybe tcp/22"], False),
    ],
)
def test_services_are_compared_as_ports(
    items: tuple[str, ...], wanted: list[str], met: bool | None
) -> None:
    assert services.none_of(items, wanted) is met


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("tcp/22", (22, 22)),
        ("udp/8000-8010", (8000, 8010)),
        ("tcp", (0, 65535)),
        ("tcp/65536", None),
        ("tcp/10-9", None),
        ("tcp/022", None),
        ("smtp/25", None),
    ],
)
def test_a_service_is_read_or_refused(text: str, read: tuple[int, int] | None) -> None:
    found = services.read(text)
    assert (found and (found.first, found.last)) == read


@pytest.mark.parametrize(
    ("runs", "others", "covered"),
    [
        (["tcp/0-99", "tcp/100-65535"], ["tcp"], True),
        (["tcp/0-99", "tcp/101-65535"], ["tcp"], False),
        (["tcp/1-50", "tcp/20-80"], ["tcp/10-70"], True),
        (["udp/1-50"], ["tcp/10"], False),
        (["tcp"], ["strange"], False),
    ],
)
def test_runs_cover_what_they_are_between_them(
    runs: list[str], others: list[str], covered: bool
) -> None:
    assert services.cover(runs, others) is covered
