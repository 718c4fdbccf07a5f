"""Results at their edges: ages, measures, waivers, grace, bases, unlike types, related assets."""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soccheck.assess.assessment import Assessment
from soccheck.assess.detail import Detail
from soccheck.assess.evaluate import judge
from soccheck.assess.evidence import World
from soccheck.model import Basis, Duration, Evidence, Finding, Group, Leaf, Location, Status
from tests.assess.test_laws import judged, world
from tests.kit import BASE, an_inventory, policies, policy_text

AT = Location("a.yaml", 1, 1)
TRUTH = {"T": True, "F": False, "U": None}


def assessed(
    folder: Path, inventory: str, policy: str, day: date = date(2024, 6, 30), **evidence: object
) -> Assessment:
    loaded = an_inventory(folder / "inv", inventory)
    return Assessment(loaded, policies(folder / "pol", policy), day, evidence.get("evidence"))  # type: ignore[arg-type]


def stated_on(day: str, folder: Path, inventory: str, policy: str) -> Assessment:
    """Judge on the day the inventory states."""
    loaded = an_inventory(folder / "inv", inventory, base=BASE.replace("2024-06-30", day))
    return Assessment(loaded, policies(folder / "pol", policy), date.fromisoformat(day))


def only(assessment: Assessment) -> tuple[Finding, Detail]:
    (finding,) = assessment.findings
    return finding, assessment.detail(finding)


# -- truth tables ---------------------------------------------------------------------------------


def part(letter: str, fact: str) -> tuple[Leaf, dict[str, bool]]:
    facts = {} if letter == "U" else {fact: letter == "T"}
    return Leaf(fact=fact, transforms=(), operator="eq", value=True, other=None, at=AT), facts


@pytest.mark.parametrize(
    ("join", "table"),
    [
        ("all", {"TT": "T", "TF": "F", "TU": "U", "FF": "F", "FU": "F", "UU": "U"}),
        ("any", {"TT": "T", "TF": "T", "TU": "T", "FF": "F", "FU": "U", "UU": "U"}),
    ],
)
def test_all_and_any(join: str, table: dict[str, str]) -> None:
    for letters, expected in table.items():
        for one, other in itertools.permutations(letters):
            (a, left), (b, right) = (
                part(one, "monitoring.soc"),
                part(other, "criteria.administrative_procedures"),
            )
            for parts in ((a, b), (a, b, a)):
                result = judged(Group(join=join, parts=parts, at=AT), world({**left, **right}))
                assert result is TRUTH[expected], (join, one, other)


@pytest.mark.parametrize(("letter", "expected"), [("T", "F"), ("F", "T"), ("U", "U")])
def test_not(letter: str, expected: str) -> None:
    leaf, facts = part(letter, "monitoring.soc")
    assert judged(Group(join="not", parts=(leaf,), at=AT), world(facts)) is TRUTH[expected]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        *(("TT", "T"), ("TF", "F"), ("TU", "U"), ("FT", "T"), ("FF", "T"), ("FU", "T")),
        *(("UT", "T"), ("UF", "U"), ("UU", "U")),
    ],
)
def test_if_then(letters: str, expected: str) -> None:
    a, left = part(letters[0], "monitoring.soc")
    b, right = part(letters[1], "criteria.administrative_procedures")
    assert (
        judged(Group(join="if", parts=(a, b), at=AT), world({**left, **right})) is TRUTH[expected]
    )


@pytest.mark.parametrize(
    ("quantity", "hosts", "expected"),
    [
        *(("every", "", "U"), ("every", "T", "T"), ("every", "TF", "F"), ("every", "TU", "U")),
        *(("every", "FU", "F"), ("some", "", "U"), ("some", "F", "F"), ("some", "TF", "T")),
        *(("some", "FU", "U"), ("some", "TU", "T")),
        # Small letters: outside the quantifier's own scope. x: nobody knows whether it is inside.
        *(("every", "Tf", "T"), ("every", "f", "U"), ("some", "t", "U"), ("every", "xT", "U")),
        *(("every", "xF", "F"), ("some", "xT", "T"), ("some", "xF", "U"), ("every", "x", "U")),
    ],
)
def test_every_and_some(tmp_path: Path, quantity: str, hosts: str, expected: str) -> None:
    """Over nothing they are unknown: what has no hosts listed is not thereby in order."""
    text = "systems: {s: {organization: o}}\n"
    lines = []
    for i, letter in enumerate(hosts):
        antivirus = {"T": ", running: true", "F": ", running: false"}.get(letter.upper(), "")
        scope = "" if letter == "x" else f", installed: {'true' if letter.isupper() else 'false'}"
        antivirus = antivirus or (", running: true" if letter == "x" else "")
        inner = f"{scope}{antivirus}".removeprefix(", ")
        lines.append(
            f"  h{i}: {{organization: o, role: server, systems: [s], antivirus: {{{inner}}}}}"
        )
    if lines:
        text += "hosts:\n" + "\n".join(lines)
    policy = policy_text(
        f"{{{quantity}: {{asset: host, when: {{antivirus.installed: true}}, "
        "require: {antivirus.running: true}}}"
    )
    finding, why = only(assessed(tmp_path, text, policy))
    assert finding.result is {"T": Status.PASS, "F": Status.FAIL, "U": Status.UNKNOWN}[expected]
    assert bool(why.reason) is (expected == "U")


# -- unlike types ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "operator", "expected"),
    [
        *((1, "eq", True), (True, "eq", 1), ("true", "eq", True), ("1", "eq", 1), (1, "ne", True)),
        *((1, "in", (True,)), (True, "in", (1,)), ("2", "not_in", (1, 3)), (("a",), "contains", 1)),
        *((date(2024, 1, 1), "eq", "2024-01-01"), ("a", "lt", 1), (True, "lt", 2)),
    ],
)
def test_unlike_types_are_unknown(value: object, operator: str, expected: object) -> None:
    leaf = Leaf(
        fact="monitoring.soc", transforms=(), operator=operator, value=expected, other=None, at=AT
    )
    assert judged(leaf, world({"monitoring.soc": value})) is None  # type: ignore[dict-item]


def test_a_pattern_matches_the_whole_value(tmp_path: Path) -> None:
    policy = policy_text("{regulation.number|re: 'Vlan5'}")
    for number, result in (
        ("Vlan5", Status.PASS),
        ("Vlan5554", Status.FAIL),
        ("xVlan5", Status.FAIL),
    ):
        text = f"systems: {{s: {{organization: o, regulation: {{number: {number}}}}}}}"
        assert only(assessed(tmp_path / number, text, policy))[0].result is result


# -- ages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "as_of", "age", "result"),
    [
        ("2023-06-30", "2024-06-30", "1y", "pass"),  # a year old to the day is at most a year old
        ("2023-06-29", "2024-06-30", "1y", "fail"),
        ("2024-02-29", "2025-02-28", "1y", "pass"),
        ("2023-02-28", "2024-02-29", "1y", "fail"),  # a year after it was 28 February 2024
        ("2023-02-27", "2024-02-29", "1y", "fail"),
        ("2024-02-29", "2028-02-29", "4y", "pass"),
        ("2024-02-28", "2024-03-31", "1mo", "fail"),
        ("2024-02-29", "2024-03-31", "1mo", "fail"),  # a month after it was 29 March
        ("2023-02-28", "2023-03-31", "1mo", "fail"),
        ("2023-12-31", "2024-01-31", "1mo", "pass"),
        ("2023-12-30", "2024-01-31", "1mo", "fail"),
        ("2023-12-31", "2024-12-31", "12mo", "pass"),
        ("2024-06-23", "2024-06-30", "7d", "pass"),
        ("2024-06-22", "2024-06-30", "1w", "fail"),
        ("2024-06-30", "2024-06-30", "1d", "pass"),
        ("2024-07-01", "2024-06-30", "1y", "unknown"),  # what had not happened yet has no age
        ("1900-01-01", "2024-06-30", "999999y", "pass"),
        ("1900-01-01", "9999-12-31", "1mo", "fail"),
        ("2024-06-30", "2024-06-30", "999999d", "pass"),
    ],
)
def test_ages_are_counted_in_calendar_months(
    tmp_path: Path, since: str, as_of: str, age: str, result: str
) -> None:
    text = f"systems: {{s: {{organization: o, operation: {{since: {since}}}}}}}"
    policy = policy_text(f"{{operation.since|age|lte: {age}}}")
    finding, why = only(stated_on(as_of, tmp_path, text, policy))
    assert finding.result.value == result
    assert why.reason == ("future" if result == "unknown" else "")
    opposite = policy_text(f"{{operation.since|age|gt: {age}}}")
    turned, _ = only(stated_on(as_of, tmp_path / "gt", text, opposite))
    assert turned.result.value == {"pass": "fail", "fail": "pass"}.get(result, result)


@pytest.mark.parametrize(
    ("seen", "as_of", "operator", "result", "reason"),
    [
        *(
            ("2024-06-29", "2024-06-30", "lte", "pass", ""),
            ("2024-06-29", "2024-07-02", "lte", "pass", ""),
        ),
        ("2024-06-29", "2024-07-03", "lte", "unknown", "aged"),  # fresh then: renewed since, or not
        ("2024-06-29", "2034-07-03", "lte", "unknown", "aged"),
        ("2024-06-26", "2024-06-30", "lte", "fail", ""),  # too old the day it was stated
        ("2024-06-26", "2024-09-30", "lte", "fail", ""),
        ("2024-06-29", "2024-07-03", "gt", "unknown", "aged"),
        ("2024-07-01", "2024-07-02", "lte", "pass", ""),  # the next day, in another time zone
        ("2024-07-02", "2024-07-03", "lte", "unknown", "foretold"),
    ],
)
def test_a_day_is_judged_by_the_day_it_was_stated(
    tmp_path: Path, seen: str, as_of: str, operator: str, result: str, reason: str
) -> None:
    day = date.fromisoformat(as_of)
    text = f"hosts: {{h: {{organization: o, role: server, antivirus: {{signatures_updated: {seen}}}}}}}"
    policy = policy_text(f"{{antivirus.signatures_updated|age|{operator}: 3d}}", asset="host")
    finding, why = only(assessed(tmp_path, text, policy, day))
    assert (finding.result.value, why.reason) == (result, reason)
    # An answer ages as a statement does, and so does what was answered as an age.
    answer = Evidence(
        value=date.fromisoformat(seen),
        basis=Basis.IMPORTED,  # an observation is none at all after a month
        when=datetime(2024, 6, 30, tzinfo=UTC),
        origin="m",
    )
    told = {"h": {"antivirus.signatures_updated": [answer]}}
    text = "hosts: {h: {organization: o, role: server}}"
    asked, why = only(assessed(tmp_path / "asked", text, policy, day, evidence=told))
    assert (asked.result.value, why.reason) == (result, reason)
    age = (date(2024, 6, 30) - date.fromisoformat(seen)).days
    if age >= 0:
        text = f"hosts: {{h: {{organization: o, role: server, antivirus: {{signatures_age: {age}d}}}}}}"
        policy = policy_text(f"{{antivirus.signatures_age|{operator}: 3d}}", asset="host")
        read, why = only(assessed(tmp_path / "read", text, policy, day))
        assert (read.result.value, why.reason) == (result, reason)


def test_a_scope_asks_for_an_age_on_the_as_of_day(tmp_path: Path) -> None:
    text = (
        "systems: {s: {organization: o, operation: {since: 2024-01-01}, monitoring: {soc: true}}}"
    )
    policy = policy_text("{monitoring.soc: true}", extra="when: {operation.since|age|gt: 1y}")
    for day, result in ((date(2024, 7, 1), "not_applicable"), (date(2026, 7, 1), "pass")):
        finding, _ = only(assessed(tmp_path / result, text, policy, day))
        assert finding.result.value == result


@pytest.mark.parametrize("day", [date.min, date(2024, 2, 29), date(9999, 12, 31)])
def test_no_length_of_time_leaves_the_calendar(day: date) -> None:
    for sign in (1, -1):
        for months, days, seconds in ((999999, 0, 0), (0, 9999999, 0), (1, 1, 1)):
            length = Duration(months=sign * months, days=sign * days, seconds=sign * seconds)
            back = length.before(day)
            assert (back <= day) if sign > 0 else (back >= day)


# -- measures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passed", "total", "target", "result", "reason"),
    [
        ("10", "10", "100%", "pass", ""),
        ("9", "10", "100%", "fail", ""),
        ("9", "10", "90%", "pass", ""),
        ("0", "10", "100%", "fail", ""),
        ("0", "0", "100%", "unknown", "nothing_counted"),
        ("0", "0", "0.01%", "unknown", "nothing_counted"),
        ("33", "3000", "1.1%", "pass", ""),  # in binary 1.1 × 3000 is more than 3300
        ("32", "3000", "1.1%", "fail", ""),
        ("999999999999", "1000000000000", "100%", "fail", ""),
        ("", "10", "100%", "unknown", "missing"),
        ("10", "", "100%", "unknown", "missing"),
    ],
)
def test_measure(
    tmp_path: Path, passed: str, total: str, target: str, result: str, reason: str
) -> None:
    stated = {"protected": passed, "total": total}
    counts = ", ".join(f"{name}: {count}" for name, count in stated.items() if count)
    text = f"fleets: {{f: {{organization: o, workstations: {{{counts}}}}}}}"
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    policy = policy_text(measure, asset="fleet", extra=f"target: {target}")
    finding, why = only(assessed(tmp_path, text, policy))
    assert (finding.result.value, why.reason) == (result, reason)
    assert finding.counted == (None if result == "unknown" else (int(passed), int(total)))


def test_a_console_that_counts_more_than_there_are_decides_nothing(tmp_path: Path) -> None:
    when = datetime(2024, 6, 30, tzinfo=UTC)
    told = Evidence(value=11, basis=Basis.IMPORTED, when=when, origin="console.csv")
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    finding, why = only(
        assessed(
            tmp_path,
            "fleets: {f: {organization: o, workstations: {total: 10}}}",
            policy_text(measure, asset="fleet", extra="target: 100%"),
            evidence={"f": {"workstations.protected": [told]}},
        )
    )
    assert (finding.status, why.reason) == (Status.UNKNOWN, "overcounted")


def test_true_is_no_count(tmp_path: Path) -> None:
    measure = "{measure: {passed: workstations.protected, of: workstations.total}}"
    (policy,) = policies(tmp_path, policy_text(measure, asset="fleet", extra="target: 100%"))
    loaded = an_inventory(
        tmp_path / "inv", "fleets: {f: {organization: o, workstations: {total: 1}}}"
    )
    when = datetime(2024, 6, 1, tzinfo=UTC)
    evidence = {
        "f": {
            "workstations.protected": [
                Evidence(value=True, basis=Basis.OBSERVED, when=when, origin="x")
            ]
        }
    }
    (finding,) = judge([policy], World(loaded, evidence, date(2024, 6, 30)))
    assert finding.result is Status.UNKNOWN


# -- waivers and grace ----------------------------------------------------------------------------

WAIVER = (
    "  {id}: {{control: T-ONE, assets: [{assets}], reason: r, approver: p, "
    "granted: {granted}, expires: {expires}}}\n"
)


def waived(
    folder: Path, status: str, *waivers: tuple[str, str], day: str = "2024-06-30"
) -> Finding:
    text = f"systems:\n  s: {{organization: o, dossier: {{{status}}}}}\nwaivers:\n"
    for i, (granted, expires) in enumerate(waivers):
        text += WAIVER.format(id=f"w{i}", assets="s", granted=granted, expires=expires)
    policy = policy_text("{dossier.status: approved}")
    return only(assessed(folder, text, policy, date.fromisoformat(day)))[0]


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2023-12-31", "fail"),
        ("2024-01-01", "waived"),
        ("2024-06-30", "waived"),
        ("2024-12-31", "waived"),
        ("2025-01-01", "fail"),
    ],
)
def test_a_waiver_holds_in_its_time(tmp_path: Path, day: str, status: str) -> None:
    finding = waived(tmp_path, "status: draft", ("2024-01-01", "2024-12-31"), day=day)
    assert (finding.result.value, finding.status.value) == ("fail", status)
    assert (finding.excuse is not None) is (status == "waived")


@pytest.mark.parametrize(("stated", "status"), [("status: approved", "pass"), ("", "unknown")])
def test_only_a_failure_is_waived(tmp_path: Path, stated: str, status: str) -> None:
    finding = waived(tmp_path, stated, ("2024-01-01", "2024-12-31"))
    assert (finding.result.value, finding.status.value) == (status, status)
    assert finding.excuse is None


@pytest.mark.parametrize("approver", ["-", "TBD", "n/a", "chưa duyệt"])
def test_what_nobody_approved_accepts_nothing(tmp_path: Path, approver: str) -> None:
    text = "systems: {s: {organization: o, dossier: {status: draft}}}\nwaivers:\n" + WAIVER.format(
        id="w", assets="s", granted="2024-01-01", expires="2024-12-31"
    ).replace("approver: p", f'approver: "{approver}"')
    policy = policy_text("{dossier.status: approved}")
    finding = only(assessed(tmp_path, text, policy, date(2024, 6, 30)))[0]
    assert (finding.status, finding.excuse) == (Status.FAIL, None)


def test_a_renewed_waiver_holds_whatever_the_order(tmp_path: Path) -> None:
    spans = [("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31")]
    for i, order in enumerate((spans, spans[::-1])):
        assert waived(tmp_path / str(i), "status: draft", *order).status is Status.WAIVED


def test_a_waiver_of_another_asset_or_control(tmp_path: Path) -> None:
    text = """
    systems: {s: {organization: o, dossier: {status: draft}}, t: {organization: o}}
    waivers:
      w: {control: T-TWO, assets: [s], reason: r, approver: p, granted: 2024-01-01, expires: 2024-12-31}
      v: {control: T-ONE, assets: [t], reason: r, approver: p, granted: 2024-01-01, expires: 2024-12-31}
    """
    made = assessed(tmp_path, textwrap.dedent(text), policy_text("{dossier.status: approved}"))
    assert [f.status for f in made.findings] == [Status.FAIL, Status.UNKNOWN]


@pytest.mark.parametrize(
    ("grace", "day", "status"),
    [
        ("{until: 2024-06-30}", "2024-06-30", "grace"),
        ("{until: 2024-06-30}", "2024-07-01", "fail"),
        ("{period: 6mo, since: operation.since}", "2024-08-29", "grace"),
        ("{period: 6mo, since: operation.since}", "2024-08-30", "fail"),
        ("{period: 999999y, since: operation.since}", "2024-09-01", "grace"),
        ("{period: 6mo, since: risk.assessed}", "2024-03-01", "fail"),  # nothing says from when
        ("{until: 2024-06-30, when: {operation.since|lt: 2024-03-01}}", "2024-06-30", "grace"),
        ("{until: 2024-06-30, when: {operation.since|lt: 2024-02-29}}", "2024-06-30", "fail"),
        (
            "{until: 2024-06-30, when: {risk.assessed|lt: 2024-02-29}}",
            "2024-06-30",
            "fail",
        ),  # unknown
        ("{period: 6mo, since: operation.since, when: {hosting: own}}", "2024-06-30", "fail"),
    ],
)
def test_grace(tmp_path: Path, grace: str, day: str, status: str) -> None:
    text = (
        "systems: {s: {organization: o, dossier: {status: draft}, operation: {since: 2024-02-29}}}"
    )
    policy = policy_text("{dossier.status: approved}", extra=f"grace: {grace}")
    finding, _ = only(assessed(tmp_path, text, policy, date.fromisoformat(day)))
    assert (finding.result.value, finding.status.value) == ("fail", status)


# -- who exists, and what is in scope ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("valid", "count"),
    [
        ("{from: 2024-06-30}", 1),
        ("{from: 2024-07-01}", 0),
        ("{to: 2024-06-30}", 1),
        ("{to: 2024-06-29}", 0),
        ("{from: 2024-06-30, to: 2024-06-30}", 1),
    ],
)
def test_only_what_exists_is_judged(tmp_path: Path, valid: str, count: int) -> None:
    text = f"systems: {{s: {{organization: o, valid: {valid}}}}}"
    made = assessed(tmp_path, text, policy_text("{dossier.status: approved}"))
    assert len(made.findings) == count


@pytest.mark.parametrize(
    ("hosting", "result", "reason"),
    [("own", "pass", ""), ("cloud", "not_applicable", ""), ("", "unknown", "scope")],
)
def test_scope(tmp_path: Path, hosting: str, result: str, reason: str) -> None:
    """Not knowing whether a control applies is unknown, even where what it asks is met."""
    more = f", hosting: {hosting}" if hosting else ""
    text = f"systems: {{s: {{organization: o, dossier: {{status: approved}}{more}}}}}"
    policy = policy_text("{dossier.status: approved}", extra="when: {hosting: own}")
    finding, why = only(assessed(tmp_path, text, policy))
    assert (finding.result.value, why.reason) == (result, reason)


def test_a_scope_over_nothing_related_says_what_is_missing(tmp_path: Path) -> None:
    text = "hosts: {h: {organization: o, role: server, antivirus: {running: true}}}"
    when = "when: {some: {asset: system, require: {dossier.proposed_level: 3}}}"
    policy = policy_text("{antivirus.running: true}", asset="host", extra=when)
    finding, why = only(assessed(tmp_path, text, policy))
    assert finding.result is Status.UNKNOWN
    assert why.about == "system"


# -- bases ----------------------------------------------------------------------------------------


def observation(value: object, basis: Basis, day: str, problem: str | None = None) -> Evidence:
    when = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    return Evidence(value=value, basis=basis, when=when, origin="ssh web: cmd", problem=problem)  # type: ignore[arg-type]


OBSERVED, IMPORTED = Basis.OBSERVED, Basis.IMPORTED


@pytest.mark.parametrize(
    ("accept", "declared", "answers", "result", "reason"),
    [
        ("[observed]", "true", [], "unknown", "basis"),
        ("[observed]", None, [], "unknown", "missing"),
        ("[observed]", "true", [(None, OBSERVED, "2024-06-29", "denied")], "unknown", "denied"),
        ("[observed]", None, [(True, OBSERVED, "2024-06-22")], "unknown", "stale"),
        ("[observed]", None, [(True, OBSERVED, "2024-06-23")], "pass", ""),
        ("[observed]", None, [(True, OBSERVED, "2024-07-01")], "unknown", "later"),
        (
            "[observed]",
            None,
            [(True, OBSERVED, "2024-06-29"), (False, OBSERVED, "2024-07-01")],
            "pass",
            "",
        ),
        ("[observed]", None, [(True, IMPORTED, "2024-06-29")], "unknown", "basis"),
        ("[observed, imported]", None, [(True, IMPORTED, "2024-06-29")], "pass", ""),
        (
            "[observed, imported]",
            None,
            [(False, OBSERVED, "2024-06-28"), (True, IMPORTED, "2024-06-29")],
            "fail",
            "",
        ),
        (
            "[observed, imported]",
            None,
            [(False, OBSERVED, "2024-06-01"), (True, IMPORTED, "2024-06-29")],
            "pass",
            "",
        ),
        ("[observed, declared]", "true", [(False, OBSERVED, "2024-06-29")], "fail", ""),
        ("[observed]", None, [("yes", OBSERVED, "2024-06-29")], "unknown", "uncomparable"),
        ("[observed]", None, [(1, OBSERVED, "2024-06-29")], "unknown", "uncomparable"),
        (
            "[observed]",
            None,
            [(True, OBSERVED, "2024-06-29"), (False, OBSERVED, "2024-06-29")],
            "unknown",
            "contradicted",
        ),
        (
            "[observed, imported, declared]",
            "true",
            [
                (True, IMPORTED, "2024-06-30"),
                (False, OBSERVED, "2024-06-29"),
                (True, OBSERVED, "2024-06-29"),
            ],
            "unknown",
            "contradicted",
        ),
        (
            "[observed, declared]",
            "true",
            [(False, OBSERVED, "2024-06-28"), (None, OBSERVED, "2024-06-29", "timeout")],
            "fail",
            "",
        ),
        (
            "[observed, declared]",
            "true",
            [(None, OBSERVED, "2024-06-29", "unreachable"), (False, OBSERVED, "2024-06-29")],
            "fail",
            "",
        ),
        (
            "[observed, declared]",
            "true",
            [(True, OBSERVED, "2024-06-28"), (None, OBSERVED, "2024-06-29", "unparsed")],
            "unknown",
            "unparsed",
        ),
        (
            "[observed, declared]",
            "true",
            [(None, OBSERVED, "2024-06-29", "same_machine")],
            "unknown",
            "same_machine",
        ),
    ],
)
def test_bases(
    tmp_path: Path,
    accept: str,
    declared: str | None,
    answers: list[tuple[object, Basis, str]],
    result: str,
    reason: str,
) -> None:
    stated = f", antivirus: {{running: {declared}}}" if declared else ""
    text = f"hosts: {{h: {{organization: o, role: server{stated}}}}}"
    extra = f"evidence: {{accept: {accept}, max_age: 7d}}"
    policy = policy_text("{antivirus.running: true}", asset="host", extra=extra)
    evidence = {"h": {"antivirus.running": [observation(*answer) for answer in answers]}}
    finding, why = only(assessed(tmp_path, text, policy, evidence=evidence if answers else None))
    assert (finding.result.value, why.reason) == (result, reason)
    if declared and result == "fail":
        (drift,) = why.drift
        assert (drift.basis, drift.value) == (Basis.DECLARED, True)
        assert str(drift.origin).startswith("inv/a.yaml:")


@pytest.mark.parametrize(
    ("accept", "answers", "basis", "code"),
    [
        ("[observed, declared]", [(None, OBSERVED, "2024-06-29", "denied")], "declared", "denied"),
        ("[observed, declared]", [(False, OBSERVED, "2024-06-01")], "declared", "stale"),
        ("[observed, declared]", [(False, OBSERVED, "2024-07-01")], "declared", "later"),
        (
            "[observed, imported, declared]",
            [(None, OBSERVED, "2024-06-29", "timeout"), (True, IMPORTED, "2024-06-29")],
            "imported",
            "timeout",
        ),
        ("[declared]", [(None, OBSERVED, "2024-06-29", "denied")], "declared", None),
        ("[observed, declared]", [(True, OBSERVED, "2024-06-29")], "observed", None),
        ("[observed, declared]", [], "declared", None),
    ],
)
def test_what_decides_says_why_stronger_evidence_did_not(
    tmp_path: Path, accept: str, answers: list[Any], basis: str, code: str | None
) -> None:
    text = "hosts: {h: {organization: o, role: server, antivirus: {running: true}}}"
    extra = f"evidence: {{accept: {accept}, max_age: 7d}}"
    policy = policy_text("{antivirus.running: true}", asset="host", extra=extra)
    evidence = {"h": {"antivirus.running": [observation(*answer) for answer in answers]}}
    finding, why = only(assessed(tmp_path, text, policy, evidence=evidence))
    (item,) = why.observed
    assert finding.result is Status.PASS
    assert item.chosen.basis == basis
    assert (item.chosen.passed_over or (None,))[0] == code


@pytest.mark.parametrize(
    ("day", "answers", "result", "reason"),
    [
        ("2024-07-31", [(True, OBSERVED, "2024-06-30")], "pass", ""),
        ("2024-08-01", [(True, OBSERVED, "2024-06-30")], "unknown", "stale"),
        ("2025-06-29", [(True, OBSERVED, "2024-06-30")], "unknown", "stale"),
        ("2025-06-29", [(True, IMPORTED, "2024-06-30")], "pass", ""),
        ("2025-06-29", [(True, IMPORTED, "2024-06-28")], "unknown", "stale"),
    ],
)
@pytest.mark.parametrize("extra", ["evidence: {max_age: 1y}", ""])
def test_an_observation_lasts_a_month_whatever_a_policy_allows(
    tmp_path: Path, day: str, answers: list[Any], result: str, reason: str, extra: str
) -> None:
    policy = policy_text("{antivirus.running: true}", asset="host", extra=extra)
    evidence = {"h": {"antivirus.running": [observation(*answer) for answer in answers]}}
    text = "hosts: {h: {organization: o, role: server}}"
    made = assessed(tmp_path, text, policy, date.fromisoformat(day), evidence=evidence)
    finding, why = only(made)
    if extra or answers[0][1] is OBSERVED:
        assert (finding.result.value, why.reason) == (result, reason)
    else:
        assert finding.result is Status.PASS


@pytest.mark.parametrize(
    ("seen", "day", "result"),
    [
        (False, "2024-06-30", "unknown"),  # declared on that day, or before it was seen
        (False, "2024-07-15", "unknown"),
        (False, "2024-06-29", "pass"),  # stated since
        (True, "2024-07-15", "pass"),  # it only repeats what was seen
    ],
)
def test_what_was_seen_to_be_otherwise_is_not_believed_again(
    tmp_path: Path, seen: bool, day: str, result: str
) -> None:
    policy = policy_text("{antivirus.running: true}", asset="host", extra="evidence: {max_age: 1y}")
    text = "hosts: {h: {organization: o, role: server, antivirus: {running: true}}}"
    evidence = {"h": {"antivirus.running": [observation(seen, OBSERVED, day)]}}
    made = assessed(tmp_path, text, policy, date(2024, 9, 1), evidence=evidence)
    finding, why = only(made)
    assert finding.result.value == result
    assert (why.reason == "stale") == (result == "unknown")


def test_answers_without_an_order_contradict_and_later_ones_replace(tmp_path: Path) -> None:
    policy = policy_text("{antivirus.running: true}", asset="host")
    text = "hosts: {h: {organization: o, role: server}}"
    first = observation(False, OBSERVED, "2024-06-28")
    last = observation(True, OBSERVED, "2024-06-29")
    for since, result in (
        (None, "pass"),
        (first.when + timedelta(seconds=1), "pass"),
        (first.when, "unknown"),
        (first.when - timedelta(hours=1), "unknown"),
    ):
        for answers in ([first, replace(last, since=since)], [replace(last, since=since), first]):
            evidence = {"h": {"antivirus.running": answers}}
            finding, why = only(assessed(tmp_path, text, policy, evidence=evidence))
            assert finding.result.value == result
            if result == "unknown":
                assert why.reason == "contradicted"
                assert "false (ssh web: cmd)" in str(why.extra)
                assert "true (ssh web: cmd)" in str(why.extra)


def test_declared_statements_grow_old_too(tmp_path: Path) -> None:
    text = "hosts: {h: {organization: o, role: server, antivirus: {running: true}}}"
    policy = policy_text(
        "{antivirus.running: true}", asset="host", extra="evidence: {max_age: 1mo}"
    )
    for day, result, reason in (
        (date(2024, 7, 30), Status.PASS, ""),
        (date(2024, 7, 31), Status.UNKNOWN, "stale"),  # a month after was 30 July
        (date(2024, 8, 1), Status.UNKNOWN, "stale"),
        (date(2024, 6, 29), Status.UNKNOWN, "later"),
    ):
        finding, why = only(assessed(tmp_path, text, policy, day))
        assert (finding.result, why.reason) == (result, reason), day
