"""Which id is meant where a name stands in its place: Sở TT&TT is so-tttt, where that one is called so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from soccheck.facts.called import Called
from soccheck.model import Asset, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.sources.schema_words import IS_NOT

_NAMES = ("name.vi", "name.en")


def with_ids(problems: Iterable[Problem], assets: Iterable[Asset]) -> Iterator[Problem]:
    """Yield the problems; those of a name where an id goes with the id of the asset that is called so."""
    called = Called(
        {a.id: [str(a.facts[fact]) for fact in _NAMES if fact in a.facts] for a in assets}
    )
    for problem in problems:
        what = dict(problem.message.values).get("what")
        meant = None
        if isinstance(what, Phrase) and what.text == IS_NOT["ref"].text:
            meant = called.find(str(dict(what.values)["value"]))
        yield replace(problem, hint=phrase("write {what}", what=meant)) if meant else problem
