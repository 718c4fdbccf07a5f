"""The members of a JSON object, in the ledger: each is taken, known to be harmless, or left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from soccheck.firewall.model import Where
from soccheck.firewall.readers.ledger import Ledger, LedgerEntry
from soccheck.phrase import Phrase, phrase

Json: TypeAlias = Any
T = TypeVar("T")


class UnmodelledError(ValueError):
    """A piece of a rule that the model has no word for."""


@dataclass(slots=True)
class Members(LedgerEntry):
    """One object: its members by name, and the objects within it that are read as parts of it."""

    values: Mapping[str, Json] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    parts: list[Members] = field(default_factory=list)

    def get(self, key: str, default: Json = None) -> Json:
        """Take a member; the default where it is not there."""
        if key not in self.values or not self.asked(key):
            return default
        self.taken.add(key)
        return self.values[key]

    def need(self, key: str) -> Json:
        """Take a member that has to be there; raises `UnmodelledError`."""
        if key not in self.values or not self.asked(key):
            raise UnmodelledError(phrase("{section} without {key}", section=self.section, key=key))
        self.taken.add(key)
        return self.values[key]

    def word(self, key: str, meanings: Mapping[str, T]) -> T:
        """Take a member whose values are known words; raises `UnmodelledError` at another one."""
        value = self.need(key)
        if not isinstance(value, str) or value not in meanings:
            raise UnmodelledError(f"{self.section} {key} {brief(value)}")
        if not self.ledger.may_take(f"{self.section} {key}", value):
            raise UnmodelledError(f"{self.section} {key} {value}")
        return meanings[value]

    def part(self, section: str, body: Json) -> Members:
        """Return an object within this one; what is left of it is left of this. Raises `UnmodelledError`."""
        if not isinstance(body, dict):
            raise UnmodelledError(f"{section} {brief(body)}")
        found = Members(self.ledger, section, self.where, self.text, body)
        self.parts.append(found)
        return found

    def left(self) -> list[Phrase | str]:
        """Return `key: value` of each member nobody took, here and in its parts."""
        unread = [
            f"{self.section} {key}: {brief(value)}"
            for key, value in self.values.items()
            if key not in self.taken and not self.ledger.is_harmless(self.section, key)
        ]
        inner = [text for part in self.parts if not part.done for text in part.left()]
        return [*self.doubts, *unread, *inner]


def members(
    ledger: Ledger, section: str, where: Where, text: str, body: Mapping[str, Json]
) -> Members:
    """Enter an object."""
    entry = Members(ledger, section, where, text, body)
    ledger.entries.append(entry)
    return entry


def one(body: Json) -> tuple[str, Json]:
    """Return name and value of an object's only member; raises `UnmodelledError` if it has more or none."""
    if not isinstance(body, dict) or len(body) != 1:
        raise UnmodelledError(brief(body))
    ((kind, value),) = body.items()
    return str(kind), value


def brief(body: Json) -> str:
    """Return a short text of a JSON value."""
    text = str(body)
    return text if len(text) <= 160 else text[:157] + "..."
