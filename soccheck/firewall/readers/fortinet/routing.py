"""Where a FortiGate speaks routing protocols.

Source: FortiOS CLI Reference, `config router bgp`, `ospf`, `ospf6`, `rip`, `ripng`, `isis`. A device prints
those sections empty where it speaks none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soccheck.firewall.readers.fortinet.tree import Block
from soccheck.firewall.readers.learned import Speaker

PLACES: Mapping[str, tuple[str, ...]] = {
    "router bgp": ("neighbor", "neighbor-range"),
    "router ospf": ("network", "ospf-interface"),
    "router ospf6": ("ospf6-interface",),
    "router rip": ("network", "interface"),
    "router ripng": ("network", "interface"),
    "router isis": ("isis-interface",),
}
"""Sections of a protocol, and those in them that say over what it runs."""
SIDES = ("interface", "update-source", "prefix")
"""Settings that say it; else the name of the entry does."""


def speakers(root: Block | None) -> Iterator[Speaker]:
    """Yield the entries by which a routing protocol runs; nothing of them is taken."""
    for path, kinds in PLACES.items():
        section = root.blocks.get(path) if root is not None else None
        for kind in kinds:
            inner = section.blocks.get(kind) if section is not None else None
            for block in inner.blocks.values() if inner is not None else ():
                stated = (block.record.values.get(key, []) for key in SIDES)
                side = next((words for words in stated if words), [block.name])
                text = f"{path}, {kind} {block.name}"
                yield Speaker(where=block.where, text=text, side="/".join(side))
