"""pfSense and OPNsense: `config.xml`, better with `pfctl -sr -sn`, to the rule model.

With the output of pfctl its rules are exact, implicit ones included, and config.xml gives the
content of aliases. With config.xml alone the rules are rebuilt from it: floating rules first, then
those of each interface (all of them quick but floating ones without `quick`), then deny.
Sources: pfSense documentation (Rule methodology, Port forwards, Aliases), pf.conf(5).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Note,
    Ruleset,
    Unknown,
)
from soccheck.firewall.readers.base import Text, checked, implied
from soccheck.firewall.readers.pf import rules as pf_rules
from soccheck.firewall.readers.pf.config_xml import Config
from soccheck.firewall.readers.pf.rules import Scope

if TYPE_CHECKING:
    pass


def is_xml(content: str) -> bool:
    """Tell whether a text is a config.xml of pfSense or OPNsense."""
    return bool(re.search(r"<(pfsense|opnsense)>", content[:4000]))


def detect(content: str) -> bool:
    """Tell whether a text is a config.xml or the output of pfctl."""
    return is_xml(content) or pf_rules.detect(content)


def read(texts: Sequence[Text]) -> Ruleset:
    """Read config.xml, the output of pfctl, or both; raises `ReadError`."""
    configs = [Config(t) for t in texts if is_xml(t.content)]
    listings = [t for t in texts if not is_xml(t.content)]
    if len(configs) > 1 or len(listings) > 1:
        raise ReadError(texts[-1].at(1), "one config.xml and one listing of pfctl at a time")
    config = configs[0] if configs else None
    tables = config.table if config else _no_table
    unclear: tuple[Note, ...] = ()
    if listings:
        nat, inside, outside = pf_rules.read(listings[0], Scope(tables))
        policy, where = Action.ACCEPT, listings[0].at(1)
        if not pf_rules.translates(listings[0]):
            if config is None:
                unclear = (
                    Note(
                        kind="not given",
                        where=where,
                        text="no translation rules: give pfctl -sn too",
                    ),
                )
            else:
                nat = config.rules()[0]
    else:
        assert config is not None
        nat, inside = config.rules()
        outside, policy, where = [], Action.DROP, config.text.at(1)
    known = implied(In("ct", ((1, 2),)), Action.ACCEPT, where, "states already kept")
    loop = implied(Named("iif", ("lo0",)), Action.ACCEPT, where, "loopback")
    chains = {}
    for name, hook, priority, found, default in (
        ("translation", "prerouting", -100, nat, Action.ACCEPT),
        ("in", "prerouting", 0, [known, loop, *inside], policy),
        ("out", "forward", 0, [known, *outside], Action.ACCEPT),
    ):
        base = Base(
            hook=hook,
            priority=priority,
            policy=default,
            new_only=name == "translation",
            decides=name == "in",
            policy_log=name == "in" and config is not None and config.logs_default,
        )
        chains[name] = Chain(name=name, rules=tuple(found), where=where, base=base)
    return checked(
        Ruleset(
            vendor="pf",
            chains=chains,
            families=frozenset({4, 6}),
            zones=config.zones if config else {},
            untrusted=config.untrusted if config else (),
            notes=tuple(config.all_notes()) if config else (),
            incomplete={4: unclear, 6: unclear} if unclear else {},
        )
    )


def _no_table(name: str) -> Expr:
    return Unknown(f"the content of table {name} is not given; give config.xml too")
