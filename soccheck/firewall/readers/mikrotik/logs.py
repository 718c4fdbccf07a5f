"""Where RouterOS keeps what rules of the firewall log: messages of the topics `firewall` and `info`.

The first of the rules that are there at first sends all that is `info` to memory; an export shows what was
changed of it. A message is kept where one rule, all of whose topics are its own, sends it to memory, to the
disk or to a host. Source: RouterOS Documentation, "Log" (a message is only stored if a rule matches it).
"""

from __future__ import annotations

from soccheck.firewall.readers.mikrotik.export import Export, Item
from soccheck.phrase import Phrase, phrase

MENU, ACTIONS = "/system logging", "/system logging action"
OWN = {"firewall", "info"}
"""Topics of what rules log."""
FIRST = ("0", "*0")
OTHERS = ("1", "2", "3", "*1", "*2", "*3")
"""The rules that are there at first: of what is `info`, and of errors, warnings and what is critical."""


def unkept(export: Export) -> tuple[Phrase, ...]:
    """Return why what rules log may be kept nowhere."""
    first: dict[str, str] = {"topics": "info", "action": "memory"}
    kept = False
    for item in export.all(MENU):
        if item.verb == "add":
            kept = kept or _keeps(_said(item), export)
        elif " ".join(item.bare) in FIRST:
            first |= _said(item)
        elif " ".join(item.bare) not in OTHERS:
            first["disabled"] = "yes"  # which one it is about is not known
    if kept or _keeps(first, export):
        return ()
    return (phrase("no rule of {menu} surely keeps what the firewall logs", menu=MENU),)


def _said(item: Item) -> dict[str, str]:
    values = item.record.values
    return {key: " ".join(values[key]) for key in ("topics", "action", "disabled") if key in values}


def _keeps(said: dict[str, str], export: Export) -> bool:
    topics = {*said.get("topics", "info").split(",")}
    return (
        said.get("disabled", "no") == "no"
        and topics <= OWN
        and _goal(said.get("action", "memory"), export)
    )


def _goal(name: str, export: Export) -> bool:
    """Tell whether an action keeps what it is given."""
    found = {
        "memory": {"target": "memory"},
        "disk": {"target": "disk"},
        "remote": {"target": "remote"},
    }
    for item in export.all(ACTIONS):
        values = {key: " ".join(words) for key, words in item.record.values.items()}
        named = values.get("name", " ".join(item.bare))
        found.setdefault(named, {}).update(values)
    action = found.get(name, {})
    to = action.get("remote", "0.0.0.0")
    return action.get("target") in ("memory", "disk") or (
        action.get("target") == "remote" and to != "0.0.0.0"
    )
