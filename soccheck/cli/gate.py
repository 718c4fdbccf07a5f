"""`soccheck gate`: compare with a git reference or a baseline, and stop what makes compliance worse."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from pathlib import Path

import click

from soccheck.assess.assessment import Assessment
from soccheck.blocks import Known
from soccheck.cli import common
from soccheck.cli import evidence_given as bundles
from soccheck.compare import former as snapshot
from soccheck.compare import gate as gates
from soccheck.compare.changes import compare
from soccheck.compare.former import Snapshot
from soccheck.errors import InputError, UsageError
from soccheck.inventory import load as inventories
from soccheck.model import BundleInfo, EvidenceByAsset, Policy, Problem
from soccheck.policy import load as policy
from soccheck.policy.load import Written, in_force
from soccheck.sources.files import Fault, content
from soccheck.sources.git import Repository, blob_id, top


@click.command()
@click.argument("inventory")
@click.option("--base", metavar="REF", help="Git reference to compare with; HEAD unless said.")
@click.option(
    "--baseline",
    metavar="FILE",
    help="Stored baseline or former JSON result to compare with; with --base, as REF has it.",
)
@click.option(
    "--evidence",
    "bundle",
    metavar="FILE",
    help="Judge by this evidence as well; the other side by what it has of FILE, else by the same.",
)
@click.option(
    "--fail-on",
    "fail_on",
    multiple=True,
    metavar="WHAT",
    help="What stops a change, any of: fail, unknown, waived, critical, high, medium, low, new, "
    "scope, expired-waiver. A plus joins words: new+high. Default: new, a new failing finding.",
)
@common.as_of_option
@common.policy_options
@common.report_options
@common.language_option
def command(
    inventory: str,
    base: str | None,
    baseline: str | None,
    bundle: str | None,
    fail_on: tuple[str, ...],
    as_of: datetime | None,
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
    day = common.day(as_of)
    rules = gates.rules(fail_on)
    wanted = common.wanted_reports(reports) or [("table", None)]
    files = common.policy_files(policy_paths, profiles)
    if baseline is not None:
        now = _Now(inventory, files, only, day, None)
        now.judge(*bundles.of(bundles.read(bundle) if bundle else None, now.loaded))
        former = snapshot.read(_stored(baseline, base, inventory), baseline)
    else:
        root = _root(inventory)
        with Repository(root) as repository:
            commit = repository.commit(base or "HEAD")
            known: inventories.Known = Known(partial(blob_id, width=len(commit)))
            now = _Now(inventory, files, only, day, known)
            side = bundles.Sides(bundle, repository, root, commit)
            now.judge(*side.now(now.loaded))
            former = now.former(repository, root, f"{base or 'HEAD'} ({commit[:12]})", commit, side)
    comparison = compare(now.assessment, former)
    verdict = gates.judge(now.assessment, comparison, rules)
    now.assessment.verdict = verdict
    now.assessment.place = common.placing(inventory)
    common.write_reports(now.assessment, language, wanted, limit)
    return verdict.code


def _root(inventory: str) -> Path:
    """Return the top of the work tree; an inventory that only a link brings into it is refused."""
    folder = Path(inventory)
    if not folder.is_dir():
        hint = "give the folder that holds the inventory's YAML files"
        raise UsageError(f"{inventory}: no such folder", hint=hint)
    root = top(folder)
    lexical = top(folder.parent if folder.is_symlink() else folder)
    if root is None or lexical is None:
        hint = "compare with a stored result instead: --baseline FILE"
        raise UsageError(f"{inventory} is not in a git work tree", hint=hint)
    if root != lexical:
        hint = "keep the folder in the repository: what is audited must be what is reviewed"
        raise UsageError(f"{inventory} is a link out of the repository", hint=hint)
    return root


def _stored(baseline: str, base: str | None, inventory: str) -> bytes | Fault:
    """Return a baseline's bytes: from the reference, where a change cannot have edited it, or on disk."""
    if base is None:
        return content(Path(baseline))
    root = _root(inventory)
    with Repository(root) as repository:
        name = bundles.within(baseline, root)
        if name is None:
            raise UsageError(f"{baseline} is not in the repository", hint="leave out --base")
        found = repository.blob(repository.commit(base), name)
    return found if found is not None else Fault(f"{base} has no such file")


class _Now:
    """Holds the side of the working tree, and reads the side it is compared with."""

    def __init__(
        self,
        inventory: str,
        files: common.PolicyFiles,
        only: tuple[str, ...],
        day: date,
        known: inventories.Known | None,
    ) -> None:
        self.shown = inventory
        self.files = files
        self.only = only
        self.day = day
        self.known = known
        self.written = policy.found(files.paths)
        self.profiles = policy.found(files.profiles)
        self.policies = policy.read(self.written, self.profiles)
        self.loaded = inventories.load(Path(inventory), inventory, known)
        self.chosen = in_force(common.among(self.policies, only), day)

    def judge(self, answers: EvidenceByAsset, about: BundleInfo | None) -> None:
        """Judge the working tree by what it states, and by evidence where there is any."""
        self.assessment = Assessment(self.loaded, self.chosen, self.day, answers, about)

    def former(
        self, repository: Repository, root: Path, name: str, commit: str, sides: bundles.Sides
    ) -> Snapshot:
        """Return the side of a commit, of which only what differs is read and judged."""
        path = Path(self.shown).resolve().relative_to(root).as_posix()
        tree = repository.tree(commit, "" if path == "." else path)
        try:
            loaded = inventories.read(tree, self.shown, self.known) if tree is not None else None
            policies = self._policies(repository, root, commit)
            given = sides.former(loaded)
        except InputError as error:
            hint = (
                "compare with a reference that is sound, or with a stored result: --baseline FILE"
            )
            told = Problem(name, "what stands there cannot be judged, so nothing is compared", hint)
            raise InputError([told, *error.problems]) from error
        chosen = [item for item in policies if not self.only or item.id in self.only]
        side = gates.Former(loaded, in_force(chosen, self.day), *given)
        return gates.former(name, self.assessment, side)

    def _policies(self, repository: Repository, root: Path, commit: str) -> list[Policy]:
        """Return the policies of the reference; those kept elsewhere are the same on both sides."""
        written = _as_of_commit(repository, root, commit, self.files.paths)
        profiles = _as_of_commit(repository, root, commit, self.files.profiles)
        if (written, profiles) == (self.written, self.profiles):
            return self.policies
        if not written:
            return []
        return gates.shared(policy.read(written, profiles), self.policies)


def _as_of_commit(
    repository: Repository, root: Path, commit: str, paths: list[tuple[Path, str]]
) -> list[Written]:
    """Return policy files as a commit has them; a path outside of the repository as it is on disk."""
    found: list[Written] = []
    for path, shown in paths:
        whole = path.resolve()
        if not whole.is_relative_to(root):
            found += policy.found([(path, shown)])
            continue
        name = whole.relative_to(root).as_posix()
        tree = repository.tree(commit, name)
        raw = repository.blob(commit, name) if tree is None else None
        if tree is not None:
            found += policy.in_folder(tree, shown)
        elif raw is not None:
            found.append(Written(shown, raw))
        elif whole.is_relative_to(common.shipped("policies").resolve()):
            # soccheck installed below the work tree, in an environment git does not know.
            found += policy.found([(path, shown)])
    return found
