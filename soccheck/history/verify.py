"""Whether what was kept is still what was kept: every blob, span, run, and the chain over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from soccheck import audit
from soccheck.history import chain, places
from soccheck.history import runs as kept_runs
from soccheck.history.blobs import Blobs
from soccheck.history.causes import taken
from soccheck.history.errors import BlobError
from soccheck.history.kept import files
from soccheck.history.runs import Run
from soccheck.history.tables import (
    ASSET,
    AUTHORITY,
    BLOB,
    CONTROL,
    FAULT,
    NOTICE,
    OUTCOME,
    RUN,
    SPAN,
    TALLY,
)
from soccheck.phrase import Phrase, phrase

Rows = list[dict[str, Any]]


def faults(connection: Connection, blobs: Blobs) -> list[Phrase]:
    """Return what differs from what was kept, each by its name; nothing where all is as it was."""
    runs = _rows(connection, select(RUN).order_by(RUN.c.id))
    spans = _spans(connection)
    contents = {
        name: _by_run(_rows(connection, select(table)), key)
        for name, table, key in (("tallies", TALLY, "run"), ("faults", FAULT, "run"))
    }
    by_run = {"spans": _by_run(spans, "first_run"), **contents}
    return [
        *_of_spans(spans, {run["id"]: run for run in runs}),
        *_of_runs(connection, runs, by_run),
        *_of_no_run(runs, by_run),
        *_of_notices(connection, runs),
        *_of_blobs(connection, blobs, runs),
    ]


def misplaced(connection: Connection, blobs: Blobs, last: Iterable[Run]) -> Iterator[Phrase]:
    """Yield the assets and controls that are not placed as the last run of an authority has them.

    Its side is judged again; raises what judging raises. What former runs alone speak of stays where it
    was, which nothing says.
    """
    policies: dict[str, set[str]] = {}
    for run in last:
        side = kept_runs.side(connection, blobs, run)
        given = taken(side.bundle, side.inventory, side.signer)
        assessment = audit.judge(side.inventory, side.policies, side.as_of, given)
        levels = places.levels(assessment)
        asked = select(ASSET).join(AUTHORITY).where(AUTHORITY.c.name == run.authority)
        for row in _rows(connection, asked):
            asset = side.inventory.find(row["name"])
            place = places.placed(asset, levels) if asset is not None else {}
            if any(row[name] != value for name, value in place.items()):
                yield _misplaced(row["name"], run)
        for policy in assessment.policies:
            for control in policy.controls:
                policies.setdefault(control.id, set()).add(policy.id)
    for row in _rows(connection, select(CONTROL)):
        if row["policy"] not in policies.get(row["name"], {row["policy"]}):
            yield phrase("{name}: it is of another policy", name=row["name"])


def _misplaced(name: str, run: Run) -> Phrase:
    return phrase("{name}: it is not placed as run {run} has it", name=name, run=run.id)


def _rows(connection: Connection, asked: Any) -> Rows:
    return [dict(row) for row in connection.execute(asked).mappings()]


def _by_run(rows: Rows, key: str) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found


def _spans(connection: Connection) -> Rows:
    """Return the spans, control and asset by name, in the order of their runs."""
    columns = [c for c in (*SPAN.c, *OUTCOME.c) if c.name not in ("id", "control", "asset")]
    asked = (
        select(
            *columns,
            CONTROL.c.name.label("control"),
            ASSET.c.name.label("asset"),
            ASSET.c.authority,
            ASSET.c.id.label("of"),
            ASSET.c.was,
        )
        .select_from(SPAN)
        .join(OUTCOME, SPAN.c.outcome == OUTCOME.c.id, isouter=True)
        .join(CONTROL, SPAN.c.control == CONTROL.c.id, isouter=True)
        .join(ASSET, SPAN.c.asset == ASSET.c.id, isouter=True)
        .order_by(SPAN.c.first_run, SPAN.c.id)
    )
    return _rows(connection, asked)


def _of_spans(spans: Rows, runs: Mapping[int, Mapping[str, Any]]) -> Iterator[Phrase]:
    """Yield the spans that are not what was kept, and those that do not end where the next begins."""
    cells: dict[tuple[Any, Any, Any], Rows] = {}
    for span in spans:
        span["by_calendar"] = bool(span["by_calendar"])
        cells.setdefault((span["authority"], span["control"], span["asset"]), []).append(span)
        if chain.of_span(span) != span["digest"]:
            yield _span_fault(phrase("is not what was kept"), span)
    renamed = {(span["control"], span["was"]): span for span in reversed(spans)}
    ended = {span["of"] for span in spans} - {
        span["of"] for span in spans if span["last_run"] is None
    }
    for mine in cells.values():
        for span, following in zip(mine, [*mine[1:], None], strict=True):
            # What was renamed ends without a span of its own: the new name's begins then.
            following = following or renamed.get((span["control"], span["of"]))
            begins = runs.get(following["first_run"]) if following is not None else None
            if span["last_run"] != (begins["prev_run"] if begins is not None else None):
                yield _span_fault(phrase("does not end where the next begins"), span)
    for span in {span["of"]: span for span in spans if span["was"] is not None}.values():
        if span["was"] not in ended:
            yield phrase("{asset}: what it was renamed from is still there", asset=span["asset"])


def _span_fault(what: Phrase, span: Mapping[str, Any]) -> Phrase:
    return phrase(
        "run {run}: the span of {control} on {asset} {what}",
        run=span["first_run"],
        control=span["control"],
        asset=span["asset"],
        what=what,
    )


def _of_runs(
    connection: Connection, runs: Rows, by_run: Mapping[str, Mapping[int, Rows]]
) -> Iterator[Phrase]:
    """Yield the runs whose content or chain is not what was kept."""
    names = {row["id"]: row["name"] for row in _rows(connection, select(AUTHORITY))}
    last: dict[Any, Mapping[str, Any]] = {}
    for run in runs:
        own = run["authority"]
        added = [by_run[what].get(run["id"], []) for what in ("spans", "tallies", "faults")]
        if chain.of_content(*added) != run["content"]:
            text = phrase(
                "run {run}: its spans, tallies or faults are not what was kept", run=run["id"]
            )
            yield text
        before = last.get(own)
        expected = before["id"] if before is not None else None
        if run["prev_run"] != expected:
            yield phrase("run {run}: the run before it is not there", run=run["id"])
        start = before["chain"] if before is not None else chain.START
        if chain.of_run(run, str(names.get(own)), start) != run["chain"]:
            yield phrase("run {run}: it, or its chain, is not what was kept", run=run["id"])
        last[own] = run


def _of_no_run(runs: Rows, by_run: Mapping[str, Mapping[int, Rows]]) -> Iterator[Phrase]:
    """Yield the runs that are not there, and have spans, tallies or faults."""
    known = {run["id"] for run in runs}
    for number in sorted({run for found in by_run.values() for run in found} - known):
        yield phrase("run {run}: it is not there, and something of it is", run=number)


def _of_notices(connection: Connection, runs: Rows) -> Iterator[Phrase]:
    """Yield the notices that are not what was kept, and the runs that were kept after others."""
    by_id = {run["id"]: run for run in runs}
    notices = _rows(connection, select(NOTICE).order_by(NOTICE.c.id))
    heads: dict[Any, list[tuple[int, str]]] = {}
    for notice in notices:
        run = by_id.get(notice["run"])
        if run is None:
            yield phrase("run {run}: it is not there, and something of it is", run=notice["run"])
            continue
        mine = heads.setdefault(run["authority"], [(0, chain.START)])
        if chain.of_notice(notice, run["chain"], mine[-1][1]) != notice["chain"]:
            yield phrase(
                "run {run}: that {recipient} was told of it by {channel} is not what was kept",
                run=run["id"],
                recipient=notice["recipient"],
                channel=notice["channel"],
            )
        mine.append((run["id"], notice["chain"]))
    for run in runs:
        before = heads.get(run["authority"], [(0, chain.START)])
        head = [made for number, made in before if number < run["id"]][-1]
        if run["told"] not in (None, head):
            yield phrase("run {run}: who was told before it is not what was kept", run=run["id"])


def _of_blobs(connection: Connection, blobs: Blobs, runs: Rows) -> Iterator[Phrase]:
    """Yield the blobs that are not what was kept, or are not there."""
    rows = connection.execute(select(BLOB.c.sha256, BLOB.c.kind, BLOB.c.pruned))
    kinds, kept = {}, {}
    for row in rows:
        kinds[row.sha256], kept[row.sha256] = row.kind, row.pruned
    broken: set[str] = set()
    for name, pruned in sorted(kept.items()):
        if pruned is None:
            try:
                blobs.content(connection, name)
            except BlobError as error:
                broken.add(name)
                yield _said(error)
    last = _last_two(runs)
    for run in runs:
        for column in ("assessment", "inventory", "policies", "evidence"):
            name = run[column]
            if name is not None and kinds.get(name) != column:
                yield phrase("run {run}: its {what} is not there", run=run["id"], what=column)
            elif name is not None and kept[name] is not None and run["id"] in last:
                text = phrase(
                    "run {run}: its {what} was taken away, which no rule does of the last two",
                    run=run["id"],
                    what=column,
                )
                yield text
    lists = {run[column] for run in runs for column in ("inventory", "policies")}
    for name in sorted(lists & kept.keys() - broken):
        if kept[name] is None:
            yield from _of_list(connection, blobs, name, kept)


def _last_two(runs: Rows) -> set[int]:
    """Return the last two runs of each authority, which keep their blobs whatever is pruned."""
    mine: dict[Any, list[int]] = {}
    for run in runs:
        mine.setdefault(run["authority"], []).append(run["id"])
    return {number for numbers in mine.values() for number in numbers[-2:]}


def _of_list(
    connection: Connection, blobs: Blobs, name: str, kept: Iterable[str]
) -> Iterator[Phrase]:
    """Yield the files of a list that are not there."""
    for file in sorted(files(name, lambda wanted: blobs.content(connection, wanted))):
        if file not in kept:
            yield phrase("the blob {name} is not there", name=file[:12])


def _said(error: BlobError) -> Phrase:
    assert isinstance(error.said, Phrase)
    return error.said
