"""What the inventory's schema says of documents, waivers, attestations and the heads of reports."""

from __future__ import annotations

from typing import Any

from soccheck.model import KINDS
from soccheck.schemas.forms import LISTED, NUMBER, TYPES, described, fixed


def document() -> dict[str, Any]:
    """Return the schema of a document that statements are taken from."""
    return fixed(
        "title",
        title=described("text", "title of the document"),
        number=described("text", "its number"),
        date=described("date", "its date"),
        issuer=described("text", "who issued it"),
    )


def waiver() -> dict[str, Any]:
    """Return the schema of a waiver."""
    tags = {**LISTED, "description": "tags that each must have, all of them"}
    select = fixed(
        "kind",
        kind={"enum": list(KINDS), "description": "kind of asset"},
        organization=described("ref", "id of the organisation that answers for them"),
        tags=tags,
    )
    waiver = fixed(
        "control reason approver granted expires",
        control=described("text", "id of the control that is waived"),
        assets={
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": TYPES["ref"],
            "description": "ids of the assets it is waived for",
        },
        select={
            **select,
            "description": "assets it is waived for, those added later too; narrower is better",
        },
        reason=described("text", "why the risk is accepted"),
        approver=described("text", "who accepted it"),
        granted=described("date", "first day it holds"),
        expires=described("date", "last day it holds"),
        ticket=described("text", "number of the request"),
    )
    assets = {"assets": {"description": "ids of the assets it is waived for, or use select:"}}
    # First, so that what is missing is said in the order the keys are written in.
    return {
        "if": {"not": {"required": ["select"]}},
        "then": {"required": ["assets"], "properties": assets},
        **waiver,
    }


def attestation() -> dict[str, Any]:
    """Return the schema of an attestation."""
    value = {"type": ["boolean", "integer", "number", "string"]}
    document = fixed(
        "",
        number=described("text", "its number"),
        path=described("text", "the signed file, in the inventory's own folder"),
        sha256={"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "the file's SHA-256"},
    )
    attestation = fixed(
        "assets facts signer role document from to",
        assets={
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": TYPES["ref"],
            "description": "ids of the assets it is about",
        },
        facts={
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"anyOf": [value, {"type": "array", "items": value}]},
            "description": "what it states: facts by the names that policies use, backup.offsite: true",
        },
        signer=described("text", "who signed it"),
        role=described("text", "as what"),
        document={
            **document,
            "description": "the signed document: its number, or its file",
        },
        to=described("date", "last day it holds"),
    )
    attestation["properties"]["from"] = described("date", "first day it holds")
    attestation["properties"]["illustrative"] = {"$ref": "#/$defs/illustrative"}
    return attestation


def _head(**more: dict[str, Any]) -> dict[str, Any]:
    """Return what one document made of the inventory begins and ends with."""
    head = fixed(
        "",
        issuer=described("ref", "id of the organisation whose document it is"),
        superior=described("text", "the body above it, as it is printed"),
        number={**TYPES["text"], "pattern": NUMBER, "description": "its number"},
        symbol=described("text", "the symbol after the number: BC-UBND"),
        place=described("text", "the place it is written at"),
        date=described("date", "its day"),
        to={**LISTED, "description": "whom it is addressed to (Kính gửi)"},
        basis={**LISTED, "description": "further texts it is based on (Căn cứ), one each"},
        mandate=described("text", "the wish or plan it answers to (Thực hiện ...)"),
        signs_as={
            **LISTED,
            "description": "lines above the signature: TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, ...",
        },
        signer=described("text", "name of who signs"),
        recipients={**LISTED, "description": "who is sent it (Nơi nhận), the archive last"},
        **more,
    )
    head["properties"]["illustrative"] = {"$ref": "#/$defs/illustrative"}
    return head


def report() -> dict[str, Any]:
    """Return the schema of what official reports begin and end with."""
    senders = {
        "owner": "the owner's, to the ministry",
        "specialist": "the specialised unit's, to the owner",
        "operator": "the operating unit's, to the owner",
    }
    letters = fixed("", **{k: {**_head(), "description": v} for k, v in senders.items()})
    letters["description"] = "the yearly letters (Mẫu 08), each with what is its own"
    head = _head(letters=letters)
    return {
        **head,
        "description": "what official reports begin and end with; blank where not stated",
    }


def source() -> dict[str, Any]:
    """Return the schema of who says so."""
    source = fixed(
        "document",
        document=described("ref", "id of a document listed under documents"),
        section=described("text", "clause or section"),
        page={"type": "integer", "minimum": 1, "description": "page"},
        of={
            **LISTED,
            "description": "the keys beside it that the document states; all of them unless said",
        },
    )
    return {**source, "description": "who says so"}
