"""A claim is checked twice: with itself, and with the inventory; what cannot be is said."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from soccheck.claims import check as claims
from soccheck.claims.check import Agreement, Checked
from soccheck.errors import InputError
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.report.wording.claims import worded
from tests.kit import written

BASE = """
authority: {stated: 2024-06-30, open_data: {agencies: 188, providing: 179}, video: {points: about 80}}
documents: {d: {title: D}}
organizations:
  a: {type: office, tier: province, staff: {it_fulltime: 3}}
  b: {type: district, tier: district, staff: {it_fulltime: 2}}
  c: {type: commune, tier: commune}
systems:
  s: {organization: a, dossier: {status: approved}}
  t: {organization: a, dossier: {status: draft}}
  u: {organization: a, dossier: {status: draft}, valid: {from: 2024-07-01}}
claims:
  c:
    says: so
    source: {document: d, section: I}
"""


def checked(folder: Path, text: str, base: str = BASE) -> Checked:
    body = textwrap.indent(textwrap.dedent(text).strip(), "    ")
    (item,) = claims.check(inventory.load(written(folder, a=base + body), "inv"))
    return item


TRUE = """
numerator: 39
denominator: 39
per_cent: 100
---
numerator: 7
denominator: 17
per_cent: "41.18"
points: "0,4118"
maximum: 1
lost: "0.5882"
---
points: "0,7695"
maximum: 1
lost: "0,2305"
---
from: "10.77"
to: "11,9112"
change: "1.14"
---
from: 20
to: 9
change: -11
---
total: 52
parts: {d: {total: 7, parts: {x: 3, "yy": 4}}, p: 45}
---
count: "03"
listed: [a, b, c]
---
points: "11,9112"
maximum: "13,5"
per_cent: "88,23"
---
numerator: "2.884"
denominator: "4.120"
per_cent: 70
---
numerator: 59
denominator: 50
per_cent: 118
---
from: 1420
to: 1250
change: "-12%"
---
from: "84%"
to: "89,75%"
change: "5,75%"
"""
FALSE = """
numerator: 179
denominator: 188
per_cent: "94,2"
---
numerator: 7
denominator: 17
per_cent: "41.17"
---
numerator: 189
denominator: 188
---
numerator: 0
denominator: 0
per_cent: 100
---
points: "0.5"
maximum: 1
lost: "0.4"
---
points: "1.5"
maximum: 1
---
from: 20
to: 9
change: 11
---
total: 52
parts: {d: {total: 7, parts: {x: 3, "yy": 3}}, p: 45}
---
total: 14
parts: {used: {total: 7, listed: [a, b]}, idle: 7}
---
count: 2
listed: [a, a]
---
numerator: 7
denominator: 17
points: "0,4119"
maximum: 1
---
from: 80
to: 96
change: "16%"
---
from: 80
to: 100
change: "20%"
---
from: 80
to: 96
change: "-20%"
"""


@pytest.mark.parametrize("text", TRUE.split("---"))
def test_agrees_with_itself(text: str, tmp_path: Path) -> None:
    item = checked(tmp_path, text)
    assert item.itself
    assert item.agreement is Agreement.AGREES
    assert claims.exit_code([item]) == 0


@pytest.mark.parametrize("text", FALSE.split("---"))
def test_disagrees_with_itself(text: str, tmp_path: Path) -> None:
    item = checked(tmp_path, text)
    assert item.agreement is Agreement.DISAGREES
    assert claims.exit_code([item]) == 1


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("numerator: 179\ninventory: {numerator: open_data.providing}", "agrees"),
        ("numerator: 178\ninventory: {numerator: open_data.providing}", "disagrees"),
        ("count: about 80\ninventory: {count: video.points}", "agrees"),
        ("count: 80\ninventory: {count: video.points}", "disagrees"),
        ("count: 13\ninventory: {count: ndxp.services}", "unchecked"),
        (
            "count: 1\ninventory: {count: {count: system, when: {dossier.status: approved}}}",
            "agrees",
        ),
        ("count: 2\ninventory: {count: {count: system}}", "agrees"),
        ("count: 3\nas_of: 2024-07-01\ninventory: {count: {count: system}}", "agrees"),
        ("count: 0\ninventory: {count: {count: firewall}}", "unchecked"),
        ("count: 1\ninventory: {count: {count: system, when: {hosting: own}}}", "unchecked"),
        (
            "count: 5\ninventory: {count: {sum: organization, fact: staff.it_fulltime, "
            "when: {'tier|in': [province, district]}}}",
            "agrees",
        ),
        ("count: 5\ninventory: {count: {sum: organization, fact: staff.it_fulltime}}", "unchecked"),
        ("count: 2\ninventory: {count: {asset: b, fact: staff.it_fulltime}}", "agrees"),
        (
            "count: 2\nas_of: 2024-06-29\ninventory: {count: {asset: u, fact: criteria.users}}",
            "unchecked",
        ),
        ("per_cent: 70", "unchecked"),
    ],
)
def test_with_the_inventory(text: str, verdict: str, tmp_path: Path) -> None:
    item = checked(tmp_path, text)
    assert item.agreement == verdict
    assert claims.exit_code([item]) == {"agrees": 0, "disagrees": 1, "unchecked": 3}[verdict]


def test_a_report_is_checked_as_of_its_own_day(tmp_path: Path) -> None:
    dated = BASE.replace("{d: {title: D}}", "{d: {title: D, date: 2024-07-02}}")
    item = checked(tmp_path, "count: 3\ninventory: {count: {count: system}}", dated)
    assert (item.agreement, item.as_of.isoformat()) == (Agreement.AGREES, "2024-07-02")


def test_no_claim_at_all_is_nothing_checked() -> None:
    assert claims.exit_code([]) == 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            'value: "1.348"',
            "a.yaml:16:5: ambiguous: 1.348 is 1348 to one reader and 1.348 to another",
        ),
        ("value: 1.348", "ambiguous: 1.348"),
        ('per_cent: "1,348"', "ambiguous: 1,348"),
        ('count: "9/63"', "'9/63' is not a whole number"),
        ('count: "1,5"', "'1,5' is not a whole number"),
        ("count: 1.5", "1.5 is not a whole number"),
        ("listed: [a]", "a list of nothing"),
        ("parts: {a: 1}", "parts without a total"),
        ("as_of: 2024-06-30", "the claim 'c' states no figure"),
        ("count: 1\nas_of: 2024-02-30", "there is no day 2024-02-30"),
        ("count: 1\ninventory: {numerator: open_data.providing}", "the claim states no numerator"),
        (
            "count: 1\ninventory: {count: open_data.provding}",
            "no figure of the authority is called 'open_data.provding'",
        ),
        (
            "count: 1\ninventory: {count: {count: system, fact: hosting}}",
            "cannot tell what to look up",
        ),
        ("count: 1\ninventory: {count: {sum: system}}", "cannot tell what to look up"),
        (
            "count: 1\ninventory: {count: {fact: video.points, when: {hosting: own}}}",
            "a condition on a single",
        ),
        (
            "count: 1\ninventory: {count: {count: system, when: {hostng: own}}}",
            "a system has no fact 'hostng'",
        ),
        ("count: 2\ninventory: {count: {asset: zz, fact: staff.it_fulltime}}", "no asset 'zz'"),
        (
            "count: 2\ninventory: {count: {asset: s, fact: staff.it_fulltime}}",
            "no fact of the systems is called 'staff.it_fulltime'",
        ),
        ("count: 1\nranks: 3", "unknown key 'ranks'"),
        ("total: 3\nparts: {a: 1, b: '1.200'}", "ambiguous: 1.200"),
        ("count: 1\ninventory: {count: {count: system, when: {all: {hosting: own}}}}", "all"),
    ],
)
def test_refused(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        checked(tmp_path, text)
    assert fault in str(caught.value)
    assert "hint: " in str(caught.value)


def test_a_document_that_is_not_listed_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no document 'd'"):
        checked(tmp_path, "count: 1", BASE.replace("{d: {title: D}}", "{e: {title: E}}"))


@pytest.mark.parametrize(
    ("per_cent", "said"),
    [
        ("79,63", "stated 79.63 %, cut off and not rounded: rounded it is 79.64 %"),
        ("79,6", ""),
        ("79", "stated 79 %, cut off and not rounded: rounded it is 79.64 %"),
        ("79,65", "stated 79.65 %, the ratio gives 79.64 %"),
        ("79,62", "stated 79.62 %, the ratio gives 79.64 %"),
    ],
)
def test_a_share_that_was_cut_off_is_told_as_such(per_cent: str, said: str, tmp_path: Path) -> None:
    text = f'numerator: 79638\ndenominator: 100000\nper_cent: "{per_cent}"'
    (one,) = checked(tmp_path, text).itself
    assert (one.agreement is Agreement.AGREES) is (not said)
    assert not said or worded(one, Language("en")).replace("\u00a0", " ") == said
