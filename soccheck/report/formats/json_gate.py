"""What the gate found, as JSON has it."""

from __future__ import annotations

from typing import Any

from soccheck.compare.changes import State
from soccheck.compare.gate import GateResult
from soccheck.report.json_text import place


def document(result: GateResult) -> dict[str, Any]:
    """Return what differs from the base, and what the gate says of it."""
    comparison = result.comparison
    return {
        "exit_code": result.code,
        "stopped": dict(result.stopped),
        "base": comparison.name,
        "base_as_of": comparison.as_of.isoformat(),
        "same": comparison.same,
        "counts": {
            state.value: {
                status.value: count
                for (one, status), count in sorted(comparison.counts.items())
                if one is state
            }
            for state in State
        },
        "changes": [
            {
                "control": change.control,
                "asset": change.asset,
                "state": change.state.value,
                "before": change.before.status.value if change.before else None,
                "after": change.finding.status.value if change.finding else None,
            }
            for change in comparison.changes
        ],
        "scope_known": comparison.scope_known,
        "scope_changes": [
            {
                "what": change.what,
                "subject": change.subject,
                "before": change.before,
                "after": change.after,
                "direction": change.direction.value,
                "former": change.former,
                "where": place(change.at) if change.at is not None else None,
            }
            for change in comparison.scope
        ],
    }
