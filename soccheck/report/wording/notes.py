"""What a reader must know before believing a figure: the notes in a report's head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from soccheck.assess import beside
from soccheck.assess.assessment import Assessment
from soccheck.assess.doubles import doubles
from soccheck.i18n import Language
from soccheck.model import Asset, Control, Status
from soccheck.report.wording import evidence, words


def notes(assessment: Assessment, language: Language) -> list[str]:
    """Return what a reader must know before believing a figure."""
    said = [*narrowed(assessment, language), *evidence.notes(assessment, language)]
    said += [*stated(assessment, language), *_sample(assessment, language)]
    said += on_figures(assessment, language)
    if not assessment.policies:
        said.append(nothing_in_force(language))
    return said


FRESH = 31
"""Days for which an inventory is of now."""


def first(assessment: Assessment, language: Language) -> list[str]:
    """Return the notes without which no figure can be read at all: page one has them too."""
    said = [*narrowed(assessment, language), *evidence.doubts(assessment, language)]
    if not assessment.policies:
        said.append(nothing_in_force(language))
    return said


def nothing_in_force(language: Language) -> str:
    """Return that no policy judges on the as-of day."""
    return language("No policy is in force on the as-of day: nothing was assessed.")


def stated(assessment: Assessment, language: Language) -> list[str]:
    """Return of when the inventory is, where that is not of now."""
    said = []
    stated = assessment.inventory.stated
    if stated > assessment.as_of:
        text = language("The inventory describes {stated}, after the as-of day {day}.")
        said.append(text.format(stated=language.date(stated), day=language.date(assessment.as_of)))
    elif (assessment.as_of - stated).days > FRESH:
        text = language("The inventory states how things were on {stated}: older than a month.")
        said.append(text.format(stated=language.date(stated)))
    return said


def made_up(assessment: Assessment) -> tuple[int, int]:
    """Return how many assets are illustrative, and how many there are."""
    assets = list(assessment.inventory)
    return sum(any(i.illustrative and not i.prefix for i in a.provenance) for a in assets), len(
        assets
    )


def _sample(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield how much of the inventory is made up."""
    count, total = made_up(assessment)
    if count:
        text = language(
            "Sample data: {count} of {total} assets are illustrative; what a document states names it."
        )
        yield text.format(count=language.number(count), total=language.number(total))


def on_figures(assessment: Assessment, language: Language) -> list[str]:
    """Return what qualifies single figures: what counts no more, is told beside them, or twice in them."""
    said = []
    for waiver in assessment.inventory.waivers:
        if waiver.expires < assessment.as_of:
            text = language("The waiver {waiver} expired on {day} and no longer works ({where}).")
            day = language.date(waiver.expires)
            said.append(text.format(waiver=words.clean(waiver.id), day=day, where=waiver.at))
    said += _no_longer_attested(assessment, language)
    gone = sum(1 for asset in assessment.inventory if not assessment.world.exists(asset))
    if gone:
        text = language.plural(
            "{n} asset does not exist on the as-of day and is not assessed.",
            "{n} assets do not exist on the as-of day and are not assessed.",
            gone,
        )
        said.append(text)
    said += _alone(assessment, language)
    said += _strays(assessment, language)
    said += _among(assessment, language)
    said += _beside(assessment, language)
    said += twice(filter(assessment.world.exists, assessment.inventory), language)
    return said


def narrowed(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield to what a report is narrowed, and how much of the whole that is."""
    chosen = assessment.selection
    if not chosen:
        return
    parts = [
        *(f"--organization {name}" for name in chosen.organizations),
        *(f"--asset {name}" for name in chosen.assets),
        *(f"--system {name}" for name in chosen.systems),
        *(f"--level {level}" for level in chosen.levels),
        *(f"--control {name}" for name in chosen.controls),
        *(f"--severity {item}" for item in chosen.severities),
        *(f"--status {item}" for item in chosen.statuses),
        *(f"--basis {item}" for item in chosen.bases),
    ]
    text = language("Narrowed by {what}: {shown} of {total} findings are shown.")
    yield text.format(
        what=", ".join(parts),
        shown=language.number(len(assessment.findings)),
        total=language.number(assessment.whole),
    )


def _no_longer_attested(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield which attestations count no more: they ran out, or their file is another."""
    for item in assessment.inventory.attestations:
        name, where = words.clean(item.id), item.at
        if item.end < assessment.as_of:
            text = language(
                "The attestation {name} expired on {day} and no longer counts ({where})."
            )
            yield text.format(name=name, day=language.date(item.end), where=where)
        elif item.changed is not None:
            text = language(
                "The attestation {name}: its file is not the one that was signed ({where})."
            )
            yield text.format(name=name, where=where)


def _alone(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield, for each headline, what fails and is in none of the units it counts."""
    for policy in assessment.policies:
        alone = [asset.id for asset in beside.failing_alone(assessment, policy)]
        if alone:
            text = language.plural(
                "{n} more fails and belongs to nothing that this figure counts: ",
                "{n} more fail and belong to nothing that this figure counts: ",
                len(alone),
            )
            yield f"{language.text(policy.title)}: {text}{evidence.shortened(alone)}"


def _strays(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield, for each headline, the servers that may be part of any of its units."""
    for policy in assessment.policies:
        strays = [asset.id for asset in assessment.headline(policy).strays]
        if strays:
            text = language.plural(
                "{n} server that is not met does not say of what it is part (systems:, [] of none): ",
                "{n} servers that are not met do not say of what they are part (systems:, [] of none): ",
                len(strays),
            )
            yield f"{language.text(policy.title)}: {text}{evidence.shortened(strays)}"


def _among(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield, where another reader counts fewer units, both figures."""
    for policy in assessment.policies:
        counted, among = beside.among(assessment, policy), policy.headline.among
        tally = assessment.headline(policy)
        if counted is not None and among is not None and counted[1] != tally.total:
            label = language.text(policy.headline.label)
            figures = [
                f"{language.number(passed)}/{language.number(total)} {language.text(word)}"
                for passed, total, word in (
                    (*counted, among.some),
                    (tally.passed, tally.total, among.all),
                )
            ]
            yield f"{language.text(policy.title)}, {label}: {'; '.join(figures)}"


def _beside(assessment: Assessment, language: Language) -> Iterator[str]:
    """Yield how many of the units that pass a headline fail, or are unknown in, another of its controls."""
    for policy in assessment.policies:
        told = []
        for status in (Status.FAIL, Status.UNKNOWN):
            found = beside.having(assessment, policy, status)
            if found:
                count = len({asset.id for _, assets in found for asset in assets})
                told.append(_of_them(status, count, language) + _by_label(found, language))
        if told:
            passed = language.number(assessment.headline(policy).passed)
            label = language.text(policy.headline.label)
            yield f"{language.text(policy.title)}: {passed} {label}, {'. '.join(told)}"


def _of_them(status: Status, count: int, language: Language) -> str:
    if status is Status.FAIL:
        return language.plural(
            "of them {n} fails another control: ", "of them {n} fail another control: ", count
        )
    return language.plural(
        "Of them {n} is unknown in another control: ",
        "Of them {n} are unknown in another control: ",
        count,
    )


def _by_label(found: Iterable[tuple[Control, list[Asset]]], language: Language) -> str:
    return "; ".join(
        f"{language.text(control.label)} {language.number(len(assets))}"
        for control, assets in found
    )


def twice(assets: Iterable[Asset], language: Language) -> Iterator[str]:
    """Yield which assets look like one thing under several ids."""
    for fact, value, sharing in doubles(assets):
        text = language("Counted more than once, if they are one thing ({fact}: {value}): ")
        ids = evidence.shortened([asset.id for asset in sharing])
        yield text.format(fact=fact, value=words.clean(value)) + ids
