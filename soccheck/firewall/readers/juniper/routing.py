"""Where an SRX speaks routing protocols: peers of BGP, and the interfaces of the others.

Source: Junos OS CLI Reference, `protocols bgp group neighbor`, `ospf area interface`, `isis interface`,
`rip group`.
"""

from __future__ import annotations

from collections.abc import Iterator

from soccheck.firewall.readers.juniper.lines import Config
from soccheck.firewall.readers.learned import Speaker

NAMING = {
    "bgp": "neighbor", "ospf": "interface", "ospf3": "interface", "isis": "interface",
    "rip": "neighbor", "ripng": "neighbor",
}  # fmt: skip
"""Protocols, and the word that says over what each runs."""


def speakers(config: Config) -> Iterator[Speaker]:
    """Yield the lines by which a routing protocol runs; nothing of them is taken."""
    for line in config.lines:
        words = line.words
        at = words.index("protocols") + 1 if "protocols" in words[:5] else len(words)
        naming = NAMING.get("".join(words[at : at + 1]), "")
        if naming in words[at:-1] and words[0] in ("protocols", "routing-instances", "groups"):
            side = words[words.index(naming, at) + 1]
            if naming == "interface" or words[at] != "bgp":
                side = side if "." in side else f"{side}.0"
            if not side.startswith("lo0"):
                yield Speaker(where=line.where, text=line.text, side=side)
