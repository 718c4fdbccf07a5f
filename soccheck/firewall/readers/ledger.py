"""The ledger of a reader: every word of the input is used, known to be harmless, or makes answers unknown.

A grammar enters what it finds as records (named values) and statements (words in order) and hands out
nothing else. An interpreter takes what it understands. What nobody took, in a section that bears on
traffic or on a service of the box, becomes a rule of unknown meaning with its line: it may let a packet
through, stop it or pass it on, so that no answer it could change is given as if it were not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeVar

from soccheck.firewall.model import (
    ANY,
    CT,
    Action,
    Expr,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
    all_of,
)
from soccheck.firewall.readers.unread import (
    first_word,
    perhaps_anything,
    perhaps_more,
    perhaps_out,
    together,
)
from soccheck.firewall.readers.vocabulary import ANYTHING, ROUTES, Vocabulary
from soccheck.firewall.spans import span
from soccheck.phrase import Phrase, phrase, said, series

T = TypeVar("T")


@dataclass(slots=True)
class LedgerEntry:
    """What a record and a statement share: where they stand, and what they can change."""

    ledger: Ledger
    section: str
    where: Where
    text: str
    within: Expr = field(default=ANY, kw_only=True)
    """What the entry can touch at most, as far as its interpreter is sure."""
    hooks: frozenset[str] | None = field(default=None, kw_only=True)
    """The hooks it can change, or `ROUTES`; those of its section where nothing else is said."""
    done: bool = field(default=False, kw_only=True)
    """True when its unread words are accounted for: in its rule, or because it is switched off."""
    doubts: list[Phrase | str] = field(default_factory=list, kw_only=True)
    """Words that were taken but not understood: they count as left."""

    def asked(self, key: str = "") -> bool:
        """Tell whether a key, or the whole section, may be taken, and note that it was asked for."""
        return self.ledger.may_take(self.section, key)

    def left(self) -> list[Phrase | str]:
        """Return the words nobody took that are not known to be harmless."""
        raise NotImplementedError

    def pass_over(self) -> None:
        """Account for the whole entry: it is switched off, or replaced by another."""
        self.done = True

    def doubtful(self, why: Phrase | str) -> None:
        """Make the entry count as unread, for a value that its interpreter does not know."""
        self.doubts.append(why)


@dataclass(slots=True)
class Record(LedgerEntry):
    """Named values of one entry: `set KEY VALUE`, `key=value`, an element, an object."""

    values: dict[str, list[str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def __contains__(self, key: str) -> bool:
        return key in self.values and self.asked(key)

    def words(self, key: str) -> list[str]:
        """Take the words of a key; none when it is not there."""
        if key not in self.values or not self.asked(key):
            return []
        self.taken.add(key)
        return self.values[key]

    def get(self, key: str, default: str = "") -> str:
        """Take the words of a key as one text."""
        return " ".join(self.words(key)) if key in self else default

    def choice(self, key: str, meanings: Mapping[str, T], default: str, otherwise: T) -> T:
        """Take a key whose values are known; another value makes the entry doubtful."""
        value = self.get(key, default)
        if value in meanings:
            return meanings[value]
        self.doubtful(f"{key} {value}")
        return otherwise

    def flag(
        self, key: str, *, default: bool = False, on: str = "enable", off: str = "disable"
    ) -> bool:
        """Take a key that is on or off."""
        return self.choice(key, {on: True, off: False}, on if default else off, default)

    def left(self) -> list[Phrase | str]:
        """Return `key values` of every key nobody took, and the values nobody knew."""
        unread: list[Phrase | str] = [
            " ".join([key, *words])
            for key, words in self.values.items()
            if key not in self.taken and not self.harmless(key)
        ]
        return [*unread, *self.doubts]

    def harmless(self, key: str) -> bool:
        """Tell whether a key is known to change nothing, or is with just this value."""
        known = self.ledger.is_harmless
        text = f"{key}={' '.join(self.values[key])}"
        return known(self.section, key) or known(self.section, text)


@dataclass(slots=True)
class Statement(LedgerEntry):
    """The words of one statement, taken from the front."""

    words: list[str] = field(default_factory=list)
    at: int = 0

    def __bool__(self) -> bool:
        return self.at < len(self.words)

    def peek(self, ahead: int = 0) -> str:
        """Return a word without taking it; empty at the end."""
        place = self.at + ahead
        return self.words[place] if place < len(self.words) else ""

    def take(self) -> str:
        """Take the next word; raises `ValueError` at the end."""
        if not self:
            raise ValueError(phrase("a word is missing"))
        self.at += 1
        return self.words[self.at - 1]

    def skip(self, *words: str) -> bool:
        """Take the next words if they are these."""
        if self.words[self.at : self.at + len(words)] != list(words):
            return False
        self.at += len(words)
        return True

    def rest(self) -> list[str]:
        """Take all that is left."""
        found = self.words[self.at :]
        self.at = len(self.words)
        return found

    def doubtful(self, why: Phrase | str) -> None:
        """Make the entry count as unread: what is wrong with it stands for the words that are left."""
        del self.words[self.at :]
        self.doubts.append(why)

    def left(self) -> list[Phrase | str]:
        """Return the words nobody took, if the first of them is not known to be harmless."""
        found = self.words[self.at :]
        if not found or self.ledger.is_harmless(self.section, found[0]):
            return self.doubts
        return [*self.doubts, " ".join(found)]


class Ledger:
    """All entries of an input, as the grammar found them."""

    def __init__(
        self, vocabulary: Vocabulary, hidden: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        self.vocabulary = vocabulary
        self.hidden = hidden
        """Keys handed out to nobody, by section: how a test sees that none can be forgotten."""
        self.entries: list[LedgerEntry] = []
        self.asked: set[tuple[str, str]] = set()
        self.notes: list[Note] = []
        # It is asked of the same words again and again.
        self.is_harmless = cache(vocabulary.is_harmless)
        self.is_listed = vocabulary.is_listed

    def may_take(self, section: str, key: str) -> bool:
        """Tell whether a key of a section may be taken, and note that it was asked for."""
        self.asked.add((section, key))
        return (section, key) not in self.hidden

    def changing(self, commands: Iterable[str]) -> list[str]:
        """Return the commands of a script that are not known to leave the rules of the device alone."""
        stripped = (command.strip() for command in commands)
        return [c for c in stripped if c and not self.is_harmless("script", c)]

    def record(
        self, section: str, where: Where, text: str, values: dict[str, list[str]] | None = None
    ) -> Record:
        """Enter named values."""
        entry = Record(self, section, where, text, values if values is not None else {})
        self.entries.append(entry)
        return entry

    def statement(self, section: str, where: Where, text: str, words: Sequence[str]) -> Statement:
        """Enter words in order."""
        entry = Statement(self, section, where, text, list(words))
        self.entries.append(entry)
        return entry

    def costs(self, entry: LedgerEntry, rule: Rule, *, rewrites: bool = False) -> Rule:
        """Return the rule of an entry; with unread words it is one of unknown meaning.

        One in a chain that `rewrites` may then send packets anywhere. Where every unread word can only
        narrow it, it may match or not; else it may do anything to what the entry can touch.
        """
        unread = self.noted(entry)
        if not unread:
            return rule
        reasons = [Unknown(phrase("not read: {text}", text=text)) for text in unread]
        if all(self.vocabulary.is_narrowing(entry.section, first_word(text)) for text in unread):
            return replace(rule, match=all_of(rule.match, *reasons))
        if rewrites or rule.rewrite is not None:
            return _unknown(entry, unread, "prerouting", rule.family)
        return _unknown(entry, unread, "", 0)

    def costs_all(self, entry: LedgerEntry, rule: Rule, *, rewrites: bool = False) -> list[Rule]:
        """Return the rule of an entry; two for one that may send a packet elsewhere, or as well stop it.

        What is unread in the table `raw` may keep a packet from being tracked, too.
        """
        found = self.costs(entry, rule, rewrites=rewrites)
        if found.rewrite is None or found is rule:
            return [found]
        rewrite = found.rewrite
        if rule.label == "raw":
            states = (*span(CT["new"]), *span(CT["untracked"]))
            rewrite = replace(rewrite, values={**rewrite.values, "ct": states}, final=False)
        return [
            replace(found, rewrite=rewrite),
            replace(found, action=Action.UNKNOWN, rewrite=None),
        ]

    def noted(self, entry: LedgerEntry) -> list[Phrase | str]:
        """Return, and note, the unread words of an entry whose interpreter itself says them unknown."""
        entry.done = True
        unread = entry.left()
        self._note(entry, unread)
        return unread

    def unread(self) -> Iterator[tuple[LedgerEntry, list[Phrase | str], frozenset[str]]]:
        """Yield the entries with words nobody accounted for that can change an answer."""
        for entry in self.entries:
            left = [] if entry.done else entry.left()
            if left:
                hooks = self.vocabulary.hooks(entry.section) if entry.hooks is None else entry.hooks
                if any(first_word(text) in self.vocabulary.always for text in left):
                    hooks = ANYTHING
                if hooks:
                    yield entry, left, hooks

    def settled(self, ruleset: Ruleset) -> Ruleset:
        """Return the ruleset with a rule of unknown meaning, and a note, for all that nobody read."""
        found = list(self.unread())
        for entry, left, _ in found:
            self._note(entry, left)
        if not found:
            return replace(ruleset, notes=(*ruleset.notes, *self.notes))
        chains = dict(ruleset.chains)
        for name, chain in chains.items():
            if chain.base is None:
                continue
            added = [
                _unknown(entry, left, chain.base.hook, family)
                for entry, left, hooks in found
                if chain.base.hook in hooks
                for family in (sorted(ruleset.families) if chain.base.hook == "prerouting" else [0])
            ]
            chains[name] = replace(chain, rules=(*added, *chain.rules))
        ways = [
            (e.within, _named(e, together(left))) for e, left, hooks in found if ROUTES in hooks
        ]
        notes = (*ruleset.notes, *self.notes)
        ruleset = perhaps_out(replace(ruleset, chains=chains, notes=notes), ways)
        if all(hooks == {ROUTES} for _, _, hooks in found):
            return ruleset
        wide = [entry.within for entry, _, hooks in found if {"input", "forward"} <= hooks]
        return perhaps_more(ruleset, wide)

    def _note(self, entry: LedgerEntry, left: Iterable[Phrase | str]) -> None:
        self.notes += [
            Note(kind="not read", where=entry.where, text=_named(entry, text)) for text in left
        ]


def _named(entry: LedgerEntry, text: Phrase | str) -> Phrase:
    return series([said(entry.text), said(text)], ": ")


def _unknown(entry: LedgerEntry, left: Iterable[Phrase | str], hook: str, family: int) -> Rule:
    text = _named(entry, together(left))
    return perhaps_anything(entry.within, entry.where, text, hook, family)
