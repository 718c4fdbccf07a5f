"""Rules of PAN-OS beside the security rules that can stop what those let through.

Source: PAN-OS Web Interface Help, "Policies > Policy Based Forwarding" (Discard), "> DoS Protection" (Deny)
and "> Authentication". Which packets each takes is told by addresses alone: it may stop them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soccheck.firewall.model import ANY, Action, Rule, Unknown, all_of
from soccheck.firewall.readers.objects import turned
from soccheck.firewall.readers.paloalto.objects import PanNames
from soccheck.firewall.readers.paloalto.tree import PanNode, names_of
from soccheck.phrase import phrase

ACTIONS: Mapping[str, Mapping[str, bool]] = {
    "pbf": {"discard": True, "forward": False, "no-pbf": False},
    "dos": {"deny": True, "allow": False, "protect": False},
    "authentication": {},
    "captive-portal": {},
}
"""Rulebase -> whether an action stops; where users log in, whoever did not is stopped."""
NOBODY = {"default-no-captive-portal", "no-captive-portal"}


def stopping(base: PanNode, names: PanNames) -> Iterator[Rule]:
    """Yield what the rules of a rulebase may stop."""
    for kind, actions in ACTIONS.items():
        for node in base.entries(kind, "rules"):
            if node.flag("disabled"):
                node.pass_over()
                continue
            found = {*names_of(node, "action"), *names_of(node, "authentication-enforcement")}
            if actions:
                for word in found - actions.keys():
                    node.record.doubtful(f"action {word}")
            stops = any(actions.get(word) for word in found) if actions else not NOBODY & found
            told = {side: node.words(side) for side in ("source", "destination")}
            if stops:
                text = phrase("{kind} rule {name}", kind=kind, name=node.word)
                sides = [
                    ANY if node.flag(f"negate-{side}") else names.source(words, node.where)
                    for side, words in told.items()
                    if words
                ]
                match = all_of(Unknown(text))
                if len(sides) == 2:
                    match = all_of(sides[0], turned(sides[1], "dst"), Unknown(text))
                yield Rule(match=match, action=Action.DROP, where=node.where, text=text)
