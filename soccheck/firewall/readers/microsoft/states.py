"""Whether a rule of Windows is on, of which direction it is, and whether it is enforced."""

from __future__ import annotations

from collections.abc import Callable

from soccheck.firewall.model import Doubt, Expr
from soccheck.firewall.readers.members import Json, Members
from soccheck.firewall.readers.microsoft.filters import many
from soccheck.firewall.readers.microsoft.profiles import is_off, is_on, is_word
from soccheck.phrase import echo, phrase

AS_PROFILES_SAY = frozenset({
    "0", "1", "2", "5", "Invalid", "Full", "FirewallOffInProfile", "InactiveProfile",
    "NotApplicable", "Enforced", "ProfileInactive",
})  # fmt: skip
"""States of a rule that follow from its profiles (MSFT_NetFirewallRule, `EnforcementStatus`)."""

_OF_ANOTHER = frozenset({"3", "CategoryOff"})
"""A product that has registered for a category of the firewall (INetFwProducts) switches that off."""


def state(entry: Members, direction: int) -> list[Expr] | None:
    """Return what is doubtful of a rule's state and direction; None where it is off, or of the other one."""
    doubts: list[Expr] = []
    for key, here, there in (
        ("Enabled", is_on, _rule_off),
        ("Direction", _way(direction), _way(3 - direction)),
    ):
        value = entry.get(key)
        if there(value):
            return None
        if not here(value):
            doubts.append(Doubt(echo(f"{key} {value}")))
    return doubts


def enforced(entry: Members) -> list[Expr]:
    """Return a doubt for a rule that Windows does not enforce for another reason than its profiles."""
    found = {str(value) for value in many(entry.get("EnforcementStatus"))}
    return (
        [Doubt(phrase("enforced: {names}", names=", ".join(sorted(found))))]
        if found - AS_PROFILES_SAY
        else []
    )


def is_another_s(rule: Json) -> bool:
    """Tell whether Windows does not enforce a rule as another product does what it is for."""
    return not _OF_ANOTHER.isdisjoint(str(value) for value in many(rule.get("EnforcementStatus")))


def _way(direction: int) -> Callable[[Json], bool]:
    return lambda value: is_word(value, direction)


def _rule_off(value: Json) -> bool:
    """Tell whether a rule is off: 2 for rules, where profiles have 0."""
    return value == 2 or is_off(value)
