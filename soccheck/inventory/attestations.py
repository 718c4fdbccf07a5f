"""Attestations: what a named person stated in a signed document, for a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from soccheck.facts import instead, values
from soccheck.facts.catalogue import RULESET, lookup, of_kind
from soccheck.facts.kinds import NAMES
from soccheck.inventory.relations import suggestion
from soccheck.inventory.terms import read_term
from soccheck.model import Asset, Attestation, Inventory, Location, Problem, Value
from soccheck.phrase import phrase
from soccheck.sources.files import Fault, Files
from soccheck.sources.source import Source

MAX_BYTES = 64 << 20


def read_attestations(source: Source, problems: list[Problem]) -> list[Attestation]:
    """Return the attestations of a file that holds to the schema, adding faults to `problems`.

    Their facts are typed by `typed`, once it is known of which kind their assets are.
    """
    found = []
    for name, node in source.data["attestations"].items():
        where = source.where("attestations", name)
        term = read_term(source, ("attestations", name), ("from", "to"), problems)
        if term is None:
            continue
        document = node["document"]
        _check_document(document, source.where("attestations", name, "document"), problems)
        found.append(
            Attestation(
                id=name,
                assets=tuple(node["assets"]),
                facts=node["facts"],
                signer=node["signer"],
                role=node["role"],
                number=document.get("number"),
                path=document.get("path"),
                sha256=document.get("sha256"),
                start=term[0],
                end=term[1],
                at=where,
                illustrative=bool(node.get("illustrative")),
            )
        )
    return found


def _check_document(document: dict[str, Any], at: Location, problems: list[Problem]) -> None:
    """Note a document by which nobody could find what was signed."""
    if not {"number", "path"} & document.keys():
        hint = phrase("give its number:, or a file in this folder: path: and sha256:")
        text = phrase("nothing says which document was signed")
        problems.append(Problem(at, text, hint))
    elif "path" not in document and not any(map(str.isdigit, document["number"])):
        hint = phrase("give its number, with digits, or a file in this folder: path: and sha256:")
        text = phrase("nothing says which document was signed")
        problems.append(Problem(at, text, hint))
    elif ("path" in document) != ("sha256" in document):
        text = phrase("a signed file is known by its path and its SHA-256, both")
        hint = phrase("add the other; `sha256sum FILE` prints the SHA-256")
        problems.append(Problem(at, text, hint))


def typed(
    attestation: Attestation, assets: Mapping[str, Asset], problems: list[Problem]
) -> Attestation:
    """Return the attestation with its facts as the catalogue types them, adding faults to `problems`."""
    facts: dict[str, Value] = {}
    kinds = {}
    for name in attestation.assets:
        if name in assets:
            kinds[assets[name].kind] = name
            continue
        text = phrase(
            "the attestation {id} names no asset: {asset}",
            id=repr(attestation.id),
            asset=repr(name),
        )
        problems.append(Problem(attestation.at, text, suggestion(name, assets)))
    for kind, name in kinds.items():
        for fact, raw in attestation.facts.items():
            value = _typed(attestation, kind, name, fact, raw, problems)
            if value is not None:
                facts[fact] = value
    return replace(attestation, facts=facts)


def _typed(
    attestation: Attestation, kind: str, name: str, fact: str, raw: Any, problems: list[Problem]
) -> Value | None:
    """Return what an attestation says of one fact of an asset; none, and a fault, where it cannot be."""
    known = lookup(kind, fact) if fact not in RULESET else None
    if known is None or known.type == "records":
        text = phrase(
            "the attestation {id}: the {kind} {asset} has no fact {fact}",
            id=repr(attestation.id),
            kind=NAMES[kind],
            asset=repr(name),
            fact=repr(fact),
        )
        hint = phrase("name it as policies do: backup.offsite, say")
        close = [other for other in of_kind(kind) if other.endswith(f".{fact}")]
        if close:
            hint = phrase("did you mean {word}?", word=repr(close[0]))
        problems.append(Problem(attestation.at, text, hint))
        return None
    value = values.stated(known, raw)
    if value is None:
        text = phrase(
            "the attestation {id}: {fact}: {value} is not what it says",
            id=repr(attestation.id),
            fact=fact,
            value=repr(raw),
        )
        hint = instead.hint(known.type, raw, known.values)
        problems.append(Problem(attestation.at, text, hint))
    return value


def with_files(inventory: Inventory, files: Files) -> Inventory:
    """Return the inventory, of each attestation known whether its file is still the one that was signed.

    What the files are is part of the inventory's digest: what is judged is what was digested.
    """
    if not any(item.path for item in inventory.attestations):
        return inventory
    looked = tuple(_looked_at(item, files) for item in inventory.attestations)
    digest = hashlib.sha256(inventory.digest.encode())
    for item in looked:
        digest.update(f"{item.id}\0{item.changed or ''}\n".encode())
    return replace(inventory, attestations=looked, digest=digest.hexdigest())


def _looked_at(item: Attestation, files: Files) -> Attestation:
    if item.path is None:
        return item
    entries = files.named(item.path)
    if len(entries) != 1:
        return replace(item, changed=f"{item.path} is not there")
    raw = files.read(entries[0], MAX_BYTES)
    if isinstance(raw, Fault):
        return replace(item, changed=f"{item.path}: {raw.message}")
    if not raw.strip():
        return replace(item, changed=f"{item.path}: 0 B")
    digest = hashlib.sha256(raw).hexdigest()
    if digest == item.sha256:
        return item
    return replace(item, changed=f"{item.path} has the SHA-256 {digest}")


def holding(attestations: Iterable[Attestation], day: date) -> Iterator[Attestation]:
    """Yield the attestations that hold on a day, their files unchanged."""
    for item in attestations:
        if item.start <= day <= item.end and item.changed is None:
            yield item
