"""The facts each antivirus product is asked for, and how the day of its signatures is taken in."""

from __future__ import annotations

import re
from datetime import datetime

from soccheck.probes.base import Learnt, Moment, age

STATE = ("antivirus.running", "antivirus.realtime", "antivirus.signatures_loaded")
DATED = ("antivirus.signatures_updated", "antivirus.signatures_age")
IDENTIFIER = re.compile(r"(?i)(?!0[0-]+\Z)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""The identifier of an organization, a machine or an agent, where there is one: zeros are none."""


def signatures(built: datetime | None, when: Moment, learnt: Learnt, detail: str) -> None:
    """Take in the day signatures were built; 1970, no date and a day to come are none."""
    facts = ("antivirus.signatures_updated", "antivirus.signatures_age")
    if built is None or built.year < 2000:
        learnt.fail("unparsed", detail, *facts)
        return
    length = age(built, when)
    if length is None:
        learnt.fail("unparsed", f"signatures of {built.date()} come from the future", *facts)
        return
    learnt.say(facts[0], built.date())
    learnt.say(facts[1], length)
