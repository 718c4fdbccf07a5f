"""Both sides of the gate: the working tree, and the commit or stored result it is compared with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, gate_asked, gate_settings
from soccheck.cli.evidence_given import Demands, Sides
from soccheck.cli.moved import was_in
from soccheck.cli.root import root_of
from soccheck.compare import former as formers
from soccheck.compare import stored
from soccheck.compare.changes import Comparison, compare
from soccheck.compare.former import Former
from soccheck.compare.later import with_later
from soccheck.compare.scope import Scope, evidence_of
from soccheck.compare.scope_change import ScopeChange
from soccheck.errors import InputError, UsageError
from soccheck.inventory import load as inventories
from soccheck.model import Inventory, Policy, Problem
from soccheck.phrase import phrase
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.sources import commits
from soccheck.sources.files import Fault, content
from soccheck.sources.git import Repository
from soccheck.sources.work_tree import within


@dataclass(frozen=True, slots=True, kw_only=True)
class _Commit:
    """Represents the commit compared with: its id, and what reports call it."""

    repository: Repository
    root: Path
    id: str
    name: str


Later = Callable[[], Iterable[Assessment]]
"""Judges on each later day on which controls come into force."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoSides:
    """Represents the working tree's side, today and later, and how it differs from the other."""

    now: Assessment
    later: Later
    comparison: Comparison


def compared(asked: gate_asked.Asked) -> TwoSides:
    """Return the working tree's side, and how it differs from the other; raises what loading raises."""
    policies = policy.among(policy.load(asked.files.paths, asked.files.profiles), asked.only)
    loaded = common.inventory(asked.inventory)

    def judged(given: audit.GivenEvidence) -> tuple[Assessment, Later]:
        now = audit.judge(loaded, policies, asked.day, given)
        return now, partial(audit.later, loaded, policies, asked.day, given)

    if asked.baseline is not None and asked.base is None:
        gate_asked.check_baseline(asked)
        now, later = judged(_given(asked, loaded))
        former = stored.read(content(Path(asked.baseline)), asked.baseline)
        return _against(former, now, later)
    root = root_of(asked.inventory)
    with Repository(root, os.environ) as repository:
        if asked.base is None and commits.is_unborn(repository):
            now, later = judged(_given(asked, loaded))
            return _against(_nothing("HEAD", asked.day), now, later)
        gate_asked.check_kept(repository, root, asked, loaded)
        commit = _commit(asked, repository, root)
        edited = gate_settings.changes(asked.settings, repository, root, commit.id)
        sides = _sides(asked, commit)
        now, later = judged(sides.now(loaded, asked.day))
        if asked.baseline is not None:
            return _against(_stored(asked, commit, loaded, sides), now, later, edited)
        former, on = _former(asked, commit, now, sides)
        of_head = asked.pipeline and commit.id == commits.named(repository, "HEAD")
        if of_head and not edited and _is_head(former, now, repository):
            text = phrase(
                "the work tree is as {name} has it, and HEAD is that commit: nothing "
                "would be compared",
                name=commit.name,
            )
            raise UsageError(text, hint=_NAMED)
        if on is None:
            return _against(former, now, later, edited)
        comparison = with_later(_compared(now, former, edited), later(), on)
        return TwoSides(now=now, later=later, comparison=comparison)


def _is_head(former: Former, now: Assessment, repository: Repository) -> bool:
    """Return whether a pipeline judges HEAD itself, by new evidence at most: no change is looked at."""
    if former.same or former.judged is None or gate_asked.to_be_committed(repository) is not None:
        return former.same
    return _files(former.judged) == _files(now)


def _compared(now: Assessment, former: Former, edited: Sequence[ScopeChange]) -> Comparison:
    """Return how a side differs from the other, and how the settings do by which they are judged."""
    found = compare(now, former)
    return replace(found, scope=[*edited, *found.scope], same=found.same and not edited)


def _against(
    former: Former, now: Assessment, later: Later, edited: Sequence[ScopeChange] = ()
) -> TwoSides:
    """Return how the working tree's side differs from a stored one, on later days as far as it tells."""
    comparison = _compared(now, former, edited)
    if former.later is not None:
        comparison = with_later(comparison, later(), lambda then: former.on(then.as_of))
    return TwoSides(now=now, later=later, comparison=comparison)


_NAMED = phrase(
    "say what the change started from: --base origin/main, or the commit before the push"
)


def _files(assessment: Assessment) -> tuple[str, ...]:
    """Return the digests of the inventory and the policies that an assessment was made of."""
    policies = (*assessment.policies, *assessment.coming, *assessment.ended)
    return (assessment.inventory.digest, *(policy.digest for policy in policies))


def _judged(assessment: Assessment) -> tuple[str, ...]:
    """Return the digests of all that an assessment was made of."""
    bundle = assessment.bundle.digest if assessment.bundle is not None else ""
    return (bundle, *_files(assessment))


def _given(asked: gate_asked.Asked, loaded: Inventory) -> audit.GivenEvidence:
    """Return the evidence of the working tree, where there is no commit that has its own."""
    file = gate_settings.bundle(asked.settings, kept=lambda _: False)
    told = asked.demands.read(file) if file is not None else None
    return asked.demands.take(told, loaded, asked.day)


def _sides(asked: gate_asked.Asked, commit: _Commit) -> Sides:
    """Return the bundle of either side."""

    def kept(file: Path) -> bool:
        name = within(file, commit.root)
        return name is not None and commit.repository.blob(commit.id, name) is not None

    file = gate_settings.bundle(asked.settings, kept)
    demands = asked.demands if file is not None else Demands()
    return Sides(file, demands, commit.repository, commit.root, commit.id)


def _nothing(name: str, day: date) -> Former:
    """Return the side that has no such inventory."""
    return Former(name=name, as_of=day, findings={}, scope=Scope(), empty=True)


def _commit(asked: gate_asked.Asked, repository: Repository, root: Path) -> _Commit:
    """Return the commit to compare with; raises `UsageError` where there is none."""
    ref = asked.base if asked.base is not None else "HEAD"
    named = commits.named(repository, ref)
    parted = commits.parted(repository, named, ref) if asked.merge_base else named
    name = ref if parted == named else f"{ref}...HEAD"
    return _Commit(repository=repository, root=root, id=parted, name=f"{name} ({parted[:12]})")


def _stored(asked: gate_asked.Asked, commit: _Commit, loaded: Inventory, sides: Sides) -> Former:
    """Return a stored side as the commit has it, where a change cannot have edited it.

    The evidence is that of the commit, too, where git keeps the bundle: a change that brings its own
    is seen, though the stored result was judged by another.
    """
    baseline = asked.baseline or ""
    name = within(Path(baseline), commit.root)
    if name is None:
        raise UsageError(
            phrase("{baseline} is not in the repository", baseline=baseline),
            hint=phrase("leave out --base"),
        )
    found = commit.repository.blob(commit.id, name)
    absent = Fault(phrase("{name} has no such file", name=commit.name))
    former = stored.read(found if found is not None else absent, baseline)
    if sides.file is None:
        return former
    told, kept = sides.former(loaded, asked.day)
    if kept is None or former.scope is None:
        return former
    scope = replace(former.scope, evidence=evidence_of(told.about))
    return replace(former, bundle=kept, scope=scope)


def _former(
    asked: gate_asked.Asked, commit: _Commit, now: Assessment, sides: Sides
) -> tuple[Former, Callable[[Assessment], Former] | None]:
    """Return the side of a commit, and how some of its controls are on another day.

    Where the commit has no such inventory, everything is new, and nothing is to be said of other days.
    """
    here = within(Path(asked.inventory), commit.root) or ""
    folder = _folder(asked, commit, here, now)
    tree = commit.repository.tree(commit.id, folder) if folder is not None else None
    if folder is None or tree is None:
        return _nothing(commit.name, asked.day), None
    try:
        before = inventories.read(tree, asked.inventory if folder == here else folder)
        policies, lacking = _policies(asked, commit)
        told, kept = sides.former(before, asked.day)
    except InputError as error:
        text = phrase("what stands there cannot be judged, so nothing is compared")
        hint = phrase(
            "compare with a reference that is sound, or with a stored result: --baseline FILE"
        )
        raise InputError([Problem(commit.name, text, hint), *error.problems]) from error

    then = audit.judge(before, policies, asked.day, told)
    today = replace(
        formers.former(then, commit.name, kept),
        same=_judged(then) == _judged(now),
        folder=folder if folder != here else None,
        lacking=tuple(lacking),
    )

    def on(later: Assessment) -> Former:
        ids = frozenset(later.controls)
        judged = audit.judge(before, policy.of_controls(policies, ids), later.as_of, told)
        return replace(today, as_of=later.as_of, findings=formers.Findings(judged))

    return today, on


def _folder(asked: gate_asked.Asked, commit: _Commit, here: str, now: Assessment) -> str | None:
    """Return the folder of the inventory in the commit, moved or not; none where it has none.

    Raises `UsageError` where the commit lacks the folder that was named.
    """
    named = asked.base_inventory
    folder = here if named is None else within(Path(named), commit.root) or ""
    if commit.repository.tree(commit.id, folder) is not None:
        return folder
    if named is None:
        return was_in(commit.repository, commit.id, commit.root, now.inventory)
    text = phrase("{name} has no folder {base_inventory}", name=commit.name, base_inventory=named)
    raise UsageError(text, hint=phrase("name the folder as it was there"))


def _policies(asked: gate_asked.Asked, commit: _Commit) -> tuple[list[Policy], list[str]]:
    """Return the policies as a commit has them, and those paths at which it has none."""
    written, lacking = _as_of_commit(commit, asked.files.paths)
    profiles, _ = _as_of_commit(commit, asked.files.profiles)
    found = policy.read(written, profiles) if written else []
    # A policy asked for by --policy may be one that the commit has not yet.
    return [item for item in found if not asked.only or item.id in asked.only], lacking


def _as_of_commit(
    commit: _Commit, paths: list[tuple[Path, str]]
) -> tuple[list[Written], list[str]]:
    """Return policy files as a commit has them, and those it lacks; outside of it as on disk."""
    found: list[Written] = []
    lacking: list[str] = []
    for path, shown in paths:
        name = gate_asked.within_root(path, commit.root)
        if name is None:
            found += policy.found([(path, shown)])
            continue
        tree = commit.repository.tree(commit.id, name)
        raw = commit.repository.blob(commit.id, name) if tree is None else None
        if tree is not None:
            found += policy.in_folder(tree, shown)
        elif raw is not None:
            found.append(Written(shown, raw))
        elif gate_asked.is_shipped(path):
            found += policy.found([(path, shown)])
        else:
            lacking.append(shown)
    return found, lacking
