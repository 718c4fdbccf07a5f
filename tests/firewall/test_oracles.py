"""The page on firewalls tells per vendor how many answers of others are held, and the cases hold as many."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from tests.firewall.test_cases import GOOD, load

PAGE = Path(__file__).parents[2] / "docs" / "firewalls.md"
NAMES = {
    "panos": "Palo Alto PAN-OS",
    "asa": "Cisco ASA",
    "srx": "Juniper SRX",
    "fortios": "FortiOS",
    "ios": "Cisco IOS",
    "pf": "pfSense, OPNsense",
    "routeros": "MikroTik RouterOS",
    "windows": "Windows",
}


def test_the_page_counts_the_answers_of_others() -> None:
    held: Counter[str] = Counter()
    for folder in GOOD:
        case, _ = load(folder)
        if "oracle" in case:
            given = [a for families in case["ask"].values() for a in families.values()]
            answers = sum(answer != "unknown" for answer in given)
            held[NAMES[case["vendor"]]] += answers + len(case.get("translated", {}))
    rows = re.findall(r"^\| ([^|*]+?)(?: \*)? \| (\d+) \|", PAGE.read_text("utf-8"), re.M)
    told = {vendor: int(number) for vendor, number in rows}
    assert {vendor: number for vendor, number in told.items() if number} == dict(held)
