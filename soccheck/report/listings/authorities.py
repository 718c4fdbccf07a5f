"""What reports say of several authorities at once: a row each, for a ministry that reads them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from soccheck import __version__
from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import Tally, of_known, worst
from soccheck.i18n import Language
from soccheck.model import Policy, Status
from soccheck.report.json_text import bundle_document
from soccheck.report.listings import authority_sheets
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import csv_words, evidence, words
from soccheck.report.wording.sections import Section

VERSION = 2
COLUMNS = 4
"""Policies side by side in one table: more do not fit a line of 80 columns."""

_UNMET = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)

PRECEDENCE = (4, 2, 1, 3, 0)
"""Exit codes, the weightiest first: several inventories end with the worst of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedInventory:
    """Represents one inventory asked for: its assessment, or the faults that kept it from loading.

    `shared` marks one of several of the same name, as one province in two years.
    """

    folder: str
    assessment: Assessment | None
    problems: tuple[str, ...] = ()
    shared: bool = False

    @property
    def exit_code(self) -> int:
        """The code the inventory alone would end with."""
        return 2 if self.assessment is None else self.assessment.exit_code()


def exit_code(entries: Sequence[JudgedInventory]) -> int:
    """Return the weightiest code of the entries; of none it is 3, nothing assessed."""
    codes = {entry.exit_code for entry in entries} or {3}
    return next(code for code in PRECEDENCE if code in codes)


def listing(entries: Sequence[JudgedInventory], language: Language) -> Listing:
    """Return the authorities as tables and as a document."""
    entries = told_apart(entries)
    policies = _policies(entries)
    header, records = _records(entries, policies, language)
    return Listing(
        title=_title(entries, language),
        notes=_notes(entries, language),
        blocks=[
            (
                language("{folder} could not be loaded").format(folder=words.clean(entry.folder)),
                [problem.replace("\n  ", " · ") for problem in entry.problems],
            )
            for entry in entries
            if entry.assessment is None
        ],
        sections=[_summary(entries, language), *_headlines(entries, policies, language)],
        columns=header,
        records=records,
        worded={"status": csv_words.statuses(language)},
        document=document(entries),
        sheets=authority_sheets.sheets(
            [(name_of(entry, language), entry.assessment) for entry in entries], policies, language
        ),
    )


def _notes(entries: Sequence[JudgedInventory], language: Language) -> list[str]:
    """Return by what evidence each was judged that had any."""
    return [
        f"{name_of(entry, language)}: {note}"
        for entry in entries
        if entry.assessment is not None
        for note in evidence.notes(entry.assessment, language)
    ]


def _title(entries: Sequence[JudgedInventory], language: Language) -> str:
    parts = [language.plural("{n} authority", "{n} authorities", len(entries))]
    days = {entry.assessment.as_of for entry in entries if entry.assessment}
    if len(days) == 1:
        parts.append(language("as of {day}").format(day=language.date(days.pop())))
    lost = sum(1 for entry in entries if entry.assessment is None)
    if lost:
        parts.append(language.plural("{n} not loaded", "{n} not loaded", lost))
    return " · ".join(parts)


def _policies(entries: Sequence[JudgedInventory]) -> dict[str, Policy]:
    """Return the policies that judged any of them, by id, in the order of reports."""
    found: dict[str, Policy] = {}
    for entry in entries:
        for policy in entry.assessment.policies if entry.assessment else ():
            found.setdefault(policy.id, policy)
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


def name_of(entry: JudgedInventory, language: Language) -> str:
    """Return the authority's name, or the folder's own for one that could not be loaded."""
    if entry.assessment is None:
        return words.clean(entry.folder.rstrip("/").rpartition("/")[2])
    authority = entry.assessment.inventory.authority
    name = words.name_of(authority, language)
    return f"{name} ({authority.id})" if entry.shared else name


def told_apart(entries: Sequence[JudgedInventory]) -> list[JudgedInventory]:
    """Return the entries, those that share an authority's name marked."""
    names = Counter(
        entry.assessment.inventory.authority.text("name", "vi")
        for entry in entries
        if entry.assessment
    )
    return [
        replace(entry, shared=names[entry.assessment.inventory.authority.text("name", "vi")] > 1)
        if entry.assessment
        else entry
        for entry in entries
    ]


def _counts(assessment: Assessment) -> Counter[Status]:
    return Counter(finding.status for finding in assessment.findings)


def overall(assessment: Assessment) -> Status:
    """Return the worst of an assessment's findings; of nothing that applies it is unknown."""
    applying = (f.status for f in assessment.findings if f.status is not Status.NOT_APPLICABLE)
    return worst(applying)


def _summary(entries: Sequence[JudgedInventory], language: Language) -> Section:
    header = [
        language("Authority"),
        language("As of"),
        language("Status"),
        language("Passing"),
        language("Share"),
        language("Fail"),
        language("Unknown"),
        language("Waived"),
        language("In time"),
    ]
    rows = []
    for entry in entries:
        name = name_of(entry, language)
        if entry.assessment is None:
            rows.append([name, "–", language("NOT LOADED"), *["–"] * 6])
            continue
        counts = _counts(entry.assessment)
        total = sum(counts.values()) - counts[Status.NOT_APPLICABLE]
        applying = counts.keys() - {Status.NOT_APPLICABLE}
        rows.append(
            [
                name,
                language.date(entry.assessment.as_of),
                words.status(overall(entry.assessment), language),
                f"{language.number(counts[Status.PASS])}/{language.number(total)}",
                language.share(*of_known(counts[Status.PASS], total, applying)),
                *(language.number(counts[status]) for status in _UNMET),
            ]
        )
    return Section(title="", header=header, rows=rows, numbers=frozenset({3, 4, 5, 6, 7, 8}))


def _headlines(
    entries: Sequence[JudgedInventory], policies: dict[str, Policy], language: Language
) -> list[Section]:
    """Return each authority's headlines, as many policies a table as a line holds."""
    sections = []
    names = list(policies)
    for start in range(0, len(names), COLUMNS):
        chunk = names[start : start + COLUMNS]
        header = [language("Authority"), *(language.text(policies[n].title) for n in chunk)]
        rows = [
            [name_of(entry, language), *(_headline(entry, name, language) for name in chunk)]
            for entry in entries
        ]
        title = language("Requirements by authority") if start == 0 else ""
        sections.append(
            Section(title=title, header=header, rows=rows, numbers=frozenset(range(1, len(header))))
        )
    return sections


def _headline(entry: JudgedInventory, policy_id: str, language: Language) -> str:
    """Return `39/39 (100 %)`; nothing judged is a dash, never a share."""
    tally = _tally(entry, policy_id)
    if tally is None or not tally.total:
        return "–"
    figure = f"{language.number(tally.passed)}/{language.number(tally.total)}"
    return f"{figure} ({language.share(*tally.share)})"


def _tally(entry: JudgedInventory, policy_id: str) -> Tally | None:
    if entry.assessment is None:
        return None
    for policy in entry.assessment.policies:
        if policy.id == policy_id:
            return entry.assessment.headline(policy)
    return None


def _records(
    entries: Sequence[JudgedInventory], policies: dict[str, Policy], language: Language
) -> tuple[list[str], list[list[object]]]:
    """Return the rows of CSV; two columns a policy, as a spreadsheet takes 5/6 for a day in June."""
    columns = ["folder", "authority", "as_of", "exit_code", "status", "passed", "total"]
    columns += ["failing", "unknown", "waived", "grace", "problem"]
    columns += [f"{name}_{part}" for name in policies for part in ("passed", "total")]
    records: list[list[object]] = []
    for entry in entries:
        row: list[object] = [entry.folder, name_of(entry, language)]
        if entry.assessment is None:
            row += ["", entry.exit_code, *[""] * 7, "; ".join(entry.problems)]
        else:
            counts = _counts(entry.assessment)
            total = sum(counts.values()) - counts[Status.NOT_APPLICABLE]
            row += [entry.assessment.as_of.isoformat(), entry.exit_code]
            row += [overall(entry.assessment).value, counts[Status.PASS], total]
            row += [counts[s] for s in _UNMET]
            row.append("")
        for name in policies:
            tally = _tally(entry, name)
            row += ("", "") if tally is None else (tally.passed, tally.total)
        records.append(row)
    return columns, records


def document(entries: Sequence[JudgedInventory]) -> dict[str, Any]:
    """Return the authorities as the schema `authorities` has them."""
    return {
        "soccheck": {"format": "authorities", "version": VERSION, "tool": __version__},
        "exit_code": exit_code(entries),
        "authorities": [_document_of(entry) for entry in entries],
    }


def _document_of(entry: JudgedInventory) -> dict[str, Any]:
    item: dict[str, Any] = {"folder": entry.folder, "exit_code": entry.exit_code}
    assessment = entry.assessment
    if assessment is None:
        return {**item, "problems": list(entry.problems)}
    counts = _counts(assessment)
    names = {
        lang: str(assessment.inventory.authority.facts[f"name.{lang}"])
        for lang in ("vi", "en")
        if f"name.{lang}" in assessment.inventory.authority.facts
    }
    return {
        **item,
        "authority": names or {"en": assessment.inventory.authority.id},
        "as_of": assessment.as_of.isoformat(),
        "stated": assessment.inventory.stated.isoformat(),
        "digest": assessment.inventory.digest,
        **({} if assessment.bundle is None else {"evidence": bundle_document(assessment.bundle)}),
        "status": overall(assessment).value,
        "findings": {status.value: counts[status] for status in Status},
        "policies": [_policy(policy, assessment) for policy in assessment.policies],
    }


def _policy(policy: Policy, assessment: Assessment) -> dict[str, Any]:
    tally = assessment.headline(policy)
    return {
        "id": policy.id,
        "version": policy.version,
        "passed": tally.passed,
        "total": tally.total,
        "status": tally.status.value,
    }
