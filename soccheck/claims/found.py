"""A figure found in the text of a report, and the claim it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from soccheck.claims.check import Agreement, Check, with_itself
from soccheck.facts import figures
from soccheck.model import Claim, Location, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Represents a figure found in a report: its fields as the report writes them, and its sentence.

    `whole` holds a total with its parts, nested; `listed` the names a footnote gives.
    """

    kind: str
    says: str
    fields: Mapping[str, str] = field(default_factory=dict)
    whole: Part | None = None
    listed: tuple[str, ...] = ()

    @property
    def claim(self) -> Claim:
        """The claim it makes; the scan leaves out what cannot be read, so that this cannot fail."""
        stated = {name: figures.stated(name, text) for name, text in self.fields.items()}
        whole = self.whole
        if self.listed and "numerator" in stated:
            whole = Part(label="numerator", figure=stated["numerator"], listed=self.listed)
        at = Location("", 1, 1)
        return Claim(
            id="",
            says=self.says,
            document="",
            place=None,
            as_of=None,
            figures=stated,
            whole=whole,
            inventory={},
            at=at,
        )

    @property
    def wrong(self) -> list[Check]:
        """The comparisons of its figures that disagree."""
        return [c for c in with_itself(self.claim) if c.agreement is Agreement.DISAGREES]
