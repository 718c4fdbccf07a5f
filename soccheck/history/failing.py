"""What fails, and since when: a day on which it could not be seen does not begin it anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from soccheck.assess.evidence import BASES
from soccheck.compare.changes import State
from soccheck.history.runs import Run
from soccheck.history.tables import ASSET, AUTHORITY, CONTROL, OUTCOME, SPAN
from soccheck.model import Basis, Duration, Severity, Status

_UNSEEN = "unknown"
_SEVERITIES = [severity.value for severity in Severity]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """Represents a finding that fails: since which day, and unseen since when where it is unknown now.

    `begun` says that it failed in the first run already: since then at least. `days` are those from
    `since` to the last run; `allowed` are the days that its policy gives, where it gives any.
    """

    control: str
    policy: str
    asset: str
    organization: str | None
    severity: str
    status: str
    since: date
    days: int
    unseen: date | None = None
    begun: bool = False
    allowed: int | None = None

    @property
    def over(self) -> int | None:
        """Return by how many days it is over what its policy gives; none where it gives nothing."""
        return self.days - self.allowed if self.allowed is not None else None


def failing(
    connection: Connection,
    runs: Sequence[Run],
    allowed: Mapping[tuple[str, str], Duration],
    organization: str | None = None,
) -> list[Failing]:
    """Return what fails in the last run, or failed when it was last seen; the longest first.

    `allowed` are the times that policies give, by policy and severity. Waived findings and those in
    grace fail, too, and say so.
    """
    last = runs[-1]
    days = {run.id: run.as_of for run in runs}
    found = []
    for spans in _histories(connection, last.authority):
        item = _of_cell(spans, days, runs[0].id)
        if item is not None and (organization is None or item["organization"] == organization):
            start = item["since"]
            item["days"] = max(
                0, (last.as_of - start).days
            )  # the last run may be of an earlier day
            given = allowed.get((item["policy"], item["severity"]))
            limit = (given.after(start) - start).days if given is not None else None
            found.append(Failing(**item, allowed=limit))
    return sorted(found, key=_order)


def _order(item: Failing) -> tuple[int, int, str, str]:
    return -item.days, _SEVERITIES.index(item.severity), item.control, item.asset


def _histories(connection: Connection, authority: str) -> Iterator[list[Any]]:
    """Yield the spans of each control on each asset that may fail, the first one first."""
    asked = (
        select(
            *(SPAN.c[n] for n in ("control", "asset", "first_run", "last_run", "state")),
            *(OUTCOME.c[n] for n in ("status", "result", "severity", "basis")),
            CONTROL.c.name.label("control_name"),
            CONTROL.c.policy,
            ASSET.c.name.label("asset_name"),
            ASSET.c.organization,
            ASSET.c.was,
        )
        .join(OUTCOME, SPAN.c.outcome == OUTCOME.c.id)
        .join(CONTROL, SPAN.c.control == CONTROL.c.id)
        .join(ASSET, SPAN.c.asset == ASSET.c.id)
        .join(AUTHORITY, ASSET.c.authority == AUTHORITY.c.id)
        .where(AUTHORITY.c.name == authority)
        .order_by(SPAN.c.first_run, SPAN.c.id)
    )
    cells: dict[tuple[int, int], list[Any]] = {}
    for row in connection.execute(asked):
        cells.setdefault((row.control, row.asset), []).append(row)
    for (control, _), spans in cells.items():
        if spans[-1].last_run is None:
            yield [*_before(cells, control, spans[0].was), *spans]


def _before(
    cells: Mapping[tuple[int, int], list[Any]], control: int, asset: int | None
) -> Iterable[Any]:
    """Return the spans under the names that an asset had before."""
    found: list[Any] = []
    while asset is not None and (control, asset) in cells:
        spans = cells[control, asset]
        found = [*spans, *found]
        asset = spans[0].was
    return found


def _is_unseen(span: Any) -> bool:
    """Return whether a finding passes without being resolved: what was seen is not mended by a word."""
    return bool(span.result == Status.PASS.value and span.state == State.UNCHANGED.value)


def _is_weaker(word: Basis, seen: str | None) -> bool:
    return seen is not None and BASES.index(word) > BASES.index(Basis(seen))


def _of_cell(spans: Sequence[Any], days: Mapping[int, date], first: int) -> dict[str, Any] | None:
    """Return since when a control fails on an asset, or nothing where it does not."""
    since = unseen = None
    begun = False
    word: Basis | None = None  # the best on which it was said to be mended
    for span in reversed(spans):
        if span.result == "fail":
            if word is not None and not _is_weaker(word, span.basis):
                break
            since, begun, word = days[span.first_run], span.first_run == first, None
        elif span.result == _UNSEEN or _is_unseen(span):
            if since is None:
                unseen = days[span.first_run]
            if span.basis is not None:
                word = min(filter(None, (word, Basis(span.basis))), key=BASES.index)
        else:
            break
    if since is None:
        return None
    now = spans[-1]
    return {
        "control": now.control_name,
        "policy": now.policy,
        "asset": now.asset_name,
        "organization": now.organization,
        "severity": now.severity,
        "status": now.status,
        "since": since,
        "unseen": unseen,
        "begun": begun,
    }
