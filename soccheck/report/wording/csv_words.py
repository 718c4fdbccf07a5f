"""Word the heads and the codes of CSV; its English heads are the ids of the columns."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from soccheck.claims.check import Agreement
from soccheck.i18n import Language
from soccheck.model import KINDS, Basis, Inventory, Severity, Status
from soccheck.report.wording import findings, labels, words

Worded = Mapping[str, Mapping[str, str]]
"""The columns that hold codes, each with the words of its codes."""


def heads(columns: Sequence[str], worded: Worded, language: Language) -> list[str]:
    """Return the heads, that of the word beside each code included: `status`, `status_name`.

    In other languages than English they are words: `Trạng thái (mã)`, `Trạng thái`.
    """
    found = []
    for column in columns:
        head = _head(column, language)
        if column not in worded:
            found.append(head)
        elif language.code == "en":
            found += [column, f"{column}_name"]
        else:
            found += [language("{head} (code)").format(head=head), head]
    return found


def cells(
    records: Iterable[Sequence[object]], columns: Sequence[str], worded: Worded
) -> Iterator[list[object]]:
    """Yield the records, each code with its word beside it; a code without a word stands for itself."""
    tables = [worded.get(column) for column in columns]
    for record in records:
        row: list[object] = []
        for cell, table in zip(record, tables, strict=True):
            row.append(cell)
            if table is not None:
                row.append("" if cell is None else table.get(str(cell), cell))
        yield row


def statuses(language: Language) -> Mapping[str, str]:
    """Return the words for statuses and results."""
    return {item.value: words.status(item, language) for item in Status}


def severities(language: Language) -> Mapping[str, str]:
    """Return the words for severities."""
    return {item.value: findings.severity(item, language) for item in Severity}


def bases(language: Language) -> Mapping[str, str]:
    """Return the words for bases."""
    return {item.value: words.basis(item, language) for item in Basis}


def kinds(language: Language) -> Mapping[str, str]:
    """Return the words for kinds of asset."""
    return {kind: labels.kinds(kind, language) for kind in ("authority", *KINDS)}


def units(inventory: Inventory, language: Language) -> Mapping[str, str]:
    """Return the names of organisations by their ids."""
    listed = inventory.assets["organization"].values()
    return {unit.id: words.name_of(unit, language) for unit in listed}


def agreements(language: Language) -> Mapping[str, str]:
    """Return the words for what the check of a claim comes to."""
    return {
        Agreement.AGREES.value: language("agrees"),
        Agreement.DISAGREES.value: language("does not add up"),
        Agreement.UNCHECKED.value: language("could not be checked"),
    }


def _head(column: str, language: Language) -> str:
    """Return a column's head; a policy's two columns are named for it."""
    if language.code == "en":
        return column
    known = _heads(language)
    about, _, part = column.rpartition("_")
    if column not in known and part in ("passed", "total"):
        return f"{about}: {known[part]}"
    return known.get(column, column)


@functools.cache
def _heads(language: Language) -> Mapping[str, str]:
    return {**_of_findings(language), **_of_history(language), **_of_figures(language)}


def _of_findings(language: Language) -> Mapping[str, str]:
    return {
        "policy": language("Set of criteria"),
        "version": language("Version"),
        "control": language("Requirement id"),
        "title": language("Content"),
        "kind": language("Kind"),
        "asset": language("Asset id"),
        "name": language("Asset's name"),
        "organization": language("Organisation"),
        "level": language("Level"),
        "status": language("Status"),
        "result": language("Result"),
        "severity": language("Severity"),
        "reason": language("Reason (code)"),
        "why": language("Why"),
        "where": language("Where"),
        "basis": language("Basis"),
        "passed": language("Passing"),
        "total": language("Total"),
        "share": language("Share"),
        "points": language("Points"),
        "maximum": language("Maximum"),
        "remediation": language("What to do"),
        "reference": language("Reference"),
        "as_of": language("As of"),
        "due": language("Due"),
        "due_kind": language("Kind of the day (code)"),
        "to_do": language("What to do"),
        "write": language("What to write"),
    }


def _of_history(language: Language) -> Mapping[str, str]:
    return {
        "failing_since": language("Failing since"),
        "since_at_least": language("Perhaps earlier"),
        "history_run": language("Run"),
        "history_chain": language("Check sum of the run"),
        "period_from": language("Period from"),
        "period_to": language("Period to"),
        "evidence_oldest": language("Oldest evidence"),
        "evidence_signer": language("Signer of the evidence"),
        "since": language("Failing since"),
        "days": language("Days"),
        "unseen_since": language("Unseen since"),
        "sla_days": language("Days allowed"),
        "days_over": language("Days over"),
        "run": language("Run"),
        "authority": language("Authority"),
        "started_at": language("Begun at"),
        "by": language("Started by"),
        "host": language("On the machine"),
        "exit_code": language("Exit code"),
        "chain": language("Check sum of the run"),
        "month": language("Month"),
        "series": language("Series"),
        "state": language("State"),
        "before": language("Before"),
        "after": language("After"),
        "cause": language("Cause"),
        "by_calendar": language("By the calendar alone"),
        "detail": language("Particulars"),
    }


def _of_figures(language: Language) -> Mapping[str, str]:
    return {
        "section": language("Section (code)"),
        "key": language("Key"),
        "change": language("Change"),
        "claim": language("Claim"),
        "verdict": language("Verdict"),
        "about": language("About"),
        "stated": language("Stated"),
        "found": language("Found"),
        "says": language("What it says"),
        "folder": language("Folder"),
        "failing": language("Fail"),
        "unknown": language("Unknown"),
        "waived": language("Waived"),
        "grace": language("In time"),
        "problem": language("Fault"),
        "fact": language("Fact"),
        "type": language("Type (code)"),
        "form": language("Form"),
        "unit": language("Unit of measure"),
        "given_by": language("Given by (code)"),
    }
