"""What a yearly report on systems says (Mẫu số 08): its rows, its counts, what contradicts itself."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.model import Asset, Inventory, Location, Problem, Value
from soccheck.phrase import phrase
from soccheck.report.official.editions import ReportPeriod

BUILT = ("submitted", "appraised", "approved")
APPRAISED = ("appraised", "approved")
"""States of a dossier that count as built, and as appraised: each later one has passed the earlier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDecision:
    """Represents a decision: number, day and who issued it, as far as they are stated."""

    number: str | None
    day: date | None
    issuer: str | None

    @property
    def whole(self) -> bool:
        """Return whether nothing of it is missing."""
        return None not in (self.number, self.day, self.issuer)

    def __bool__(self) -> bool:
        return (self.number, self.day, self.issuer) != (None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """Represents one system of part 3; what is not stated is none. `inspected` are kinds of inspection."""

    system: Asset
    owner: str | None
    operator: str | None
    type: str | None
    level: int | None
    status: str | None
    decision: IssuedDecision
    regulation: IssuedDecision
    approval_expected: date | None
    implementation: str | None
    implementation_expected: date | None
    inspected: tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Represents part 1: how many systems there are, and of how many it is so.

    `done_by` is the last day an approval is expected; none where all is approved, or a day is missing.
    """

    total: int
    classified: int
    built: int
    appraised: int
    approved: int
    inspected: int
    done_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annual:
    """Represents a yearly report: its period, its rows with their counts, and what speaks against it.

    `contradictions` are statements that cannot all be true, each with its place.
    """

    period: ReportPeriod
    rows: tuple[SystemRow, ...]
    counts: Counts
    contradictions: tuple[Problem, ...]


def annual(
    assessment: Assessment, period: ReportPeriod, *, fact: str = "", unit: str | None = None
) -> Annual:
    """Return the yearly report on the systems under management on the day of an assessment.

    With a `unit` it is of the systems alone whose `fact` (`owner`, `operator`) names it.
    """
    rows = tuple(_row(s, assessment.inventory, period) for s in assessment.world.assets("system"))
    if unit is not None and fact in ("owner", "operator"):
        rows = tuple(row for row in rows if getattr(row, fact) == unit)
    return Annual(
        period=period,
        rows=rows,
        counts=counts(rows),
        contradictions=tuple(p for row in rows for p in _contradictions(row, period)),
    )


def of_selection(assessment: Assessment, period: ReportPeriod) -> Annual:
    """Return the yearly report on the systems that an assessment reports on.

    What was decided after the period is not known of its last day: its state then is none.
    """
    whole = annual(assessment, period)
    chosen = assessment.selection.subjects(assessment.world)
    nothing = IssuedDecision(number=None, day=None, issuer=None)
    rows = tuple(
        replace(row, status=None, decision=nothing)
        if row.decision.day is not None and row.decision.day > period.end
        else row
        for row in whole.rows
        if chosen is None or row.system.id in chosen
    )
    return replace(whole, rows=rows, counts=counts(rows))


def counts(rows: Iterable[SystemRow]) -> Counts:
    """Return the counts of rows: each is the number of rows for which it is so."""
    rows = tuple(rows)
    approved = [row for row in rows if row.status == "approved"]
    waiting = [row.approval_expected for row in rows if row.status != "approved"]
    days = [day for day in waiting if day is not None]
    return Counts(
        total=len(rows),
        classified=sum(row.type is not None for row in rows),
        built=sum(row.status in BUILT for row in rows),
        appraised=sum(row.status in APPRAISED for row in rows),
        approved=len(approved),
        inspected=sum("periodic" in (row.inspected or ()) for row in approved),
        done_by=max(days) if days and len(days) == len(waiting) else None,
    )


def _row(system: Asset, inventory: Inventory, period: ReportPeriod) -> SystemRow:
    facts = system.facts
    owner = facts.get("owner") or inventory.authority.facts.get("owner")
    level = facts.get("dossier.proposed_level")
    return SystemRow(
        system=system,
        owner=_text(owner),
        operator=_text(facts.get("operator")),
        type=_text(facts.get("criteria.type")),
        level=level if isinstance(level, int) else None,
        status=_text(facts.get("dossier.status")),
        decision=_decision(system, "dossier.decision"),
        regulation=_decision(system, "regulation"),
        approval_expected=_date(facts.get("dossier.expected")),
        implementation=_text(facts.get("implementation.status")),
        implementation_expected=_date(facts.get("implementation.expected")),
        inspected=_inspected(system, period),
    )


def _decision(system: Asset, name: str) -> IssuedDecision:
    facts = system.facts
    return IssuedDecision(
        number=_text(facts.get(f"{name}.number")),
        day=_date(facts.get(f"{name}.date")),
        issuer=_text(facts.get(f"{name}.issuer")),
    )


def _inspected(system: Asset, period: ReportPeriod) -> tuple[str, ...] | None:
    """Return the kinds of inspection made: before use at any time, periodic ones within the period.

    None where a periodic inspection is stated without a day: nobody can tell whether it is of the period.
    """
    facts = system.facts
    dated = [(str(e["kind"]), e["date"]) for e in system.entries("inspections")]
    kinds = facts.get("inspection.kinds")
    stated = kinds if isinstance(kinds, tuple) else ()
    before = "before_use" in stated or isinstance(facts.get("inspection.before_use"), date)
    before = before or any(k == "before_use" and _until(d, period) for k, d in dated)
    days = [d for kind, d in dated if kind == "periodic"]
    if "inspections" not in facts and isinstance(facts.get("inspection.last"), date):
        days = [facts["inspection.last"]]
    periodic = any(day in period for day in days)
    if not days and "inspections" not in facts and ("periodic" in stated or kinds is None):
        return None
    return (*(["before_use"] if before else []), *(["periodic"] if periodic else []))


def _until(day: Value, period: ReportPeriod) -> bool:
    return isinstance(day, date) and day <= period.end


def _text(value: Value | None) -> str | None:
    """Return a text that says something: blanks and dots are none."""
    return value if isinstance(value, str) and any(map(str.isalnum, value)) else None


def _date(value: Value | None) -> date | None:
    return value if isinstance(value, date) else None


def _contradictions(row: SystemRow, period: ReportPeriod) -> Iterator[Problem]:
    """Yield what a system states that cannot be so beside what else it states."""
    yield from _of_dossier(row, period)
    facts, decided, issued = row.system.facts, row.decision.day, row.regulation.day
    if row.status == "approved" and decided and issued and issued > decided:
        text = phrase(
            "regulation.date: the regulation of {day} is later than the approval of {decided}",
            day=issued,
            decided=decided,
        )
        hint = phrase("state the regulation in force when it was approved, or correct the day")
        yield Problem(row.system.where("regulation.date"), text, hint)
    kinds = facts.get("inspection.kinds")
    listed = row.system.entries("inspections")
    if isinstance(kinds, tuple) and "inspections" in facts:
        for kind in ("before_use", "periodic"):
            if (kind in kinds) is not any(entry["kind"] == kind for entry in listed):
                text = phrase("inspection.kinds and inspections disagree on {kind}", kind=kind)
                hint = phrase("state inspections alone: each has its kind and its day")
                yield Problem(row.system.where("inspection.kinds"), text, hint)
    if isinstance(kinds, tuple) and "periodic" not in kinds and "inspection.last" in facts:
        text = phrase("inspection.last is a periodic inspection, and inspection.kinds names none")
        hint = phrase("add periodic to the kinds, or take the day away")
        yield Problem(row.system.where("inspection.last"), text, hint)


def _of_dossier(row: SystemRow, period: ReportPeriod) -> Iterator[Problem]:
    facts, system = row.system.facts, row.system
    if row.status == "approved" and not row.decision.whole:
        hint = phrase("state its number, its day and who issued it, or correct dossier.status")
        text = phrase("dossier.status is approved, and the decision is not stated in full")
        yield Problem(_at(system, "dossier.decision", "dossier.status"), text, hint)
    elif row.status == "approved" and not _until(row.decision.day or period.end, period):
        text = phrase(
            "dossier.status is approved, by a decision of {day} after the period, which ends on {end}",
            day=row.decision.day,
            end=period.end,
        )
        yield Problem(
            system.where("dossier.decision.date"), text, phrase("correct one, or the period")
        )
    elif row.status not in ("approved", None) and row.decision:
        text = phrase("dossier.status is {status}, and a decision approves it", status=row.status)
        hint = phrase("write approved, or take the decision away")
        yield Problem(_at(system, "dossier.decision", "dossier.status"), text, hint)
    yield from _of_steps(row, period)
    steps = ("dossier.submitted", "dossier.appraised", "dossier.decision.date")
    known = [(name, day) for name in steps if (day := _date(facts.get(name))) is not None]
    for (first, early), (then, late) in itertools.pairwise(known):
        if early > late:
            text = phrase(
                "{first} of {early} is later than {then} of {late}",
                first=first,
                early=early,
                then=then,
                late=late,
            )
            yield Problem(system.where(first), text, phrase("correct the days"))


def _of_steps(row: SystemRow, period: ReportPeriod) -> Iterator[Problem]:
    """Yield what a dossier's state says of a step that its day does not."""
    for name, states in (("dossier.submitted", BUILT), ("dossier.appraised", APPRAISED)):
        day = _date(row.system.facts.get(name))
        if day is None or row.status is None or _until(day, period) is (row.status in states):
            continue
        text = phrase("{name} is {day}, and dossier.status was not so", name=name, day=day)
        if row.status in states:
            text = phrase("{name} is {day}, after the period", name=name, day=day)
        hint = phrase("correct the day, or dossier.status, which is {status}", status=row.status)
        yield Problem(row.system.where(name), text, hint)


def _at(system: Asset, name: str, otherwise: str) -> Location:
    inside = any(fact.startswith(f"{name}.") for fact in system.facts)
    return system.where(name if inside else otherwise)
