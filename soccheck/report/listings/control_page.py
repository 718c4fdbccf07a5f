"""A control on a page of its own, in Markdown: what it asks, by what law, what to write, what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from soccheck.facts.catalogue import SHOWN_BY_RULESETS
from soccheck.facts.examples import writable
from soccheck.i18n import Language
from soccheck.model import Basis, Control, Measure, Policy, Score, Status
from soccheck.policy.asked import Asked, facts_asked
from soccheck.probes.all import PROBES
from soccheck.report.listings.explanation import condition_lines
from soccheck.report.wording import labels, measures, sections, to_write, words
from soccheck.report.wording.findings import severity

SHOWN = (Status.PASS, Status.FAIL, Status.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Represents a control in one edition of a policy, with its cases as YAML has them."""

    policy: Policy
    control: Control
    cases: Sequence[Mapping[str, Any]] = ()


def render(editions: Sequence[Edition], language: Language) -> Iterator[str]:
    """Yield the page of one control id; where several editions have it, the latest first."""
    latest = editions[-1].control
    yield f"# {latest.id}: {language.text(latest.title)}\n"
    for edition in reversed(editions):
        yield from _edition(edition, language, several=len(editions) > 1)


def _edition(edition: Edition, language: Language, *, several: bool) -> Iterator[str]:
    policy, control = edition.policy, edition.control
    if several:
        yield f"\n## {policy.id} {policy.version}\n"
        if control.title != policy.title:
            yield f"\n{language.text(control.title)}.\n"
    facts = [
        f"{language.text(policy.title)} ({policy.id} {policy.version})",
        sections.kind_words(control.asset, 1, language),
        severity(control.severity, language),
        _days(policy, control, language),
    ]
    yield "\n" + " · ".join(part for part in facts if part) + "\n"
    level = "###" if several else "##"
    for title, lines in _parts(edition, language):
        if lines:
            yield f"\n{level} {title}\n\n" + "\n".join(lines) + "\n"


def _parts(edition: Edition, language: Language) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of a page: a title, and its lines."""
    control = edition.control
    asked = facts_asked(control)
    yield language("What is required"), _fenced(_required(control, language))
    yield language("By what law"), list(_law(control, language))
    yield language("What to write"), _fenced(to_write.sample(asked, language), "yaml")
    yield language("What shows it"), list(_observed(control, asked, language))
    yield language("What to do"), [language.text(control.remediation)]
    yield language("Examples"), list(_cases(edition, language))


def _days(policy: Policy, control: Control, language: Language) -> str:
    """Return from when to when a control is in force; nothing where it always is."""
    starts = [d for d in (policy.effective.start, control.effective.start) if d is not None]
    ends = [d for d in (policy.effective.end, control.effective.end) if d is not None]
    parts = []
    if starts:
        parts.append(language("from {day}").format(day=language.date(max(starts))))
    if ends:
        parts.append(language("until {day}").format(day=language.date(min(ends))))
    return " ".join(parts)


def _required(control: Control, language: Language) -> list[str]:
    lines = []
    if control.when is not None:
        lines += [
            language("applies where"),
            *condition_lines(control.when, language, 2, control.asset),
        ]
    lines.append(language("requires"))
    if isinstance(control.require, Measure | Score):
        return [*lines, f"  {measures.required(control, language)}"]
    return [*lines, *condition_lines(control.require, language, 2, control.asset)]


def _law(control: Control, language: Language) -> Iterator[str]:
    for item in control.references:
        yield f"- {words.reference(item, language)}"
        if item.note:
            yield f"  {language.text(item.note)}"
    if control.grace is not None:
        until = control.grace.until
        text = language("The law gives time to comply.")
        if until is not None:
            text = language("The law gives time to comply until {day}.").format(
                day=language.date(until)
            )
        if control.grace.when is None:
            yield f"- {text}"
            return
        where = language("This holds only where:")
        yield f"- {text} {where}"
        yield ""
        yield from _fenced(condition_lines(control.grace.when, language, 0, control.asset))


def _observed(control: Control, asked: Sequence[Asked], language: Language) -> Iterator[str]:
    """Yield which evidence counts, and for each fact what shows it on a machine."""
    accepted = ", ".join(words.basis(basis, language) for basis in Basis if basis in control.accept)
    if control.max_age is not None:
        accepted += "; " + language("no older than {age}").format(
            age=labels.length(control.max_age, language)
        )
    yield language("Evidence that counts: {bases}.").format(bases=accepted)
    if Basis.OBSERVED not in control.accept:
        return
    shown: dict[str, list[str]] = {}
    for kind, name in asked:
        fact = writable(kind, name).name
        if fact in SHOWN_BY_RULESETS:
            shown.setdefault(
                language("the machine's ruleset, read by the firewall engine"), []
            ).append(fact)
            continue
        probes = [
            f"`{platform} {probe.name}`"
            for (platform, _), probe in PROBES.items()
            if kind in probe.kinds and fact in (*probe.learns, *probe.may)
        ]
        where = ", ".join(dict.fromkeys(probes)) or language("no machine shows it: state it")
        shown.setdefault(where, []).append(fact)
    yield ""
    for where, names in shown.items():
        facts = ", ".join(f"`{name}`" for name in dict.fromkeys(names))
        yield f"- {facts}: {where}"


def _cases(edition: Edition, language: Language) -> Iterator[str]:
    """Yield the first case of each result: what is other than in an inventory that holds to it."""
    for status in SHOWN:
        case = next((c for c in edition.cases if c["status"] == status.value), None)
        if case is None:
            continue
        other = case.get("inventory")
        text = f"`{_flow(other)}`" if other else language("the inventory of the cases, as it is")
        if "as_of" in case:
            text += ", " + language("as of {day}").format(day=case["as_of"])
        yield f"- {words.status(status, language)}: {text}"


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fenced(lines: list[str], kind: str = "") -> list[str]:
    return [f"```{kind}", *lines, "```"] if lines else []
