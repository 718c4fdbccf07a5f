"""Findings on rules."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.facts.values import clean
from soccheck.firewall.lint import RuleFinding
from soccheck.i18n import Language
from soccheck.report.listings.firewall.writer import Row, Writer


def say_findings(writer: Writer, found: Sequence[RuleFinding], everything: bool) -> None:
    """Say the findings on rules; those of severity info only where everything is asked for."""
    language = writer.language
    shown = [f for f in found if everything or f.severity != "info"]
    for item in shown:
        kind = f"{severity_text(item, language)}: {kind_text(item, language)}"
        # Unbroken, so that an editor finds its way to the line.
        line = f"{item.where}: {kind} {language.say(item.why())}".rstrip()
        writer.lines.append(clean(writer.short(line)))
        writer.say(language.say(item.text), "  ")
    text = language.plural("{n} finding", "{n} findings", len(shown))
    hidden = len(found) - len(shown)
    if hidden:
        rest = language("{n} of severity info not shown (--all)")
        text += ", " + rest.format(n=language.number(hidden))
    writer.say(text)


def severity_text(item: RuleFinding, language: Language) -> str:
    """Return a finding's severity as a word."""
    words = {
        "error": language("error"),
        "warning": language("warning"),
        "info": language("info"),
    }
    return words[item.severity]


def kind_text(item: RuleFinding, language: Language) -> str:
    """Return a finding's kind as a word."""
    words = {
        "any-any": language("any-any"),
        "undefined": language("undefined"),
        "shadowed": language("shadowed"),
        "contradicted": language("contradicted"),
        "never-matches": language("never-matches"),
        "redundant": language("redundant"),
        "unused-chain": language("unused-chain"),
        "unknown": language("unknown"),
        "left out": language("left out"),
        "undescribed": language("undescribed"),
        "not judged": language("not judged"),
    }
    return words[item.kind]


def finding_row(found: RuleFinding) -> Row:
    """Return a finding on a rule as data."""
    return {
        "kind": found.kind,
        "severity": found.severity,
        "where": str(found.where),
        "text": str(found.text),
        "detail": str(found.why()),
    }
