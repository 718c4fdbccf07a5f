"""One way in which less, or something else, is judged than before."""

from __future__ import annotations

from dataclasses import dataclass

from soccheck.model import Location
from soccheck.policy.edits import Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeChange:
    """Represents one scope change: a way in which less, or something else, is judged than before.

    `what` is a code: `stated_moved`, `asset_removed`, `asset_ended`, `asset_ends`, `asset_begins`,
    `asset_coming`, `asset_kind`, `asset_edited`, `level_lowered`, `waiver_added`, `waiver_widened`,
    `waiver_extended`, `waiver_moved`, `waiver_edited`, `control_dropped`, `control_edited`,
    `claim_removed`, `claim_edited`, `attestation_added`, `attestation_edited`,
    `attestation_removed`, `evidence_lost`, `left_scope`, `total_lowered`, `evidence_added`,
    `evidence_changed`, `evidence_removed`, `basis_weakened`, `policies_new`, `fails_later`,
    `unknown_later`, `excused_worse`, `name_taken`, `more_unknown`, `settings_edited`.
    `former` says that `at` is a former place.
    """

    what: str
    subject: str
    before: str = ""
    after: str = ""
    at: Location | None = None
    former: bool = False
    direction: Direction = Direction.LOOSER
