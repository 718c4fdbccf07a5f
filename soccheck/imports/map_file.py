"""Files of maps, shipped or one's own: read, held to the schema, and to what the schema cannot see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soccheck.errors import InputError, UsageError
from soccheck.facts.catalogue import FACTS, SHOWN_BY_RULESETS, lookup
from soccheck.facts.fact import Fact
from soccheck.facts.near import near
from soccheck.facts.values import stated
from soccheck.facts.written import folded
from soccheck.imports.dates import UNLIKE, DateRule
from soccheck.imports.map import FactRule, ImportMap, Key, Proposes, Seen, Skip
from soccheck.imports.table import FileForm
from soccheck.imports.text import as_heading
from soccheck.model import Problem, Value
from soccheck.phrase import Phrase, phrase
from soccheck.policy import pattern
from soccheck.sources import in_vietnamese, schema, yaml
from soccheck.sources.files import content
from soccheck.sources.source import Source

MAPS = Path(__file__).parent / "maps"
"""The shipped maps, a file each."""
_TEXTS = (("title",), ("note",), ("selected",))
"""Where a map speaks to its readers."""


def shipped() -> dict[str, Path]:
    """Return the shipped maps' files by id."""
    return {path.stem: path for path in sorted(MAPS.glob("*.yaml"))}


def load(name: str) -> ImportMap:
    """Return the shipped map of that name, or the one in the file; raises `UsageError`, `InputError`."""
    if name.endswith((".yaml", ".yml")):
        path, told = Path(name), name
        if not path.is_file():
            raise UsageError(phrase("{file}: no such map", file=name), hint=_HINT)
    else:
        known = shipped()
        if name not in known:
            text = phrase("no map {name}", name=repr(name))
            hint = phrase("shipped: {names}; or give a .yaml file", names=", ".join(known))
            raise UsageError(text, hint=near(name, known, hint))
        path, told = known[name], f"maps/{name}.yaml"
    return parsed(yaml.parse(content(path), told))


_HINT = phrase("`soccheck import suggest FILE` writes one")


def parsed(source: Source) -> ImportMap:
    """Return the map that a file states; raises `InputError` with every fault of it."""
    problems = list(source.problems)
    if not problems:
        problems += schema.check("import-map", source)
    if problems:
        raise InputError(problems)
    in_vietnamese.read(source, _TEXTS)
    built = _Builder(source)
    found = built.map()
    if built.problems:
        raise InputError(built.problems)
    return found


class _Builder:
    """Builds a map of what holds to the schema, noting what the schema cannot see."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: dict[str, Any] = source.data
        self.problems: list[Problem] = []

    def fault(self, path: tuple[str | int, ...], text: Phrase, hint: Phrase | None = None) -> None:
        self.problems.append(Problem(self.source.where(*path), text, hint))

    def cannot(self, name: str, raw: object) -> Phrase:
        kind = self.data["about"]
        return phrase("{fact} of {kind} cannot be {value}", fact=name, kind=kind, value=repr(raw))

    def map(self) -> ImportMap:
        data = self.data
        table, rows, taken = data.get("table", {}), data.get("rows", {}), data["taken"]
        absent = tuple(data.get("absent", {}))
        self._absence(absent)
        return ImportMap(
            id=data["import"],
            version=str(data["version"]),
            title=data["title"],
            note=data.get("note"),
            verified=data["verified"],
            source=tuple(data["source"]),
            kind=data["about"],
            options=FileForm(
                format=table.get("format", "auto"),
                delimiter=table.get("delimiter"),
                path=table.get("path", ""),
            ),
            sheets=_names(table.get("sheet", [])),
            until_empty="until" in table,
            file_name=tuple(taken.get("file_name", ())),
            above=tuple(taken.get("above", ())),
            key=tuple(
                Key(columns=_names(k["column"]), match=tuple(k["match"])) for k in data["key"]
            ),
            skip=tuple(self._skips("skip", rows.get("skip", []))),
            only=tuple(self._skips("only", rows.get("only", []))),
            fill=_names(rows.get("fill", [])),
            skip_hidden=rows.get("hidden") == "skip",
            seen=self._seen(),
            selected="selected" in data,
            complete=data["complete"],
            absent=absent,
            proposes=self._proposes(),
            rules=tuple(self._rules()),
        )

    def _absence(self, absent: tuple[str, ...]) -> None:
        if self.data["complete"] and "selected" in self.data:
            text = phrase("a list of some, by a criterion, is not complete")
            self.fault(("complete",), text, phrase("write complete: false"))
        if absent and not self.data["complete"]:
            text = phrase("what is absent from a list that is not complete says nothing")
            self.fault(("absent",), text, phrase("write complete: true where all are in it"))
        for name in absent:
            fact = lookup(self.data["about"], name)
            if fact is None or fact.type != "bool":
                text = phrase(
                    "{kind} has no yes-or-no fact {fact}", kind=self.data["about"], fact=repr(name)
                )
                self.fault(("absent", name), text)

    def _skips(self, key: str, given: list[dict[str, Any]]) -> list[Skip]:
        found = []
        for number, item in enumerate(given):
            try:
                read = pattern.read(item["matches"])
            except pattern.PatternError as error:
                text = phrase("no pattern: {what}", what=error.said)
                self.fault(("rows", key, number, "matches"), text)
                continue
            found.append(Skip(columns=_names(item["column"]), matches=read))
        return found

    def _dates(self, given: dict[str, Any], *path: str) -> DateRule:
        forms = tuple(given["date"])
        for one, other in UNLIKE:
            if one in forms and other in forms:
                text = phrase(
                    "05/04/2022 would be two days: {one} or {other}", one=one, other=other
                )
                self.fault((*path, "date"), text, phrase("name the form this list has"))
        return DateRule(forms=forms, month=given.get("month"), future=given.get("future", False))

    def _seen(self) -> Seen | None:
        given = self.data.get("seen")
        return given and Seen(columns=_names(given["column"]), date=self._dates(given, "seen"))

    def _proposes(self) -> Proposes | None:
        given = self.data.get("proposes")
        if given is None:
            return None
        facts = {}
        for name, raw in given.get("facts", {}).items():
            fact = FACTS.get((self.data["about"], name))
            value = stated(fact, raw) if fact is not None and fact.type != "ref" else None
            if value is None:
                self.fault(("proposes", "facts", name), self.cannot(name, raw))
                continue
            facts[name] = value
        return Proposes(
            columns=_names(given["name"]),
            prefix=given.get("prefix", ""),
            facts=facts,
            only_new=tuple(given.get("only_new", ())),
        )

    def _rules(self) -> list[FactRule]:
        found = []
        for name, given in self.data["facts"].items():
            fact = FACTS.get((self.data["about"], name))
            if fact is None or fact.type == "records" or name in SHOWN_BY_RULESETS:
                text = phrase(
                    "an import states no fact {fact} of {kind}",
                    fact=repr(name),
                    kind=self.data["about"],
                )
                self.fault(("facts", name), text, phrase("see `soccheck schema inventory`"))
            else:
                found.append(self._rule(fact, given))
        return found

    def _rule(self, fact: Fact, given: dict[str, Any]) -> FactRule:
        here = ("facts", fact.name)
        if ("column" in given) == ("const" in given):
            self.fault(here, phrase("a fact is stated by a column, or by const: one of the two"))
        words = self._words(fact, given)
        if "date" in given and fact.type != "date":
            self.fault((*here, "date"), phrase("{fact} is no day", fact=fact.name))
        if fact.type == "date" and "date" not in given and "const" not in given:
            self.fault(here, phrase("the forms of its days are not said: date: [dd/mm/yyyy]"))
        if fact.type == "bool" and "column" in given and not words:
            text = phrase("which entries mean true, and which false, is not said")
            self.fault(here, text, phrase("write true: [...] and false: [...]: others are unknown"))
        if fact.type == "ref" and not given.get("reference"):
            self.fault(
                here, phrase("{fact} names another asset: write reference: true", fact=fact.name)
            )
        if "when" in given and given["when"] not in self.data["facts"]:
            self.fault((*here, "when"), phrase("this map states no {fact}", fact=given["when"]))
        const = stated(fact, given["const"]) if "const" in given else None
        if "const" in given and const is None:
            self.fault((*here, "const"), self.cannot(fact.name, given["const"]))
        return FactRule(
            fact=fact,
            columns=_names(given.get("column", [])),
            words=words or None,
            date=self._dates(given, *here) if "date" in given else None,
            reference=given.get("reference", False),
            split=given.get("split"),
            const=const,
            when=given.get("when"),
            empty_unknown=given.get("empty") == "unknown",
        )

    def _words(self, fact: Fact, given: dict[str, Any]) -> dict[str, Value]:
        """Return what each entry means; one entry with two meanings is a fault."""
        meanings: list[tuple[str, bool | int | str, list[Any]]] = []
        for key, truth in (("true", True), ("false", False)):
            if key in given and fact.type != "bool":
                self.fault(
                    ("facts", fact.name, key),
                    phrase("{fact} is neither true nor false", fact=fact.name),
                )
            elif key in given:
                meanings.append((key, truth, given[key]))
        for text, entries in given.get("values", {}).items():
            numeric = fact.type == "int" and text.lstrip("-").isdecimal()
            meanings.append(("values", int(text) if numeric else text, entries))
        found: dict[str, Value] = {}
        for key, raw, entries in meanings:
            value: Value | None = stated(fact, [raw] if fact.many else raw)
            if value is None:
                self.fault(("facts", fact.name, key), self.cannot(fact.name, raw))
                continue
            for entry in entries:
                word = folded(
                    "true" if entry is True else "false" if entry is False else str(entry)
                )
                if found.setdefault(word, value) != value:
                    text = phrase("{entry} means two things", entry=repr(str(entry)))
                    self.fault(("facts", fact.name, key), text)
        return found


def _names(given: str | list[str]) -> tuple[str, ...]:
    return tuple(as_heading(name) for name in ([given] if isinstance(given, str) else given))
