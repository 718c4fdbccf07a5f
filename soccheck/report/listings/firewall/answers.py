"""The answers to questions, and what proves each."""

from __future__ import annotations

from collections.abc import Sequence

from soccheck.firewall.boxes import packet_text
from soccheck.firewall.engine.concrete import Step
from soccheck.firewall.questions import QuestionAnswer, of_rule
from soccheck.report.listings.firewall.writer import MOST_SHOWN, Row, Writer, step_text

INDENT = "      "


def say_answer(writer: Writer, found: QuestionAnswer) -> None:
    """Say the answer to one question, and what proves it."""
    language = writer.language
    words = {"yes": language("yes"), "no": language("no"), "unknown": language("unknown")}
    width = max(map(len, words.values()))
    asked = found.query.text
    if found.query.meaning:
        asked += f" ({found.query.meaning})"
    writer.say(f"IPv{found.family}  {words[found.answer]:<{width}}  {asked}")
    if found.answer == "no":
        _say_no(writer, found)
        return
    if found.packet:
        packet = language.say(packet_text(found.packet))
        writer.say(language("packet: {packet}").format(packet=packet), INDENT)
    if found.answer == "yes" and found.decision is not None:
        for step in _deciding(found.decision.accepts[0]):
            writer.say(step_text(step, language), INDENT)
    for reason in dict.fromkeys(found.reasons):
        writer.say(language("not known: {reason}").format(reason=language.say(reason)), INDENT)


def _say_no(writer: Writer, found: QuestionAnswer) -> None:
    language = writer.language
    writer.say(language("proof: no packet asked for is possibly let through"), INDENT)
    for reason in found.reasons:
        writer.say(language.say(reason), INDENT)
    for packet, step in found.stops:
        shown = language.say(packet_text(packet))
        writer.say(language("stopped: {packet}").format(packet=shown), INDENT)
        writer.say(step_text(step, language), INDENT)
    for note in found.unread[:MOST_SHOWN]:
        text = language("not read, and of no bearing here: {text}")
        writer.say(text.format(text=language.say(of_rule(note.where, note.text))), INDENT)
    more = len(found.unread) - MOST_SHOWN
    if more > 0:
        writer.say(language.plural("… and {n} more", "… and {n} more", more), INDENT)


def _deciding(steps: Sequence[Step]) -> list[Step]:
    """Return the steps that matter: the rules, or else the policies of filters, best of some with rules."""
    ruled = [step for step in steps if step.rule is not None]
    filters = [s for s in steps if s.chain.base is None or not s.chain.base.new_only] or list(steps)
    return ruled or [step for step in filters if step.chain.rules] or filters[-1:]


def answer_row(found: QuestionAnswer) -> Row:
    """Return an answer as data."""
    steps = found.decision.accepts[0] if found.answer == "yes" and found.decision else ()
    return {
        "question": found.query.text,
        "family": found.family,
        "answer": found.answer,
        "packet": str(packet_text(found.packet)) if found.packet else None,
        "rules": [
            {
                "where": str((s.rule or s.chain).where),
                "text": str(s.rule.text) if s.rule else "policy",
            }
            for s in steps
        ],
        "reasons": list(dict.fromkeys(map(str, found.reasons))),
        "stopped": [
            {
                "packet": str(packet_text(packet)),
                "where": str((step.rule or step.chain).where),
                "text": str(step.rule.text) if step.rule else "policy",
            }
            for packet, step in found.stops
        ],
        "unread": [f"{note.where}: {note.text}" for note in found.unread],
    }
