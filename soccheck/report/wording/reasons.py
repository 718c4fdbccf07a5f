"""Why a finding is unknown, and why stronger evidence has no say, in words."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from soccheck.assess.detail import Detail, Observed
from soccheck.facts import values
from soccheck.facts.catalogue import RULESET
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Basis
from soccheck.phrase import Phrase, phrase
from soccheck.report.wording import answers, labels, words

PROBLEMS = {
    "unreachable": phrase("unreachable"),
    "refused": phrase("refused"),
    "host_key": phrase("host_key"),
    "auth": phrase("auth"),
    "timeout": phrase("timeout"),
    "denied": phrase("denied"),
    "no_command": phrase("no_command"),
    "too_large": phrase("too_large"),
    "unparsed": phrase("unparsed"),
    "lost": phrase("lost"),
    "not_collected": phrase("not_collected"),
    "not_understood": phrase("not_understood"),
    "same_machine": phrase("two assets are one machine"),
    "nameless": phrase("nothing tells which machine answered"),
    "moved": phrase("the answer is of another address"),
    "foreign": phrase("the evidence is of another inventory"),
    "same_ruleset": phrase("it is the ruleset of another asset, too"),
}
"""A bundle's words for why there is no answer, as they are said."""


def reason(detail: Detail, language: Language) -> str:
    """Return why a finding is unknown, and what would settle it."""
    return _reason(detail.reason, detail.about, detail.extra, language) if detail.reason else ""


def passed_over(item: Observed, language: Language) -> str:
    """Return why stronger evidence than what decided has no say; nothing where there is none."""
    if item.chosen.passed_over is None:
        return ""
    code, extra = item.chosen.passed_over
    return _reason(code, item.fact, extra or "", language)


def _reason(code: str, subject: str, extra: Phrase | str, language: Language) -> str:
    template = _reasons(language).get(code)
    template = template or language("{about} could not be looked at: {reason} {extra}")
    if code == "missing" and subject in RULESET:
        template = language("no ruleset was read that would show {about}")
    day = values.day(str(extra))
    shown = language.date(day) if day is not None else answers.told(extra, language)
    if code == "basis" and extra in set(Basis):
        shown = words.basis(Basis(str(extra)), language)
    about = labels.kinds(labels.fact_name(None, clean(subject), language), language)
    return template.format(about=about, extra=shown, reason=problem(clean(code), language)).strip()


def problem(code: str, language: Language) -> str:
    """Return why a machine, or a question to it, has no answer; English has the bundle's own word."""
    return language.say(PROBLEMS.get(code, code))


def told(code: str, detail: Phrase | str, language: Language) -> str:
    """Return why there is no answer, and what a machine or its connection said, as it said it."""
    said = answers.told(detail, language)
    return (": " if language.code != "en" else " ").join(
        filter(None, (problem(clean(code), language), said))
    )


@functools.cache
def _reasons(language: Language) -> Mapping[str, str]:
    return {
        "missing": language("{about} is not stated"),
        "stale": language("{about}: the evidence of {extra} is too old"),
        "later": language("{about}: the evidence of {extra} is later than the as-of day"),
        "basis": language("{about} is only {extra}, which this control does not accept"),
        "scope": language("cannot tell whether it applies: {about} is not stated"),
        "scope_unrelated": language("cannot tell whether it applies: no {about} of it is listed"),
        "no_related": language("no {about} that this asks about is listed"),
        "owed": language("no {about} of it is stated, and it must state one"),
        "future": language("{about} lies after the as-of day"),
        "foretold": language("{about} lies after {extra}, the day it was stated"),
        "aged": language(
            "{about} was in time on {extra}, when it was stated; "
            "what has been done since is not stated"
        ),
        "uncomparable": language("{about} cannot be compared"),
        "same_machine": language(
            "{about}: two assets are one machine: {extra}; list one machine once; give copies of an image "
            "host keys (rm /etc/ssh/ssh_host_*; ssh-keygen -A) and a machine-id "
            "(rm -f /etc/machine-id /var/lib/dbus/machine-id; systemd-machine-id-setup) of their own"
        ),
        "nameless": language("{about}: nothing tells which machine answered: {extra}"),
        "moved": language("{about}: the answer is of another address: {extra}"),
        "foreign": language("{about}: the evidence is of another inventory: {extra}"),
        "same_ruleset": language(
            "{about}: the ruleset is another asset's, too: {extra}; name the file that was exported from "
            "this device, or write ruleset_shared: true under firewall where devices are set up alike"
        ),
        "not_derived": language("{about} does not follow from what the machine answered: {extra}"),
        "not_understood": language("{about}: the list does not say it clearly: {extra}"),
        "contradicted": language("{about}: answers of one moment contradict each other: {extra}"),
        "attestation_expired": language("{about}: the attestation expired on {extra}"),
        "attestation_changed": language(
            "{about}: the attested file is not the one that was signed: {extra}"
        ),
        "attestation_unsigned": language("{about}: nobody signed the attestation: {extra}"),
        "undecided": language("{about} cannot be decided: {extra}"),
        "nothing_counted": language("{about} is 0: nothing was counted"),
        "overcounted": language("more is counted than {about} has"),
        "not_the_share": language("{about} is not the share that the counts give: {extra}"),
        "approximate": language("{about} is only roughly known: {extra}"),
        "criteria": language("the points of a criterion are not known: {about}"),
    }
