"""Which of soccheck's files one is that was given for another: what it is, and which option takes it."""

from __future__ import annotations

import json
from typing import Any

from soccheck.phrase import Phrase, phrase
from soccheck.sources import made, schema, yaml

_LARGEST = 1024 * 1024
"""Bytes of YAML that are read only to say what they are."""
BEHIND = {
    "inventory": phrase("give the inventory's folder, and no option before it"),
    "policy": phrase("give it behind --policies"),
    "import-map": phrase("give it to `soccheck import MAP FILES`"),
    "cases": phrase("give its folder to `soccheck policy test FOLDER`"),
    "settings": phrase("give it behind --config"),
    **{kind: hint for kind, (_, hint) in made.MADE.items()},
}
"""Kind of a file -> which command or option takes it."""


def kind(raw: bytes) -> str | None:
    """Return of which kind a file is; nothing where it is none of soccheck's."""
    return schema.kind_of(_data(raw))


def told(raw: bytes, wanted: str = "") -> tuple[Phrase, Phrase] | None:
    """Return what a file is and which option takes it; nothing where it is `wanted`, or none of ours."""
    found = kind(raw)
    return (schema.CALLED[found], BEHIND[found]) if found not in (None, wanted) else None


def _data(raw: bytes) -> Any:
    """Return what a file of JSON or YAML says, as far as it can be told."""
    if raw.lstrip()[:1] == b"{":
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            return None
    return yaml.parse(raw, "").data if len(raw) <= _LARGEST else None
