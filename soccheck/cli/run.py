"""`soccheck run`: what is done every night, each step in its place, and one exit code."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import (
    astray,
    collect_run,
    common,
    history_place,
    options_ssh,
    report_past,
    run_made,
    steps,
    who,
)
from soccheck.cli.evidence_given import Demands
from soccheck.cli.faults import told as faults_told
from soccheck.cli.history_place import Place
from soccheck.cli.options import as_of_option, language_option
from soccheck.cli.output import placing, wanted_reports, write_reports
from soccheck.cli.report_past import ToldPast
from soccheck.cli.translated import a_command, argument, option
from soccheck.cli.value_types import OneOf
from soccheck.errors import SoccheckError, UsageError
from soccheck.facts.near import near
from soccheck.history import changes, identity, lock, retention, runs, store
from soccheck.history.changes import RunChanges
from soccheck.history.database import Database
from soccheck.history.errors import HistoryError
from soccheck.history.runs import Run
from soccheck.i18n import Language
from soccheck.phrase import phrase
from soccheck.policy import load as editions
from soccheck.report import REPORTS
from soccheck.report.listings import run_changes
from soccheck.report.report import KeptAs, Layout, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Represents a run that is kept, for the steps that come after: who is told, what is written."""

    place: Place
    database: Database
    folder: str
    assessment: Assessment
    later: Callable[[], Iterable[Assessment]]
    run: Run
    changes: RunChanges
    language: Language


@a_command()
@argument("inventory")
@history_place.config_option
@as_of_option
@option("--collect", "collects", is_flag=True, help="Ask the machines first.")
@option(
    "--by",
    "started_by",
    type=OneOf(("manual", "timer", "ci")),
    default="manual",
    show_default=True,
    help="What started the run; the history says it.",
)
@language_option
@options_ssh.options
def command(
    inventory: str,
    config: str | None,
    as_of: date | None,
    collects: bool,
    started_by: str,
    lang: str | None,
    **given: Any,
) -> int:
    """Judge INVENTORY, keep the run in the history, and say what changed since the run before, and why.

    soccheck.yaml says by what is judged, which reports are written and how long runs are kept:
    `soccheck init --config soccheck.yaml` writes an example. One run at a time; a second one says who
    holds the history. The options from --workers on are those of `soccheck collect`, for --collect.
    """
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    if not collects:
        options_ssh.refuse(phrase("without --collect"))
    _refuse_settings(place, collects)
    started = history_place.now()
    holder = f"{who.by()}, since {started.isoformat(timespec='seconds')}"
    with lock.of_folder(place.settings.folder, place.shown, holder):
        database = place.opened(new=True)
        with lock.of_server(database):
            code, night = _night(
                place,
                database,
                inventory,
                common.day(as_of),
                started,
                started_by,
                collects,
                language,
                given,
            )
            if night is not None:
                for step in STEPS:
                    step(night)
            return code


def _refuse_settings(place: Place, collects: bool) -> None:
    """Raise `UsageError` for settings that would be found wrong only when all is judged."""
    _reports(place, as_of="", run="")
    settings = place.settings
    for key in ("signers", "max_evidence_age"):
        if getattr(settings, key) is not None and settings.evidence is None and not collects:
            hint = phrase("name the bundle: `evidence:` beside it")
            raise UsageError(phrase("{key}: does nothing without evidence", key=key), hint=hint)
    if collects and settings.signers is not None:
        hint = phrase("collect, sign, then run")
        text = phrase("signers: with --collect: nobody has signed what is yet to come")
        raise UsageError(text, hint=hint)


def _night(
    place: Place,
    database: Database,
    inventory: str,
    day: date,
    started: datetime,
    started_by: str,
    collects: bool,
    language: Language,
    given: dict[str, Any],
) -> tuple[int, Night | None]:
    """Collect, judge and keep; return the exit code, and no run where collecting was interrupted."""
    settings = place.settings
    with steps.step(steps.READING):
        read = run_made.read(settings, inventory)
    demands = Demands(signers=settings.signers, max_age=settings.max_evidence_age)
    file = settings.evidence
    if collects:
        file = file or str(settings.folder / "evidence.json")
        ruling = editions.in_force(read.policies, day)
        options = options_ssh.Options(**given)
        result = collect_run.collect(read.inventory, file, options, language, ruling)
        collect_run.tell(result.summary(file, language), result)
        if result.interrupted:
            return result.exit_code, None
    told = demands.read(file) if file is not None else None
    with steps.step(steps.JUDGING):
        taken = demands.take(told, read.inventory, day)
        assessment = audit.judge(read.inventory, read.policies, day, taken)
        made = run_made.made(read, told, assessment, inventory, started, started_by)
    with (
        steps.step(phrase("Keeping the run, and finding what changed…")),
        database.begin() as connection,
    ):
        run = store.keep(connection, database.blobs, made)
        known = runs.of_authority(connection, run.authority, place.shown)
        found = changes.of_run(connection, run, runs.before(known, run))
        begins = identity.renamed_from(connection, read.inventory) if run.prev_run is None else None
    if begins is not None:
        click.echo(language.say(begins), err=True)
    night = Night(
        place=place,
        database=database,
        folder=inventory,
        later=partial(audit.later, read.inventory, read.policies, day, taken),
        assessment=assessment,
        run=run,
        changes=found,
        language=language,
    )
    return run.exit_code, night


def _reports(place: Place, as_of: str, run: str) -> list[tuple[str, str | None]]:
    """Return the reports asked for, with their files; raises `UsageError` for a format there is not."""
    texts = []
    for item in place.settings.reports:
        if item.form not in REPORTS:
            meant = astray.choice(item.form, list(REPORTS))
            hint = phrase("write {what}", what=f"format: {meant}") if meant else None
            text = phrase("soccheck.yaml: no report {name}", name=repr(item.form))
            raise UsageError(text, hint=hint or near(item.form, REPORTS))
        file = str(item.file) if item.file is not None else ""
        file = file.replace("{as_of}", as_of).replace("{run}", run)
        texts.append(f"{item.form}={file}" if file else item.form)
    return wanted_reports(tuple(texts))


def tell(night: Night) -> None:
    """Tell whom soccheck.yaml names; what is not delivered is told, kept, and comes with the next run."""
    if not night.place.settings.channels:
        return
    from soccheck.cli import telling  # mail and HTTP are for whoever has a channel

    telling.tell(night.place.settings, night.database, night.run, night.assessment, night.language)


def write_all(night: Night) -> None:
    """Write the reports asked for, then say what changed."""
    wanted = _reports(night.place, night.run.as_of.isoformat(), str(night.run.id))
    for _, file in wanted:
        if file not in (None, "-"):
            with contextlib.suppress(OSError):  # writing tells better what is wrong
                Path(str(file)).parent.mkdir(parents=True, exist_ok=True)
    if wanted:
        _write(night, wanted, _past(night))
    printed = any(file in (None, "-") for _, file in wanted)
    for line in run_changes.summary(night.changes, night.language):
        click.echo(line, err=printed)


def _past(night: Night) -> ToldPast:
    """Return what reports are told of the past; nothing, which is said, where it cannot be read now."""
    try:
        with night.database.begin() as connection:
            known = runs.of_authority(connection, night.run.authority, night.place.shown)
            return report_past.of_run(connection, known, night.run, night.assessment)
    except HistoryError as error:
        click.echo(faults_told(error, night.language), err=True)
        return ToldPast()


def _write(night: Night, wanted: list[tuple[str, str | None]], past: ToldPast) -> None:
    report = Report(
        assessment=night.assessment,
        later=night.later,
        place=placing(night.folder),
        shipped=common.shipped_policies(),
        kept=KeptAs(run=night.run.id, chain=night.run.chain),
        previous=past.previous,
        since=past.since,
        trend=past.trend,
    )
    write_reports(report, night.language, wanted, Layout())


def prune(night: Night) -> None:
    """Take away what the rules of keeping do not keep; what cannot be is told, and changes no exit code."""
    keep = night.place.settings.keep
    try:
        if keep is not None:
            moment = history_place.now().isoformat(timespec="seconds")
            with night.database.begin() as connection:
                retention.prune(connection, night.database.blobs, keep, moment)
        with night.database.begin() as connection:
            night.database.blobs.sweep(connection)
    except (SoccheckError, OSError) as error:
        click.echo(night.language.say(getattr(error, "said", str(error))), err=True)


STEPS: tuple[Callable[[Night], None], ...] = (tell, write_all, prune)
"""What is done once the run is kept, in this order; none of it changes the exit code."""
