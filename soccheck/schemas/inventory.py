"""The inventory's JSON Schema, made from the fact catalogue."""

from __future__ import annotations

import json
from typing import Any

from soccheck.facts.catalogue import of_kind
from soccheck.facts.fact import Fact
from soccheck.facts.table.groups import GROUPS
from soccheck.model import KINDS
from soccheck.schemas import claims, sections
from soccheck.schemas.forms import TYPES, keyed


def _typed(fact: Fact) -> dict[str, Any]:
    if fact.type in ("enum", "int") and fact.values:
        whole = fact.type == "int"
        schema: dict[str, Any] = {"enum": [int(v) if whole else v for v in fact.values]}
    elif fact.type == "records":
        return {"type": "array", "description": fact.meaning}
    else:
        schema = dict(TYPES[fact.type])
    if fact.most is not None:
        schema["maximum"] = fact.most
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
            described = {**nested, "description": GROUPS[f"{prefix}{head}"]}
            properties[head] = _in_vietnamese(described) if head == "name" else described
        else:
            properties[head] = {**_typed(fact), "items": nested}
    properties["source"] = {"$ref": "#/$defs/source"}
    properties["illustrative"] = {"$ref": "#/$defs/illustrative"}
    schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**schema, "required": required} if required else schema


def _in_vietnamese(name: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a name in each language, or a plain text, which is the Vietnamese one."""
    plain = {"type": "string", "minLength": 1}
    return {"anyOf": [name, plain], "description": name["description"]}


def build() -> dict[str, Any]:
    """Return the schema of one file of an inventory folder."""
    kinds = {f"{kind}s": keyed(_object(of_kind(kind)), f"{kind}s by id") for kind in KINDS}
    # What a host must state it may have from its group: that it has it is seen once all files are read.
    host = _object({**of_kind("host")})
    del host["required"]
    kinds["hosts"] = keyed(host, "hosts by id")
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
            "documents": keyed(sections.document(), "documents that statements are taken from"),
            **kinds,
            "defaults": {
                "$ref": "#/$defs/shared",
                "description": "what every host is that does not say otherwise",
            },
            "groups": keyed(
                {"$ref": "#/$defs/shared"}, "what the hosts of a group are, by its name"
            ),
            "waivers": keyed(
                sections.waiver(), "time-limited, approved acceptances of failing findings"
            ),
            "attestations": keyed(
                sections.attestation(), "what named persons state in signed documents, for a time"
            ),
            "report": sections.report(),
            "claims": keyed(claims.claim(), "figures stated in reports, to be checked"),
        },
        "$defs": {
            **claims.of_claims(),
            "shared": shared,
            "source": sections.source(),
            "illustrative": {"const": True, "description": "made up for a sample"},
        },
    }


def dumped() -> str:
    """Return the schema as the file it ships as."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"
