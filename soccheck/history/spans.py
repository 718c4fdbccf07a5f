"""Writes the spans of a run: what it says otherwise than before; what is said still is not written again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, insert, select, update

from soccheck.assess.assessment import Assessment
from soccheck.history import chain, places
from soccheck.history.cells import KeptOutcome
from soccheck.history.differences import RunDifferences
from soccheck.history.runs import Run
from soccheck.history.tables import ASSET, CONTROL, OUTCOME, SPAN

_OF_SPAN = ("first_run", "cause", "by_calendar", "state", "digest")
_OF_OUTCOME = tuple(field.name for field in fields(KeptOutcome))


def begun(changes: RunDifferences, number: int) -> list[dict[str, Any]]:
    """Return the spans that begin with a run, their control and asset by name."""
    rows = []
    for (control, asset), change in changes.of.items():
        row = {
            "control": control,
            "asset": asset,
            "first_run": number,
            **{name: getattr(change.said, name) for name in _OF_OUTCOME},
            "cause": change.why.cause.value,
            "by_calendar": change.why.by_calendar,
            "state": change.state,
        }
        rows.append({**row, "digest": chain.of_span(row)})
    return rows


def write(
    connection: Connection,
    assessment: Assessment,
    authority: int,
    changes: RunDifferences,
    rows: Sequence[Mapping[str, Any]],
    number: int,
    last: Run | None,
) -> None:
    """End the spans that hold no longer, and begin those of this run."""
    controls = _control_ids(connection, assessment, rows)
    assets = _asset_ids(connection, assessment, authority, changes.names, rows)
    if not rows:
        return
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
    connection.execute(insert(SPAN), written)


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
    """Return the ids of the controls; new ones are made, and of others the policy is brought up to date."""
    policies = {c.id: policy.id for policy in assessment.policies for c in policy.controls}
    known = {row.name: row for row in connection.execute(select(CONTROL))}
    for name, row in known.items():
        if policies.get(name, row.policy) != row.policy:
            moved = update(CONTROL).where(CONTROL.c.id == row.id)
            connection.execute(moved.values(policy=policies[name]))
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
    levels = places.levels(assessment)
    wanted = dict.fromkeys([*known, *(row["asset"] for row in rows)])
    new = []
    for name in wanted:
        asset = assessment.inventory.find(name)
        if asset is None:
            continue
        values = places.placed(asset, levels)
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
