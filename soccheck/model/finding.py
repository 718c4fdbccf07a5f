"""The outcome of one control on one asset. OSCAL: finding."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import NamedTuple

from soccheck.model.inventory import Asset, Waiver
from soccheck.model.policy import Control, Policy
from soccheck.model.status import Status
from soccheck.model.values import Figure


class Finding(NamedTuple):
    """Represents the outcome of one control on one asset; why is worked out when it is asked for.

    `result` is what was measured, `status` what is reported; `excuse` is the waiver or the grace
    that makes them differ. `counted` holds a measure's passed and total, or the share that stands
    for them; of a score that is not a ratio, the points.
    """

    policy: Policy
    control: Control
    asset: Asset
    result: Status
    status: Status
    excuse: Waiver | date | None = None
    counted: tuple[int, int] | Figure | Fraction | None = None
