"""The runs there are, and what each was judged by and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from soccheck.bundle import bundle as bundles
from soccheck.compare.former import Former, FormerFinding
from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.history import kept
from soccheck.history.blobs import Blobs
from soccheck.history.causes import JudgedBy
from soccheck.history.cells import ABSENT, Cell, KeptOutcome, achieved, counted_of
from soccheck.history.errors import BlobError, HistoryError
from soccheck.history.tables import ASSET, AUTHORITY, CONTROL, FAULT, OUTCOME, RUN, SPAN, TALLY
from soccheck.model import Basis, Inventory, Status, Text
from soccheck.phrase import phrase
from soccheck.policy import load as editions


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Represents a run that was kept: who made it when, by what, and what it ended with.

    Moments are in UTC; `assessment`, `inventory`, `policies` and `evidence` are blobs, by SHA-256;
    `chain` is the digest over it and all runs before it of the same authority, `told` that over who was
    told of those.
    """

    id: int
    authority: str
    as_of: date
    started_at: datetime
    ended_at: datetime
    started_by: str
    host: str
    login: str
    tool: str
    exit_code: int
    git_commit: str | None
    inventory_digest: str
    policies_digest: str
    evidence_digest: str | None
    signer: str | None
    assessment: str
    inventory: str
    policies: str
    evidence: str | None
    prev_run: int | None
    content: str
    chain: str
    note: str | None
    told: str | None


_MOMENTS = ("started_at", "ended_at")


def _run(row: Any) -> Run:
    found = {field.name: getattr(row, field.name) for field in fields(Run)}
    try:
        found["as_of"] = date.fromisoformat(found["as_of"])
        for name in _MOMENTS:
            found[name] = datetime.fromisoformat(found[name])
    except ValueError:
        hint = phrase("`soccheck history verify` names all that differs")
        text = phrase("run {run}: it, or its chain, is not what was kept", run=found["id"])
        raise HistoryError(text, hint=hint) from None
    return Run(**found)


def runs(connection: Connection, authority: str | None = None) -> list[Run]:
    """Return the runs, those of one authority where it is named, the first one first."""
    columns = [column for column in RUN.c if column.name != "authority"]
    asked = (
        select(*columns, AUTHORITY.c.name.label("authority"))
        .join(AUTHORITY, RUN.c.authority == AUTHORITY.c.id)
        .order_by(RUN.c.id)
    )
    if authority is not None:
        asked = asked.where(AUTHORITY.c.name == authority)
    return [_run(row) for row in connection.execute(asked)]


def of_authority(connection: Connection, authority: str | None, shown: str) -> list[Run]:
    """Return an authority's runs: the one there is, or the one named.

    Raises `HistoryError` for one that has none, and where there are several and none is named.
    """
    found = runs(connection, authority)
    names = sorted({run.authority for run in found})
    if authority is not None and not found:
        there = ", ".join(sorted({run.authority for run in runs(connection)})) or "none"
        hint = phrase("it has runs of: {names}", names=there)
        text = phrase("{database}: no run of {name}", database=shown, name=repr(authority))
        raise HistoryError(text, hint=hint)
    if len(names) > 1:
        hint = phrase("name one: --authority {name}", name=names[0])
        text = phrase(
            "{database}: runs of several: {names}", database=shown, names=", ".join(names)
        )
        raise HistoryError(text, hint=hint)
    if not found:
        raise none(shown)
    return found


def none(shown: str) -> HistoryError:
    """Return what to tell of a history without a run."""
    hint = phrase("`soccheck run INVENTORY` makes the first")
    return HistoryError(phrase("{database}: no run yet", database=shown), hint=hint)


def chosen(of: Iterable[Run], wanted: str, shown: str) -> Run:
    """Return the run of an id, the last of a day, or `latest`; raises `HistoryError` for none."""
    found = list(of)
    day = values.day(wanted)
    fitting = [
        run
        for run in found
        if (day is not None and run.as_of == day)
        or wanted in (str(run.id), f"#{run.id}")
        or (wanted == "latest" and run is found[-1])
    ]
    if fitting:
        return fitting[-1]
    hint = phrase("`soccheck history list` lists them; a run is named by its number or its day")
    raise HistoryError(phrase("{database}: no run {name}", database=shown, name=wanted), hint=hint)


def before(of: Iterable[Run], run: Run) -> Run | None:
    """Return the run before another, of the same authority."""
    return next((one for one in of if one.id == run.prev_run), None)


def side(
    connection: Connection,
    blobs: Blobs,
    run: Run,
    like: JudgedBy | None = None,
    inventory: Inventory | None = None,
) -> JudgedBy:
    """Return all that a run was judged by; what another side has of the same digest is not read again.

    `inventory` is that of the run, where it was read already.
    Raises `BlobError`, and what loading raises.
    """

    def content(name: str) -> bytes:
        return blobs.content(connection, name)

    bundle = like.bundle if like is not None else None
    if run.evidence is None:
        bundle = None
    elif like is None or like.evidence_digest != run.evidence_digest:
        bundle = bundles.loads(content(run.evidence), f"run {run.id}")
    if like is not None and like.inventory_digest == run.inventory_digest:
        inventory = like.inventory
    elif inventory is None:
        inventory = kept.inventory(run.inventory, content)
    if like is not None and like.policies_digest == run.policies:
        policies = like.policies
    else:
        policies = tuple(kept.policies(run.policies, content))
    return JudgedBy(
        inventory=inventory,
        policies=policies,
        as_of=run.as_of,
        inventory_digest=run.inventory_digest,
        policies_digest=run.policies,
        evidence_digest=run.evidence_digest,
        bundle=bundle,
        signer=run.signer,
    )


def said_in(connection: Connection, run: Run) -> dict[Cell, KeptOutcome]:
    """Return what a run said, by control and asset."""
    outcomes = {row.id: said_of(row) for row in connection.execute(select(OUTCOME))}
    asked = (
        select(CONTROL.c.name, ASSET.c.name, SPAN.c.outcome)
        .select_from(SPAN)
        .join(CONTROL, SPAN.c.control == CONTROL.c.id)
        .join(ASSET, SPAN.c.asset == ASSET.c.id)
        .join(AUTHORITY, ASSET.c.authority == AUTHORITY.c.id)
        .where(
            AUTHORITY.c.name == run.authority,
            SPAN.c.first_run <= run.id,
            SPAN.c.last_run.is_(None) | (SPAN.c.last_run >= run.id),
        )
    )
    found = {(control, asset): outcomes[of] for control, asset, of in connection.execute(asked)}
    return {cell: is_ for cell, is_ in found.items() if is_.status != ABSENT}


def as_former(run: Run, were: Mapping[Cell, KeptOutcome]) -> Former:
    """Return a run as the side compared with, by what was kept of what it said."""
    findings = {
        cell: FormerFinding(
            status=Status(is_.status),
            result=Status(is_.result),
            total=counted_of(is_),
            achieved=achieved(is_),
            basis=Basis(is_.basis) if is_.basis not in (None, Basis.DECLARED.value) else None,
        )
        for cell, is_ in were.items()
    }
    return Former(name=f"#{run.id}", as_of=run.as_of, findings=findings, scope=None)


def tallies(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return the headline figures of a run, a policy each."""
    asked = select(TALLY).where(TALLY.c.run == run.id).order_by(TALLY.c.policy)
    return [dict(row) for row in connection.execute(asked).mappings()]


def faults(connection: Connection, run: Run) -> list[dict[str, Any]]:
    """Return which machines a run could not ask, by which probe, and why."""
    asked = select(FAULT).where(FAULT.c.run == run.id).order_by(FAULT.c.asset, FAULT.c.probe)
    return [dict(row) for row in connection.execute(asked).mappings()]


def titles(connection: Connection, blobs: Blobs, run: Run) -> dict[str, Text]:
    """Return what the policies a run was judged by are called; nothing where they are not kept any more."""

    def content(name: str) -> bytes:
        return blobs.content(connection, name)

    try:
        found = kept.policies(run.policies, content)
    except (BlobError, InputError):
        return {}
    return {policy.id: policy.title for policy in editions.in_force(found, run.as_of)}


def exported(connection: Connection, blobs: Blobs, run: Run) -> Iterator[tuple[str, bytes]]:
    """Yield the files of all that a run said and was judged by; raises `BlobError`."""

    def content(name: str) -> bytes:
        return blobs.content(connection, name)

    yield "assessment.json", content(run.assessment)
    if run.evidence is not None:
        yield "evidence.json", content(run.evidence)
    yield from kept.exported(run.inventory, content)
    yield from kept.exported(run.policies, content)


def said_of(row: Any) -> KeptOutcome:
    """Return what a row of the spans says."""
    return KeptOutcome(**{field.name: getattr(row, field.name) for field in fields(KeptOutcome)})
