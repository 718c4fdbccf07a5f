"""What nobody took: its texts, its rule, the interfaces it may add, or may make lead to the Internet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from soccheck.firewall.interface import Interface
from soccheck.firewall.model import (
    EVERY,
    PORTS,
    Action,
    All,
    Expr,
    Named,
    Not,
    Rewrite,
    Rule,
    Ruleset,
    Some,
    Unknown,
    Where,
    all_of,
    span_all,
)
from soccheck.firewall.readers.base import implied
from soccheck.phrase import Phrase, phrase, said, series


def first_word(text: Phrase | str) -> str:
    """Return the word of an entry that its unread text begins with."""
    return str(text).partition(" ")[0]


def together(left: Iterable[Phrase | str]) -> Phrase:
    """Return unread texts as one."""
    return series(map(said, left), "; ")


def perhaps_anything(within: Expr, where: Where, text: Phrase, hook: str, family: int) -> Rule:
    """Return the rule that stands for what nobody read: anything may become of what it can touch."""
    text = phrase("not read: {text}", text=text)
    rule = implied(within, Action.UNKNOWN, where, text, family=family)
    if hook != "prerouting":
        return rule
    # On the way in it may also send the packet elsewhere.
    rewrite = Rewrite(values={"dst": span_all(family or 4), "dport": ((0, PORTS),)})
    match = all_of(within, Unknown(text))
    return replace(rule, match=match, action=Action.REWRITE, rewrite=rewrite, family=family or 4)


def perhaps_more(ruleset: Ruleset, widening: Iterable[Expr]) -> Ruleset:
    """Return the ruleset with the interfaces that something unread may add.

    Those that `widening` touches, each at most, may take both families by what stands there. What may
    touch all of them stands in no interface's section: it may switch one on, too.
    """
    if not ruleset.devices:
        return ruleset
    touched = [_interfaces(within) for within in widening]
    anywhere = () in touched
    return replace(
        ruleset,
        unlisted=ruleset.unlisted or Interface(name="any other"),
        devices=tuple(
            replace(device, families=frozenset({4, 6}), up=device.up or anywhere)
            if any(not names or {device.name, *device.names} & {*names} for names in touched)
            else device
            for device in ruleset.devices
        ),
    )


def perhaps_out(ruleset: Ruleset, unread: Iterable[tuple[Expr, Phrase]]) -> Ruleset:
    """Return the ruleset with the interfaces that may lead to the Internet by something unread.

    Each stands with what it can touch at most: the interfaces that names, or else any.
    """
    found = dict(ruleset.perhaps_untrusted)
    for within, text in unread:
        for name in _interfaces(within) or (EVERY,):
            found.setdefault(name, phrase("not read: {text}", text=text))
    return replace(ruleset, perhaps_untrusted=found)


def _interfaces(expr: Expr) -> tuple[str, ...]:
    if isinstance(expr, Named):
        return expr.names
    if isinstance(expr, Not):
        return ()
    parts = expr.parts if isinstance(expr, All | Some) else ()
    return tuple(name for part in parts for name in _interfaces(part))
