"""The inventory's JSON Schema, made from the fact catalogue."""

from __future__ import annotations

import json
from typing import Any

from soccheck.facts import GROUPS, Fact, of_kind
from soccheck.model import KINDS

DURATION = r"^[0-9]+(min|h|d|w|mo|y)$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
ID = r"^[a-z0-9][a-z0-9._-]*$"
_TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
    "text": {"type": "string", "minLength": 1},
    "date": {"type": "string", "pattern": DAY},
    "duration": {"type": "string", "pattern": DURATION},
    "address": {"type": "string", "pattern": r"^[0-9A-Fa-f:.]+$"},
    "prefix": {"type": "string", "pattern": r"^[0-9A-Fa-f:.]+/[0-9]+$"},
    "ref": {"type": "string", "pattern": ID},
}


def _typed(fact: Fact) -> dict[str, Any]:
    if fact.type in ("enum", "int") and fact.values:
        whole = fact.type == "int"
        schema: dict[str, Any] = {"enum": [int(v) if whole else v for v in fact.values]}
    elif fact.type == "records":
        return {"type": "array", "description": fact.meaning}
    else:
        schema = dict(_TYPES[fact.type])
    if fact.many:
        schema = {"type": "array", "items": schema, "uniqueItems": True}
    unit = f" ({fact.unit})" if fact.unit else ""
    return {**schema, "description": fact.meaning + unit}


def _object(facts: dict[str, Fact], prefix: str = "") -> dict[str, Any]:
    """Nest dotted fact names into an object; every mapping may say who says so."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for name, fact in facts.items():
        head, _, tail = name.removeprefix(prefix).partition(".")
        if head in properties:
            continue
        if not tail and fact.type != "records":
            properties[head] = _typed(fact)
            if fact.required:
                required.append(head)
            continue
        inside = {n: f for n, f in facts.items() if n.startswith(f"{prefix}{head}.")}
        nested = _object(inside, f"{prefix}{head}.")
        if tail:
            properties[head] = {**nested, "description": GROUPS[f"{prefix}{head}"]}
        else:
            properties[head] = {**_typed(fact), "items": nested}
    properties["source"] = {"$ref": "#/$defs/source"}
    properties["illustrative"] = {"$ref": "#/$defs/illustrative"}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**schema, "required": required} if required else schema


def _keyed(schema: dict[str, Any], meaning: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": meaning,
        "propertyNames": {"pattern": ID},
        "additionalProperties": schema,
    }


def _fixed(required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def _described(kind: str, meaning: str) -> dict[str, Any]:
    return {**_TYPES[kind], "description": meaning}


def build() -> dict[str, Any]:
    """Return the schema of one file of an inventory folder."""
    documents = _fixed(
        "title",
        title=_described("text", "title of the document"),
        number=_described("text", "its number"),
        date=_described("date", "its date"),
        issuer=_described("text", "who issued it"),
    )
    waivers = _fixed(
        "control reason approver granted expires",
        control=_described("text", "id of the control that is waived"),
        assets={
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": _TYPES["ref"],
            "description": "ids of the assets it is waived for",
        },
        select={
            **_fixed(
                "kind",
                kind={"enum": list(KINDS), "description": "kind of asset"},
                organization=_described("ref", "id of the organisation that answers for them"),
                tags={
                    "type": "array",
                    "minItems": 1,
                    "items": _TYPES["text"],
                    "description": "tags that each must have, all of them",
                },
            ),
            "description": "assets it is waived for, those added later too; narrower is better",
        },
        reason=_described("text", "why the risk is accepted"),
        approver=_described("text", "who accepted it"),
        granted=_described("date", "first day it holds"),
        expires=_described("date", "last day it holds"),
        ticket=_described("text", "number of the request"),
    )
    assets = {"assets": {"description": "ids of the assets it is waived for, or use select:"}}
    # First, so that what is missing is said in the order the keys are written in.
    waivers = {
        "if": {"not": {"required": ["select"]}},
        "then": {"required": ["assets"], "properties": assets},
        **waivers,
    }
    source = _fixed(
        "document",
        document=_described("ref", "id of a document listed under documents"),
        section=_described("text", "clause or section"),
        page={"type": "integer", "minimum": 1, "description": "page"},
        of={
            "type": "array",
            "minItems": 1,
            "items": _TYPES["text"],
            "description": "the keys beside it that the document states; all of them unless said",
        },
    )
    kinds = {f"{kind}s": _keyed(_object(of_kind(kind)), f"{kind}s by id") for kind in KINDS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://soccheck.example/schemas/inventory.schema.json",
        "title": "soccheck inventory (one file of the folder)",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "authority": {**_object(of_kind("authority")), "description": GROUPS["authority"]},
            "documents": _keyed(documents, "documents that statements are taken from"),
            **kinds,
            "waivers": _keyed(waivers, "time-limited, approved acceptances of failing findings"),
        },
        "$defs": {
            "source": {**source, "description": "who says so"},
            "illustrative": {"const": True, "description": "made up for a sample"},
        },
    }


def dumped() -> str:
    """Return the schema as the file it ships as."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"
