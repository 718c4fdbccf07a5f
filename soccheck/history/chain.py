"""The digests that make a change of what was kept visible: of a span, of a run's content, of the chains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from soccheck.bundle.canonical_json import dumps, sha256

START = "0" * 64
"""What the chain of the first run, or notice, goes on from."""
FIELDS = (
    *("id", "prev_run", "as_of", "started_at", "ended_at", "started_by", "host", "login", "tool"),
    *("exit_code", "git_commit", "inventory_digest", "policies_digest", "evidence_digest"),
    *("signer", "assessment", "inventory", "policies", "evidence", "content", "note"),
)
"""The fields of a run that its chain covers, beside the authority's name, and `told` where it has it."""
NOTICE_FIELDS = ("channel", "recipient", "said", "sent_at", "error")
"""The fields of a notice that its chain covers, beside the chain of its run."""
SPAN_FIELDS = (
    *("control", "asset", "first_run", "status", "result", "severity", "reason", "basis", "excuse"),
    *("counted", "unmet", "cause", "by_calendar", "state"),
)
"""The fields of a span that its digest covers: all but its end, which the next span of it says."""


def of_span(span: Mapping[str, Any]) -> str:
    """Return the digest of a span, whose control and asset are given by name."""
    return sha256(dumps([span[name] for name in SPAN_FIELDS]))[:8]


def of_content(
    spans: Iterable[Mapping[str, Any]],
    tallies: Iterable[Mapping[str, Any]],
    faults: Iterable[Mapping[str, Any]],
) -> str:
    """Return the digest of what a run added; the order is of no matter."""
    lines = [
        *(dumps(["span", *(span[name] for name in SPAN_FIELDS)]) for span in spans),
        *(
            dumps(["tally", sorted((k, v) for k, v in row.items() if k != "run")])
            for row in tallies
        ),
        *(dumps(["fault", sorted((k, v) for k, v in row.items() if k != "run")]) for row in faults),
    ]
    return sha256(b"\n".join(sorted(lines)))


def of_run(run: Mapping[str, Any], authority: str, before: str) -> str:
    """Return the chain of a run that goes on from that of the run before."""
    told = {} if run["told"] is None else {"told": run["told"]}
    fields = {**{f: run[f] for f in FIELDS}, **told}
    return sha256(dumps({"before": before, "authority": authority, **fields}))


def of_notice(notice: Mapping[str, Any], run: str, before: str) -> str:
    """Return the chain of a notice; `run` is that of its run, `before` that of the notice before."""
    fields = {f: notice[f] for f in NOTICE_FIELDS}
    return sha256(dumps({"before": before, "run": run, **fields}))


def signed(head: str) -> dict[str, Any]:
    """Return what is signed of the head of a chain, in the form of a bundle's manifest."""
    return {"format": "soccheck history", "version": 1, "manifest": {"sha256": head}}
