"""What every readable report says, as sections of rows; the formats only lay them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from soccheck.assess import drift
from soccheck.assess.assessment import Assessment
from soccheck.assess.tally import Tally
from soccheck.i18n import Language
from soccheck.model import KINDS, WORST_FIRST, Asset, Finding, Score, Status
from soccheck.report.wording import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Represents one table: its title, its header, its rows, and which columns are numbers."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


def title(
    assessment: Assessment, language: Language, period: tuple[date, date] | None = None
) -> str:
    """Return the line that says whose report this is, of when, of what, by which policies."""
    inventory = assessment.inventory
    counts = [
        f"{language.number(len(found))} {kind_words(kind, len(found), language)}"
        for kind in KINDS
        if (found := assessment.world.assets(kind))
    ]
    if language.code == "en":
        policies = ", ".join(f"{policy.id} {policy.version}" for policy in assessment.policies)
    else:  # an id is no Vietnamese, and titles have commas
        named = (f"{language.text(p.title)} ({p.version})" for p in assessment.policies)
        policies = "; ".join(named)
    parts = [
        words.name_of(inventory.authority, language),
        language("as of {day}").format(day=language.date(assessment.as_of)),
        *([of_period(period, language)] if period is not None else []),
        ", ".join(counts),
        language("policies: {policies}").format(policies=policies),
    ]
    return " · ".join(parts)


def of_period(period: tuple[date, date], language: Language) -> str:
    """Return the days reported on, the first and the last."""
    first, last = map(language.date, period)
    return language("period {first} to {last}").format(first=first, last=last)


def kind_words(kind: str, count: int, language: Language) -> str:
    """Return the word for a kind of asset."""
    word: dict[str, Callable[[], str]] = {
        "authority": lambda: language.plural("authority", "authorities", count),
        "organization": lambda: language.plural("organisation", "organisations", count),
        "site": lambda: language.plural("site", "sites", count),
        "system": lambda: language.plural("system", "systems", count),
        "network": lambda: language.plural("network", "networks", count),
        "host": lambda: language.plural("host", "hosts", count),
        "firewall": lambda: language.plural("firewall", "firewalls", count),
        "endpoint": lambda: language.plural("endpoint", "endpoints", count),
        "fleet": lambda: language.plural("fleet", "fleets", count),
    }
    return word[kind]()


def result(tally: Tally, label: str, language: Language) -> str:
    """Return `39/39 approved`; of nothing, that nothing was assessed, or that no unit counts what was."""
    if tally.counts:
        parts = []
        if tally.total:
            figure = (
                f"{language.number(tally.passed)}/{language.number(tally.total)}"
                if tally.unsized
                else words.counted((tally.passed, tally.total), language)
            )
            parts.append(f"{figure} {label}".rstrip())
        if tally.uncounted:
            parts.append(language.plural("{n} not counted", "{n} not counted", tally.uncounted))
        # A share without a numerator cannot be added to the others: it stands beside them.
        parts += [language.figure(share) for share in tally.shares]
        if tally.unsized and parts:
            parts.append(
                language.plural(
                    "{n} does not say how many", "{n} do not say how many", tally.unsized
                )
            )
        return "; ".join(parts) or language("nothing counted")
    if not tally.total and any(status in WORST_FIRST for status in tally.subject or ()):
        return language("no unit to count by")
    if not tally.total:
        return language("nothing assessed")
    figure = f"{language.number(tally.passed)}/{language.number(tally.total)} {label}"
    if not tally.strays:
        return figure
    names_none = language.plural(
        "{n} server names no system", "{n} servers name no system", len(tally.strays)
    )
    return f"{figure}; {names_none}"


def basis(tally: Tally, language: Language) -> str:
    """Return on what the tally stands: `declared 39`."""
    return ", ".join(
        f"{words.basis(item, language)} {language.number(count)}" for item, count in tally.bases
    )


def summary(assessment: Assessment, language: Language) -> Section:
    """Return the headline of each policy."""
    rows = []
    for policy in assessment.policies:
        tally = assessment.headline(policy)
        label = language.text(policy.headline.label)
        rows.append([language.text(policy.title), *_figures(tally, label, language)])
    header = [
        language("Requirement"),
        language("Result"),
        language("Share"),
        language("Fail"),
        language("Unknown"),
        language("Waived"),
        language("In time"),
        language("Basis"),
    ]
    return Section(
        title=language("Summary"), header=header, rows=rows, numbers=frozenset({2, 3, 4, 5, 6})
    )


def _figures(tally: Tally, label: str, language: Language) -> list[str]:
    return [
        result(tally, label, language),
        language.share(*tally.share),
        language.number(tally.having(Status.FAIL)),
        language.number(tally.having(Status.UNKNOWN)),
        language.number(tally.having(Status.WAIVED)),
        language.number(tally.having(Status.GRACE)),
        basis(tally, language) or "–",
    ]


def controls(assessment: Assessment, language: Language) -> Section:
    """Return the tally of every control."""
    rows = []
    for policy in assessment.policies:
        for control in policy.controls:
            findings = assessment.of_control(control)
            tally = assessment.tally(findings)
            label = "" if tally.counts else kind_words(control.asset, tally.total, language)
            passing = result(tally, label, language) if tally.members else language("no asset")
            if isinstance(control.require, Score) and (points := _points(assessment, findings)):
                of = language.decimal(control.require.maximum)
                text = f"{', '.join(map(language.decimal, points))}/{of}"
                passing = language("{points} points").format(points=text)
            rows.append(
                [
                    control.id,
                    language.text(control.title),
                    passing,
                    language.number(tally.having(Status.FAIL)),
                    language.number(tally.having(Status.UNKNOWN)),
                    language.number(tally.having(Status.WAIVED)),
                    language.number(tally.having(Status.GRACE)),
                ]
            )
    header = [
        language("Control"),
        language("Requirement"),
        language("Passing"),
        language("Fail"),
        language("Unknown"),
        language("Waived"),
        language("In time"),
    ]
    return Section(
        title=language("Controls"), header=header, rows=rows, numbers=frozenset({3, 4, 5, 6})
    )


def _points(assessment: Assessment, findings: Sequence[Finding]) -> list[Fraction]:
    """Return the points of a score on each asset it is known for; points of several do not add up."""
    return [points for f in findings if (points := assessment.points(f)) is not None]


def groups(assessment: Assessment, language: Language) -> list[Section]:
    """Return each headline by organisation and by level."""
    by_unit: dict[str, list[Asset]] = {}
    by_level: dict[str, list[Asset]] = {}
    kinds = {policy.headline.asset for policy in assessment.policies}
    for kind in KINDS:
        for asset in assessment.world.assets(kind) if kind in kinds else ():
            unit = str(asset.facts.get("organization", asset.id))
            by_unit.setdefault(unit, []).append(asset)
            if kind == "system":
                level = asset.facts.get("dossier.proposed_level")
                name = language("no level stated")
                if level is not None:
                    name = language("Level {level}").format(level=level)
                by_level.setdefault(name, []).append(asset)
    units = assessment.inventory.assets["organization"]
    named = {words.name_of(units[u], language): found for u, found in by_unit.items() if u in units}
    titles = (language("By organisation"), language("By level"))
    heads = (language("Organisation"), language("Level"))
    ordered = (named, dict(sorted(by_level.items())))
    found = [
        _grouped(assessment, language, t, h, g)
        for t, h, g in zip(titles, heads, ordered, strict=True)
        if g
    ]
    return [*found, *drift_table(assessment, language)]


def drift_table(assessment: Assessment, language: Language) -> list[Section]:
    """Return how often the inventory and the machines disagree on what the policies ask."""
    if not assessment.world.gathered:
        return []
    drifts = drift.find(
        assessment.inventory,
        assessment.world.gathered,
        assessment.as_of,
        drift.used(assessment.policies),
    )
    other = language("another value")
    rows = [
        (
            words.clean(fact),
            words.clean(declared) or other,
            words.clean(observed) or other,
            language.number(n),
        )
        for fact, declared, observed, n in drift.counted(drifts)
    ]
    header = (language("Fact"), language("Declared"), language("Observed"), language("Assets"))
    title = language("Drift: what the inventory declares and the machines contradict")
    return [Section(title=title, header=header, rows=rows, numbers=frozenset({3}))] if rows else []


def _grouped(
    assessment: Assessment,
    language: Language,
    title: str,
    head: str,
    members: dict[str, list[Asset]],
) -> Section:
    rows = []
    policies = [p for p in assessment.policies if p.headline.asset != "authority"]
    for name, assets in members.items():
        ids = {asset.id for asset in assets}
        cells = []
        for policy in policies:
            statuses = [s for asset, s in assessment.headline(policy).members if asset.id in ids]
            passed = language.number(statuses.count(Status.PASS))
            cells.append(f"{passed}/{language.number(len(statuses))}" if statuses else "–")
        rows.append([name, *cells])
    header = [head, *(language.text(policy.title) for policy in policies)]
    return Section(title=title, header=header, rows=rows, numbers=frozenset(range(1, len(header))))
