"""Keep a run: what it was judged by, what it said, what changed since the run before, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.history import chain, differences, identity, notices, runs, spans
from soccheck.history.blobs import Blobs, named
from soccheck.history.causes import JudgedBy
from soccheck.history.kept import Contents
from soccheck.history.runs import Run
from soccheck.history.tables import AUTHORITY, FAULT, RUN, TALLY
from soccheck.model import Status


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


def keep(connection: Connection, blobs: Blobs, made: Made) -> Run:
    """Keep a run and return it; nothing of it is there before the connection's work is committed."""
    assessment = made.assessment
    authority = assessment.inventory.authority.id
    known = runs.runs(connection, authority)
    last = known[-1] if known else None
    if last is not None:
        was = identity.former(connection, blobs, made.side.inventory, made.folder, made.host, last)
        changes = differences.since(connection, blobs, made.side, assessment, last, was)
    else:
        changes = differences.first(assessment)
    kept = named([("assessment", made.document)])
    blobs.keep(connection, {**made.blobs, **kept})
    number = (connection.execute(select(func.max(RUN.c.id))).scalar() or 0) + 1
    rows = spans.begun(changes, number)
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
        "told": notices.head(connection, authority),
    }
    values["chain"] = chain.of_run(values, authority, last.chain if last else chain.START)
    own = _authority(connection, authority, made.folder)
    connection.execute(insert(RUN).values(**values, authority=own))
    spans.write(connection, assessment, own, changes, rows, number, last)
    for table, found in ((TALLY, tallies), (FAULT, faults)):
        if found:
            connection.execute(insert(table), found)
    return runs.runs(connection, authority)[-1]


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
