"""One chain of `nft -j list ruleset` and its rules to the rule model (libnftables-json(5))."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from soccheck.errors import worded
from soccheck.firewall.model import (
    ANY,
    CT,
    Action,
    Base,
    Chain,
    Expr,
    Named,
    Rewrite,
    Rule,
    Unknown,
    Where,
    all_of,
    top,
)
from soccheck.firewall.readers.base import of_family, untranslated
from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.linux.nft_fields import side
from soccheck.firewall.readers.linux.nft_left import NftContext
from soccheck.firewall.readers.linux.nft_match import match, named, within
from soccheck.firewall.readers.linux.nft_rates import limit, update
from soccheck.firewall.readers.linux.nft_rules import (
    BOTH,
    FAMILIES,
    HOOKS,
    OUTSIDE,
    POLICIES,
    VERDICTS,
    NftRules,
    mangled,
    rendered,
)
from soccheck.firewall.readers.linux.nft_translate import translation
from soccheck.firewall.readers.linux.xtables_target import COPY, TO_PROGRAM
from soccheck.firewall.readers.members import Json, Members, UnmodelledError, brief, members, one
from soccheck.firewall.readers.unread import together
from soccheck.firewall.spans import span
from soccheck.phrase import Phrase, echo, phrase


class ChainReader:
    """Reads the rules of one chain; a table whose matches nft hides is added to `hidden`."""

    def __init__(
        self,
        key: tuple[str, str, str],
        entry: Members,
        scope: NftContext,
        hidden: set[tuple[str, str]],
    ) -> None:
        self.family, self.table, self.chain = key
        self.entry = entry
        self.ledger: Ledger = entry.ledger
        self.hidden = hidden
        self.families = FAMILIES.get(self.family, BOTH)
        self.only = next(iter(self.families)) if len(self.families) == 1 else 0
        self.hook = str(entry.get("hook", ""))
        self.base = self._base()
        early = self.base is not None and self.base.hook in ("prerouting", "output")
        tracked = not (early and self.base is not None and self.base.priority <= -200)
        self.scope = replace(scope, tracked=tracked)
        self.on_devices = self._devices()

    def _base(self) -> Base | None:
        if not self.hook:
            return None
        entry = self.entry
        try:
            hook = entry.word("hook", HOOKS)
            policy = entry.word("policy", POLICIES) if "policy" in entry.values else Action.ACCEPT
            kind = entry.word("type", {"filter": "", "route": "", "nat": "nat"})
            priority = int(entry.get("prio", 0)) + OUTSIDE.get(self.hook, 0)
        except (ValueError, TypeError) as error:
            entry.doubts.append(worded(error))
            return None
        return Base(
            hook=hook,
            priority=priority,
            policy=Action.ACCEPT if self.hook in OUTSIDE else policy,
            families=self.families,
            new_only=kind == "nat",
        )

    def _devices(self) -> Expr:
        """Return which packets a chain of a device sees."""
        devices = self.entry.get("dev", ())
        names = (devices,) if isinstance(devices, str) else tuple(map(str, devices))
        if names:
            return Named("oif" if self.hook == "egress" else "iif", names)
        # The JSON of nft 1.0.6 leaves them out.
        return Unknown(phrase("which devices the chain is of")) if self.hook in OUTSIDE else ANY

    def read(self, rules: Iterable[tuple[Where, Json]]) -> Chain:
        """Return the chain."""
        out: list[Rule] = []
        for where, body in rules:
            out += self.rule(where, body)
        if self.hook in OUTSIDE and self.entry.values.get("policy") == "drop":
            out.append(
                Rule(
                    match=self.on_devices, action=Action.DROP, where=self.entry.where,
                    family=self.only, label=self.table, text=phrase("policy of {chain}", chain=self.chain),
                    implicit=True,
                )
            )  # fmt: skip
        return Chain(name=self.name, rules=tuple(out), where=self.entry.where, base=self.base)

    @property
    def name(self) -> str:
        """Return the full name of the chain."""
        return self._name(self.chain)

    def _name(self, chain: str) -> str:
        return f"{self.family} {self.table}/{chain}"

    def rule(self, where: Where, body: Json) -> list[Rule]:
        """Return what one listed rule becomes."""
        expr = body.get("expr", [])
        shown = f"{self._name(self.chain)} handle {body.get('handle', '?')}: {rendered(expr)}"
        text = body.get("text") or shown
        entry = members(self.ledger, "rule", where, text, body)
        common = {
            "text": text, "comment": str(body.get("comment", "")), "where": where,
            "family": self.only, "label": self.table,
        }  # fmt: skip
        rules = NftRules(entry, common, [self.on_devices])
        statements = entry.get("expr", [])
        if entry.left():
            self._anything(rules, together(entry.left()))
        for statement in statements:
            self._statement(rules, statement)
        if not rules.made:
            rules.add(Action.CONTINUE)
        if not (rules.lost and (rules.past or self.hook in OUTSIDE)):
            self.ledger.noted(entry)
        return rules.made

    def _statement(self, rules: NftRules, statement: Json) -> None:
        """Read one statement; one that is not understood may do anything to what comes to it."""
        entry = rules.entry
        before = (list(rules.parts), list(rules.made), len(entry.parts))
        try:
            kind, value = (statement, None) if isinstance(statement, str) else one(statement)
            if self.ledger.is_harmless("statement", kind):
                return
            rules.past = rules.past or kind == "dup"
            if kind == "not read" or kind not in (*VERDICTS, *STATEMENTS):
                raise UnmodelledError(brief(value) if kind == "not read" else kind)
            if not self.ledger.may_take("statement", kind):
                raise UnmodelledError(kind)
            if kind in VERDICTS:
                rules.add(VERDICTS[kind])
            else:
                STATEMENTS[kind](self, rules, value)
            left = [t for p in entry.parts[before[2] :] if not p.done for t in p.left()]
            if left:
                raise UnmodelledError(together(left))
        except (UnmodelledError, ValueError, KeyError, TypeError, AttributeError) as error:
            rules.parts, rules.made = before[0], before[1]
            entry.doubts.append(
                phrase("{text} ({error})", text=brief(statement), error=worded(error))
            )
            self._anything(rules, entry.doubts[-1])
        for part in entry.parts[before[2] :]:
            part.done = True

    def _anything(self, rules: NftRules, unread: Phrase | str) -> None:
        """Add that what comes to a statement may be sent anywhere, stopped, accepted or go on."""
        rules.lost = True
        text = phrase("not read: {rule}: {unread}", rule=rules.common["text"], unread=unread)
        # In the hook of a device it may go by all that follows (`fwd`), as a copy does (`dup`): the ledger
        # says so in every hook.
        rules.entry.within = rules.match
        if self.base is None or self.base.hook == "prerouting":
            where = rules.entry.where
            rules.made += [untranslated(rules.match, where, text, f) for f in sorted(self.families)]
        rules.add(Action.UNKNOWN, text=text, implicit=True)
        rules.parts.append(Unknown(text))

    # -- statements --------------------------------------------------------------------------------

    def _match(self, rules: NftRules, value: Json) -> None:
        rules.parts.append(match(rules.entry, value, self.scope))

    def _log(self, rules: NftRules, value: Json) -> None:
        # What is logged to a group, or for the audit, is kept where a program takes it.
        handed = isinstance(value, dict) and ("group" in value or value.get("level") == "audit")
        only = all_of(rules.match, *([TO_PROGRAM] if handed else []))
        rules.add(Action.CONTINUE, only, log=True)

    def _limit(self, rules: NftRules, value: Json) -> None:
        rules.parts.append(limit(rules.entry, value, self.scope))

    def _update(self, rules: NftRules, value: Json) -> None:
        rules.parts.append(update(value, self.scope))

    def _unsure(self, rules: NftRules, value: Json) -> None:
        rules.parts.append(Unknown(phrase("quota or count {what}", what=brief(value))))

    def _mangle(self, rules: NftRules, value: Json) -> None:
        name = mangled(value)
        if name in ("payload ip ttl", "payload ip6 hoplimit"):
            values = {"ttl": span(0, top("ttl", 4))}
            rules.add(Action.REWRITE, rewrite=Rewrite(values=values, final=False))
        elif not self.ledger.is_harmless("mangle", name):
            raise UnmodelledError(phrase("set of {name}", name=name))

    def _xt(self, rules: NftRules, value: Json) -> None:
        self.hidden.add((self.family, self.table))
        body = rules.entry.part("xt", value)
        kind, name = body.need("type"), body.need("name")
        if kind == "match":
            rules.parts.append(
                Unknown(
                    phrase("xt match {name}, which nft hides; give iptables-save too", name=name)
                )
            )
        elif name == "LOG":
            rules.add(Action.CONTINUE, log=True)
        elif name == "REJECT":
            rules.add(Action.REJECT)
        elif not self.ledger.is_harmless("targets", name):
            rules.past = rules.past or name == COPY
            raise UnmodelledError(
                phrase("xt target {name}, which nft hides; give iptables-save too", name=name)
            )

    def _jump(self, rules: NftRules, value: Json) -> None:
        self._goto(rules, value, Action.JUMP)

    def _goto(self, rules: NftRules, value: Json, action: Action = Action.GOTO) -> None:
        goal = rules.entry.part("jump", value).need("target")
        if goal not in self.scope.chains:
            raise UnmodelledError(phrase("a jump to {target}", target=brief(goal)))
        rules.add(action, target=self._name(goal))

    def _notrack(self, rules: NftRules, _: Json) -> None:
        values = {"ct": span(CT["untracked"])}
        rules.add(Action.REWRITE, rewrite=Rewrite(values=values, final=False))

    def _dnat(self, rules: NftRules, value: Json) -> None:
        self._translate("dnat", rules, value)

    def _redirect(self, rules: NftRules, value: Json) -> None:
        self._translate("redirect", rules, value)

    def _translate(self, kind: str, rules: NftRules, value: Json) -> None:
        body = rules.entry.part(kind, value or {})
        for found in translation(body, self.family, self.only, self.scope):
            expr = all_of(rules.match, found.when)
            if found.family:
                expr = all_of(of_family(found.family), expr)
            rules.add(Action.REWRITE, expr, rewrite=found.rewrite)

    def _verdicts(self, rules: NftRules, value: Json) -> None:
        """Read a verdict map: a rule for each pair; what it does not hold goes on."""
        body = rules.entry.part("vmap", value)
        data = body.need("data")
        left = side(body, body.need("key"), self.scope)
        pairs = named(data, self.scope).elements if isinstance(data, str) else one(data)[1]
        # What any key matches comes last, wherever it is written.
        for key, verdict in sorted(pairs, key=lambda pair: pair[0] == "*"):
            inner = NftRules(rules.entry, rules.common, list(rules.parts))
            inner.parts += [left.needs, within(left, {"set": [key]}, self.scope)]
            kind, goal = (verdict, None) if isinstance(verdict, str) else one(verdict)
            if kind in VERDICTS:
                inner.add(VERDICTS[kind])
            elif kind in ("jump", "goto"):
                self._goto(inner, goal, Action.JUMP if kind == "jump" else Action.GOTO)
            else:
                raise UnmodelledError(echo(f"verdict {kind}"))
            rules.made += inner.made


STATEMENTS: Mapping[str, Callable[[ChainReader, NftRules, Json], None]] = {
    "match": ChainReader._match,
    "log": ChainReader._log,
    "limit": ChainReader._limit,
    "set": ChainReader._update,
    "meter": ChainReader._unsure,
    "quota": ChainReader._unsure,
    "ct count": ChainReader._unsure,
    "mangle": ChainReader._mangle,
    "xt": ChainReader._xt,
    "jump": ChainReader._jump,
    "goto": ChainReader._goto,
    "notrack": ChainReader._notrack,
    "dnat": ChainReader._dnat,
    "redirect": ChainReader._redirect,
    "vmap": ChainReader._verdicts,
}
"""Statements by their names; what is neither here nor harmless by `words.toml` is unread."""
