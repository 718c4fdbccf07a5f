"""Lines for a reader: wrapped, made safe, a file's name once."""

from __future__ import annotations

import re
import textwrap

from soccheck.facts.values import clean
from soccheck.firewall.engine.concrete import Step
from soccheck.firewall.model import Ruleset
from soccheck.firewall.questions import of_rule
from soccheck.i18n import Language
from soccheck.phrase import Phrase
from soccheck.report.wording.answers import told

Row = dict[str, object]
MOST_SHOWN = 3


class Writer:
    """Collects lines of text for a reader, wrapped and made safe."""

    def __init__(self, language: Language, width: int) -> None:
        self.language = language
        self.width = width
        self.lines: list[str] = []
        self.file = ""
        """The one file that is spoken of: its name stands once, above all."""

    def about(self, ruleset: Ruleset, *, head: bool) -> None:
        """Begin a ruleset: where all of it is of one file, only lines are named from here on."""
        files = _files(ruleset)
        self.file = files[0] if len(files) == 1 else ""
        if head and self.file:
            self.lines.append(clean(self.file))

    def between(self, old: Ruleset, new: Ruleset, *, head: bool) -> None:
        """Begin a comparison: lines that are named are those of the new ruleset."""
        self.about(new, head=False)
        files = _files(old)
        if head and self.file and len(files) == 1:
            self.lines.append(clean(f"{files[0]} -> {self.file}"))

    def short(self, text: str) -> str:
        """Return a text with places as lines, where one file is spoken of."""
        if not self.file:
            return text
        line = self.language("line {n}").replace("{n}", r"\1")
        return re.sub(re.escape(self.file) + r":(\d+)", line, text)

    def say(self, text: str, indent: str = "") -> None:
        """Add a text, wrapped; its further lines stand two more to the right."""
        self.lines += textwrap.wrap(
            clean(self.short(text)),
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        ) or [indent.rstrip()]

    def head(self, name: str) -> None:
        """Begin the part of one asset."""
        if self.lines:
            self.lines.append("")
        self.lines += [clean(name), "=" * len(clean(name))]

    def unread(self, reason: Phrase) -> None:
        """Say that an asset's ruleset could not be read, and why."""
        self.say(self.language("unknown: {reason}").format(reason=told(reason, self.language)))


def _files(ruleset: Ruleset) -> list[str]:
    places = {c.where.file for c in ruleset.chains.values()}
    return sorted(places | {r.where.file for c in ruleset.chains.values() for r in c.rules})


def step_text(step: Step, language: Language) -> str:
    """Return a step on a packet's way: the rule, or the policy of its chain."""
    if step.rule is not None:
        return language.say(of_rule(step.rule.where, step.rule.text))
    text = language("policy of {chain} ({where}): {verdict}")
    return text.format(
        chain=step.chain.name, where=step.chain.where, verdict=verdict_text(step.verdict, language)
    )


def verdict_text(verdict: str, language: Language) -> str:
    """Return what becomes of a packet as a word."""
    words = {
        "accept": language("accept"),
        "drop": language("drop"),
        "reject": language("reject"),
        "rewrite": language("rewrite"),
    }
    return words.get(verdict, verdict)
