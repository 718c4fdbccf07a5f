"""What the inventory's schema says of claims: figures as documents state them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from soccheck.model import KINDS
from soccheck.schemas.forms import LISTED, described, fixed

_FIGURE: dict[str, Any] = {
    "anyOf": [{"type": "string", "minLength": 1}, {"type": "number"}],
    "description": 'as the report writes it, its decimals kept: "94,2" or "0.4118"',
}
_FIGURES = {
    "count": "a whole number: 1.348 is a thousand and more",
    "value": "a number that may have decimals; beside a numerator and a denominator, the average they give",
    "numerator": "how many meet it",
    "denominator": "of how many",
    "per_cent": "the share in per cent",
    "points": "points earned",
    "maximum": "points that can be earned",
    "lost": "points lost",
    "from": "the figure before",
    "to": "the figure after",
    "change": "after less before; a rank that rises from 20 to 9 changes by -11; with % between two"
    " figures that have none, the growth: 80 to 96 is 20%; with x, how many times as much: 80 to 120 is x1.5",
}
"""Fields of a claim -> what each states."""


def _part() -> dict[str, Any]:
    return {
        "anyOf": [
            *_FIGURE["anyOf"],
            fixed(
                "total",
                total={"$ref": "#/$defs/figure"},
                parts={"$ref": "#/$defs/parts"},
                listed={**LISTED, "description": "the names behind it: as many as it says"},
            ),
        ],
        "description": "a figure, or one with what it is made of",
    }


def _lookup() -> dict[str, Any]:
    condition = {"description": "those for which this condition holds"}
    return {
        "anyOf": [
            {"type": "string", "minLength": 1},
            fixed(
                "",
                fact=described("text", "name of the fact"),
                asset=described("ref", "id of the asset; the authority unless said"),
                count={"enum": list(KINDS), "description": "count the assets of this kind"},
                sum={"enum": list(KINDS), "description": "add the fact up over this kind"},
                when={"$ref": "#/$defs/condition", **condition},
            ),
        ],
        "description": "a fact of the authority, or {asset, fact}, {count, when}, {sum, fact, when}",
    }


def claim() -> dict[str, Any]:
    """Return the schema of one claim."""
    return fixed(
        "says source",
        says=described("text", "the sentence that states it"),
        source={"$ref": "#/$defs/source"},
        as_of=described("date", "day it speaks of; the inventory's unless said"),
        **{name: {**_FIGURE, "description": meaning} for name, meaning in _FIGURES.items()},
        total={**_FIGURE, "description": "what the parts add up to"},
        parts={"$ref": "#/$defs/parts"},
        listed={**LISTED, "description": "the names behind the total, numerator or count"},
        inventory={
            "type": "object",
            "propertyNames": {"enum": [*_FIGURES, "total"]},
            "additionalProperties": {"$ref": "#/$defs/lookup"},
            "description": "field -> what in the inventory it speaks of",
        },
    )


def of_claims() -> dict[str, Any]:
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
