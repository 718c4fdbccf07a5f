"""Page one with other rows: a line an asset with its states side by side, a line a unit, a line a control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import KINDS, Asset, Finding, Policy, Severity, Status
from soccheck.report.columns import table, wrapped
from soccheck.report.formats import page_one as formats_page_one
from soccheck.report.overview import Overview
from soccheck.report.report import Layout, Report
from soccheck.report.unit_parts import REST, answering
from soccheck.report.wording import findings, notes, page_one, policies, sections, words
from soccheck.report.wording.sections import Section

_ROWS = 20
"""Rows of a table that are shown unless more are asked for."""

_OPEN = (Status.FAIL, Status.UNKNOWN)
_SEVERITIES = list(Severity)


def render(report: Report, language: Language, layout: Layout) -> Iterator[str]:
    """Yield the head of page one, and the tables that `layout.by` asks for."""
    assessment, width = report.assessment, layout.width
    seen = formats_page_one.seen(report)
    said = [
        page_one.verdict(seen, assessment, language),
        *([page_one.change(seen.change, language)] if seen.change is not None else []),
        page_one.grounds(seen.grounds, assessment.as_of, language),
        *notes.stated(assessment, language),
        *page_one.sample(assessment, language),
        *notes.first(assessment, language),
        *policies.notes(report, language),
    ]
    yield "\n".join(wrapped(text, width) for text in said) + "\n"
    made = {"control": _controls, "asset": _assets, "organization": _organizations}
    for section in made[str(layout.by)](assessment, seen, language):
        yield "\n" + table(_cut(section, layout.rows(_ROWS), language), width) + "\n"
    if layout.by == "asset":
        legend = language(
            "failing+unknown by subject; (n): accepted for a time; ok: all of it is met; –: nothing "
            "is asked of it"
        )
        yield "\n" + wrapped(legend, width) + "\n"
    yield "\n" + wrapped(language("Next:") + " " + language("add --details"), width, "  ") + "\n"


def _cut(section: Section, limit: int, language: Language) -> Section:
    """Return a table with as many rows as are shown, and how many more there are."""
    left = len(section.rows) - limit
    if not limit or left <= 0:
        return section
    more = language.plural("… and {n} more", "… and {n} more", left)
    last = [more, *("" for _ in section.header[1:])]
    return replace(section, rows=[*section.rows[:limit], last])


def _counts(found: Sequence[Finding]) -> Counter[Status]:
    return Counter(finding.status for finding in found)


def _unmet(counts: Mapping[Status, int], language: Language) -> list[str]:
    shown = (Status.FAIL, Status.UNKNOWN, Status.WAIVED, Status.GRACE)
    return [language.number(counts.get(status, 0)) for status in shown]


def _unmet_heads(language: Language) -> list[str]:
    return [
        language("Fail"),
        language("Unknown"),
        language("waived").capitalize(),
        language("in time").capitalize(),
    ]


def _controls(assessment: Assessment, seen: Overview, language: Language) -> Iterator[Section]:
    """Yield a row a control: the severest first that fails, then what is unknown, then what is met."""
    by_control: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        by_control.setdefault(finding.control.id, []).append(finding)
    ordered = []
    for name, found in by_control.items():
        counts, control = _counts(found), assessment.controls[name]
        severity = _SEVERITIES.index(control.severity)
        rank = next((i for i, status in enumerate(_OPEN) if counts[status]), len(_OPEN))
        applying = sum(counts.values()) - counts[Status.NOT_APPLICABLE]
        row = [
            name,
            language.text(control.label),
            findings.severity(control.severity, language),
            f"{language.number(counts[Status.PASS])}/{language.number(applying)}",
            *_unmet(counts, language),
        ]
        ordered.append((rank, severity, name, row))
    header = [
        language("Control"),
        language("What it asks"),
        language("Severity"),
        language("Passing"),
        *_unmet_heads(language),
    ]
    rows = [row for *_, row in sorted(ordered)]
    title = language("By control")
    yield Section(title=title, header=header, rows=rows, numbers=frozenset({3, 4, 5, 6, 7}))


def _organizations(assessment: Assessment, seen: Overview, language: Language) -> Iterator[Section]:
    """Yield a row a unit: the one whose worst is severest first, with its nearest day."""
    units = assessment.inventory.assets["organization"]
    nearest = {duty.unit.id: duty.nearest for duty in seen.duties}
    parts: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        parts.setdefault(answering(finding.asset, assessment.inventory), []).append(finding)
    ordered = []
    for name, found in parts.items():
        counts = _counts(found)
        title = language("answered for by no unit")
        if name != REST:
            title = words.name_of(units[name], language)
        applying = sum(counts.values()) - counts[Status.NOT_APPLICABLE]
        day = nearest.get(name)
        row = [
            title,
            f"{language.number(counts[Status.PASS])}/{language.number(applying)}",
            *_unmet(counts, language),
            language.date(day) if day is not None else "",
        ]
        ordered.append((*_worst(found), name, row))
    header = [
        language("Organisation"),
        language("Passing"),
        *_unmet_heads(language),
        language("Nearest day"),
    ]
    rows = [row for *_, row in sorted(ordered)]
    title = language("By organisation")
    yield Section(title=title, header=header, rows=rows, numbers=frozenset({1, 2, 3, 4, 5}))


def _worst(found: Sequence[Finding]) -> tuple[int, int, int]:
    """Return how to order by the worst: its severity, then how many fail and are unknown."""
    failing = [f.control.severity for f in found if f.status is Status.FAIL]
    severity = min(map(_SEVERITIES.index, failing), default=len(_SEVERITIES))
    counts = _counts(found)
    return severity, -counts[Status.FAIL], -counts[Status.UNKNOWN]


def _assets(assessment: Assessment, seen: Overview, language: Language) -> Iterator[Section]:
    """Yield a table a kind: a line an asset, the one that fails worst first, then by unit."""
    by_asset: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        by_asset.setdefault(finding.asset.id, []).append(finding)
    for kind in ("authority", *KINDS):
        mine = [found for found in by_asset.values() if found[0].asset.kind == kind]
        asked = {
            finding.policy.id
            for found in mine
            for finding in found
            if finding.status is not Status.NOT_APPLICABLE
        }
        subjects = [policy for policy in assessment.policies if policy.id in asked]
        if not subjects:
            continue
        ordered = sorted(
            (*_worst(found), answering(found[0].asset, assessment.inventory), found[0].asset.id)
            for found in mine
        )
        rows = [_asset(by_asset[name], subjects, assessment, language) for *_, name in ordered]
        title = sections.kind_words(kind, 1, language).capitalize()
        header = [language("Asset"), *(language.text(policy.short) for policy in subjects)]
        numbers = frozenset(range(1, len(header)))
        yield Section(title=title, header=header, rows=rows, numbers=numbers)


def _asset(
    found: Sequence[Finding],
    subjects: Sequence[Policy],
    assessment: Assessment,
    language: Language,
) -> list[str]:
    asset = found[0].asset
    name = asset.id if asset.kind in ("host", "firewall") else words.name_of(asset, language)
    if _silent(asset, assessment):
        name += " (" + language("no answer") + ")"
    by_policy: dict[str, Counter[Status]] = {}
    for finding in found:
        by_policy.setdefault(finding.policy.id, Counter())[finding.status] += 1
    return [name, *(_cell(by_policy.get(policy.id, Counter()), language) for policy in subjects)]


def _cell(counts: Mapping[Status, int], language: Language) -> str:
    """Return how one subject stands on one asset: `2+1`, `(1)`, ok, or a dash."""
    failing, unknown = (language.number(counts.get(status, 0)) for status in _OPEN)
    excused = counts.get(Status.WAIVED, 0) + counts.get(Status.GRACE, 0)
    accepted = f"({language.number(excused)})" if excused else ""
    if any(counts.get(status, 0) for status in _OPEN):
        return f"{failing}+{unknown}{accepted}"
    return accepted or (language("ok") if counts.get(Status.PASS, 0) else "–")


def _silent(asset: Asset, assessment: Assessment) -> bool:
    """Return whether evidence was given, and nothing in it says anything of a machine."""
    if assessment.bundle is None or asset.kind not in ("host", "firewall"):
        return False
    told = assessment.world.gathered.get(asset.id, {})
    return all(item.value is None for answers in told.values() for item in answers)
