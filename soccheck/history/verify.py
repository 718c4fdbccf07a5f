"""Whether what was kept is still what was kept: every blob, span, run, and the chain over them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, select

from soccheck.history import chain
from soccheck.history.blobs import Blobs
from soccheck.history.errors import BlobError
from soccheck.history.kept import files
from soccheck.history.tables import (
    ASSET,
    AUTHORITY,
    BLOB,
    CONTROL,
    FAULT,
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
    return [
        *_of_spans(spans, {run["id"]: run for run in runs}),
        *_of_runs(connection, runs, _by_run(spans, "first_run"), contents),
        *_of_blobs(connection, blobs, runs),
    ]


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
    for mine in cells.values():
        for span, following in zip(mine, [*mine[1:], None], strict=True):
            begins = runs.get(following["first_run"]) if following is not None else None
            ends = begins["prev_run"] if begins is not None else None
            # What was renamed ends without a span of its own: the new name's begins then.
            if span["last_run"] != ends and not (
                following is None and _is_renamed(span, spans, runs)
            ):
                yield _span_fault(phrase("does not end where the next begins"), span)


def _is_renamed(
    span: Mapping[str, Any], spans: Rows, runs: Mapping[int, Mapping[str, Any]]
) -> bool:
    """Return whether another asset's span takes up where this one ends, by a rename."""
    return span["last_run"] is not None and any(
        other["control"] == span["control"]
        and other["asset"] != span["asset"]
        and runs.get(other["first_run"], {}).get("prev_run") == span["last_run"]
        for other in spans
    )


def _span_fault(what: Phrase, span: Mapping[str, Any]) -> Phrase:
    return phrase(
        "run {run}: the span of {control} on {asset} {what}",
        run=span["first_run"],
        control=span["control"],
        asset=span["asset"],
        what=what,
    )


def _of_runs(
    connection: Connection, runs: Rows, spans: Mapping[int, Rows], contents: Mapping[str, Any]
) -> Iterator[Phrase]:
    """Yield the runs whose content or chain is not what was kept."""
    names = {row["id"]: row["name"] for row in _rows(connection, select(AUTHORITY))}
    last: dict[Any, Mapping[str, Any]] = {}
    for run in runs:
        own = run["authority"]
        mine, tallies, told = (
            found.get(run["id"], []) for found in (spans, contents["tallies"], contents["faults"])
        )
        if chain.of_content(mine, tallies, told) != run["content"]:
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


def _of_blobs(connection: Connection, blobs: Blobs, runs: Rows) -> Iterator[Phrase]:
    """Yield the blobs that are not what was kept, or are not there."""
    kept = {
        row.sha256: row.pruned for row in connection.execute(select(BLOB.c.sha256, BLOB.c.pruned))
    }
    broken: set[str] = set()
    for name, pruned in sorted(kept.items()):
        if pruned is None:
            try:
                blobs.content(connection, name)
            except BlobError as error:
                broken.add(name)
                yield _said(error)
    for run in runs:
        for column in ("assessment", "inventory", "policies", "evidence"):
            if run[column] is not None and run[column] not in kept:
                yield phrase("run {run}: its {what} is not there", run=run["id"], what=column)
    lists = {run[column] for run in runs for column in ("inventory", "policies")}
    for name in sorted(lists & kept.keys() - broken):
        if kept[name] is None:
            yield from _of_list(connection, blobs, name, kept)


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
