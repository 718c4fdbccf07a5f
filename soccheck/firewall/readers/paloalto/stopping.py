"""Rules of PAN-OS beside the security rules that can stop what those let through.

Source: PAN-OS Web Interface Help, "Policies > Policy Based Forwarding" (Discard), "> DoS Protection" (Deny)
and "> Authentication". Which packets each takes is told by addresses alone: it may stop them.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.model import ANY, Action, Rule, Unknown, all_of
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.paloalto.objects import PanNames
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of
from soccheck.phrase import phrase

ACTIONS = {"pbf": "discard", "dos": "deny", "authentication": "", "captive-portal": ""}
"""Rulebase -> the action that stops; where users log in, whoever did not is stopped."""
NOBODY = {"default-no-captive-portal", "no-captive-portal"}


def stopping(base: PanNode, names: PanNames) -> Iterator[Rule]:
    """Yield what the rules of a rulebase may stop."""
    for kind, action in ACTIONS.items():
        for node in base.entries(kind, "rules"):
            asks_nobody = NOBODY & {
                *node.words("authentication-enforcement"),
                *node.words("action"),
            }
            on = not node.flag("disabled") and not asks_nobody
            if on and (not action or action in [*node.words("action"), *names_of(node, "action")]):
                text = phrase("{kind} rule {name}", kind=kind, name=node.word)
                sides = [
                    ANY
                    if node.flag(f"negate-{side}")
                    else names.source(node.words(side), node.where)
                    for side in ("source", "destination")
                    if node.words(side)
                ]
                match = all_of(Unknown(text))
                if len(sides) == 2:
                    match = all_of(sides[0], turned(sides[1], "dst"), Unknown(text))
                yield Rule(match=match, action=Action.DROP, where=node.where, text=text)
            node.pass_over()
