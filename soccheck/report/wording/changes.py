"""What the gate says of a change, in words; the formats only lay it out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import JUDGED, Comparison, State
from soccheck.compare.gate import GateResult
from soccheck.compare.scope_change import ScopeChange
from soccheck.facts import values
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Basis, Status
from soccheck.policy.edits import Direction
from soccheck.report.wording import labels, sections, words
from soccheck.report.wording.sections import Section


def against(comparison: Comparison, language: Language) -> str:
    """Return what the change is compared with."""
    name = clean(comparison.name)
    return language("Compared with {name} as of {day}").format(
        name=name, day=language.date(comparison.as_of)
    )


_SHOWN = 20
"""How many new names are told; the change has them all."""


def notes(comparison: Comparison, language: Language) -> list[str]:
    """Return what a reader must know of the other side: that there is none, or that it was elsewhere."""
    if comparison.empty:
        text = language(
            "{name} has no such inventory: everything is new here, and what fails stops. Accept it "
            "once, as the first one; from then on only what gets worse stops."
        )
        return [text.format(name=clean(comparison.name))]
    found = []
    if comparison.folder is not None:
        text = language("The inventory was in {folder} then.")
        found.append(text.format(folder=clean(comparison.folder)))
    if comparison.renamed:
        # Whose debts are whose is the change's own word: somebody is to see whether it is true.
        names = [f"{was} → {is_}" for was, is_ in sorted(comparison.renamed.items())]
        shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
        text = language("Compared as the same by what formerly: says: {names}.")
        found.append(text.format(names=clean(shown)))
    if not comparison.later_known:
        found.append(
            language(
                "Controls begin later, and a stored result tells of its own day alone: what will "
                "fail by them is not compared. A baseline written anew tells it."
            )
        )
    if not comparison.ended_known:
        found.append(
            language(
                "Controls have ended, and a stored result of a former soccheck does not tell them: edits "
                "that change reports of past days are not compared. A baseline written anew tells them."
            )
        )
    if not comparison.titles_known:
        found.append(
            language(
                "A stored result of a former soccheck does not tell what controls and policies were "
                "called: edits of their titles are not compared. A baseline written anew tells them."
            )
        )
    if not comparison.open_known:
        found.append(
            language(
                "This stored result does not tell what is not known beside what fails: that more of a "
                "failing finding is not known is not compared. A baseline written anew tells it."
            )
        )
    return found


def judgement(result: GateResult, language: Language) -> str:
    """Return what the gate says in one sentence."""
    if result.stopped:
        causes = ", ".join(
            labels.stopping(str(rule), count, language) for rule, count in result.stopped.items()
        )
        return language("STOPPED by {causes}.").format(causes=causes)
    if result.code:
        return language("INCOMPLETE: a new finding is unknown, or nothing was assessed.")
    if result.comparison.same:
        text = language("NOTHING TO COMPARE: {name} has the very same inventory and policies.")
        return text.format(name=clean(result.comparison.name))
    return language("PASSED: nothing that stops this change was found.")


def counted(comparison: Comparison, language: Language) -> Section:
    """Return how many findings of which status are new, resolved, unchanged, or left the scope."""
    rows = []
    for status in JUDGED:
        counts = {state: comparison.counts.get((state, status), 0) for state in State}
        counts[State.UNCHANGED] += counts.pop(State.BETTER)  # it is not met, as before
        numbers = list(counts.values())
        rows.append([words.status(status, language), *map(language.number, numbers)])
    header = [
        language("Status"),
        language("New"),
        language("Worse"),
        language("Resolved"),
        language("Unchanged"),
        language("Left the scope"),
    ]
    return Section(
        title=language("Change"), header=header, rows=rows, numbers=frozenset({1, 2, 3, 4, 5})
    )


def scope(result: GateResult, language: Language) -> list[tuple[str, str]]:
    """Return every scope change: a statement, and where it can be seen."""
    lines = []
    for change in result.comparison.scope:
        where = ""
        if change.at is not None:
            where = clean(str(change.at))
            if change.former:
                where = language("formerly {where}").format(where=where)
        lines.append((scoped(change, language), where))
    if not result.comparison.scope_known:
        lines.append((language("The former result does not tell its scope."), ""))
    return lines


def _templates(language: Language) -> dict[str, str]:
    """Return the sentence of each kind of scope change."""
    return {
        "asset_removed": language("{subject} ({before}) is no longer listed"),
        "asset_ended": language("{subject} ({before}) does not exist any more on the as-of day"),
        "asset_ends": language("{subject} ends: {before} > {after}"),
        "asset_begins": language("{subject} begins later: {before} > {after}"),
        "asset_coming": language("{subject} is new, and is not judged before {after}"),
        "asset_edited": language("{subject} edited: {before} > {after}"),
        "stated_moved": language("all statements are of another day: {before} > {after}"),
        "asset_kind": language("{subject} was a {before}, is a {after}"),
        "level_lowered": language("{subject}: level {before} lowered to {after}"),
        "waiver_added": language("the waiver {subject} is new: {after}"),
        "waiver_widened": language("the waiver {subject} covers more: {before} {after}"),
        "waiver_extended": language("the waiver {subject} holds longer: {before} > {after}"),
        "waiver_moved": language("the waiver {subject} is for {after}, was for {before}"),
        "waiver_edited": language("the waiver {subject} edited: {before} > {after}"),
        "attestation_added": language("the attestation {subject} is new"),
        "attestation_edited": language("the attestation {subject} says something else"),
        "attestation_removed": language("the attestation {subject} is gone, and decides no more"),
        "claim_removed": language("the claim {subject} is checked no more"),
        "claim_edited": language("the claim {subject} says something else"),
        "control_dropped": language("{subject} of {before} is no longer judged"),
        "control_edited": language("{subject} edited, {direction}: {before} > {after}"),
        "evidence_lost": language("{subject}: was {before}, now unknown: {after}"),
        "left_scope": language("{subject}: was {before}, does not apply any more"),
        "evidence_added": language("the evidence in {subject} is new: {after}"),
        "evidence_changed": language("the evidence in {subject} is another: {before} > {after}"),
        "evidence_removed": language("the evidence {before} is judged by no more ({subject})"),
        "basis_weakened": language("{subject}: was {before}, is now only {after}"),
        "fails_later": language("{subject} will fail from {after} on, and would not have"),
        "unknown_later": language(
            "{subject} will be unknown from {after} on, and would not have been"
        ),
        "excused_worse": language("{subject} is excused, and is met less than before"),
        "more_unknown": language("{subject} fails, and more of it is unknown: {after}"),
        "name_taken": language("{subject} is called what {before} was called: {after}"),
        "policies_new": language(
            "there were no policies in {subject}: what they asked is not known"
        ),
        "settings_edited": language("{subject} edited, {direction}: {before} > {after}"),
        "total_lowered": language("{subject}: {before} counted, now {after}"),
    }


def scoped(change: ScopeChange, language: Language) -> str:
    """Return one scope change in words."""
    is_plain = change.what != "asset_edited" or change.direction is Direction.CHANGED
    # Which way a fact moved is told as of a control, where it is known.
    template = _templates(language)[change.what if is_plain else "control_edited"]
    before, after = change.before, change.after
    if change.what in ("asset_removed", "asset_ended", "asset_kind"):
        before, after = (
            kind and sections.kind_words(kind, 1, language) for kind in (before, after)
        )
    elif change.what in ("evidence_lost", "left_scope"):
        before = words.status(Status(before), language)
    elif change.what == "basis_weakened":
        before, after = (words.basis(Basis(item), language) for item in (before, after))
    text = template.format(
        subject=change.subject,
        before=_dated(before or "–", language),
        after=_dated(after or "–", language),
        direction=direction(change.direction, language),
    )
    return clean(text)


def _dated(text: str, language: Language) -> str:
    """Return what was written with its days as the rest of a report has them."""
    return re.sub(
        r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])",
        lambda found: language.date(day) if (day := values.day(found[0])) else found[0],
        text,
    )


def direction(item: Direction, language: Language) -> str:
    """Return which way an edit goes, as a word."""
    return {
        Direction.STRICTER: language("stricter"),
        Direction.LOOSER: language("looser"),
        Direction.CHANGED: language("changed"),
    }[item]


def resolved(comparison: Comparison, language: Language) -> list[str]:
    """Return the findings that are met now, and were not."""
    return [
        f"{change.control} {change.asset}: {words.status(change.before.status, language)}"
        for change in comparison.of(State.RESOLVED)
        if change.before is not None
    ]


def older(result: GateResult, assessment: Assessment, language: Language) -> str:
    """Return how many findings stood before this change, and how to see them; nothing if none."""
    before = result.comparison.before
    failing, unknown = (before.get(status, 0) for status in (Status.FAIL, Status.UNKNOWN))
    if not failing and not unknown:
        return ""
    text = language("Before this change: {failing}, {unknown}. See: {command}")
    return text.format(
        failing=language.plural("{n} failing", "{n} failing", failing),
        unknown=language.plural("{n} unknown", "{n} unknown", unknown),
        command=clean(f"soccheck audit {assessment.inventory.folder}"),
    )


def shortened(lines: Sequence[str], limit: int, language: Language) -> list[str]:
    """Return the first `limit` lines, and how many more there are (0: all)."""
    if not limit or len(lines) <= limit:
        return list(lines)
    more = language.plural("… and {n} more", "… and {n} more", len(lines) - limit)
    return [*lines[:limit], more]
