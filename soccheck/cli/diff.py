"""`soccheck diff`: what changed between two runs, days or results, and why."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from soccheck.cli import common, history_place
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import write_listing
from soccheck.cli.translated import a_command, argument
from soccheck.compare import stored
from soccheck.compare.former import Former
from soccheck.errors import InputError, UsageError
from soccheck.history import changes, runs
from soccheck.history.changes import RunChanges
from soccheck.history.errors import BlobError
from soccheck.history.runs import Run
from soccheck.phrase import phrase
from soccheck.report.listings import run_changes
from soccheck.sources.files import content


@a_command()
@argument("before", metavar="[A]", required=False)
@argument("after", metavar="[B]", required=False)
@history_place.options
@listing_options
@language_option
def command(
    before: str | None,
    after: str | None,
    config: str | None,
    authority: str | None,
    form: str,
    output: str | None,
    lang: str | None,
) -> int:
    """Say what is new, worse, better, resolved or left the scope from A to B, and why.

    A and B are runs of the history by number or day (#12, 2026-11-26), or JSON results in files: the
    run before the last and the last unless said; with A alone, A and the last. Why is found by judging
    A step by step towards B; of results in files it is not known, as they hold no evidence. Exits with 0.
    """
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    sides = [side for side in (before, after) if side is not None]
    if any(Path(side).is_dir() for side in sides):
        text = phrase("diff takes runs of the history, or results, and no folders")
        line = shlex.join(["soccheck", "compare", *sides])
        raise UsageError(text, hint=phrase("write {what}", what=line))
    files = [side for side in sides if Path(side).is_file()]
    if files and files == sides:
        _refuse_beside_files({"--config": config, "--authority": authority})
    compared = _of_files if files else _of_runs
    found = compared(before, after, place, authority)
    write_listing(run_changes.listing(found, language), form, output, language)
    return 0


def _refuse_beside_files(given: Mapping[str, str | None]) -> None:
    """Raise `UsageError` for an option about the history where it is not read."""
    for name, value in given.items():
        if value is not None:
            text = phrase("{option} does nothing {why}", option=name, why=phrase("for two files"))
            raise UsageError(text, hint=phrase("leave it out, or name a run of the history"))


def _of_runs(
    before: str | None, after: str | None, place: history_place.Place, authority: str | None
) -> RunChanges:
    database = place.opened()
    with database.begin() as connection:
        known = runs.of_authority(connection, authority, place.shown)
        newer = runs.chosen(known, after or "latest", place.shown)
        previous = runs.before(known, newer)
        older = runs.chosen(known, before, place.shown) if before is not None else previous
        if older is None or (previous is not None and older.id == previous.id):
            return changes.of_run(connection, newer, previous)
        names = f"#{older.id}", f"#{newer.id}"
        try:
            was = runs.side(connection, database.blobs, older)
            is_ = runs.side(connection, database.blobs, newer, like=was)
            return changes.between(was, is_, names, newer)
        except (BlobError, InputError) as error:
            told = [runs.as_former(r, runs.said_in(connection, r)) for r in (older, newer)]
            note = str(error).splitlines()[0]
            return replace(changes.of_results(*told), run=newer, note=note)


def _of_files(
    before: str | None, after: str | None, place: history_place.Place, authority: str | None
) -> RunChanges:
    if before is None or after is None:
        hint = phrase("soccheck diff FILE FILE, or FILE and a run")
        raise UsageError(phrase("a result in a file is compared with what is named"), hint=hint)
    was, is_ = (_former(side, place, authority) for side in (before, after))
    return changes.of_results(was, is_)


def _former(side: str, place: history_place.Place, authority: str | None) -> Former:
    """Return a result in a file, or what a run said."""
    if Path(side).is_file():
        return stored.read(content(Path(side)), side)
    database = place.opened()
    with database.begin() as connection:
        known = runs.of_authority(connection, authority, place.shown)
        run: Run = runs.chosen(known, side, place.shown)
        return runs.as_former(run, runs.said_in(connection, run))
