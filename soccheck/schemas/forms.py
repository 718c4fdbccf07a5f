"""The forms of values in an inventory, and how its schema writes mappings of them."""

from __future__ import annotations

from typing import Any

from soccheck.facts.online import HOST_NAME, MAIL, URL

DURATION = r"^[0-9]+(min|h|d|w|mo|y)$"
DAY = r"^((19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])|9999-12-31)$"
"""A year that is meant, none of another calendar or mistyped; the last day of all is for ever."""
ADDRESS = r"^([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$"
PREFIX = r"^[0-9A-Fa-f:.]+/[0-9]+$"
SERVICE = r"^(maybe )?[a-z0-9]+(/[0-9]+(-[0-9]+)?)?$"
COUNT = r"^(about|over) [0-9]{1,18}$"
SHARE = r"^(about |over )?[0-9]{1,3}(\.[0-9]{1,9})?%$"
NUMBER = r"^[0-9]{1,6}[A-Za-z]?$"
ID = r"^[a-z0-9][a-z0-9_-]*(\.[a-z0-9_-]+)*\.?$"
TYPES: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "int": {"type": "integer", "minimum": 0},
    "number": {"type": "number"},
    "text": {"type": "string", "minLength": 1},
    "host_name": {"type": "string", "pattern": HOST_NAME, "maxLength": 253},
    "url": {"type": "string", "pattern": URL},
    "mail": {"type": "string", "pattern": MAIL},
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
LISTED = {"type": "array", "minItems": 1, "items": TYPES["text"]}


def keyed(schema: dict[str, Any], meaning: str) -> dict[str, Any]:
    """Return the schema of a mapping from ids to things of one schema."""
    return {
        "type": "object",
        "description": meaning,
        "propertyNames": {"pattern": ID},
        "additionalProperties": schema,
    }


def fixed(required: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a mapping of these keys and no others; `required` names some, with spaces."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def described(kind: str, meaning: str) -> dict[str, Any]:
    """Return the schema of a value of one type, with what it means."""
    return {**TYPES[kind], "description": meaning}
