"""A control, a headline, a condition or a value as flat text, item by item."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

from soccheck.model import (
    Condition,
    Control,
    Effective,
    Group,
    Leaf,
    Measure,
    Policy,
    Quantifier,
    Score,
    Text,
    Wording,
)
from soccheck.policy.pattern import Pattern

Items = Mapping[str, str]
"""A control as `severity: high`, `require antivirus.realtime|eq: true` and so on."""


def items(control: Control) -> dict[str, str]:
    """Return a control as flat text, parameters resolved; remedies and references decide nothing."""
    found = {
        **_texts(title=control.title, label=control.label),
        **_former(control.formerly),
        "asset": control.asset,
        "severity": control.severity.value,
        "accept": ", ".join(basis.value for basis in control.accept),
    }
    if control.max_age is not None:
        found["max_age"] = str(control.max_age)
    _effective(found, control.effective)
    if control.grace is not None:
        grace = control.grace
        found["grace"] = str(grace.until or f"{grace.period} since {grace.since}")
        if grace.when is not None:
            _add(found, "given time where", grace.when)
    if control.when is not None:
        _add(found, "when", control.when)
    if control.expects is not None:
        found["expects of each"] = control.expects.kind
        _add(found, "expects where", control.expects.when)
    if isinstance(control.require, Measure):
        _measure(found, control.require)
        found["target"] = f"{_exact(control.require.target)}%"
    elif isinstance(control.require, Score):
        score = control.require
        found["target"] = f"{_exact(score.target)}%"
        found["score"] = f"{score.by}, at most {_exact(score.maximum)}"
        if score.points is not None:
            found["points"] = score.points
        if score.of:
            found["criteria"] = text(score.of)
        if score.measure is not None:
            _measure(found, score.measure)
    else:
        _add(found, "require", control.require)
    return found


TEXTS = ("title", "short", "label", "formerly")
"""First words of the items that are only called something."""


def _texts(**texts: Text) -> dict[str, str]:
    """Return by what names what is judged is reported: who reads them reads nothing else of it."""
    return {f"{of} {lang}": said for of, text in texts.items() for lang, said in text.items()}


def _former(wording: Wording | None) -> dict[str, str]:
    """Return what reports of days until one call it."""
    if wording is None:
        return {}
    named = _texts(title=wording.title)
    return {"formerly": f"until {wording.until}"} | {f"formerly {k}": v for k, v in named.items()}


def _exact(number: float | Fraction) -> str:
    """Return a number with every digit that tells it from another."""
    return str(float(number)).removesuffix(".0")


def _measure(found: dict[str, str], measure: Measure) -> None:
    found["measure"] = f"{measure.passed} of {measure.of}"
    if measure.share is not None:
        found["share"] = measure.share


def _effective(found: dict[str, str], days: Effective) -> None:
    if days.start or days.end:
        found["effective"] = f"{days.start or ''}..{days.end or ''}"


def headline(policy: Policy) -> dict[str, str]:
    """Return a policy's days and headline as flat text: what it leaves out nobody reads first."""
    found = {"headline of each": policy.headline.asset}
    found |= _texts(title=policy.title, short=policy.short) | _former(policy.formerly)
    _effective(found, policy.effective)
    found |= {f"headline {name}": "counts" for name in policy.headline.controls}
    found |= {f"optional {kind}": "may be missing" for kind in policy.headline.optional}
    # The one line that everybody reads: what it is called, and what is told beside it.
    found |= {f"label {lang}": label for lang, label in policy.headline.label.items()}
    found |= {f"beside {name}": "is told" for name in policy.headline.beside}
    if policy.headline.among is not None:
        among = policy.headline.among
        _add(found, "among", among.when)
        found |= {f"among: some {lang}": label for lang, label in among.some.items()}
        found |= {f"among: all {lang}": label for lang, label in among.all.items()}
    return found


def _add(found: dict[str, str], word: str, whole: Condition) -> None:
    for key, value in _conjuncts(whole):
        name = f"{word} {key}"
        while name in found:
            name += " (again)"
        found[name] = value


def _conjuncts(whole: Condition) -> Iterator[tuple[str, str]]:
    """Yield the parts that must all hold, a comparison as its key and its value."""
    if isinstance(whole, Group) and whole.join == "all":
        for part in whole.parts:
            yield from _conjuncts(part)
    elif isinstance(whole, Leaf):
        yield _key(whole), text(whole.value)
    else:
        yield condition(whole), ""


def _key(leaf: Leaf) -> str:
    other = ("fact",) if leaf.other is not None else ()
    return "|".join((leaf.fact, *leaf.transforms, leaf.operator, *other))


def condition(one: Condition) -> str:
    """Return a whole condition in one line, the same for the same meaning and order."""
    if isinstance(one, Leaf):
        value = text(one.value)
        # A value that reads like a part of a condition must not make another condition the same.
        return f"{_key(one)}: {json.dumps(value) if any(c in value for c in ';()') else value}"
    if isinstance(one, Quantifier):
        when = f"where {condition(one.when)} " if one.when is not None else ""
        return f"{one.quantity} {one.records or one.kind} {when}({condition(one.require)})"
    return f"{one.join}({'; '.join(condition(part) for part in one.parts)})"


def text(value: object) -> str:
    """Return a value as text; a list in brackets, its items in quotes where they need them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(_quoted(text(item)) for item in value)}]"
    if isinstance(value, Pattern):
        return value.pattern
    if isinstance(value, timedelta):
        return f"{_exact(value.total_seconds())}s"
    return value.isoformat() if isinstance(value, date) else str(value)


def _quoted(item: str) -> str:
    """Return an item of a list as CSV has it: in quotes where it could be taken for another."""
    if item == item.strip() and item and not any(c in item for c in ',"\r\n'):
        return item
    return '"' + item.replace('"', '""') + '"'


def renamed(written: str, names: Mapping[str, str]) -> str:
    """Return what `text` wrote of one id or of a list of ids, with other names for some of them."""
    if written.startswith("["):
        return text(tuple(names.get(item, item) for item in row(written)))
    return names.get(written, written)


def row(written: str) -> list[str]:
    """Return the items of a list that `text` wrote."""
    (found,) = csv.reader([written[1:-1]], skipinitialspace=True, strict=True)
    return found
