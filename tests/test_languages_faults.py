"""Every fault of the corpora, and of files spoilt key by key, is said in Vietnamese, with what to do.

A fault is a sentence and what stands in it. The sentence is held to the catalogue: it is translated, and no
word of it is English. What stands in it is what the user wrote, or names of keys and values.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from soccheck.errors import InputError
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Problem
from soccheck.phrase import Phrase
from soccheck.policy import load as policy
from soccheck.sources import schema, yaml
from soccheck.sources.source import Source
from tests.cli.run import ROOT
from tests.inventory import test_mistakes as mistakes
from tests.test_languages import LETTERS, TAKEN_OUT, english, words

TESTS = ROOT / "tests"

KEYS_SAID = frozenset(("all", "any", "as", "if", "of"))
"""Keys that a sentence names, and the words of Notepad's menu."""
SPOILT = {
    "inventory": ["soccheck/template/*.yaml", "inventories/dong-thap/*.yaml"],
    "policy": ["policies/antivirus.yaml", "policies/ipv6.yaml", "policies/profiles/*.yaml"],
    "settings": ["soccheck/cli/soccheck.example.yaml"],
    "import-map": ["soccheck/imports/maps/*.yaml"],
    "cases": ["tests/policies/cases/*/AV-REALTIME.yaml"],
}


@pytest.fixture(scope="module")
def vocabulary() -> frozenset[str]:
    return english()


def named(node: Any) -> Iterator[str]:
    """Yield the names of keys and the values that schemas list."""
    for key, inner in node.items() if isinstance(node, dict) else ():
        if key in ("properties", "$defs"):
            yield from inner
        if key == "enum":
            yield from map(str, inner)
        yield from named(inner)
    for inner in node if isinstance(node, list) else ():
        yield from named(inner)


WRITTEN = frozenset(("contains", "nowhere", "passphrase", "yes"))
DATA = WRITTEN.union(
    *(words(name) for each in schema.NAMES for name in named(json.loads(schema.text(each))))
)
"""Words of keys, of values, of operators, and of what the corpus itself writes."""


def sentences(said: Phrase | None) -> Iterator[Phrase]:
    if said is not None:
        yield said
        for _, value in said.values:
            if isinstance(value, Phrase):
                yield from sentences(value)


def english_in(problem: Problem, vocabulary: frozenset[str]) -> Iterator[str]:
    """Yield the sentences of a fault that are not translated, or have English in them."""
    language = Language("vi")
    for sentence in (*sentences(problem.message), *sentences(problem.hint)):
        assert isinstance(sentence, Phrase)
        told = language(sentence.text)
        bare = re.sub(r"\{\w+\}", " ", told)
        if told == sentence.text and words(bare):
            yield f"not translated: {told}"
        if words(TAKEN_OUT.sub(" ", bare)) & (vocabulary - KEYS_SAID):
            yield f"English: {told}"
        for _, value in sentence.values:
            text = TAKEN_OUT.sub(" ", str(value)) if not isinstance(value, Phrase) else ""
            if words(text) & (vocabulary - DATA):
                yield f"English in {sentence.text}: {value}"


def both(problems: Iterable[Problem], vocabulary: frozenset[str]) -> int:
    """Hold faults to Vietnamese in Vietnamese and to English in English; return how many there were."""
    found = list(problems)
    assert [text for problem in found for text in english_in(problem, vocabulary)] == []
    for problem in found:
        for said in (*sentences(problem.message), *sentences(problem.hint)):
            assert not LETTERS.search(re.sub(r"\([^)]*\)", "", said.text)) or "ỦY BAN" in said.text
    return len(found)


def faults_of(load: Any) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        load()
    return [problem for problem in caught.value.problems if isinstance(problem, Problem)]


def test_faults_of_policies(vocabulary: frozenset[str]) -> None:
    files = sorted((TESTS / "policy" / "bad").glob("*.yaml"))
    found = [
        p for path in files for p in faults_of(lambda path=path: policy.load([(path, path.name)]))
    ]
    assert both(found, vocabulary) > 100


def test_faults_of_inventories(vocabulary: frozenset[str]) -> None:
    folders = [path for path in (TESTS / "inventory" / "bad").iterdir() if path.is_dir()]
    found = [p for path in folders for p in faults_of(lambda path=path: inventory.load(path, "i"))]
    assert both(found, vocabulary) > 100


def test_faults_of_yaml(vocabulary: frozenset[str]) -> None:
    files = sorted((TESTS / "sources" / "yaml" / "bad").glob("*.yaml"))
    found = [p for path in files for p in yaml.parse(path.read_bytes(), path.name).problems]
    assert both(found, vocabulary) > 100


def test_mistakes_people_make(vocabulary: frozenset[str], tmp_path: Path) -> None:
    found = [
        problem
        for path in mistakes.CASES
        for problem in mistakes.faults(mistakes.laid_out(mistakes.read(path), tmp_path / path.stem))
    ]
    assert both(found, vocabulary) > 100


def nodes(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    yield path, node
    listed = enumerate(node) if isinstance(node, list) else ()
    for key, inner in node.items() if isinstance(node, dict) else listed:
        yield from nodes(inner, (*path, key))


def spoilt(data: Any, path: tuple[Any, ...], old: Any) -> Iterator[Any]:
    """Yield the data with the value at a path taken away, or replaced by what it cannot be."""
    empty = "" if isinstance(old, str) else type(old)()
    for new in (None, {"zzz": 1}, "?!", -7.5, empty):
        changed = copy.deepcopy(data)
        at = changed
        for step in path[:-1]:
            at = at[step]
        if new is not None:
            at[path[-1]] = new
        elif isinstance(at, dict):
            del at[path[-1]]
        yield changed


@pytest.mark.parametrize("name", SPOILT)
def test_what_is_wrong_with_any_key(name: str, vocabulary: frozenset[str]) -> None:
    """Each key once, below each key it stands in: what a schema says of it is translated."""
    seen, count = set(), 0
    for path in (path for pattern in SPOILT[name] for path in sorted(ROOT.glob(pattern))):
        whole = yaml.parse(path.read_bytes(), path.name, nulls=True).data
        for place, old in nodes(whole):
            kind = (*(key for key in place[-2:] if isinstance(key, str)), type(old))
            if not place or kind in seen:
                continue
            seen.add(kind)
            # Only the section it stands in: a file of hundreds of assets is copied for each key.
            data = {place[0]: whole[place[0]]} if name == "inventory" else whole
            for changed in spoilt(data, place, old):
                source = Source(path.name)
                source.data = changed
                count += both(schema.check(name, source), vocabulary)
    assert count > 20
