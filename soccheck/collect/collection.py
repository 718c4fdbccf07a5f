"""A collection from end to end: the journal, the machines that are still to be asked, the bundle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from soccheck.bundle import bundle as bundles
from soccheck.collect.journal import Journal
from soccheck.collect.plan import Target
from soccheck.collect.runner import Done, Runner
from soccheck.errors import UsageError
from soccheck.model import Inventory


class Watcher(Protocol):
    """Represents who is told how far a collection is."""

    def begin(self, total: int) -> None:
        """Take in how many machines are to be asked."""

    def count(self, failed: bool) -> None:
        """Take in that one more has ended."""

    def show(self) -> None:
        """Tell, some ten times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Represents a collection's end: how many machines there are answers of, and faults by their code."""

    asked: int
    failed: Mapping[str, int]


def collect(
    inventory: Inventory,
    targets: Sequence[Target],
    runner: Runner,
    watcher: Watcher,
    *,
    bundle: Path,
    shown: str,
    resume: bool,
    tool: str,
) -> Collected:
    """Ask the machines and write the bundle, which messages call `shown`; `resume` completes a former run.

    What was answered is in the journal at any moment, and in the bundle however the run ends. Raises
    `UsageError` when the file, or what is resumed, is not what it should be.
    """
    head = {
        "format": bundles.FORMAT,
        "version": bundles.VERSION,
        "tool": tool,
        "inventory": {"digest": inventory.digest, "folder": inventory.folder},
        "started": bundles.moment(runner.clock()),
    }
    journal = Journal(bundle, head, resume=resume, shown=shown)
    if resume and bundle.exists():
        _take_over(journal, bundle, shown, inventory)
    left = [target for target in targets if target.asset not in journal.answered]
    watcher.begin(len(left))

    def on_done(done: Done) -> None:
        # What could not be collected is no news of a machine there already is a word of.
        interrupted = runner.stop.is_set() and done.fault is not None
        if not (interrupted and done.target.asset in journal.known):
            journal.add(done.target.asset, done.entry)
        watcher.count(done.fault is not None)

    try:
        runner.run(left, on_done, watcher.show)
    finally:
        journal.flush()
    head |= {
        "started": journal.started,
        "ended": bundles.moment(runner.clock()),
        "complete": {target.asset for target in targets} <= journal.answered,
    }
    journal.seal(bundle, head)
    return Collected(asked=len(journal.known), failed=Counter(journal.failed.values()))


def _take_over(journal: Journal, path: Path, shown: str, inventory: Inventory) -> None:
    """Take the answers of the bundle there is into the journal of the run that completes it."""
    former = bundles.load(path, shown)
    if former["inventory"]["digest"] != inventory.digest:
        hint = "collect afresh: its machines may not be today's"
        raise UsageError(f"{shown}: of another state of the inventory", hint=hint)
    journal.started = min(journal.started, former["started"])
    for name, entry in former["assets"].items():
        if name not in journal.known:
            journal.add(name, entry)
