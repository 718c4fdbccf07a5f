"""pf of OpenBSD and FreeBSD, pfSense and OPNsense: config.xml, what pfctl shows, or both, to the rule model.

With the output of pfctl its rules are exact, implicit ones included, and config.xml gives the
content of aliases. With config.xml alone the rules are rebuilt from it. Rules alone do not tell that they
are applied: `parts` do, or config.xml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from soccheck.errors import ReadError
from soccheck.firewall.model import (
    ANY,
    NEVER,
    Action,
    Base,
    Chain,
    Expr,
    In,
    Named,
    Note,
    Rule,
    Ruleset,
    Unknown,
    Where,
)
from soccheck.firewall.readers.base import Text, established, implied, untold_console
from soccheck.firewall.readers.learned import perhaps_outside
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.pf import parts, pfctl
from soccheck.firewall.readers.pf.aliases import Aliases
from soccheck.firewall.readers.pf.config_interfaces import PfInterfaces, named
from soccheck.firewall.readers.pf.config_rules import PfRules
from soccheck.firewall.readers.pf.consoles import consoles
from soccheck.firewall.readers.pf.defaults import built_in, logs, tunables
from soccheck.firewall.readers.pf.forwards import Forwards
from soccheck.firewall.readers.pf.logs import unkept
from soccheck.firewall.readers.pf.pfctl_match import PfContext
from soccheck.firewall.readers.pf.proxies import after_the_filter, proxied
from soccheck.firewall.readers.pf.routing import lead_out, led_elsewhere, speakers
from soccheck.firewall.readers.pf.scripts import SECTIONS, run_by_itself
from soccheck.firewall.readers.pf.services import late_clients
from soccheck.firewall.readers.pf.switches import pass_over_what_is_off
from soccheck.firewall.readers.pf.xml import parse
from soccheck.firewall.readers.unread import first_word
from soccheck.firewall.readers.vocabulary import load
from soccheck.firewall.spans import span
from soccheck.phrase import phrase

VOCABULARY = load(__package__, beside="settings.toml packages.toml")


def is_xml(content: str) -> bool:
    """Tell whether a text is a config.xml of pfSense or OPNsense."""
    return bool(re.search(r"<(pfsense|opnsense)>", content[:4000]))


def detect(content: str) -> bool:
    """Tell whether a text is a config.xml or the output of pfctl."""
    return is_xml(content) or pfctl.detect(content) or parts.is_part(content)


class _Config:
    """One config.xml, with the rules it makes."""

    def __init__(self, text: Text, ledger: Ledger) -> None:
        root = parse(text, ledger)
        where = text.at(1)
        run_by_itself(root, ledger)
        self.interfaces = PfInterfaces(root)
        lead_out(root, self.interfaces)
        self.aliases = Aliases(root, where)
        rules = PfRules(root, ledger, self.interfaces, self.aliases)
        forwards = Forwards(rules)
        forwards.read()
        rules.read()
        self.nat = forwards.nat
        for node in (
            *root.all("system"),
            *root.all("system", "webgui"),
            *root.all("system", "ssh"),
        ):
            node.record.within = In("dtype", span(1))
        off = any(node.on("disablefilter") for node in root.all("system"))
        self.unseen = list(tunables(root, ledger, where))
        """Rules for what passes whatever the filter says."""
        if off:
            self.unseen.append(
                implied(ANY, Action.ACCEPT, where, phrase("the filter is switched off"))
            )
        self.rules = [
            *self.unseen,
            *forwards.passed,
            *built_in(root, self.interfaces, where),
            *rules.ordered("in"),
            *late_clients(self.interfaces, where),
        ]
        self.outside = rules.ordered("out")
        self.behind = list(proxied(root))
        self.perhaps = led_elsewhere(root)
        self.perhaps |= perhaps_outside(speakers(root, self.interfaces), self.interfaces.networks())
        self.logs_default = logs(root, "defaultblock")
        self.unkept = tuple(unkept(root))
        self.consoles = tuple(consoles(root, self.interfaces, where))
        pass_over_what_is_off(root, ledger.vocabulary.switches)


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules of a firewall: translations, and what decides on the way in and out."""

    nat: Sequence[Rule]
    inside: Sequence[Rule]
    outside: Sequence[Rule] = ()
    unclear: tuple[Note, ...] = ()
    """What was not given, and may change any answer."""
    sent: Expr = NEVER
    """What surely goes on to another address, as it comes in."""


WEB = In("dport", ((80, 80), (443, 443)))


def _no_table(name: str) -> Expr:
    return Unknown(
        phrase(
            "the content of table {name} is not given; give config.xml or the table too", name=name
        )
    )


def read(texts: Sequence[Text], ledger: Ledger) -> Ruleset:
    """Read config.xml, the output of pfctl, or both; raises `ReadError`."""
    configs = [_Config(t, ledger) for t in texts if is_xml(t.content)]
    others = [t for t in texts if not is_xml(t.content) and parts.is_part(t.content)]
    listings = [t for t in texts if not is_xml(t.content) and t not in others]
    if len(configs) > 1 or len(listings) > 1:
        raise ReadError(
            texts[-1].at(1), phrase("one config.xml and one listing of pfctl at a time")
        )
    config = configs[0] if configs else None
    where = (listings or texts)[0].at(1)
    found = _Rules(config.nat, config.rules, config.outside) if config else _Rules([], [])
    managed = config.consoles if config else ()
    if others and not listings:
        raise ReadError(
            others[0].at(1), phrase("what pfctl shows without rules: give pfctl -s rules")
        )
    if listings:
        told = parts.read(others, where, listings[0].content)
        found = _listed(listings[0], config, told, ledger)
        if config is None:
            # OpenBSD has no web console of its own.
            web = [WEB] if told.system == "OpenBSD" else []
            managed = (untold_console(where, found.sent, *web),)
        # What config.xml says beside its aliases and commands is in the listing already.
        always = ledger.vocabulary.always
        for entry in ledger.entries:
            late = entry.section in ("pf", *SECTIONS) or ledger.is_listed(entry.section)
            late = late or any(first_word(text) in always for text in entry.left())
            entry.done = entry.done or not late
    logged = config is not None and config.logs_default
    chains = _chains(where, found, Action.ACCEPT if listings else Action.DROP, logs=logged)
    if config is not None:
        chains |= after_the_filter(config.behind, where)
    return Ruleset(
        vendor="pf",
        chains=chains,
        families=frozenset({4, 6}),
        zones=config.interfaces.zones if config else {},
        untrusted=config.interfaces.untrusted if config else (),
        perhaps_untrusted=config.perhaps if config else {},
        devices=config.interfaces.records() if config else (),
        unlisted=config.interfaces.unlisted() if config else None,
        notes=tuple(config.aliases.notes()) if config else (),
        consoles=managed,
        unkept=config.unkept if config else (),
        incomplete={4: found.unclear, 6: found.unclear} if found.unclear else {},
    )


def _listed(text: Text, config: _Config | None, told: parts.Parts, ledger: Ledger) -> _Rules:
    """Read the output of pfctl, with the aliases of a configuration where one is given."""
    scope = PfContext(
        tables=config.aliases.table
        if config
        else lambda name: told.tables.get(name) or _no_table(name),
        interfaces=config.interfaces.known if config else named,
    )
    listing = pfctl.PfctlListing(ledger, scope, made=config is not None)
    listing.read(text)
    nat: Sequence[Rule] = listing.nat
    unclear: tuple[Note, ...] = ()
    if config is not None and not pfctl.translates(text):
        nat = [*config.nat, *nat]  # a rule that passes may translate as well
    elif not pfctl.translates(text) and told.system != "OpenBSD":
        # OpenBSD translates by its rules alone.
        said = phrase("no translation rules: give pfctl -s nat too, or of OpenBSD uname -s")
        unclear = (Note(kind="not given", where=text.at(1), text=said),)
    # What config.xml says of the filter holds where nobody asked pf itself.
    past, past_outside = told.passed() if config is None or told.asked else ([], [])
    inside = [*(config.unseen if config else ()), *past, *listing.rules("in")]
    return _Rules(nat, inside, [*past_outside, *listing.rules("out")], unclear, listing.sent())


def _chains(where: Where, rules: _Rules, policy: Action, *, logs: bool) -> dict[str, Chain]:
    loop = implied(Named("iif", ("lo0",)), Action.ACCEPT, where, phrase("loopback"))
    known = established(where, phrase("states already kept"))
    chains = {}
    for name, hook, priority, found, default in (
        ("translation", "prerouting", -100, rules.nat, Action.ACCEPT),
        ("in", "prerouting", 0, [known, loop, *rules.inside], policy),
        ("out", "forward", 0, [known, *rules.outside], Action.ACCEPT),
    ):
        base = Base(
            hook=hook,
            priority=priority,
            policy=default,
            new_only=name == "translation",
            decides=name == "in",
            policy_log=name == "in" and logs,
        )
        chains[name] = Chain(name=name, rules=tuple(found), where=where, base=base)
    return chains
