"""The inventory's JSON Schema, made from the fact catalogue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from soccheck.facts.catalogue import of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.table.groups import GROUPS
from soccheck.model import KINDS

DURATION = r"^[0-9]+(min|h|d|w|mo|y)$"
DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
ADDRESS = r"^[0-9A-Fa-f:.]+$"
PREFIX = r"^[0-9A-Fa-f:.]+/[0-9]+$"
SERVICE = r"^(maybe )?[a-z0-9]+(/[0-9]+(-[0-9]+)?)?$"
COUNT = r"^(about|over) [0-9]{1,18}$"
SHARE = r"^(about |over )?[0-9]{1,3}(\.[0-9]{1,9})?%$"
NUMBER = r"^[0-9]{1,6}[A-Za-z]?$"
ID = r"^[a-z0-9][a-z0-9._-]*$"
_TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
    "text": {"type": "string", "minLength": 1},
    "date": {"type": "string", "pattern": DAY},
    "duration": {"type": "string", "pattern": DURATION},
    "address": {"type": "string", "pattern": ADDRESS},
    "prefix": {"type": "string", "pattern": PREFIX},
    "ref": {"type": "string", "pattern": ID},
    "service": {"type": "string", "pattern": SERVICE},
    "share": {"type": "string", "pattern": SHARE},
    "count": {
        "anyOf": [
            {"type": "integer", "minimum": 0},
            {"type": "string", "pattern": COUNT},
        ]
    },
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


_FIGURE: dict[str, Any] = {
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "number"}],
    "description": 'as the report writes it, its decimals kept: "94,2" or "0.4118"',
}
_FIGURES = {
    "count": "a whole number: 1.348 is a thousand and more",
    "value": "a number that may have decimals",
    "numerator": "how many meet it",
    "denominator": "of how many",
    "per_cent": "the share in per cent",
    "points": "points earned",
    "maximum": "points that can be earned",
    "lost": "points lost",
    "from": "the figure before",
    "to": "the figure after",
    "change": "after less before; a rank that rises from 20 to 9 changes by -11",
}
"""Fields of a claim -> what each states."""


_LISTED = {"type": "array", "minItems": 1, "items": _TYPES["text"]}


def _part() -> dict[str, Any]:
    return {
        "anyOf": [
            *_FIGURE["anyOf"],
            _fixed(
                "total",
                total={"$ref": "#/$defs/figure"},
                parts={"$ref": "#/$defs/parts"},
                listed={**_LISTED, "description": "the names behind it: as many as it says"},
            ),
        ],
        "description": "a figure, or one with what it is made of",
    }


def _lookup() -> dict[str, Any]:
    condition = {"description": "those for which this condition holds"}
    return {
        "anyOf": [
            {"type": "string", "minLength": 1},
            _fixed(
                "",
                fact=_described("text", "name of the fact"),
                asset=_described("ref", "id of the asset; the authority unless said"),
                count={"enum": list(KINDS), "description": "count the assets of this kind"},
                sum={"enum": list(KINDS), "description": "add the fact up over this kind"},
                when={"$ref": "#/$defs/condition", **condition},
            ),
        ],
        "description": "a fact of the authority, or {asset, fact}, {count, when}, {sum, fact, when}",
    }


def _claim() -> dict[str, Any]:
    return _fixed(
        "says source",
        says=_described("text", "the sentence that states it"),
        source={"$ref": "#/$defs/source"},
        as_of=_described("date", "day it speaks of; the inventory's unless said"),
        **{name: {**_FIGURE, "description": meaning} for name, meaning in _FIGURES.items()},
        total={**_FIGURE, "description": "what the parts add up to"},
        parts={"$ref": "#/$defs/parts"},
        listed={**_LISTED, "description": "the names behind the total, numerator or count"},
        inventory={
            "type": "object",
            "propertyNames": {"enum": [*_FIGURES, "total"]},
            "additionalProperties": {"$ref": "#/$defs/lookup"},
            "description": "field -> what in the inventory it speaks of",
        },
    )


def _of_claims() -> dict[str, Any]:
    """Return what claims refer to; they count assets by the conditions a policy is written in."""
    parts = {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {"$ref": "#/$defs/part"},
        "description": "label -> part; they add up to the total",
    }
    policy = json.loads((Path(__file__).parent / "policy.schema.json").read_text(encoding="utf-8"))
    conditions = {name: policy["$defs"][name] for name in ("condition", "quantifier")}
    return {"figure": _FIGURE, "part": _part(), "parts": parts, "lookup": _lookup(), **conditions}


def _document() -> dict[str, Any]:
    return _fixed(
        "title",
        title=_described("text", "title of the document"),
        number=_described("text", "its number"),
        date=_described("date", "its date"),
        issuer=_described("text", "who issued it"),
    )


def _waiver() -> dict[str, Any]:
    tags = {**_LISTED, "description": "tags that each must have, all of them"}
    select = _fixed(
        "kind",
        kind={"enum": list(KINDS), "description": "kind of asset"},
        organization=_described("ref", "id of the organisation that answers for them"),
        tags=tags,
    )
    waiver = _fixed(
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
            **select,
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
    return {
        "if": {"not": {"required": ["select"]}},
        "then": {"required": ["assets"], "properties": assets},
        **waiver,
    }


def _attestation() -> dict[str, Any]:
    value = {"type": ["boolean", "integer", "number", "string"]}
    document = _fixed(
        "",
        number=_described("text", "its number"),
        path=_described("text", "the signed file, in the inventory's own folder"),
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "the file's SHA-256"},
    )
    attestation = _fixed(
        "assets facts signer role document from to",
        assets={
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": _TYPES["ref"],
            "description": "ids of the assets it is about",
        },
        facts={
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [value, {"type": "array", "items": value}]},
            "description": "what it states: facts by the names that policies use, backup.offsite: true",
        },
        signer=_described("text", "who signed it"),
        role=_described("text", "as what"),
        document={
            **document,
            "description": "the signed document: its number, or its file",
        },
        to=_described("date", "last day it holds"),
    )
    attestation["properties"]["from"] = _described("date", "first day it holds")
    attestation["properties"]["illustrative"] = {"$ref": "#/$defs/illustrative"}
    return attestation


def _head(**more: dict[str, Any]) -> dict[str, Any]:
    """Return what one document made of the inventory begins and ends with."""
    head = _fixed(
        "",
        issuer=_described("ref", "id of the organisation whose document it is"),
        superior=_described("text", "the body above it, as it is printed"),
        number={**_TYPES["text"], "pattern": NUMBER, "description": "its number"},
        symbol=_described("text", "the symbol after the number: BC-UBND"),
        place=_described("text", "the place it is written at"),
        date=_described("date", "its day"),
        to={**_LISTED, "description": "whom it is addressed to (Kính gửi)"},
        basis={**_LISTED, "description": "further texts it is based on (Căn cứ), one each"},
        mandate=_described("text", "the wish or plan it answers to (Thực hiện ...)"),
        signs_as={
            **_LISTED,
            "description": "lines above the signature: TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, ...",
        },
        signer=_described("text", "name of who signs"),
        recipients={**_LISTED, "description": "who is sent it (Nơi nhận), the archive last"},
        **more,
    )
    head["properties"]["illustrative"] = {"$ref": "#/$defs/illustrative"}
    return head


def _report() -> dict[str, Any]:
    senders = {
        "owner": "the owner's, to the ministry",
        "specialist": "the specialised unit's, to the owner",
        "operator": "the operating unit's, to the owner",
    }
    letters = _fixed("", **{k: {**_head(), "description": v} for k, v in senders.items()})
    letters["description"] = "the yearly letters (Mẫu 08), each with what is its own"
    head = _head(letters=letters)
    return {
        **head,
        "description": "what official reports begin and end with; blank where not stated",
    }


def _source() -> dict[str, Any]:
    source = _fixed(
        "document",
        document=_described("ref", "id of a document listed under documents"),
        section=_described("text", "clause or section"),
        page={"type": "integer", "minimum": 1, "description": "page"},
        of={
            **_LISTED,
            "description": "the keys beside it that the document states; all of them unless said",
        },
    )
    return {**source, "description": "who says so"}


def build() -> dict[str, Any]:
    """Return the schema of one file of an inventory folder."""
    kinds = {f"{kind}s": _keyed(_object(of_kind(kind)), f"{kind}s by id") for kind in KINDS}
    # What a host must state it may have from its group: that it has it is seen once all files are read.
    host = _object({**of_kind("host")})
    del host["required"]
    kinds["hosts"] = _keyed(host, "hosts by id")
    given = {name: fact for name, fact in of_kind("host").items() if name != "group"}
    shared = _object(given)
    del shared["required"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://soccheck.example/schemas/inventory.schema.json",
        "title": "soccheck inventory (one file of the folder)",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "authority": {**_object(of_kind("authority")), "description": GROUPS["authority"]},
            "documents": _keyed(_document(), "documents that statements are taken from"),
            **kinds,
            "defaults": {
                "$ref": "#/$defs/shared",
                "description": "what every host is that does not say otherwise",
            },
            "groups": _keyed(
                {"$ref": "#/$defs/shared"}, "what the hosts of a group are, by its name"
            ),
            "waivers": _keyed(_waiver(), "time-limited, approved acceptances of failing findings"),
            "attestations": _keyed(
                _attestation(), "what named persons state in signed documents, for a time"
            ),
            "report": _report(),
            "claims": _keyed(_claim(), "figures stated in reports, to be checked"),
        },
        "$defs": {
            **_of_claims(),
            "shared": shared,
            "source": _source(),
            "illustrative": {"const": True, "description": "made up for a sample"},
        },
    }


def dumped() -> str:
    """Return the schema as the file it ships as."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"
