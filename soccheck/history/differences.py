"""What a run says otherwise than the run before, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.compare.changes import State, state_between
from soccheck.compare.former import Findings, Former, former
from soccheck.compare.renames import renamed as renamed_side
from soccheck.compare.scope import scope_of
from soccheck.errors import InputError
from soccheck.history import runs
from soccheck.history.blobs import Blobs
from soccheck.history.causes import ChangeCause, JudgedBy, Why, causes, changed, taken, today
from soccheck.history.cells import ABSENT, Cell, KeptOutcome, gone, renamed, said
from soccheck.history.errors import BlobError
from soccheck.history.runs import Run
from soccheck.model import Inventory
from soccheck.policy import load as editions


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """Represents what is said of a control on an asset otherwise than before."""

    said: KeptOutcome
    why: Why
    state: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDifferences:
    """Represents what is new in a run, and why that could not be told.

    `names` are the assets that were renamed: the former id -> the id of today.
    """

    of: Mapping[Cell, CellChange]
    names: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None


def first(assessment: Assessment) -> RunDifferences:
    """Return what a first run says: all of it is new."""
    why = Why(cause=ChangeCause.FIRST)
    return RunDifferences(
        of={
            cell: CellChange(said=is_, why=why, state=None)
            for cell, is_ in said(assessment).items()
            if not is_.is_outside
        }
    )


def since(
    connection: Connection,
    blobs: Blobs,
    side: JudgedBy,
    now: Assessment,
    last: Run,
    inventory: Inventory | None,
) -> RunDifferences:
    """Return what a run says otherwise than the run before, and why; `side` is what it was judged by.

    `inventory` is that of the run before, where it was read already.
    Only controls that say something else are judged again. Where that cannot be done, what changed is
    known by what was kept of it, and no cause.
    """
    were = runs.said_in(connection, last)
    is_ = said(now)
    found = changed(were, is_)
    if not found:
        return RunDifferences(of={})
    # Of a renamed asset every control is among them, under both of its names.
    controls = frozenset(control for control, _ in found)
    were = _of_controls(were, controls)
    names: dict[str, str] = {}
    base = runs.as_former(last, were)
    note = None
    try:
        before = runs.side(connection, blobs, last, like=side, inventory=inventory)
        before = replace(before, policies=tuple(editions.of_controls(before.policies, controls)))
        given = taken(before.bundle, before.inventory, before.signer)
        again = audit.judge(before.inventory, before.policies, before.as_of, given)
        names = today(former(again, ""), now)
        base = renamed_side(_completed(base, again, were), now)
        found = changed(renamed(were, names), _of_controls(is_, controls))
        reasons = causes(found, before, side, again, now, given, names)
    except (BlobError, InputError) as error:
        note = f"run {last.id} cannot be judged again: {str(error).splitlines()[0][:200]}"
        reasons = dict.fromkeys(found, Why(cause=ChangeCause.NOT_KNOWN))
    differences = {
        cell: CellChange(
            said=after if after is not None else gone(was or _NOTHING),
            why=reasons[cell],
            state=state_between(now, base.findings.get(cell), now.finding(*cell)).value,
        )
        for cell, (was, after) in found.items()
    }
    differences.update(_moved_on(renamed(were, names), names, differences))
    return RunDifferences(of=differences, names=names, note=note)


_NOTHING = KeptOutcome(status=ABSENT, result=ABSENT, severity="")


def _of_controls(
    cells: Mapping[Cell, KeptOutcome], controls: frozenset[str]
) -> dict[Cell, KeptOutcome]:
    return {cell: outcome for cell, outcome in cells.items() if cell[0] in controls}


def _moved_on(
    were: Mapping[Cell, KeptOutcome], names: Mapping[str, str], known: Mapping[Cell, CellChange]
) -> dict[Cell, CellChange]:
    """Return what is said as before of assets that were renamed: it stands under the new name now."""
    why, new = Why(cause=ChangeCause.INVENTORY), set(names.values())
    return {
        cell: CellChange(said=is_, why=why, state=State.UNCHANGED.value)
        for cell, is_ in were.items()
        if cell[1] in new and cell not in known
    }


def _completed(base: Former, again: Assessment, were: Mapping[Cell, KeptOutcome]) -> Former:
    """Return the side compared with, of what is judged again as it was with all that is known of it."""
    is_ = said(again)
    same = {
        cell: finding for cell, finding in Findings(again).items() if is_[cell] == were.get(cell)
    }
    return Former(
        name=base.name,
        as_of=base.as_of,
        findings={**base.findings, **same},
        scope=scope_of(again),
    )
