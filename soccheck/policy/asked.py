"""Which facts a control asks for, of which kind of asset."""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.model import Condition, Control, Group, Leaf, Measure, Score

Asked = tuple[str, str]
"""A kind of asset and the name of a fact."""


def facts_asked(control: Control) -> list[Asked]:
    """Return every fact that decides a control, in the order the control names them, each once.

    Those of its scope come first: without them nobody knows whether it applies.
    """
    found = [*_of(control.when, control.asset)] if control.when is not None else []
    require = control.require
    if isinstance(require, Score):
        names = (require.points, *(_counts(require.measure) if require.measure else ()))
        found += [(control.asset, name) for name in names if name]
    elif isinstance(require, Measure):
        found += [(control.asset, name) for name in _counts(require)]
    else:
        found += _of(require, control.asset)
    return list(dict.fromkeys(found))


def _counts(measure: Measure) -> Iterator[str]:
    for name in (measure.passed, measure.of, measure.share):
        if name is not None:
            yield name


def _of(condition: Condition, kind: str) -> Iterator[Asked]:
    if isinstance(condition, Leaf):
        for name in (condition.fact, condition.other):
            if name is not None and name.startswith("authority."):
                yield "authority", name.removeprefix("authority.")
            elif name is not None:
                yield kind, name
    elif isinstance(condition, Group):
        for part in condition.parts:
            yield from _of(part, kind)
    elif condition.records is not None:
        # What an entry of a list is asked: the list is what is written.
        yield kind, condition.records
    else:
        if condition.when is not None:
            yield from _of(condition.when, condition.kind)
        yield from _of(condition.require, condition.kind)
