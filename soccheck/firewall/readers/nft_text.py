"""`nft list ruleset` as text."""

from __future__ import annotations

import re

from soccheck.firewall.errors import ReadError
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.nftables import Nft

_TABLE = re.compile(r"^\s*(?:add )?table (?:ip|ip6|inet|arp|bridge|netdev) \S+ \{", re.M)


def detect(content: str) -> bool:
    """Tell whether a text is the listing of nft."""
    return bool(_TABLE.search(content[:20000]))


def read(text: Text) -> Nft:
    """Refuse the text listing: the JSON one says the same without ambiguity."""
    raise ReadError(
        text.at(1), "the text listing of nft is not read", hint="use nft -j list ruleset"
    )
