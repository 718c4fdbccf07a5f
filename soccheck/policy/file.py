"""A policy's file as it was found, and as it holds to the schema."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from soccheck.facts import values
from soccheck.model import Problem
from soccheck.sources import in_vietnamese, schema, yaml
from soccheck.sources.files import Fault
from soccheck.sources.in_vietnamese import EACH

_OF_A_CONTROL = (("title",), ("label",), ("remediation",), ("reference", EACH, "note"))
_TEXTS = (
    *(("title",), ("short",), ("note",)),
    *(("headline", "label"), ("headline", "among", "some"), ("headline", "among", "all")),
    *(("parameters", EACH, "title"), ("parameters", EACH, "reference", "note")),
    *(("controls", EACH, *place) for place in _OF_A_CONTROL),
)
"""Where a policy speaks to its readers."""


@dataclass(frozen=True, slots=True)
class Written:
    """Represents a policy file as it was found: how its path is printed, and its bytes or their fault."""

    shown: str
    raw: bytes | Fault


class File:
    """Represents a policy file that holds to the schema; `key` is the policy it states."""

    def __init__(self, written: Written, problems: list[Problem]) -> None:
        shown = values.clean(written.shown)
        self.source = yaml.parse(written.raw, shown)
        self.data: dict[str, Any] = self.source.data if isinstance(self.source.data, dict) else {}
        faults = list(self.source.problems)
        if self.source.data is not None:
            faults += schema.check("policy", self.source)
        problems += faults
        if not faults:
            in_vietnamese.read(self.source, _TEXTS)
        self.good = not faults
        self.shown = shown
        self.raw = written.raw if self.good and isinstance(written.raw, bytes) else b""
