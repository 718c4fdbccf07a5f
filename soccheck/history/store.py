"""Keep a run: what it was judged by, what it said, what changed since the run before, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, func, insert, select, update

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.compare.changes import State, compare
from soccheck.compare.former import Former, former
from soccheck.errors import InputError
from soccheck.history import chain, runs
from soccheck.history.blobs import Blobs, named
from soccheck.history.causes import ChangeCause, JudgedBy, Why, causes, changed, taken, today
from soccheck.history.cells import ABSENT, Cell, KeptOutcome, gone, organization_of, renamed, said
from soccheck.history.errors import BlobError
from soccheck.history.kept import Contents
from soccheck.history.runs import Run
from soccheck.history.tables import ASSET, AUTHORITY, CONTROL, FAULT, OUTCOME, RUN, SPAN, TALLY
from soccheck.model import KINDS, Asset, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Represents a run that was just made, to be kept.

    `side` is what it was judged by, `inventory`, `policies` and `evidence` the SHA-256 of what is among
    the `blobs`; `document` is its result as JSON has it. Moments are in UTC.
    """

    assessment: Assessment
    side: JudgedBy
    document: bytes
    blobs: Contents
    inventory: str
    policies: str
    evidence: str | None
    folder: str
    started_at: datetime
    ended_at: datetime
    started_by: str
    host: str
    login: str
    tool: str
    git_commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """Represents what is said of a control on an asset otherwise than before."""

    said: KeptOutcome
    why: Why
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Changes:
    """Represents what is new in a run, and why that could not be told."""

    of: Mapping[Cell, _Change]
    names: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None


def keep(connection: Connection, blobs: Blobs, made: Made) -> Run:
    """Keep a run and return it; nothing of it is there before the connection's work is committed."""
    assessment = made.assessment
    authority = assessment.inventory.authority.id
    known = runs.runs(connection, authority)
    last = known[-1] if known else None
    changes = _changes(connection, blobs, made, last) if last is not None else _first(assessment)
    kept = named([("assessment", made.document)])
    blobs.keep(connection, {**made.blobs, **kept})
    number = (connection.execute(select(func.max(RUN.c.id))).scalar() or 0) + 1
    rows = _span_rows(changes, number)
    tallies, faults = _tallies(assessment, number), _faults(made.side.bundle, number)
    values = {
        "id": number,
        "as_of": assessment.as_of.isoformat(),
        "started_at": bundles.moment(made.started_at),
        "ended_at": bundles.moment(made.ended_at),
        **{name: getattr(made, name) for name in ("started_by", "host", "login", "tool")},
        "exit_code": assessment.exit_code(),
        "git_commit": made.git_commit,
        "inventory_digest": made.side.inventory_digest,
        "policies_digest": made.side.policies_digest,
        "evidence_digest": made.side.evidence_digest,
        "signer": made.side.signer,
        "assessment": next(iter(kept)),
        **{name: getattr(made, name) for name in ("inventory", "policies", "evidence")},
        "prev_run": last.id if last is not None else None,
        "content": chain.of_content(rows, tallies, faults),
        "note": changes.note,
    }
    values["chain"] = chain.of_run(values, authority, last.chain if last else chain.START)
    own = _authority(connection, authority, made.folder)
    connection.execute(insert(RUN).values(**values, authority=own))
    _write_spans(connection, assessment, own, changes, rows, number, last)
    for table, found in ((TALLY, tallies), (FAULT, faults)):
        if found:
            connection.execute(insert(table), found)
    return runs.runs(connection, authority)[-1]


def _first(assessment: Assessment) -> _Changes:
    """Return the changes of a first run: all that it says."""
    first = Why(cause=ChangeCause.FIRST)
    found = said(assessment)
    return _Changes(
        of={
            cell: _Change(said=is_, why=first, state=None)
            for cell, is_ in found.items()
            if not is_.is_outside
        }
    )


def _changes(connection: Connection, blobs: Blobs, made: Made, last: Run) -> _Changes:
    """Return what a run says otherwise than the run before, and why.

    Where that cannot be judged again, what changed is known by what was kept of it, and no cause.
    """
    now = made.assessment
    were = runs.said_in(connection, last)
    names: dict[str, str] = {}
    base = runs.as_former(last, were)
    note = None
    try:
        side = runs.side(connection, blobs, last, like=made.side)
        again = audit.judge(
            side.inventory,
            side.policies,
            side.as_of,
            taken(side.bundle, side.inventory, side.signer),
        )
        names = today(again, now)
        base = _completed(base, again, were)
        were_today = renamed(were, names)
        found = changed(were_today, now)
        reasons = causes(found, side, made.side, now)
    except (BlobError, InputError) as error:
        note = f"run {last.id} cannot be judged again: {str(error).splitlines()[0][:200]}"
        were_today = were
        found = changed(were, now)
        reasons = dict.fromkeys(found, Why(cause=ChangeCause.NOT_KNOWN))
    moved = compare(now, base).moved
    changes = {
        cell: _Change(
            said=is_ if is_ is not None else gone(was or _NOTHING),
            why=reasons[cell],
            state=moved.get(cell, State.UNCHANGED).value,
        )
        for cell, (was, is_) in found.items()
    }
    changes.update(_moved_on(were_today, names, changes))
    return _Changes(of=changes, names=names, note=note)


_NOTHING = KeptOutcome(status=ABSENT, result=ABSENT, severity="")


def _moved_on(
    were: Mapping[Cell, KeptOutcome], names: Mapping[str, str], known: Mapping[Cell, _Change]
) -> dict[Cell, _Change]:
    """Return what is said as before of assets that were renamed: it stands under the new name now."""
    why, new = Why(cause=ChangeCause.INVENTORY), set(names.values())
    return {
        cell: _Change(said=is_, why=why, state=State.UNCHANGED.value)
        for cell, is_ in were.items()
        if cell[1] in new and cell not in known
    }


def _completed(base: Former, again: Assessment, were: Mapping[Cell, KeptOutcome]) -> Former:
    """Return the side compared with, of what is judged again as it was with all that is known of it."""
    whole, is_ = former(again, base.name), said(again)
    same = {
        cell: finding for cell, finding in whole.findings.items() if is_[cell] == were.get(cell)
    }
    return Former(
        name=base.name, as_of=base.as_of, findings={**base.findings, **same}, scope=whole.scope
    )


def _span_rows(changes: _Changes, number: int) -> list[dict[str, Any]]:
    """Return the spans that begin with a run, their control and asset by name."""
    rows = []
    for (control, asset), change in changes.of.items():
        row = {
            "control": control,
            "asset": asset,
            "first_run": number,
            **asdict(change.said),
            "cause": change.why.cause.value,
            "by_calendar": change.why.by_calendar,
            "state": change.state,
        }
        rows.append({**row, "digest": chain.of_span(row)})
    return rows


def _tallies(assessment: Assessment, number: int) -> list[dict[str, Any]]:
    """Return the headline of each policy."""
    rows = []
    for policy in assessment.policies:
        tally = assessment.headline(policy)
        row = {
            "run": number,
            "policy": policy.id,
            "passed": tally.passed,
            "total": tally.total,
            "failing": tally.having(Status.FAIL),
            "unknown": tally.having(Status.UNKNOWN),
            "waived": tally.having(Status.WAIVED),
            "grace": tally.having(Status.GRACE),
            "bases": ", ".join(f"{basis.value} {count}" for basis, count in tally.bases),
        }
        rows.append(row)
    return rows


def _faults(bundle: Mapping[str, Any] | None, number: int) -> list[dict[str, Any]]:
    """Return what could not be asked, by machine and probe."""
    if bundle is None:
        return []
    return [
        {"run": number, "asset": name, "probe": probe, "code": record["problem"]["code"]}
        for name, entry in bundle["assets"].items()
        for probe, record in entry["probes"].items()
        if record["problem"] is not None
    ]


def _authority(connection: Connection, name: str, folder: str) -> int:
    asked = select(AUTHORITY.c.id).where(AUTHORITY.c.name == name)
    found = connection.execute(asked).scalar()
    if found is not None:
        connection.execute(update(AUTHORITY).where(AUTHORITY.c.id == found).values(folder=folder))
        return int(found)
    done = connection.execute(insert(AUTHORITY).values(name=name, folder=folder))
    return int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0


def _write_spans(
    connection: Connection,
    assessment: Assessment,
    authority: int,
    changes: _Changes,
    rows: Sequence[Mapping[str, Any]],
    number: int,
    last: Run | None,
) -> None:
    """End the spans that hold no longer, and begin those of this run."""
    controls = _control_ids(connection, assessment, rows)
    assets = _asset_ids(connection, assessment, authority, changes.names, rows)
    outcomes = _outcome_ids(connection, rows)
    written = [
        {
            **{name: row[name] for name in _OF_SPAN},
            "control": controls[row["control"]],
            "asset": assets[row["asset"]],
            "outcome": outcomes[_outcome(row)],
        }
        for row in rows
    ]
    if last is not None:
        ended = {(row["control"], row["asset"]) for row in written}
        former_names = {assets[new]: assets[old] for old, new in changes.names.items()}
        ended |= {(c, former_names[a]) for c, a in ended if a in former_names}
        asked = (
            select(SPAN.c.id, SPAN.c.control, SPAN.c.asset)
            .join(ASSET, SPAN.c.asset == ASSET.c.id)
            .where(SPAN.c.last_run.is_(None), ASSET.c.authority == authority)
        )
        over = [r.id for r in connection.execute(asked) if (r.control, r.asset) in ended]
        for part in _batches(over):
            connection.execute(update(SPAN).where(SPAN.c.id.in_(part)).values(last_run=last.id))
    if written:
        connection.execute(insert(SPAN), written)


_OF_SPAN = ("first_run", "cause", "by_calendar", "state", "digest")
_OF_OUTCOME = tuple(field.name for field in fields(KeptOutcome))


def _outcome(row: Mapping[str, Any] | RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in _OF_OUTCOME)


def _outcome_ids(
    connection: Connection, rows: Iterable[Mapping[str, Any]]
) -> dict[tuple[Any, ...], int]:
    """Return the ids of what spans say, those of what was never said before made."""

    def known() -> dict[tuple[Any, ...], int]:
        found = connection.execute(select(OUTCOME)).mappings()
        return {_outcome(row): row["id"] for row in found}

    there = known()
    new = [key for key in dict.fromkeys(map(_outcome, rows)) if key not in there]
    if new:
        values = [dict(zip(_OF_OUTCOME, key, strict=True)) for key in new]
        connection.execute(insert(OUTCOME), values)
        there = known()
    return there


def _batches(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[i : i + size] for i in range(0, len(ids), size))


def _control_ids(
    connection: Connection, assessment: Assessment, rows: Iterable[Mapping[str, Any]]
) -> dict[str, int]:
    """Return the ids of the controls, those of new ones made."""
    policies = {c.id: policy.id for policy in assessment.policies for c in policy.controls}
    known = {row.name: row for row in connection.execute(select(CONTROL))}
    names = dict.fromkeys(row["control"] for row in rows)
    new = [{"name": n, "policy": policies.get(n, "")} for n in names if n not in known]
    if new:
        connection.execute(insert(CONTROL), new)
        known = {row.name: row for row in connection.execute(select(CONTROL))}
    return {name: row.id for name, row in known.items()}


def _asset_ids(
    connection: Connection,
    assessment: Assessment,
    authority: int,
    names: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
) -> dict[str, int]:
    """Return the ids of the assets; new ones are made, and what places the others is brought up to date."""
    mine = select(ASSET).where(ASSET.c.authority == authority)
    known = {row.name: row for row in connection.execute(mine)}
    former_names = {new: old for old, new in names.items()}
    levels = _levels(assessment)
    wanted = dict.fromkeys([*known, *(row["asset"] for row in rows)])
    new = []
    for name in wanted:
        asset = assessment.inventory.find(name)
        if asset is None:
            continue
        values = _placed(asset, levels)
        was = known.get(former_names.get(name, ""))
        if name not in known:
            ids = {"authority": authority, "was": was.id if was is not None else None}
            new.append({"name": name, **ids, **values})
        elif not _is_placed(known[name], values):
            connection.execute(update(ASSET).where(ASSET.c.id == known[name].id).values(**values))
    if new:
        connection.execute(insert(ASSET), new)
        known = {row.name: row for row in connection.execute(mine)}
    return {name: row.id for name, row in known.items()}


def _is_placed(row: Row[Any], values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _placed(asset: Asset, levels: Mapping[str, int]) -> dict[str, Any]:
    """Return the kind of an asset, the organisation that answers for it, and its level."""
    return {
        "kind": asset.kind,
        "organization": organization_of(asset),
        "level": levels.get(asset.id),
    }


def _levels(assessment: Assessment) -> dict[str, int]:
    """Return the level of each system, and the highest of the systems that an asset belongs to."""
    found: dict[str, int] = {}
    world = assessment.world
    for system in world.assets("system"):
        level = system.facts.get("dossier.proposed_level")
        if isinstance(level, int):
            for asset in (system, *(a for kind in KINDS for a in world.related(system, kind))):
                if asset.kind not in ("organization", "site"):
                    found[asset.id] = max(level, found.get(asset.id, 0))
    return found
