"""What the types and patterns of a schema are called, and what to write for each."""

from __future__ import annotations

from soccheck.facts.online import HOST_NAME, MAIL, URL
from soccheck.phrase import phrase
from soccheck.schemas.forms import (
    ADDRESS,
    COUNT,
    DAY,
    DURATION,
    ID,
    NUMBER,
    PREFIX,
    SERVICE,
    SHARE,
)

KINDS = {
    DAY: "date",
    DURATION: "length",
    ID: "ref",
    SHARE: "share",
    SERVICE: "service",
    COUNT: "count",
    ADDRESS: "address",
    PREFIX: "prefix",
    HOST_NAME: "host_name",
    URL: "url",
    MAIL: "mail",
}
"""Pattern -> the type whose values it tells."""
IS_NOT = {
    "date": phrase("{value} is no day"),
    "length": phrase("{value} is no length of time"),
    "ref": phrase("{value} cannot be an id"),
    "share": phrase("{value} is no share"),
    "service": phrase("{value} is no service"),
    "count": phrase("{value} is no count"),
    "address": phrase("{value} is no address"),
    "prefix": phrase("{value} is no address range"),
    "host_name": phrase("{value} is no host name"),
    "url": phrase("{value} is no address of a page"),
    "mail": phrase("{value} is no mail address"),
}
MAILED = "^[A-Za-z0-9.!#%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$"
SERVER = "^([A-Za-z0-9_.-]+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)$"
"""Patterns of the settings: a mail address, and where a server of mail is."""
PATTERNS = {
    "^[0-9]+(d|w|mo|y)$": (
        phrase("{value} is no age in whole days"),
        phrase("write 1d, 2w, 6mo or 1y"),
    ),
    "^([0-9]|[1-9][0-9]|100)(\\.[0-9]+)?%$": (
        phrase("{value} is no share"),
        phrase("write a per cent: 100% or 99.5%"),
    ),
    "^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$": (
        phrase("{value} cannot be a control's id"),
        phrase("capital letters and digits in two or more words joined by '-': AV-REALTIME"),
    ),
    "^[a-z0-9][a-z0-9-]*$": (
        phrase("{value} cannot be a policy's id"),
        phrase("small letters, digits and '-', beginning with a letter or a digit"),
    ),
    NUMBER: (
        phrase("{value} is no document's number"),
        phrase('write the number alone, in quotes: number: "05"; what follows it is its symbol:'),
    ),
    MAILED: (
        phrase("{value} is no mail address"),
        phrase("write vanthu@tinh.example, for example"),
    ),
    SERVER: (
        phrase("{value} is no name of a server"),
        phrase("write the name or address alone; its port goes under port:"),
    ),
    "^[a-z][a-z0-9_]*$": (
        phrase("{value} cannot be a parameter's name"),
        phrase("small letters, digits and '_', beginning with a letter"),
    ),
}
"""What a pattern means that tells no type, in words; the others are worded by jsonschema."""
TYPES = {
    "object": phrase("a mapping (key: value)"),
    "array": phrase("a list ([a, b])"),
    "string": phrase("text"),
    "integer": phrase("a whole number"),
    "number": phrase("a number"),
    "boolean": phrase("true or false"),
}
SCALARS = {"integer": "int", "number": "number", "boolean": "bool", "string": "text"}
