"""Scripts that a RouterOS device runs by itself, which may change its rules.

Source: RouterOS documentation, "Scripting" and "Scheduler", and each menu that runs one on an event.
"""

from __future__ import annotations

import re

from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.mikrotik.export import Export
from soccheck.firewall.readers.mikrotik.lists import BY_SERVER

REPOSITORY = "/system script"
_BETWEEN = re.compile(r"[;{}\[\]\r\n]|\\r|\\n|\b(?:do|else|on-error)=")
"""What stands between commands; what a condition runs may be a text in quotes, too."""


def run_by_itself(export: Export, ledger: Ledger) -> None:
    """Make all unknown where a script that runs at a time or on an event may change rules.

    The words that hold one, or its name, are those that always bear on traffic.
    """
    known = {
        item.record.values["name"][0]: item.record.values["source"][0]
        for item in export.menus.get(REPOSITORY, ())
        if {"name", "source"} <= item.record.values.keys()
    }
    events = ledger.vocabulary.always - {BY_SERVER}
    for menu, items in export.menus.items():
        if menu == REPOSITORY:
            continue
        for item in items:
            for key in sorted(events & item.record.values.keys()):
                if item.verb == "add" and item.flag("disabled"):
                    item.record.pass_over()
                text = item.get(key)
                for command in ledger.changing(_BETWEEN.split(known.get(text, text))):
                    item.record.doubtful(f"{key} {command}")
