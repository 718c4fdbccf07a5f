"""Word what a finding says: values and comparisons. What machines and people wrote is made safe."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from soccheck.assess.detail import Observed
from soccheck.assess.scores import Counted
from soccheck.facts import services
from soccheck.facts.catalogue import lookup
from soccheck.facts.fact import Fact
from soccheck.facts.values import clean as clean
from soccheck.i18n import Language
from soccheck.model import (
    Asset,
    Basis,
    Duration,
    Figure,
    Finding,
    Inventory,
    Leaf,
    Measure,
    Reference,
    Score,
    Status,
    Value,
    Waiver,
)
from soccheck.policy.operators import OPERATORS
from soccheck.policy.right_side import AS_OF
from soccheck.report.wording import answers, labels

MOST_SERVICES = 6
"""Services named of those a requirement forbids."""


def name_of(asset: Asset, language: Language) -> str:
    """Return the asset's name as people know it."""
    return clean(asset.text("name", language.code))


def value(item: Value | None, language: Language, fact: Fact | None = None) -> str:
    """Return a fact's value as its readers say it: English as YAML has it, dates as people write them."""
    if item is None:
        return language("not stated")
    if isinstance(item, bool):
        return labels.truth(value=item, language=language)
    if isinstance(item, date):
        return language.date(item)
    if isinstance(item, timedelta):
        return labels.length(item, language)
    if isinstance(item, Figure):
        return language.figure(item)
    if isinstance(item, tuple):
        listed = ", ".join(value(part, language, fact) for part in item)
        return f"[{listed}]" if language.code == "en" else listed or language("none")
    return labels.value_word(fact, clean(str(item)), language)


def counted(item: Counted, language: Language) -> str:
    """Return what was counted, `2,884/4,120 (70 %)`, or the share that stands for it."""
    if isinstance(item, tuple):
        passed, total = (language.number(number) for number in item)
        return f"{passed}/{total} ({language.share(*item)})"
    if isinstance(item, Figure):
        return language.figure(item)
    return language.decimal(item) if item is not None else ""


def duration(span: timedelta) -> str:
    """Return a length of time in its largest whole unit."""
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds % size == 0 or (unit == "min"):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


# Each word is looked up once a language: a long report asks for them thousands of times.


@functools.cache
def status(item: Status, language: Language) -> str:
    """Return a status as a word, which colour only repeats."""
    return {
        Status.PASS: language("PASS"),
        Status.FAIL: language("FAIL"),
        Status.UNKNOWN: language("UNKNOWN"),
        Status.NOT_APPLICABLE: language("N/A"),
        Status.WAIVED: language("WAIVED"),
        Status.GRACE: language("IN TIME"),
    }[item]


@functools.cache
def basis(item: Basis, language: Language) -> str:
    """Return a basis as a word."""
    return {
        Basis.OBSERVED: language("observed"),
        Basis.IMPORTED: language("imported"),
        Basis.ATTESTED: language("attested"),
        Basis.DECLARED: language("declared"),
    }[item]


def expected(leaf: Leaf, language: Language, kind: str | None = None) -> str:
    """Return what a comparison asks for: `≤ 3d old`, `= true`, `in [a, b]`."""
    sign = _signs(language).get(leaf.operator) or OPERATORS[leaf.operator].sign
    if leaf.operator == "exists":
        return language("stated") if leaf.value else language("not stated")
    if leaf.other is not None:
        return f"{sign} {labels.fact_name(kind, leaf.other, language)}"
    if leaf.value == AS_OF:
        return f"{sign} " + language("the as-of day")
    text = _right_side(leaf, language, kind)
    if "age" in leaf.transforms:
        return _aged(leaf.operator, sign, text, language)
    steps = "".join(f"{step} " for step in leaf.transforms)
    return f"{steps}{sign} {text}"


def _right_side(leaf: Leaf, language: Language, kind: str | None) -> str:
    right = leaf.value
    if isinstance(right, Duration):
        return labels.length(right, language)
    text = getattr(right, "pattern", None)
    if isinstance(text, str):
        return text
    fact = lookup(kind, leaf.fact) if kind is not None else None
    plain = isinstance(right, bool | int | float | date | timedelta)
    if plain or type(right) is tuple:
        return value(right, language, fact)  # type: ignore[arg-type]
    return labels.value_word(fact, clean(str(right)), language)


def _aged(operator: str, sign: str, text: str, language: Language) -> str:
    """Return how old something may be; most controls set a bound that it must not pass."""
    if operator == "lte":
        return language("age ≤ {length}").format(length=text)
    return language("age {comparison}").format(comparison=f"{sign} {text}")


@functools.cache
def _signs(language: Language) -> Mapping[str, str]:
    """Return the operators that are words, not signs."""
    return {
        "in": language("one of"),
        "not_in": language("none of"),
        "none_of": language("no service of"),
        "contains": language("contains"),
        "contains_all": language("contains all of"),
        "contains_any": language("contains one of"),
        "startswith": language("starts with"),
        "endswith": language("ends with"),
        "re": language("matches"),
        "cidr": language("within"),
        "in_last": language("in the latest days that are over:"),
        "before_last": language("before the latest days that are over:"),
    }


def observation(item: Observed, language: Language, known: Inventory | None = None) -> str:
    """Return a fact and its value: `antivirus.realtime = false`, `Trạng thái hồ sơ: đã phê duyệt`.

    What is `known` is called by its name, not by its id, where the fact is, too.
    """
    fact = lookup(item.asset.kind, item.fact)
    said = value(item.chosen.value, language, fact)
    if fact is not None and fact.type == "records" and isinstance(item.chosen.value, tuple):
        count = len(item.chosen.value)
        said = language.plural("{n} listed", "{n} listed", count)
    if language.code == "en":
        return f"{item.fact} = {said}"
    if known is not None and fact is not None and fact.type == "ref":
        said = _names(item.chosen.value, known, language)
    return f"{labels.beginning(labels.fact_name(item.asset.kind, item.fact, language))}: {said}"


def _names(value_: Value | None, known: Inventory, language: Language) -> str:
    """Return the names of what an id, or a list of them, refers to."""
    ids = value_ if isinstance(value_, tuple) else (value_,)
    assets = [(str(one), known.find(str(one))) for one in ids]
    return ", ".join(name_of(asset, language) if asset else clean(one) for one, asset in assets)


def wanted(finding: Finding, item: Observed, language: Language) -> str:
    """Return what was expected of an observed fact; nothing for one that only sets the scene."""
    if item.context:
        return ""
    if item.leaf is not None and item.leaf.operator == "none_of":
        return _none_of(item, language)
    if item.leaf is not None and item.negated:
        return _opposite(item.leaf, language, item.asset.kind)
    if item.leaf is not None:
        return expected(item.leaf, language, item.asset.kind)
    require = finding.control.require
    target = f"≥ {language.per_cent(language.decimal(require.target))}" if item.leaf is None else ""  # type: ignore[union-attr]
    if isinstance(item.chosen.value, Figure):
        return target
    if isinstance(require, Score) and item.fact == require.points:
        return f"{target} × {language.decimal(require.maximum)}"
    measure = require.measure if isinstance(require, Score) else require
    if isinstance(measure, Measure) and item.fact == measure.passed:
        return f"{target} × {labels.fact_name(item.asset.kind, measure.of or '', language)}"
    return ""


_PAIRS = (("eq", "ne"), ("lt", "gte"), ("gt", "lte"), ("in", "not_in"))
_OPPOSITES = {**dict(_PAIRS), **{b: a for a, b in _PAIRS}, "contains_any": "not_in"}
"""An operator -> the one that holds where it does not."""


def _opposite(leaf: Leaf, language: Language, kind: str) -> str:
    """Return what is asked for by a comparison that must not hold."""
    if leaf.operator == "exists":
        return expected(replace(leaf, value=not leaf.value), language, kind)
    if leaf.operator in _OPPOSITES:
        return expected(replace(leaf, operator=_OPPOSITES[leaf.operator]), language, kind)
    return language("not: {what}").format(what=expected(leaf, language, kind))


def _none_of(item: Observed, language: Language) -> str:
    """Return the services asked for that are there, of many the first few."""
    assert item.leaf is not None
    services_, value_ = item.leaf.value, item.chosen.value
    if not isinstance(services_, tuple) or not isinstance(value_, tuple):
        return expected(item.leaf, language, item.asset.kind)
    found = services.among(services_, map(str, value_))
    shown = [clean(text) for text in (found or services_)]
    more = ["…"] if len(shown) > MOST_SERVICES or len(shown) < len(services_) else []
    text = ", ".join([*shown[:MOST_SERVICES], *more])
    return language("no service of") + f" [{text}]"


def excuse(finding: Finding, language: Language) -> str:
    """Return what accepts a failure, until when, and by whom."""
    item = finding.excuse
    if isinstance(item, Waiver):
        text = language("waived until {day} by {approver}: {reason}")
        return text.format(
            day=language.date(item.expires),
            approver=clean(item.approver),
            reason=clean(item.reason),
        )
    if item is not None:
        return language("in time to comply until {day}, by the law").format(day=language.date(item))
    return ""


def reference(item: Reference, language: Language) -> str:
    """Return a reference with how sure its text is."""
    clause = f", {item.clause}" if item.clause else ""
    return clean(f"{item.source}{clause} ({sure(item.verified, language)})")


def sure(verified: str, language: Language) -> str:
    """Return how sure a text, or what was made of it, is."""
    return {
        "primary": language("official text read"),
        "copy": language("a third party's copy of the whole text read"),
        "page": language("public page read"),
        "secondary": language("summary read"),
        "seed": language("stated in a report"),
        "unverified": language("not verified"),
    }[verified]


def references(items: Sequence[Reference], language: Language) -> str:
    """Return the references in one line."""
    return "; ".join(reference(item, language) for item in items)


def origin(item: Observed, language: Language) -> str:
    """Return where a value comes from: basis, place, day, document; made up says so."""
    chosen = item.chosen
    parts = []
    if chosen.basis is not None:
        parts.append(basis(chosen.basis, language))
    declared = chosen.origin is None
    parts.append(str(item.where()) if declared else answers.told(chosen.origin or "", language))
    source = item.source()
    if source is not None and source.document:
        parts.append(clean(f"{source.document} {source.place or ''}".strip()))
    if source is not None and source.illustrative and not source.document:
        parts.append(language("illustrative"))
    return ", ".join(part for part in parts if part)
