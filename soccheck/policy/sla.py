"""In what time a policy wants a failure mended, by severity: its parameters sla_critical to sla_low."""

from __future__ import annotations

from collections.abc import Iterable

from soccheck.errors import InputError
from soccheck.facts import values
from soccheck.model import Duration, Policy, Problem, Severity
from soccheck.phrase import phrase

PREFIX = "sla_"


def allowed(policies: Iterable[Policy]) -> dict[tuple[str, str], Duration]:
    """Return the time that policies give, by policy and severity.

    Raises `InputError` for what is no length of time.
    """
    found: dict[tuple[str, str], Duration] = {}
    problems = []
    for policy in policies:
        for severity in Severity:
            parameter = policy.parameters.get(f"{PREFIX}{severity.value}")
            if parameter is None:
                continue
            value = parameter.value
            length = values.duration(value) if isinstance(value, str) else None
            if length is None:
                text = phrase(
                    "{name}: {value} is no length of time", name=parameter.name, value=value
                )
                hint = phrase("write 3d, 2w, 6mo or 1y")
                problems.append(Problem(parameter.at, text, hint))
            else:
                found[policy.id, severity.value] = length
    if problems:
        raise InputError(problems)
    return found
