"""Read `claims:`, the figures stated in reports: both decimal styles, and nothing that can be misread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from soccheck.facts import figures, values
from soccheck.facts.catalogue import lookup
from soccheck.inventory.relations import suggestion
from soccheck.model import KINDS, Asset, Claim, Figure, Lookup, Part, Problem
from soccheck.phrase import Phrase, phrase
from soccheck.policy.conditions import Reader
from soccheck.sources.source import Source

DECIMALS = ("value", "per_cent", "points", "maximum", "lost", "from", "to", "change")
"""Fields that may have decimals."""

_COUNTED = ("int", "number", "share", "count")
Step = str | int


def read_claims(source: Source, problems: list[Problem]) -> list[Claim]:
    """Return the claims of a file that holds to the schema, adding faults to `problems`."""
    reader = _Reader(source, problems)
    return [reader.claim(name, node) for name, node in source.data["claims"].items()]


def claim_faults(claim: Claim, ids: Mapping[str, Asset]) -> list[Problem]:
    """Return the figures that are checked against an asset that is not there, or has no such fact."""
    problems = []
    for item in claim.inventory.values():
        asset = ids.get(item.asset or "")
        if item.asset is not None and asset is None:
            text = phrase("no asset {id}", id=repr(item.asset))
            problems.append(Problem(item.at, text, suggestion(item.asset, ids)))
        elif asset is not None and item.fact and lookup(asset.kind, item.fact) is None:
            text = phrase(
                "no fact of the {kinds} is called {fact}",
                kinds=f"{asset.kind}s",
                fact=repr(item.fact),
            )
            hint = phrase("`soccheck schema inventory` lists every fact")
            problems.append(Problem(item.at, text, hint))
    return problems


class _Reader:
    """Reads the claims of one file, adding every fault to `problems`."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems

    def claim(self, name: str, node: dict[str, Any]) -> Claim:
        """Return one claim; a claim that states no figure is a fault."""
        path: tuple[Step, ...] = ("claims", name)
        stated: dict[str, Figure] = {}
        for key in (*figures.INTEGERS, *DECIMALS):
            if key in node:
                figure = self.figure(node[key], (*path, key), key)
                if figure is not None:
                    stated[key] = figure
        whole = None
        head = next((k for k in ("total", "numerator", "count") if k in node), None)
        if "parts" in node and "total" not in node:
            self.fault((*path, "parts"), phrase("parts without a total"), phrase("add total:"))
        elif head and ("total" in node or "listed" in node):
            whole = self.part(head, {**node, "total": node[head]}, path, head)
        elif "listed" in node:
            hint = phrase("add count:, numerator: or total:")
            self.fault((*path, "listed"), phrase("a list of nothing"), hint)
        if not any(key in node for key in ("total", *figures.INTEGERS, *DECIMALS)):
            text = phrase("the claim {id} states no figure", id=repr(name))
            self.fault(path, text, phrase("add count:, per_cent: ..."))
        place = node["source"].get("section")
        if "page" in node["source"]:
            place = f"{place or ''} p. {node['source']['page']}".strip()
        day = values.day(node["as_of"]) if "as_of" in node else None
        if "as_of" in node and day is None:
            where = self.source.where(*path, "as_of")
            self.problems.append(values.no_day(where, node["as_of"]))
        return Claim(
            id=name,
            says=node["says"],
            document=node["source"]["document"],
            place=place,
            as_of=day,
            figures=stated,
            whole=whole,
            inventory=self.lookups(node, path),
            at=self.source.where(*path),
        )

    def figure(self, value: Any, path: tuple[Step, ...], field: str) -> Figure | None:
        """Return the figure as the report writes it; a fault is noted and nothing returned."""
        try:
            return figures.stated(field, str(value))
        except figures.AmbiguousError as error:
            hint = phrase("write it without the mark, or with all its decimals: 1348, or 1.3480")
            self.fault(path, phrase("ambiguous: {what}", what=error.said), hint)
        except ValueError:
            text = phrase("{value} is no figure", value=repr(value))
            hint = phrase('write it as the report does: 179, "94,2", "0.4118"')
            if field in figures.INTEGERS:
                text = phrase("{value} is not a whole number", value=repr(value))
                hint = phrase("write how many there are: 179; a share is per_cent:, not count:")
            self.fault(path, text, hint)
        return None

    def part(
        self, label: str, node: Any, path: tuple[Step, ...], field: str = "total"
    ) -> Part | None:
        """Return a figure with what it is made of."""
        nested: Mapping[str, Any] = node if isinstance(node, dict) else {"total": node}
        figure = self.figure(nested["total"], (*path, "total"), field)
        parts = tuple(
            part
            for name, inner in nested.get("parts", {}).items()
            if (part := self.part(name, inner, (*path, "parts", name))) is not None
        )
        if figure is None:
            return None
        return Part(label=label, figure=figure, parts=parts, listed=tuple(nested.get("listed", ())))

    def lookups(self, node: dict[str, Any], path: tuple[Step, ...]) -> dict[str, Lookup]:
        """Return what each figure is checked against; a figure the claim does not state is a fault."""
        found = {}
        for field, spec in node.get("inventory", {}).items():
            where = (*path, "inventory", field)
            if field not in node:
                text = phrase("the claim states no {key}", key=field)
                self.fault(where, text, phrase("add {key}:", key=field))
                continue
            lookup_ = self.lookup(spec, where)
            if lookup_ is not None:
                found[field] = lookup_
        return found

    def lookup(self, spec: Any, path: tuple[Step, ...]) -> Lookup | None:
        """Return what one figure is checked against, every name in it known."""
        at = self.source.where(*path)
        if isinstance(spec, str):
            spec = {"fact": spec}
        fact, count, add = spec.get("fact"), spec.get("count"), spec.get("sum")
        if (count is None) == (fact is None) or (add and not fact) or (count and "asset" in spec):
            hint = phrase("write a fact, {{asset, fact}}, {{count, when}} or {{sum, fact, when}}")
            self.fault(path, phrase("cannot tell what to look up"), hint)
            return None
        kind = count or add
        if "when" in spec and kind is None:
            text = phrase("a condition on a single fact")
            self.fault((*path, "when"), text, phrase("use count: or sum:"))
            return None
        if fact is not None and not self.known(fact, kind, "asset" in spec, path):
            return None
        when = None
        if kind is not None and "when" in spec:
            when = Reader(self.source, {}, self.problems).condition(spec, "when", kind)
            if when is None:
                return None
        return Lookup(fact=fact, asset=spec.get("asset"), count_of=count, add=add, when=when, at=at)

    def known(self, fact: str, kind: str | None, of_asset: bool, path: tuple[Step, ...]) -> bool:
        """Return whether the catalogue has the fact and it is a figure; a fault says if not."""
        kinds = (kind,) if kind else KINDS if of_asset else ("authority",)
        entries = [entry for k in kinds if (entry := lookup(k, fact)) is not None]
        summable = ("int",) if kind else _COUNTED
        if any(entry.type in summable or entry.many for entry in entries):
            return True
        text = phrase("no figure is called {fact}", fact=repr(fact))
        if len(kinds) < 3:
            named = ", ".join(kind if kind == "authority" else f"{kind}s" for kind in kinds)
            text = phrase("no figure of the {kinds} is called {fact}", kinds=named, fact=repr(fact))
        self.fault(path, text, phrase("`soccheck schema inventory` lists every fact"))
        return False

    def fault(self, path: tuple[Step, ...], message: Phrase, hint: Phrase) -> None:
        self.problems.append(Problem(self.source.where(*path), message, hint))
