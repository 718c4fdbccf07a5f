"""Everything about one control: what it asks, by what law, and the evidence asset by asset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from soccheck.assess.assessment import Assessment
from soccheck.i18n import Language
from soccheck.model import (
    Asset,
    Basis,
    Condition,
    Control,
    Finding,
    Group,
    Leaf,
    Measure,
    Quantifier,
    Reference,
    Score,
)
from soccheck.report.columns import wrapped
from soccheck.report.wording import evidence, labels, measures, sections, to_write, words
from soccheck.report.wording.findings import severity, why


def render(
    assessment: Assessment,
    control: Control,
    findings: Sequence[Finding],
    language: Language,
    width: int,
) -> Iterator[str]:
    """Yield the explanation: the control, then finding by finding."""
    about = [wrapped(text, width) for text in evidence.of(assessment, language)]
    yield "\n".join([*about, *_asked(control, language, width)]) + "\n"
    for finding in findings:
        yield "\n".join(["", *_found(finding, assessment, language, width)]) + "\n"


def _asked(control: Control, language: Language, width: int) -> list[str]:
    """Return what a control asks for, by which evidence, and by what law."""
    lines = [wrapped(f"{control.id}  {language.text(control.title)}", width, "    ")]
    if control.when is not None:
        lines += [
            "  " + language("applies where"),
            *_wrapped(condition_lines(control.when, language, 4, control.asset), width),
        ]
    lines.append("  " + language("requires"))
    if isinstance(control.require, Measure | Score):
        lines.append(wrapped(f"    {measures.required(control, language)}", width, "      "))
    else:
        lines += _wrapped(condition_lines(control.require, language, 4, control.asset), width)
    accepted = ", ".join(words.basis(basis, language) for basis in Basis if basis in control.accept)
    if control.max_age is not None:
        accepted += "; " + language("no older than {age}").format(
            age=labels.length(control.max_age, language)
        )
    facts = [
        (language("evidence"), accepted),
        (language("severity"), severity(control.severity, language)),
        *(line for r in control.references for line in _cited(r, language)),
        (language("to do"), language.text(control.remediation)),
        (language("stated at"), str(control.at)),
        (language("its page"), f"soccheck docs {control.id}"),
    ]
    return lines + [
        wrapped(f"  {name}: {text}" if name else f"    {text}", width, "    ")
        for name, text in facts
    ]


def _found(finding: Finding, assessment: Assessment, language: Language, width: int) -> list[str]:
    """Return a finding: what was counted where it counts, and why it has its result."""
    name = words.name_of(finding.asset, language)
    named = finding.asset.id + (f"  {name}" if name != finding.asset.id else "")
    lines = [wrapped(f"{words.status(finding.status, language)}  {named}", width, "    ")]
    if finding.counted is not None:
        text = words.counted(finding.counted, language)
        points, score = assessment.points(finding), finding.control.require
        if points is not None and isinstance(score, Score):
            text = measures.scored(points, score, finding.counted, language)
        lines.append(wrapped(f"    {text}", width, "      "))
    for text, where in why(finding, assessment.detail(finding), language):
        lines.append(wrapped(f"    {text}", width, "      "))
        if where:
            lines.append(wrapped(f"      {where}", width, "        "))
    lines += [wrapped(f"    {text}", width, "      ") for text in _given(finding.asset, language)]
    if lacks := assessment.lacking(finding):
        lines.append("    " + language("write, with what is so in the place of {{}}:").format())
        lines += [f"      {line}" for line in to_write.block(lacks, assessment.inventory, language)]
    return lines


def _given(asset: Asset, language: Language) -> list[str]:
    """Return which facts an asset has from its group, and which from the defaults."""
    names: dict[str, list[str]] = {}
    for fact, giver in asset.given.items():
        names.setdefault(giver, []).append(fact)
    lines = []
    for giver, facts in names.items():
        text = language("from the defaults: {facts} ({place})")
        if giver:
            text = language("from the group {name}: {facts} ({place})")
        place = asset.where(facts[0])
        lines.append(text.format(name=giver, facts=", ".join(facts), place=place))
    return lines


def _cited(item: Reference, language: Language) -> list[tuple[str, str]]:
    """Return a reference, and below it what it says or what is not sure of it."""
    lines = [(language("reference"), words.reference(item, language))]
    return [*lines, ("", language.text(item.note))] if item.note else lines


def _wrapped(lines: Iterable[str], width: int) -> list[str]:
    """Return indented lines within the width, what follows a line two more to the right."""
    return [wrapped(line, width, " " * (len(line) - len(line.lstrip()) + 2)) for line in lines]


def condition_lines(
    condition: Condition, language: Language, indent: int, kind: str | None = None
) -> list[str]:
    """Return a condition as indented lines, one comparison a line."""
    pad = " " * indent
    if isinstance(condition, Leaf):
        name = labels.fact_name(kind, condition.fact, language)
        named = name if name == condition.fact else f"{labels.beginning(name)} ({condition.fact})"
        return [f"{pad}{named} {words.expected(condition, language, kind)}"]
    if isinstance(condition, Quantifier):
        kind = condition.records or sections.kind_words(condition.kind, 1, language)
        each = language("every") if condition.quantity == "every" else language("at least one")
        lines = [f"{pad}{each} {kind}:"]
        if condition.when is not None:
            lines.append(f"{pad}  " + language("where"))
            lines += condition_lines(condition.when, language, indent + 4, condition.kind)
            lines.append(f"{pad}  " + language("requires"))
        return lines + condition_lines(condition.require, language, indent + 4, condition.kind)
    return _group(condition, language, indent, kind)


def _group(group: Group, language: Language, indent: int, kind: str | None) -> list[str]:
    pad = " " * indent
    if group.join == "if":
        first, then = group.parts
        return [
            pad + language("if"),
            *condition_lines(first, language, indent + 2, kind),
            pad + language("then"),
            *condition_lines(then, language, indent + 2, kind),
        ]
    head = {
        "all": language("all of"),
        "any": language("at least one of"),
        "not": language("not"),
    }[group.join]
    inner = [
        line for part in group.parts for line in condition_lines(part, language, indent + 2, kind)
    ]
    return [f"{pad}{head}", *inner]
