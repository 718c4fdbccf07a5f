"""OpenMetrics: the figures of an audit as gauges, for node_exporter's textfile collector. OpenMetrics 1.0.

Every label set that can occur is written, with 0 too: a figure that is absent looks like one that is
good. When the file was written node_exporter tells itself (`node_textfile_mtime_seconds`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Status
from soccheck.report.overview import Overview, overview, unit_of
from soccheck.report.report import Layout, Report

Sample = tuple[Mapping[str, str], float]
_JUDGED = tuple(status for status in Status if status is not Status.NOT_APPLICABLE)


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the metrics, a family at a time; names and labels are the same in every language."""
    assessment = report.assessment
    whole = {"authority": assessment.inventory.authority.id}
    comparison = report.gate.comparison if report.gate is not None else None
    page = overview(assessment, comparison)
    for name, meaning, samples in _families(assessment, page):
        yield f"# HELP soccheck_{name} {meaning}\n# TYPE soccheck_{name} gauge\n"
        for labels, value in samples:
            told = ",".join(
                f'{key}="{_escaped(text)}"' for key, text in {**whole, **labels}.items()
            )
            yield f"soccheck_{name}{{{told}}} {value:.17g}\n"
    yield "# EOF\n"


def _families(
    assessment: Assessment, page: Overview
) -> Iterator[tuple[str, str, Iterable[Sample]]]:
    yield "exit_code", "0 compliant, 1 failing, 3 unknown or nothing assessed", [({}, page.code)]
    yield "as_of_timestamp_seconds", "Day judged as of", [({}, _seconds(assessment.as_of))]
    yield "findings", "Findings by policy, severity and status", _findings(assessment)
    yield (
        "headline_passed",
        "What a policy's headline counts as passed",
        [({"policy": row.policy.id}, row.tally.passed) for row in page.subjects],
    )
    yield (
        "headline_applicable",
        "What a policy's headline counts",
        [({"policy": row.policy.id}, row.tally.total) for row in page.subjects],
    )
    yield (
        "headline_lacking",
        "Units of a headline of which no finding says anything: they are unknown",
        [({"policy": row.policy.id}, len(row.tally.lacking)) for row in page.subjects],
    )
    yield "organization_findings", "Findings by unit and status", _of_units(assessment)
    grounds = page.grounds
    yield "machines", "Hosts and firewalls of the inventory", [({}, grounds.machines)]
    yield "machines_answered", "Those that answered", [({}, grounds.answered)]
    if grounds.bundle is not None:
        held = grounds.bundle.signer is not None
        yield "evidence_signed", "1: the evidence's signature was checked, and holds", [({}, held)]
    for which, day in (("newest", grounds.day), ("oldest", grounds.oldest)):
        if day is not None:
            name = f"evidence_{which}_timestamp_seconds"
            yield name, f"Day of the {which} answer", [({}, _seconds(day))]
    yield (
        "stated_timestamp_seconds",
        "Day the inventory describes",
        [({}, _seconds(grounds.stated))],
    )


def _findings(assessment: Assessment) -> Iterator[Sample]:
    counts = Counter((f.policy.id, f.control.severity, f.status) for f in assessment.findings)
    for policy in assessment.policies:
        for severity in sorted({control.severity for control in policy.controls}):
            for status in _JUDGED:
                labels = {"policy": policy.id, "severity": severity.value, "status": status.value}
                yield labels, counts[policy.id, severity, status]


def _of_units(assessment: Assessment) -> Iterator[Sample]:
    counts = Counter((unit_of(f.asset, assessment).id, f.status) for f in assessment.findings)
    units = {*assessment.inventory.assets["organization"], *(unit for unit, _ in counts)}
    for unit in sorted(units):
        for status in _JUDGED:
            yield {"organization": unit, "status": status.value}, counts[unit, status]


def _seconds(day: date) -> float:
    """Return the start of a day, UTC, in seconds since 1970."""
    return datetime.combine(day, time(), UTC).timestamp()


def _escaped(text: str) -> str:
    """Return the value of a label. OpenMetrics 1.0, 4.1.1: escaped-string."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
