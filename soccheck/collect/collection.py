"""A collection from end to end: the journal, the machines that are still to be asked, the bundle."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from soccheck.bundle import bundle as bundles
from soccheck.collect.faults import FaultError
from soccheck.collect.journal import Journal
from soccheck.collect.plan import Target, plan
from soccheck.collect.runner import Done, Runner
from soccheck.errors import UsageError
from soccheck.model import Inventory
from soccheck.phrase import Phrase, phrase
from soccheck.probes.all import PROBES
from soccheck.probes.base import Probe

Json = dict[str, Any]


class Watcher(Protocol):
    """Represents who is told how far a collection is."""

    def begin(self, total: int) -> None:
        """Take in how many machines are to be asked."""

    def count(self, failed: bool) -> None:
        """Take in that one more has ended."""

    def show(self) -> None:
        """Tell, some ten times a second."""

    def tell(self, text: Phrase, hint: Phrase | None = None) -> None:
        """Tell what somebody should know, and what to do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Represents a collection's end: how many machines there are answers of, and faults by their code."""

    asked: int
    failed: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlace:
    """Represents where a bundle goes: its file, none for a stream; what writes it; its name in messages."""

    file: Path | None
    write: Callable[[Iterable[bytes]], None]
    shown: str


def collect(
    inventory: Inventory,
    targets: Sequence[Target],
    runner: Runner,
    watcher: Watcher,
    *,
    place: BundlePlace,
    resume: bool,
    tool: str,
    by: str,
) -> Collected:
    """Ask the machines and write the bundle; `resume` completes a former run, `by` says who runs.

    What was answered is in the journal at any moment, and in the bundle however the run ends. Raises
    `UsageError` when the file, or what is resumed, is not what it should be.
    """
    head = {
        "format": bundles.FORMAT,
        "version": bundles.VERSION,
        "tool": tool,
        "inventory": {"digest": inventory.digest, "folder": inventory.name or inventory.folder},
        "started": bundles.moment(runner.clock()),
    }
    journal = Journal(
        place.file,
        {**head, "by": by},
        shown=place.shown,
        resume=resume,
        keeps=_unchanged(inventory, runner),
        tell=watcher.tell,
    )
    with contextlib.closing(journal):
        if resume:
            _take_over(journal, place, watcher)
        _ask(targets, runner, watcher, journal)
        head |= {
            "started": journal.started,
            "ended": max(bundles.moment(runner.clock()), journal.ended),
            "complete": all(journal.answers(t.asset, _names(t.probes)) for t in targets),
        }
        journal.seal(place.write, head)
    return Collected(asked=len(journal.known), failed=Counter(journal.failed.values()))


def _ask(targets: Sequence[Target], runner: Runner, watcher: Watcher, journal: Journal) -> None:
    """Ask what the journal has no answer of."""
    left = [
        _also(target, journal.probes(target.asset))
        for target in targets
        if not journal.answers(target.asset, _names(target.probes))
    ]
    watcher.begin(len(left))

    def on_done(done: Done) -> None:
        # What could not be collected is no news of a machine there already is a word of.
        name = done.target.asset
        known = name in journal.known and (runner.stop.is_set() or name not in journal.failed)
        if not (done.fault is not None and known):
            journal.add(name, done.entry)
        watcher.count(done.fault is not None)

    try:
        runner.run(left, on_done, watcher.show)
    finally:
        journal.flush()


def _names(probes: Iterable[Probe]) -> list[str]:
    return [probe.name for probe in probes]


def _also(target: Target, names: Collection[str]) -> Target:
    """Return the target, to be asked by probes of those names too, so that no answer is lost."""
    more = set(names) - set(_names(target.probes))
    also = [probe for (of, name), probe in PROBES.items() if of == target.platform and name in more]
    return replace(target, probes=(*target.probes, *also))


def _unchanged(inventory: Inventory, runner: Runner) -> Callable[[str, Json], bool]:
    """Return what says of an entry whether its machine is still the one that would be asked.

    It is as long as kind, platform, the way to it and the key it is known by are as they were, whatever else
    the inventory says.
    """
    machines = {target.asset: target for target in plan(inventory)}

    def unchanged(name: str, entry: Json) -> bool:
        target = machines.get(name)
        if target is None or (entry["kind"], entry["platform"]) != (target.kind, target.platform):
            return False
        if not any(record["answers"] for record in entry["probes"].values()):
            return True  # it says why there is no answer, which is asked for again
        try:
            login = runner.resolve(target)
            key = str(entry.get("host_key_type", "")), str(entry.get("host_key", ""))
            return login.origin == str(entry["origin"]) and not runner.connector.distrusts(
                login, *key
            )
        except FaultError:
            return False

    return unchanged


def _take_over(journal: Journal, place: BundlePlace, watcher: Watcher) -> None:
    """Take the answers of the bundle there is into the journal of the run that completes it."""
    if place.file is not None and place.file.exists():
        former = bundles.load(place.file, place.shown)
        for name, entry in former["assets"].items():
            journal.add_former(name, entry)
        journal.started = min(journal.started, former["started"])
    if journal.dropped and not journal.known:
        hint = phrase("name the inventory it was collected for, or collect without --resume")
        text = phrase("{file}: of none of this inventory's machines", file=place.shown)
        raise UsageError(text, hint=hint)
    if journal.later:
        text = phrase("{file}: answers of a time to come are asked for anew: {names} ({n})")
        watcher.tell(text.of(file=place.shown, names=_first(journal.later), n=len(journal.later)))
    if journal.dropped:
        text = phrase(
            "{file}: answers left out, as the machine or the way to it is another now: {names} ({n})"
        )
        watcher.tell(
            text.of(file=place.shown, names=_first(journal.dropped), n=len(journal.dropped))
        )


def _first(names: Collection[str]) -> str:
    """Return the first names there are."""
    return ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
