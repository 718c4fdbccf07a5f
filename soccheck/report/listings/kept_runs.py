"""The runs kept, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from soccheck.history.health import Health
from soccheck.history.runs import Run
from soccheck.i18n import Language
from soccheck.model import VIETNAM
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import words
from soccheck.report.wording.reasons import problem
from soccheck.report.wording.sections import Section

VERSION = 1
_COLUMNS = ("run", "authority", "as_of", "started_at", "by", "host", "exit_code", "chain")


def listing(found: Sequence[Run], language: Language) -> Listing:
    """Return the runs as a table and as a document."""
    title = language.plural("{n} run", "{n} runs", len(found))
    header = [
        language("run"),
        language("Authority"),
        language("as of"),
        language("began"),
        language("by"),
        language("exit"),
        language("chain"),
    ]
    rows = [
        [
            f"#{run.id}",
            words.clean(run.authority),
            language.date(run.as_of),
            moment(run.started_at, language),
            started_by(run, language),
            str(run.exit_code),
            run.chain[:12],
        ]
        for run in found
    ]
    return Listing(
        title=title,
        notes=[],
        blocks=[],
        sections=[Section(title="", header=header, rows=rows)] if rows else [],
        columns=_COLUMNS,
        records=[_record(run) for run in found],
        document={
            "soccheck": {"format": "runs", "version": VERSION},
            "runs": [_document(run) for run in found],
        },
    )


def _record(run: Run) -> list[object]:
    return [
        run.id,
        run.authority,
        run.as_of.isoformat(),
        run.started_at.isoformat(),
        run.started_by,
        run.host,
        run.exit_code,
        run.chain,
    ]


def _document(run: Run) -> dict[str, Any]:
    found = asdict(run)
    for name in ("as_of", "started_at", "ended_at"):
        found[name] = found[name].isoformat()
    return found


def moment(when: datetime, language: Language) -> str:
    """Return a moment in Vietnam's time, as readers write it, with the zone."""
    local = when.replace(tzinfo=when.tzinfo or UTC).astimezone(VIETNAM)
    return f"{language.date(local.date())} {local:%H:%M} +07:00"


def lines(
    run: Run,
    tallies: Sequence[Mapping[str, Any]],
    faults: Sequence[Mapping[str, Any]],
    notices: Sequence[Mapping[str, Any]],
    language: Language,
) -> Iterator[str]:
    """Yield all that is known of a run."""
    text = language("#{run} of {authority}, as of {day}, exit {code}")
    yield text.format(
        run=run.id,
        authority=words.clean(run.authority),
        day=language.date(run.as_of),
        code=run.exit_code,
    )
    text = language("{start} to {end}, {by}: {login} on {host}, {tool}")
    yield text.format(
        start=moment(run.started_at, language),
        end=moment(run.ended_at, language),
        by=started_by(run, language),
        login=words.clean(run.login),
        host=words.clean(run.host),
        tool=run.tool,
    )
    for name, said in _digests(language).items():
        value = getattr(run, name)
        if value is not None:
            yield f"  {said}: {value}"
    for row in tallies:
        yield f"  {row['policy']}: {row['passed']}/{row['total']}"
    for row in faults:
        yield f"  {words.clean(row['asset'])} ({row['probe']}): {problem(row['code'], language)}"
    for row in notices:
        yield f"  {words.clean(row['channel'])}: {words.clean(row['recipient'])}: {_told(row, language)}"
    if run.note:
        yield f"  {words.clean(run.note)}"


def _told(notice: Mapping[str, Any], language: Language) -> str:
    """Return when a message arrived, or why it did not."""
    if notice["sent_at"] is not None:
        when = moment(datetime.fromisoformat(notice["sent_at"]), language)
        return language("told {moment}").format(moment=when)
    why = notice["error"] or language("soccheck was ended")
    return language("not told: {why}").format(why=words.clean(why))


def started_by(run: Run, language: Language) -> str:
    """Return what started a run; English has the option's own words."""
    known = {
        "manual": language("manual"),
        "timer": language("timer"),
        "ci": language("ci"),
    }
    return known.get(run.started_by, run.started_by)


def _digests(language: Language) -> Mapping[str, str]:
    """Return what a run has a digest of, and what each is called."""
    return {
        "assessment": language("assessment"),
        "inventory": language("inventory"),
        "policies": language("policies"),
        "evidence": language("evidence"),
        "git_commit": language("git_commit"),
        "chain": language("chain"),
    }


def health_lines(found: Health, language: Language) -> Iterator[str]:
    """Yield when the last good run was, and each silent machine."""
    text = language("last good run: #{run}, {moment}")
    if found.late and found.age < 0:
        text = language("last good run: #{run}, {moment}: later than now, a clock is wrong")
    elif found.late:
        text = language("last good run: #{run}, {moment}: too long ago")
    yield text.format(run=found.run.id, moment=moment(found.run.ended_at, language))
    for item in found.silent:
        text = language("silent: {asset} since {day} ({code})")
        if item.over:
            text = language("silent: {asset} since {day} ({code}): too long")
        yield text.format(
            asset=words.clean(item.asset),
            day=language.date(item.since),
            code=problem(item.code, language),
        )
    if not found.asked:
        yield language("no machine was asked")
    elif not found.silent:
        yield language("no machine is silent")


def health_document(found: Health) -> dict[str, Any]:
    """Return the health for programs."""
    return {
        "soccheck": {"format": "health", "version": VERSION},
        "authority": found.run.authority,
        "run": found.run.id,
        "as_of": found.run.as_of.isoformat(),
        "ended_at": found.run.ended_at.isoformat(),
        "age": round(found.age),
        "late": found.late,
        "asked": found.asked,
        "silent": [{**asdict(item), "since": item.since.isoformat()} for item in found.silent],
        "exit_code": found.exit_code,
    }


def nagios(found: Health, language: Language) -> str:
    """Return the health as one line with performance data. Nagios Plugin Development Guidelines, 2.6."""
    over = sum(item.over for item in found.silent)
    word = "CRITICAL" if found.exit_code else "OK"
    text = language("last good run #{run} {hours} h ago, {silent} silent, {over} too long")
    said = text.format(
        run=found.run.id,
        hours=language.decimal(Fraction(found.age) / 3600, 1, trim=False),
        silent=len(found.silent),
        over=over,
    )
    figures = f"last_run={found.age:.0f}s silent={len(found.silent)} silent_too_long={over}"
    return f"SOCCHECK {word} - {said}|{figures}"
