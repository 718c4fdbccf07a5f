"""`soccheck gate`: compare with a git reference or a baseline, and stop what makes compliance worse."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common
from soccheck.cli import evidence_given as bundles
from soccheck.cli.options import (
    as_of_option,
    language_option,
    policy_options,
    report_options,
    trust_options,
)
from soccheck.cli.output import placing, wanted_reports, write_reports
from soccheck.compare import former as formers
from soccheck.compare import gate
from soccheck.compare.changes import compare
from soccheck.compare.fail_on import rules
from soccheck.compare.former import Former
from soccheck.compare.scope import Scope, evidence_of
from soccheck.errors import InputError, UsageError
from soccheck.inventory import load as inventories
from soccheck.model import Duration, Inventory, Problem
from soccheck.policy import load as policy
from soccheck.policy.file import Written
from soccheck.report.report import Report
from soccheck.sources.files import Fault, content
from soccheck.sources.git import Repository, top, within


def _not_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Refuse an option without a value: left out it would mean something else."""
    if value is not None and not value.strip():
        hint = "leave the option out, or see why what should name it gave nothing"
        raise UsageError(f"{param.opts[0]} is given, and empty", hint=hint)
    return value


@click.command()
@click.argument("inventory")
@click.option(
    "--base",
    metavar="REF",
    callback=_not_empty,
    help="Git reference to compare with; HEAD unless said.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    callback=_not_empty,
    help="Stored baseline or former JSON result to compare with; with --base, as REF has it.",
)
@click.option(
    "--evidence",
    "bundle",
    metavar="FILE",
    callback=_not_empty,
    help="Judge by this evidence as well; the other side by what it has of FILE, else by the same.",
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="WHAT",
    help="What stops a change, any of: fail, unknown, waived, critical, high, medium, low, new, "
    "scope, expired-waiver. A plus joins words: new+high. Default: new,scope, a new failing finding or "
    "a scope change.",
)
@click.option(
    "--allow",
    type=click.Choice(("unknown",)),
    help="Let pass what becomes unknown: for those who fix step by step.",
)
@trust_options
@as_of_option
@policy_options
@report_options
@language_option
def command(
    inventory: str,
    base: str | None,
    baseline: str | None,
    bundle: str | None,
    fail_on: tuple[str, ...],
    allow: str | None,
    signers: str | None,
    max_evidence_age: Duration | None,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    reports: tuple[str, ...],
    limit: int,
    lang: str | None,
) -> int:
    """Say what a change to INVENTORY or the policies makes new, resolves, or takes out of scope.

    Exits with 1 where --fail-on finds something, else with 3 for a new unknown finding or nothing
    assessed, else with 0: old debts do not stop new work.
    """
    language = common.language(lang)
    stopping = rules(fail_on)
    wanted = wanted_reports(reports) or [("table", None)]
    asked = _Asked(
        inventory=inventory,
        files=common.policy_files(policy_paths, profiles),
        only=only,
        day=common.day(as_of),
        demands=bundles.Demands(signers=signers, max_age=max_evidence_age),
    )
    asked.demands.refuse_without([bundle] if bundle is not None else [])
    now, former = (
        _beside_stored(asked, bundle, baseline, base)
        if baseline is not None
        else _beside_commit(asked, bundle, base if base is not None else "HEAD")
    )
    result = gate.judge(now, compare(now, former), stopping, allow == "unknown")
    report = Report(
        assessment=now, gate=result, place=placing(inventory), shipped=common.shipped_policies()
    )
    write_reports(report, language, wanted, limit)
    return result.code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Represents what is judged on both sides, and as of when."""

    inventory: str
    files: common.PolicyFiles
    only: tuple[str, ...]
    day: date
    demands: bundles.Demands


def _beside_stored(
    asked: _Asked, bundle: str | None, baseline: str, base: str | None
) -> tuple[Assessment, Former]:
    """Return the working tree's side, and the side of a stored result."""
    policies = policy.among(policy.load(asked.files.paths, asked.files.profiles), asked.only)
    loaded = inventories.load(Path(asked.inventory), asked.inventory)
    read = asked.demands.read(bundle) if bundle is not None else None
    now = audit.judge(loaded, policies, asked.day, asked.demands.take(read, loaded, asked.day))
    former = formers.read(_stored(baseline, base, asked.inventory), baseline)
    if base is not None and bundle is not None:
        former = _with_bundle(former, loaded, bundle, base, asked)
    return now, former


def _with_bundle(
    former: Former, loaded: Inventory, bundle: str, base: str, asked: _Asked
) -> Former:
    """Return a stored side with the evidence that the reference has, where git keeps the bundle.

    A change that brings its own evidence is seen, though the stored result was judged by another.
    """
    root = _root(asked.inventory)
    with Repository(root, os.environ) as repository:
        sides = bundles.Sides(bundle, asked.demands, repository, root, repository.commit(base))
        told, kept = sides.former(loaded)
    if kept is None or former.scope is None:
        return former
    scope = replace(former.scope, evidence=evidence_of(told.about))
    return replace(former, bundle=kept, scope=scope)


def _beside_commit(asked: _Asked, bundle: str | None, base: str) -> tuple[Assessment, Former]:
    """Return the working tree's side, and the side of a commit, each read and judged whole."""
    root = _root(asked.inventory)
    with Repository(root, os.environ) as repository:
        commit = repository.commit(base)
        policies = policy.among(policy.load(asked.files.paths, asked.files.profiles), asked.only)
        loaded = inventories.load(Path(asked.inventory), asked.inventory)
        sides = bundles.Sides(bundle, asked.demands, repository, root, commit)
        now = audit.judge(loaded, policies, asked.day, sides.now(loaded, asked.day))
        name = f"{base} ({commit[:12]})"
        return now, _former(asked, repository, root, name, commit, sides)


def _former(
    asked: _Asked,
    repository: Repository,
    root: Path,
    name: str,
    commit: str,
    sides: bundles.Sides,
) -> Former:
    """Return the side of a commit; where it has no such inventory, everything is new."""
    tree = repository.tree(commit, within(Path(asked.inventory), root) or "")
    if tree is None:
        return Former(name=name, as_of=asked.day, findings={}, scope=Scope())
    try:
        loaded = inventories.read(tree, asked.inventory)
        written = _as_of_commit(repository, root, commit, asked.files.paths)
        profiles = _as_of_commit(repository, root, commit, asked.files.profiles)
        policies = policy.read(written, profiles) if written else []
        told, kept = sides.former(loaded)
    except InputError as error:
        hint = "compare with a reference that is sound, or with a stored result: --baseline FILE"
        refused = Problem(name, "what stands there cannot be judged, so nothing is compared", hint)
        raise InputError([refused, *error.problems]) from error
    # A policy asked for by --policy may be one that the commit has not yet.
    chosen = [item for item in policies if not asked.only or item.id in asked.only]
    before = audit.judge(loaded, chosen, asked.day, told)
    return formers.former(before, name, kept)


def _root(inventory: str) -> Path:
    """Return the top of the work tree; an inventory that only a link brings into it is refused."""
    folder = Path(inventory)
    if not folder.is_dir():
        hint = "give the folder that holds the inventory's YAML files"
        raise UsageError(f"{inventory}: no such folder", hint=hint)
    root = top(folder)
    if root is None:
        hint = "compare with a stored result instead: --baseline FILE"
        raise UsageError(f"{inventory} is not in a git work tree", hint=hint)
    if within(folder, root) is None:
        hint = "keep the folder in the repository: what is audited must be what is reviewed"
        raise UsageError(f"{inventory} is a link out of the repository", hint=hint)
    if top(root.parent) is not None and not Path.cwd().resolve().is_relative_to(root):
        # The reference would be looked for in a repository whose commits this one does not review.
        hint = "run it in that repository, or keep the files themselves in this one"
        raise UsageError(f"{inventory} is in a submodule or another repository inside", hint=hint)
    return root


def _stored(baseline: str, base: str | None, inventory: str) -> bytes | Fault:
    """Return a baseline's bytes: from the reference, where a change cannot have edited it, or on disk."""
    if base is None:
        return content(Path(baseline))
    root = _root(inventory)
    with Repository(root, os.environ) as repository:
        name = within(Path(baseline), root)
        if name is None:
            raise UsageError(f"{baseline} is not in the repository", hint="leave out --base")
        found = repository.blob(repository.commit(base), name)
    return found if found is not None else Fault(f"{base} has no such file")


def _as_of_commit(
    repository: Repository, root: Path, commit: str, paths: list[tuple[Path, str]]
) -> list[Written]:
    """Return policy files as a commit has them; a path outside of the repository as it is on disk."""
    found: list[Written] = []
    for path, shown in paths:
        # soccheck may be installed below the work tree, in an environment that git does not know.
        whole = path.resolve()
        shipped = whole.is_relative_to(common.shipped("policies").resolve())
        name = within(whole if shipped else path, root)
        if name is None:
            found += policy.found([(path, shown)])
            continue
        tree = repository.tree(commit, name)
        raw = repository.blob(commit, name) if tree is None else None
        if tree is not None:
            found += policy.in_folder(tree, shown)
        elif raw is not None:
            found.append(Written(shown, raw))
        elif shipped:
            found += policy.found([(path, shown)])
    return found
