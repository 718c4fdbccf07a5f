"""What a report's head says of the evidence bundle: whose, how old, of which machines, signed by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from soccheck import __version__
from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import Basis, BundleInfo, Status, local
from soccheck.report.wording import words


def notes(assessment: Assessment, language: Language) -> list[str]:
    """Return what evidence the run was judged by, and whether it is for this inventory."""
    bundle = assessment.bundle
    if bundle is None:
        return []
    said = [
        given(bundle, assessment.as_of, language),
        *_ages(assessment, bundle, language),
        *_strangers(bundle, language),
        *_missing(bundle, language),
        *_unproved(bundle, language),
        *_of_another_state(bundle, language),
    ]
    weaker = sum(
        any(item.chosen.passed_over for item in assessment.detail(finding).observed)
        for finding in assessment.findings
        if finding.result is Status.PASS
    )
    if weaker:
        text = language.plural(
            "{n} finding passes on weaker evidence, as a machine's own was not to be had: "
            "soccheck explain says why.",
            "{n} findings pass on weaker evidence, as machines' own was not to be had: "
            "soccheck explain says why.",
            weaker,
        )
        said.append(text)
    return said


def given(bundle: BundleInfo, as_of: date, language: Language) -> str:
    """Return of when a bundle is, how many machines answered, and whether its signature was checked."""
    text = language(
        "Evidence of {day}, {age}: {asked} of {assets} machines answered; {signed}; manifest {digest}."
    )
    return text.format(
        day=language.date(bundle.ended.date()),
        age=_age(as_of, bundle.ended.date(), language),
        asked=language.number(bundle.answered),
        assets=language.number(bundle.machines),
        signed=signed(bundle.signer, language),
        digest=bundle.digest[:16],
    )


def read(bundle: Mapping[str, Any], signer: str | None, as_of: date, language: Language) -> str:
    """Return of when a bundle is that is judged by no inventory, and whether its signature was checked."""
    ended = local(bundle["ended"]).date()
    text = language("Evidence of {day}, {age}; {signed}; manifest {digest}.")
    return text.format(
        day=language.date(ended),
        age=_age(as_of, ended, language),
        signed=signed(signer, language),
        digest=bundle["manifest"]["sha256"][:16],
    )


def signed(signer: str | None, language: Language) -> str:
    """Return who signed a bundle, or that nobody looked."""
    if signer is None:
        return language("no signature checked")
    return language("signed by {who}").format(who=words.clean(signer))


def of(assessment: Assessment, language: Language) -> list[str]:
    """Return what is said of the evidence where there is one line for it; nothing without a bundle."""
    bundle = assessment.bundle
    return [given(bundle, assessment.as_of, language)] if bundle is not None else []


def doubts(assessment: Assessment, language: Language) -> list[str]:
    """Return what puts the evidence as a whole in doubt."""
    bundle = assessment.bundle
    if bundle is None:
        return []
    return [
        *_strangers(bundle, language),
        *_unproved(bundle, language),
        *_of_another_state(bundle, language),
    ]


def _of_another_state(bundle: BundleInfo, language: Language) -> Iterator[str]:
    if not bundle.current:
        yield language("The evidence was collected for another state of the inventory.")


def _age(as_of: date, day: date, language: Language) -> str:
    days = (as_of - day).days
    if days < 0:
        return language("after the as-of day")
    return language.plural("{n} day old", "{n} days old", days)


def _ages(assessment: Assessment, bundle: BundleInfo, language: Language) -> Iterator[str]:
    """Yield how old the oldest answer is, whose are too old to count, and for how many controls."""
    as_of = assessment.as_of
    if bundle.oldest < bundle.ended.date():
        text = language("The oldest answer is of {day}, {age}.")
        age = _age(as_of, bundle.oldest, language)
        yield text.format(day=language.date(bundle.oldest), age=age)
    outdated = sum(map(assessment.world.has_outdated, assessment.inventory))
    if outdated:
        yield language.plural(
            "{n} machine has answers that are too old to count: ask it again.",
            "{n} machines have answers that are too old to count: ask them again.",
            outdated,
        )
    past = [
        control
        for control in assessment.controls.values()
        if control.max_age is not None and bundle.oldest < control.max_age.oldest(as_of)
        if Basis.OBSERVED in control.accept
    ]
    if past:
        yield language.plural(
            "{n} control does not accept answers as old as the oldest.",
            "{n} controls do not accept answers as old as the oldest.",
            len(past),
        )


def _strangers(bundle: BundleInfo, language: Language) -> Iterator[str]:
    """Yield the machines that only the evidence knows."""
    if bundle.strangers:
        text = language.plural(
            "The evidence is of {n} machine that the inventory does not have, and that is not judged: ",
            "The evidence is of {n} machines that the inventory does not have, and that are not judged: ",
            len(bundle.strangers),
        )
        yield text + shortened(bundle.strangers)


def _missing(bundle: BundleInfo, language: Language) -> Iterator[str]:
    """Yield the machines that only the inventory knows."""
    if bundle.missing:
        text = language.plural(
            "The evidence does not speak of {n} machine of the inventory: ",
            "The evidence does not speak of {n} machines of the inventory: ",
            len(bundle.missing),
        )
        yield text + shortened(bundle.missing)


def _unproved(bundle: BundleInfo, language: Language) -> Iterator[str]:
    """Yield the machines whose facts do not follow from their answers, or that nobody can read again."""
    if bundle.altered:
        text = language.plural(
            "Facts of {n} machine do not follow from its raw answers, and are no evidence: ",
            "Facts of {n} machines do not follow from their raw answers, and are no evidence: ",
            len(bundle.altered),
        )
        yield text + shortened(bundle.altered)
        text = language(
            "The bundle was written by {tool}, and read by soccheck {version}: collect again where the "
            "former asked less."
        )
        yield text.format(tool=words.clean(bundle.tool), version=__version__)
    if bundle.unproved and bundle.signer is None:
        text = language.plural(
            "No raw answer shows the facts of {n} machine, and no signature vouches for them: ",
            "No raw answer shows the facts of {n} machines, and no signature vouches for them: ",
            len(bundle.unproved),
        )
        yield text + shortened(bundle.unproved)


_MOST_NAMES = 5


def shortened(names: Sequence[str]) -> str:
    """Return the first names of a list, as the end of a sentence."""
    more = ", …" if len(names) > _MOST_NAMES else ""
    return words.clean(", ".join(names[:_MOST_NAMES])) + more + "."
