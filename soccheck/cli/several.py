"""Several inventories at once: each judged, a row for each; one that cannot be loaded hides no other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle.same_machine import across
from soccheck.cli import common, steps
from soccheck.cli import evidence_given as bundles
from soccheck.cli.faults import each
from soccheck.cli.output import files_first, write_listing
from soccheck.errors import InputError, UsageError
from soccheck.i18n import Language
from soccheck.inventory import load as inventories
from soccheck.model import Policy
from soccheck.phrase import phrase
from soccheck.report.listings import authorities, listing
from soccheck.report.listings.authorities import JudgedInventory
from soccheck.sources.work_tree import real


def judging(
    told: Mapping[str, bundles.Told],
    policies: Sequence[Policy],
    day: date | None,
    demands: bundles.Demands,
) -> Callable[[str], Assessment]:
    """Return what judges one inventory of several, as of a day or of the one it states."""

    def judged(folder: str) -> Assessment:
        loaded = common.inventory(folder)
        as_of = day or loaded.stated
        return audit.judge(loaded, policies, as_of, demands.take(told.get(folder), loaded, as_of))

    return judged


def tell_shared(told: Mapping[str, bundles.Told], language: Language) -> None:
    """Say which machine answered for two inventories: it is counted in both."""
    for one, other, trait in across({folder: had.bundle for folder, had in told.items()}):
        text = language(
            "{one} of {folder} and {other} of {elsewhere} are one machine, counted in both: "
            "they answered with the same {trait}"
        ).format(one=one[1], folder=one[0], other=other[1], elsewhere=other[0], trait=trait)
        click.echo(text, err=True)


def refuse_twice(folders: Sequence[str]) -> None:
    """Refuse an inventory that is named twice, by another name too: it would be counted twice."""
    first: dict[Path, str] = {}
    for folder in folders:
        place = real(Path(folder))
        if place in first:
            text = phrase("{one} and {other} are one inventory", one=first[place], other=folder)
            raise UsageError(text, hint=phrase("name each once: it would be counted twice"))
        first[place] = folder


def judge(
    folders: Sequence[str], judged: Callable[[str], Assessment], language: Language
) -> list[JudgedInventory]:
    """Return each inventory judged; one that cannot be loaded holds its faults."""
    entries = []
    for folder in folders:
        try:
            with steps.step(phrase("Reading and judging {folder}…", folder=folder)):
                entries.append(JudgedInventory(folder=folder, assessment=judged(folder)))
        except (InputError, UsageError) as error:
            problems = tuple(each(error, language))
            entries.append(JudgedInventory(folder=folder, assessment=None, problems=problems))
    return entries


def write(
    entries: Sequence[JudgedInventory],
    wanted: Sequence[tuple[str, str | None]],
    language: Language,
) -> int:
    """Write the reports with a row for each authority, say what did not load, return the exit code."""
    for form, output in files_first(wanted):
        write_listing(authorities.listing(entries, language), form, output, language)
    for entry in entries:
        if entry.problems:
            text = language("{folder} could not be loaded").format(folder=entry.folder)
            click.echo(text, err=True)
    return authorities.exit_code(entries)


def refuse_missing(folders: Sequence[str]) -> None:
    """Raise `UsageError` for a folder that is not there: a word too many may have been taken for one."""
    for folder in folders:
        inventories.refuse(Path(folder), folder)


def refuse_formats(wanted: Sequence[tuple[str, str | None]], folders: Sequence[str]) -> None:
    """Raise `UsageError` for a format that is a report on one inventory."""
    for form, _ in wanted:
        if form not in listing.FORMATS:
            refuse_missing(folders)
            names = ", ".join(listing.FORMATS)
            hint = phrase("several inventories can be had as {names}", names=names)
            raise UsageError(phrase("{form} is a report on one inventory", form=form), hint=hint)
