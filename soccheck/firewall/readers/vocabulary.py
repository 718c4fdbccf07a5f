"""What is known of a vendor's words beyond what its interpreter takes: data, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from soccheck.firewall.readers.forms import Forms, by_first_word, is_written
from soccheck.firewall.readers.patterns import Sections, StarredWords

HOOKS = frozenset({"prerouting", "input", "forward", "postrouting", "output"})
ROUTES = "routes"
"""Stands among the hooks for where default routes lead."""
ANYTHING = HOOKS | {ROUTES}
ANYWHERE = "*"
"""Below which `deep` lists the words that may stand anywhere."""

NONE: Sections[StarredWords] = Sections({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What is known of a vendor's words beyond what its interpreter takes. Names may hold `*`."""

    bears: Sections[frozenset[str]] = field(default_factory=lambda: Sections({}))
    """Section to the hooks it can change, or `routes`; none for one that is harmless. First match counts.

    What is not listed bears on all.
    """
    harmless: Sections[StarredWords] = NONE
    """Section to the words in it that change no answer, whatever their value, or with just the value of
    `word=value`. Under `script` stand the commands that leave a device's rules alone.
    """
    deep: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Beginnings of statements to the words that may follow: `*` for a name or a value, `word+` or `*+` for
    one with anything below it. Where nothing is listed below, one value may stand, or a list in brackets."""
    forms: Sections[Forms] = field(default_factory=lambda: Sections({}))
    """Section to the syntax of its commands that change no answer, word by word."""
    alike: Mapping[str, str] = field(default_factory=dict)
    """Beginnings of statements below which the words of another stand."""
    unfinished: frozenset[str] = frozenset()
    """Beginnings of statements that bear where nothing follows."""
    flags: frozenset[str] = frozenset()
    """StarredWords of statements that no value follows, where nothing is listed below."""
    bearing: Sections[StarredWords] = NONE
    """Section to the words that bear although a pattern of the harmless ones holds them."""
    whole: Sections[StarredWords] = NONE
    """Section to the harmless words that are so with all that stands below them, where a reader asks."""
    singly: Sections[str] = field(default_factory=lambda: Sections({}))
    """Sections whose words are harmless one by one, by a file beside; what else stands there bears on all."""
    always: frozenset[str] = frozenset()
    """Words that bear on all hooks wherever they stand, even in a section that bears on none: scripts."""
    narrowing: Sections[StarredWords] = NONE
    """Section to the words that can only make a rule match less."""
    switches: Mapping[str, str] = field(default_factory=dict)
    """Section to the path of the element below it, or from the top (`/`), that says whether it is on."""

    def hooks(self, section: str) -> frozenset[str]:
        """Return the hooks a section can change: any, where only the words that are listed change none."""
        if self.is_listed(section):
            return ANYTHING
        return next(iter(self.bears.of(section)), ANYTHING)

    def is_listed(self, section: str) -> bool:
        """Tell whether the words of a section are listed one by one."""
        return bool(self.singly.of(section))

    def is_harmless(self, section: str, word: str) -> bool:
        """Tell whether a word of a section changes nothing."""
        found = _listed(self.harmless, section, word) or any(
            is_written(forms, word.split()) for forms in self.forms.of(section)
        )
        return found and not _listed(self.bearing, section, word)

    def is_whole(self, section: str, word: str) -> bool:
        """Tell whether a word of a section changes nothing with all that stands below it."""
        return _listed(self.whole, section, word)

    def follows(self, words: Sequence[str]) -> bool:
        """Tell whether each word of a statement is known where it stands."""
        path, outer, at = "", "", 0
        named = ""
        """The part that has its name: no other may follow it there."""
        if not self.deep:
            return False
        while at < len(words):
            known = self.deep.get(path)
            if known is None:
                # A value, or a list of them; more words of the same part may follow it.
                if path.endswith(" *"):
                    named = outer
                elif words[at - 1] not in self.flags:
                    at = words.index("]", at) if words[at] == "[" and "]" in words[at:] else at
                    at += 1
                path = outer
                if at == len(words):
                    return True
                continue
            word = words[at]
            if f"{word}+" in known:
                return True
            listed = word in known or word in self.deep.get(ANYWHERE, ())
            if not listed and "*+" in known:
                return True
            if not listed and ("*" not in known or path == named):
                return False
            path, outer = f"{path} {word if listed else '*'}".strip(), path
            path = self.alike.get(path, path)
            at += 1
        return path not in self.unfinished

    def is_narrowing(self, section: str, word: str) -> bool:
        """Tell whether a word of a section can only make its rule match less."""
        return _listed(self.narrowing, section, word)


def _listed(table: Sections[StarredWords], section: str, word: str) -> bool:
    return any(word in words for words in table.of(section))


def table(package: str, name: str) -> dict[str, Any]:
    """Return what a file of a package says."""
    return tomllib.loads(resources.files(package).joinpath(name).read_text("utf-8"))


def _with_parents(deep: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """Return the words below each beginning of a statement with those below which others stand."""
    found = {path: set(words) for path, words in deep.items()}
    for path in deep:
        while path and path != ANYWHERE:
            path, _, word = path.rpartition(" ")
            found.setdefault(path, set()).add(word)
    return {path: frozenset(words) for path, words in found.items()}


def _split(words: str | Sequence[str]) -> Sequence[str]:
    return words.split() if isinstance(words, str) else words


def load(package: str, name: str = "words.toml", beside: str = "") -> Vocabulary:
    """Return a vendor's vocabulary from a file of its folder, which names its source.

    Files `beside` it name the harmless words of sections that no interpreter opens, or of statements.
    """
    found = table(package, name)
    extras = [table(package, extra) for extra in beside.split()]
    more = {section: words for e in extras for section, words in e.get("harmless", {}).items()}
    for extra in extras:
        found["bearing"] = {**found.get("bearing", {}), **extra.get("bearing", {})}
    for section, words in (*more.items(), *found.get("whole", {}).items()):
        found["harmless"][section] = f"{words} {found['harmless'].get(section, '')}"
    bears = {
        section.strip(): frozenset[str](part["bears"])
        for part in found["sections"]
        for section in part["names"].replace("\n", " ").split(",")
    }
    unknown = {hook for hooks in bears.values() for hook in hooks} - ANYTHING
    if unknown:
        raise ValueError(f"{package}: no such hook: {', '.join(sorted(unknown))}")
    harmless, whole, bearing, narrowing = (
        Sections(
            {section: StarredWords(_split(words)) for section, words in found.get(kind, {}).items()}
        )
        for kind in ("harmless", "whole", "bearing", "narrowing")
    )
    deep = {path: frozenset(_split(words)) for path, words in found.get("deep", {}).items()}
    always = frozenset[str](found.get("always", "").split())
    return Vocabulary(
        bears=Sections(bears),
        deep=_with_parents(deep),
        forms=Sections(
            {
                section: by_first_word(text, found.get("parts", {}))
                for section, text in found.get("forms", {}).items()
            }
        ),
        alike=found.get("alike", {}),
        unfinished=frozenset[str](found.get("unfinished", {}).get("names", ())),
        flags=frozenset[str](found.get("flags", {}).get("names", "").split()),
        singly=Sections({section: section for section in more}),
        always=always,
        harmless=harmless,
        whole=whole,
        bearing=bearing,
        narrowing=narrowing,
        switches={at: path for e in extras for at, path in e.get("switches", {}).items()},
    )
