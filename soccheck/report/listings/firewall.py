"""Say what a ruleset lets through: answers, facts, findings on rules, changes; as lines and as data."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence

from soccheck.facts.values import clean
from soccheck.firewall.boxes import describe, packet_text
from soccheck.firewall.diff import Difference
from soccheck.firewall.engine.concrete import Step
from soccheck.firewall.fact_names import LearnedFact
from soccheck.firewall.lint import RuleFinding
from soccheck.firewall.model import Ruleset
from soccheck.firewall.queries import Zones
from soccheck.firewall.questions import QuestionAnswer
from soccheck.i18n import Language

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
        places = {c.where.file for c in ruleset.chains.values()}
        places |= {r.where.file for c in ruleset.chains.values() for r in c.rules}
        self.file = places.pop() if len(places) == 1 else ""
        if head and self.file:
            self.lines.append(clean(self.file))

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

    def unread(self, reason: str) -> None:
        """Say that an asset's ruleset could not be read, and why."""
        self.say(self.language("unknown: {reason}").format(reason=reason))

    # -- answers ---------------------------------------------------------------------------------

    def answer(self, found: QuestionAnswer) -> None:
        """Say the answer to one question, and what proves it."""
        language, indent = self.language, "      "
        words = {"yes": language("yes"), "no": language("no"), "unknown": language("unknown")}
        width = max(map(len, words.values()))
        self.say(f"IPv{found.family}  {words[found.answer]:<{width}}  {found.query.text}")
        if found.answer == "no":
            self._no(found, indent)
            return
        if found.packet:
            packet = packet_text(found.packet, language)
            self.say(language("packet: {packet}").format(packet=packet), indent)
        if found.answer == "yes" and found.decision is not None:
            for step in deciding(found.decision.accepts[0]):
                self.say(step_text(step, language), indent)
        for reason in dict.fromkeys(found.reasons):
            self.say(language("not known: {reason}").format(reason=reason), indent)

    def _no(self, found: QuestionAnswer, indent: str) -> None:
        language = self.language
        self.say(language("proof: no packet asked for is possibly let through"), indent)
        for reason in found.reasons:
            self.say(reason, indent)
        for packet, step in found.stops:
            shown = packet_text(packet, language)
            self.say(language("stopped: {packet}").format(packet=shown), indent)
            self.say(step_text(step, language), indent)
        for note in found.unread[:MOST_SHOWN]:
            text = language("not read, and of no bearing here: {text}")
            self.say(text.format(text=f"{note.where}: {note.text}"), indent)
        more = len(found.unread) - MOST_SHOWN
        if more > 0:
            self.say(language.plural("… and {n} more", "… and {n} more", more), indent)

    # -- the ruleset and its facts -----------------------------------------------------------------

    def ruleset(
        self, ruleset: Ruleset, zones: Zones, facts: Iterable[LearnedFact], *, rules: bool
    ) -> None:
        """Say the chains as they were read, and every fact, with the side it is judged from."""
        language = self.language
        families = language(" and ").join(f"IPv{f}" for f in sorted(ruleset.families))
        self.say(f"{ruleset.vendor}, {families}")
        anything = language("any interface (which one leads out is not known)")
        side = ", ".join(zones.internet().interfaces) or anything
        self.say(language("untrusted side: {side}").format(side=side))
        self.lines.append("")
        for chain in ruleset.chains.values():
            if chain.base is None and not chain.rules:
                continue
            head = language.plural("{n} rule", "{n} rules", len(chain.rules))
            if chain.base:
                policy = language("policy {policy}").format(policy=chain.base.policy)
                head += f", {chain.base.hook}, {policy}"
            self.say(f"{chain.name}: {head}")
            for rule in chain.rules if rules else ():
                self.say(f"{rule.where}: {rule.text}", "  ")
        self.lines.append("")
        for fact in facts:
            self.say(f"{fact.name}: {value_text(fact, language)}")
            for reason in fact.shown[:MOST_SHOWN]:
                self.say(reason, "  ")

    # -- findings ----------------------------------------------------------------------------------

    def findings(self, found: Sequence[RuleFinding], everything: bool) -> None:
        """Say the findings on rules; those of severity info only where everything is asked for."""
        language = self.language
        shown = [f for f in found if everything or f.severity != "info"]
        for item in shown:
            kind = f"{severity_text(item, language)}: {kind_text(item, language)}"
            # Unbroken, so that an editor finds its way to the line.
            line = f"{item.where}: {kind} {item.why(language)}".rstrip()
            self.lines.append(clean(self.short(line)))
            self.say(item.text, "  ")
        text = language.plural("{n} finding", "{n} findings", len(shown))
        hidden = len(found) - len(shown)
        if hidden:
            rest = language("{n} of severity info not shown (--all)")
            text += ", " + rest.format(n=language.number(hidden))
        self.say(text)

    # -- changes -----------------------------------------------------------------------------------

    def changes(self, results: Sequence[Difference]) -> None:
        """Say which traffic a change opened and closed."""
        language, indent = self.language, "      "
        for result in results:
            for change in result.changes:
                traffic = describe(change.box, result.family, language)
                self.say(f"IPv{result.family}  {change_text(change.kind, language)}: {traffic}")
                packet = packet_text(change.box.packet, language)
                self.say(language("e.g. {packet}").format(packet=packet), indent)
                if change.step:
                    self.say(step_text(change.step, language), indent)
        for result in results:
            for reason in result.reasons:
                text = language("not compared: {reason}").format(reason=reason)
                self.say(f"IPv{result.family}  {text}")
            if result.more:
                more = language("and more, not listed")
                self.say(f"IPv{result.family}  {more}")
        if not any(r.changes or r.reasons for r in results):
            self.say(language("no difference in the traffic let through"))


def deciding(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that matter: the rules, or else the policies of chains that have rules."""
    ruled = [step for step in steps if step.rule is not None]
    return ruled or [step for step in steps if step.chain.rules] or list(steps[-1:])


def step_text(step: Step, language: Language) -> str:
    """Return a step on a packet's way: the rule, or the policy of its chain."""
    if step.rule is not None:
        return f"{step.rule.where}: {step.rule.text}"
    text = language("policy of {chain} ({where}): {verdict}")
    return text.format(chain=step.chain.name, where=step.chain.where, verdict=step.verdict)


def value_text(fact: LearnedFact, language: Language) -> str:
    """Return a fact's value in words."""
    value = fact.value
    if value is None:
        return language("unknown")
    if isinstance(value, bool):
        return language("yes") if value else language("no")
    if isinstance(value, list):
        return ", ".join(value) or language("none")
    return language.number(value) if isinstance(value, int | float) else value


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


def change_text(kind: str, language: Language) -> str:
    """Return what happened to traffic as a word."""
    return {
        "opened": language("opened"),
        "closed": language("closed"),
        "maybe-opened": language("maybe-opened"),
        "maybe-closed": language("maybe-closed"),
        "undecided": language("undecided"),
    }[kind]


# -- as data: in English, whatever the reader's language ---------------------------------------------

ENGLISH = Language("en")


def answer_row(found: QuestionAnswer) -> Row:
    """Return an answer as data."""
    steps = found.decision.accepts[0] if found.answer == "yes" and found.decision else ()
    return {
        "question": found.query.text,
        "family": found.family,
        "answer": found.answer,
        "packet": packet_text(found.packet) if found.packet else None,
        "rules": [
            {"where": str((s.rule or s.chain).where), "text": s.rule.text if s.rule else "policy"}
            for s in steps
        ],
        "reasons": list(dict.fromkeys(found.reasons)),
        "stopped": [
            {
                "packet": packet_text(packet),
                "where": str((step.rule or step.chain).where),
                "text": step.rule.text if step.rule else "policy",
            }
            for packet, step in found.stops
        ],
        "unread": [f"{note.where}: {note.text}" for note in found.unread],
    }


def facts_row(ruleset: Ruleset, found: Iterable[LearnedFact]) -> Row:
    """Return the facts as data."""
    facts = {f.name: {"value": f.value, "shown": list(f.shown)} for f in found}
    return {"vendor": ruleset.vendor, "facts": facts}


def finding_row(found: RuleFinding) -> Row:
    """Return a finding on a rule as data."""
    return {
        "kind": found.kind,
        "severity": found.severity,
        "where": str(found.where),
        "text": found.text,
        "detail": found.why(),
    }


def changes_row(results: Sequence[Difference]) -> Row:
    """Return the changes as data."""
    rows = [
        {
            "kind": change.kind,
            "family": result.family,
            "traffic": describe(change.box, result.family),
            "packet": packet_text(change.box.packet),
            "decided": step_text(change.step, ENGLISH) if change.step else "",
        }
        for result in results
        for change in result.changes
    ]
    return {
        "changes": rows,
        "reasons": [reason for result in results for reason in result.reasons],
        "complete": not any(result.more for result in results),
    }
