"""What a report's head says of where it stands: by which policies, and as which run of the history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soccheck.i18n import Language
from soccheck.model import PolicyFile, Text
from soccheck.report.report import Report
from soccheck.report.wording import past, words

_DIGITS = 16
"""Digits of a digest that are shown."""


def notes(report: Report, language: Language) -> Iterator[str]:
    """Yield the policies that are not the shipped ones, what each profile changes, and the run."""
    policies = report.assessment.policies
    files = list(dict.fromkeys(file for policy in policies for file in policy.files))
    own = [
        file for file in files if report.shipped is not None and file.digest not in report.shipped
    ]
    if own:
        text = language("Not shipped with soccheck: {files}.")
        yield text.format(files=", ".join(map(_named, own)))
    for file in files:
        if file.disabled:
            text = language("The profile {profile} takes out {controls}.")
            yield text.format(profile=_called(file), controls=words.clean(", ".join(file.disabled)))
        if file.overridden:
            text = language("The profile {profile} sets {parameters}.")
            yield text.format(
                profile=_called(file), parameters=words.clean(", ".join(file.overridden))
            )
    yield from past.run(report, language)


def _called(file: PolicyFile) -> str:
    return words.clean(f"{file.id} {file.version}")


def _named(file: PolicyFile) -> str:
    return words.clean(f"{file.id} {file.version} ({file.path}, {file.digest[:_DIGITS]})")


def called(policy: str, titles: Mapping[str, Text], language: Language) -> str:
    """Return what a policy is called, with its id; the id alone where its title is not known."""
    if policy not in titles:
        return words.clean(policy)
    return f"{language.text(titles[policy])} ({words.clean(policy)})"
