"""A change in few words: all of it by service and side, and nothing else."""

from __future__ import annotations

import pytest

from soccheck.firewall.boxes import flags
from soccheck.firewall.diff import diff
from soccheck.firewall.queries import SYN_ONLY
from soccheck.firewall.spans import complement, masked, span
from soccheck.firewall.summary import Traffic
from tests.firewall.make import linux, save

TCP = "-p tcp -m tcp"
HIGH = ((1024, 65535),)


def summary(before: list[str], after: list[str]) -> dict[str, tuple[Traffic, ...]]:
    found = diff(linux(save(*before)), linux(save(*after)), 4, details=False)
    assert found.changes == ()
    return dict(found.summary)


def test_services_with_the_same_sides_are_one_line() -> None:
    opened = [f"-A INPUT {TCP} --dport 22 -j ACCEPT", "-A INPUT -p udp -m udp --dport 53 -j ACCEPT"]
    here = Traffic(services={6: span(22), 17: span(53)}, here=True)
    assert summary([], opened) == {"opened": (here,)}
    assert summary(opened, []) == {"closed": (here,)}


def test_services_with_other_addresses_are_lines_of_their_own() -> None:
    rules = [
        f"-A INPUT -s 10.0.0.0/8 {TCP} --dport 22 -j ACCEPT",
        f"-A INPUT {TCP} --dport 23 -j ACCEPT",
    ]
    ssh, telnet = summary([], rules)["opened"]
    assert (dict(ssh.services), ssh.sources) == ({6: span(22)}, ((0x0A000000, 0x0AFFFFFF),))
    assert (dict(telnet.services), telnet.sources) == ({6: span(23)}, None)


def test_interfaces_that_differ_are_told_apart() -> None:
    rules = [f"-A INPUT -i eth0 {TCP} --dport 22 -j ACCEPT", "-A FORWARD -i eth1 -o eth0 -j ACCEPT"]
    here, across = summary([], rules)["opened"]
    assert (here.coming, here.here, across.here) == (("eth0",), True, False)
    assert (across.coming, across.going, across.everything) == (("eth1",), ("eth0",), True)


def test_more_lines_than_a_terminal_holds_are_all_in_the_summary() -> None:
    rules = [f"-A INPUT {TCP} --dport {n} -j ACCEPT" for n in range(1, 2001, 2)]
    (line,) = summary([], rules)["opened"]
    assert line.services[6] == tuple((n, n) for n in range(1, 2001, 2))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (SYN_ONLY.spans, "SYN/FIN,SYN,RST,ACK"),
        (masked(18, 18), "SYN,ACK/SYN,ACK"),
        (masked(255, 0), "none/FIN,SYN,RST,PSH,ACK,URG,ECN,CWR"),
        (complement(SYN_ONLY.spans, 255), None),
    ],
)
def test_flags_have_names(spans: tuple[tuple[int, int], ...], expected: str | None) -> None:
    found = flags(spans)
    assert expected in (found, None)
    members: set[int] = set()
    bits = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECN": 64, "CWR": 128}
    for cube in found.split(" | "):
        on, _, mask = cube.partition("/")
        wanted, of = (sum(bits.get(n, 0) for n in text.split(",")) for text in (on, mask))
        members |= {n for n in range(256) if n & of == wanted}
    assert members == {n for low, high in spans for n in range(low, high + 1)}
