"""What `soccheck gate` is asked, and whether git keeps it: a change must not bring its own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from soccheck.cli import common, gate_settings, shipped
from soccheck.cli.evidence_given import Demands
from soccheck.cli.gate_settings import GateSettings
from soccheck.errors import UsageError
from soccheck.model import Inventory
from soccheck.phrase import phrase
from soccheck.sources import commits
from soccheck.sources.git import Repository
from soccheck.sources.work_tree import as_committed, as_git_has_it, real, top, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Represents what `soccheck gate` is asked: what is judged, as of when, and compared with what.

    In a `pipeline` nobody sees that a commit was compared with itself.
    """

    inventory: str
    files: common.PolicyFiles
    only: tuple[str, ...]
    day: date
    settings: GateSettings
    baseline: str | None
    base: str | None
    merge_base: bool
    base_inventory: str | None
    pipeline: bool

    @property
    def demands(self) -> Demands:
        """Return what a bundle must be to be judged by."""
        said = self.settings.judged_by
        return Demands(signers=said.signers, max_age=said.max_evidence_age)


def check_kept(repository: Repository, root: Path, asked: Asked, loaded: Inventory) -> None:
    """Check that git keeps what is judged; a bundle may be an artefact, and rules may be installed."""
    paths = [path for path, _ in (*asked.files.paths, *asked.files.profiles)]
    own = [Path(asked.inventory), *(path for path in paths if not is_shipped(path))]
    shipped = [path for path in paths if is_shipped(path)]
    evidence = asked.settings.judged_by.evidence
    beside = [Path(evidence)] if evidence is not None else []
    beside += [asked.settings.file] if asked.settings.file is not None else []
    mine, others = (
        [name for name in (within_root(path, root) for path in some) if name is not None]
        for some in (own, (*shipped, *beside))
    )
    named = [within_root(Path(asked.inventory, name), root) for name in _named(loaded)]
    more = [name for name in named if name]
    as_git_has_it(repository, root, [*mine, *others], mine, more)
    is_of_commit = _is_of_a_commit(repository, asked)
    index = None if is_of_commit else to_be_committed(repository)
    if index is not None or is_of_commit:
        mine += gate_settings.kept_by_head(asked.settings, repository, root)
        as_committed(repository, index, mine, more)


def _is_of_a_commit(repository: Repository, asked: Asked) -> bool:
    """Return whether a commit is judged: a pipeline's, held against another; it is what will be merged."""
    if not asked.pipeline or asked.base is None:
        return False
    return commits.named(repository, asked.base) != commits.named(repository, "HEAD")


def to_be_committed(repository: Repository) -> Path | None:
    """Return the index of a commit in the making, where git runs a hook of it: githooks(5)."""
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    index = real(Path(named))
    told = repository.run("rev-parse", "--absolute-git-dir").stdout.removesuffix(b"\n")
    mine = Path(os.fsdecode(told)).resolve() == index.parent and index.is_file()
    return index if mine else None


def _named(loaded: Inventory) -> list[str]:
    """Return the files and folders of an inventory that it names: rulesets, and signed documents."""
    rulesets = [str(asset.facts.get("firewall.ruleset") or "") for asset in loaded]
    return [name for name in (*rulesets, *(item.path for item in loaded.attestations)) if name]


def check_baseline(asked: Asked) -> None:
    """Check that a stored result is none that the change itself could have edited.

    Raises `UsageError` for one that git keeps and that no commit is named for, in a pipeline: at a desk
    what is edited is seen.
    """
    file = Path(asked.baseline or "")
    root = top(file.parent)
    if not asked.pipeline or root is None or not file.exists():
        return
    with Repository(root, os.environ) as repository:
        name = within(file, root)
        if name is None or commits.is_unborn(repository) or repository.blob("HEAD", name) is None:
            return
    raise UsageError(
        phrase("{file} is kept in git, and a change can edit it", file=asked.baseline),
        hint=phrase("read it as what the change started from has it: --base REF"),
    )


def within_root(path: Path, root: Path) -> str | None:
    """Return a path as it is written from the top of the work tree; nothing where it is elsewhere."""
    # soccheck may be installed below the work tree, in an environment that git does not know.
    return within(path.resolve() if is_shipped(path) else path, root)


def is_shipped(path: Path) -> bool:
    """Return whether a path is that of a policy or profile that soccheck came with."""
    return real(path).is_relative_to(shipped.folder("policies").resolve())
