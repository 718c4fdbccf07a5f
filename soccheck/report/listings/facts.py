"""The catalogue of facts: what each is, its form, who gives it, and the key to write."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.facts.catalogue import RULESET, SHOWN_BY_RULESETS
from soccheck.facts.examples import example, writable
from soccheck.facts.fact import Fact
from soccheck.i18n import Language
from soccheck.probes.all import PROBES
from soccheck.report.listings.listing import Listing
from soccheck.report.wording import csv_words, labels, sections, to_write
from soccheck.report.wording.sections import Section

VERSION = 1
_COLUMNS = ("kind", "fact", "title", "type", "form", "unit", "given_by", "write")
_ASKED = ("host", "firewall")
"""Kinds of asset that are asked, and whose rulesets are read."""


def listing(found: Iterable[tuple[str, Fact]], language: Language) -> Listing:
    """Return facts, each with the kind of asset it is about, as tables and as a document."""
    known = list(found)
    kinds = list(dict.fromkeys(kind for kind, _ in known))
    notes = [
        language(
            "A name is the path to its key: dossier.status is the key status under dossier, of an asset "
            "of this kind."
        )
    ]
    header = [
        language("Fact"),
        language("What it is"),
        language("Form"),
        language("Given by"),
    ]
    parts = []
    for kind in kinds:
        mine = [fact for one, fact in known if one == kind]
        title = labels.beginning(sections.kind_words(kind, 1, language))
        rows = [
            [fact.name, _title(fact, language), _form(fact, language), _given(kind, fact, language)]
            for fact in mine
        ]
        parts.append(Section(title=f"{title} ({kind}s:)", header=header, rows=rows))
        if kind == "authority":
            parts[-1] = Section(title=f"{title} ({kind}:)", header=header, rows=rows)
    return Listing(
        title=language.plural("{n} fact", "{n} facts", len(known)),
        notes=notes,
        blocks=[],
        sections=parts,
        columns=_COLUMNS,
        records=[_record(kind, fact, language) for kind, fact in known],
        worded={"kind": csv_words.kinds(language)},
        document={
            "soccheck": {"format": "facts", "version": VERSION},
            "facts": [_document(kind, fact) for kind, fact in known],
        },
    )


def _title(fact: Fact, language: Language) -> str:
    return (fact.title or {}).get(language.code) or language(fact.meaning)


def _form(fact: Fact, language: Language) -> str:
    """Return how a value is written: its choices, else an example; with its unit, and if it must be."""
    if fact.type == "bool":
        form = "true, false"
    elif fact.values and fact.type in ("enum", "int"):
        form = ", ".join(fact.values)
    elif fact.type == "records":
        form = language("a list of entries")
    else:
        form = example(fact, {})
    if fact.many and fact.type != "records":
        form = language("a list of: {values}").format(values=form.strip("[]"))
    if fact.unit:
        form += f" ({labels.unit(fact.unit, language)})"
    return form + ("; " + language("must be stated") if fact.required else "")


def _probes(kind: str, fact: Fact) -> list[str]:
    """Return the probes that show a fact, each once."""
    if kind not in _ASKED:
        return []
    return list(dict.fromkeys(p.name for p in PROBES.values() if fact.name in p.shows))


def _by(kind: str, fact: Fact) -> list[str]:
    """Return who gives a fact: the inventory, a machine that is asked, its ruleset."""
    found = [] if fact.name in RULESET else ["inventory"]
    found += ["machine"] if _probes(kind, fact) else []
    shown = kind in _ASKED and fact.name in SHOWN_BY_RULESETS
    return found + (["ruleset"] if shown else [])


def _given(kind: str, fact: Fact, language: Language) -> str:
    said = {
        "inventory": language("the inventory"),
        "machine": language("the machine, asked ({probes})").format(
            probes=", ".join(_probes(kind, fact))
        ),
        "ruleset": language("its ruleset"),
    }
    return ", ".join(said[word] for word in _by(kind, fact))


def _write(kind: str, fact: Fact) -> str:
    """Return the YAML that states a fact of an asset; of what only a ruleset shows, which key names it."""
    name = "firewall.ruleset" if fact.name in RULESET else fact.name
    return to_write.line(kind, writable(kind, name))


def _record(kind: str, fact: Fact, language: Language) -> list[object]:
    return [
        kind,
        fact.name,
        _title(fact, language),
        fact.type,
        _form(fact, language),
        fact.unit or "",
        " ".join(_by(kind, fact)),
        _write(kind, fact),
    ]


def _document(kind: str, fact: Fact) -> dict[str, object]:
    return {
        "kind": kind,
        "fact": fact.name,
        "type": fact.type,
        "values": list(fact.values),
        "many": fact.many,
        "unit": fact.unit,
        "required": fact.required,
        "title": dict(fact.title) if fact.title else None,
        "given_by": _by(kind, fact),
        "probes": _probes(kind, fact),
        "write": _write(kind, fact),
    }
