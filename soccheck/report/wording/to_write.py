"""Word what to write where a finding is unknown: the YAML, whole, for each file and asset it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from soccheck.assess.lacking import Lacking
from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.examples import OPEN, example, form, required_of, writable
from soccheck.facts.fact import Fact
from soccheck.facts.kinds import LINKS
from soccheck.i18n import Language
from soccheck.model import KINDS, Asset, Inventory, Location
from soccheck.report.wording import labels
from soccheck.sources.files import is_table

_CONTROLS = 3
"""Controls that are named as asking for a key."""


def block(lacks: Sequence[Lacking], inventory: Inventory, language: Language) -> list[str]:
    """Return the lines of YAML to add, each fact with its choices or an example, and its meaning.

    A comment before each asset says in which file it stands; of one in a table the columns follow. What is
    to be looked at first is left open, with what no fact can have: nobody copies good news.
    """
    lines: list[str] = []
    for lack, at in _placed(lacks):
        if lack.asset is not None and is_table(at.path):
            lines.append("# " + _where(lack, at, language) + language(", in the columns"))
            written = _written(lack, inventory, language)
            lines += [f"{name}: {text}" for name, text in written.items()]
            continue
        lines.append("# " + _where(lack, at, language))
        if lack.kind == "authority":
            lines.append("authority:")
            lines += _nested(_written(lack, inventory, language), 2)
        else:
            lines += [f"{lack.kind}s:", f"  {_id(lack)}:"]
            lines += _nested(_written(lack, inventory, language), 4)
    return lines


def files(lacks: Sequence[Lacking]) -> list[str]:
    """Return the files that what is to be written stands in, each once; of a new asset none."""
    paths = {at.path for lack, at in _placed(lacks) if lack.asset is not None}
    return sorted(paths)


def _placed(lacks: Iterable[Lacking]) -> Iterator[tuple[Lacking, Location]]:
    """Yield what each file lacks: what is stated in another file than its asset is mended there."""
    for lack in lacks:
        asset = lack.asset
        if asset is None:
            yield lack, lack.owner.at
            continue
        by_file: dict[str, list[str]] = {}
        for name in lack.facts:
            by_file.setdefault(asset.where(name).path, []).append(name)
        for path, names in by_file.items():
            at = asset.at if path == asset.at.path else asset.where(names[0])
            yield replace(lack, facts=tuple(names)), at


def is_of_a_later_day(lacks: Iterable[Lacking]) -> bool:
    """Return whether the day of the whole inventory is to be written anew: all it states then holds later."""
    return any(lack.kind == "authority" and "stated" in lack.facts for lack in lacks)


def short(lacks: Sequence[Lacking]) -> str:
    """Return what to add on one line, whole: `hosts: {web-1: {antivirus: {realtime: true|false}}}`.

    Of an asset in a table its columns: `antivirus.realtime: true|false`.
    """
    parts: dict[str, None] = {}
    for lack in lacks:
        values = _values(lack, lambda fact: form(fact, {}))
        if lack.asset is not None and is_table(lack.asset.at.path):
            parts[", ".join(f"{name}: {text}" for name, text in values.items())] = None
        elif lack.kind == "authority":
            parts[f"authority: {_flow(_tree(values))}"] = None
        else:
            parts[f"{lack.kind}s: {{{_id(lack)}: {_flow(_tree(values))}}}"] = None
    return "; ".join(parts)


def line(kind: str, fact: Fact) -> str:
    """Return on one line the YAML that states a fact: `hosts: {host-1: {monitored: true|false}}`."""
    text = _flow(_tree({fact.name: form(fact, {})}))
    return f"authority: {text}" if kind == "authority" else f"{kind}s: {{{kind}-1: {text}}}"


def remark(kind: str, name: str, controls: Sequence[str], language: Language) -> str:
    """Return what stands behind a key to fill in: its choices or an example, its meaning, who asks."""
    fact = writable(kind, name)
    shown = ", ".join(controls[:_CONTROLS]) + (", …" if len(controls) > _CONTROLS else "")
    return f"{_remark(fact, {}, language)} · {shown}"


def _remark(fact: Fact, ids: Mapping[str, str], language: Language) -> str:
    """Return a fact's choices, or an example, with its unit, and its meaning."""
    said = language("for example {value}").format(value=example(fact, ids))
    if fact.type == "bool":
        said = "true, false"
    elif fact.values and fact.type in ("enum", "int"):
        said = ", ".join(fact.values)
        said = f"[{said}]" if fact.many else said
    unit = f" ({labels.unit(fact.unit, language)})" if fact.unit else ""
    meaning = language(fact.meaning)
    return f"{said}{unit} · {meaning}"


def sample(asked: Iterable[tuple[str, str]], language: Language) -> list[str]:
    """Return the lines of YAML that state facts, given as kind and name, of one asset of each kind."""
    by_kind: dict[str, dict[str, str]] = {}
    for kind, name in asked:
        fact = writable(kind, name)
        by_kind.setdefault(kind, {})[fact.name] = f"{OPEN} # {_remark(fact, {}, language)}"
    lines: list[str] = []
    for kind, values in by_kind.items():
        lines += ["authority:"] if kind == "authority" else [f"{kind}s:", f"  {kind}-1:"]
        lines += _nested(values, 2 if kind == "authority" else 4)
    return lines


def _where(lack: Lacking, at: Location, language: Language) -> str:
    if lack.asset is None:
        text = language("a new one, in any file of {folder}")
        return text.format(folder=at.path.rpartition("/")[0] or ".")
    return language("in {file}, at line {line}").format(file=at.path, line=at.line)


def _id(lack: Lacking) -> str:
    return lack.asset.id if lack.asset is not None else f"{lack.kind}-1"


def _values(lack: Lacking, say: Callable[[Fact], str]) -> dict[str, str]:
    """Return the facts to write, and what `say` says of each.

    Of a new asset what it must state as well, and what it belongs to as that is; all else is left open.
    """
    as_is: dict[str, str] = {}
    names = list(lack.facts)
    if lack.asset is None:
        owner, known = lack.owner, of_kind(lack.kind)
        ids = {owner.kind: owner.id}
        if owner.kind != "organization" and (unit := owner.facts.get("organization")):
            ids["organization"] = str(unit)
        links = [n for n in LINKS if n in known and not ids.keys().isdisjoint(known[n].values)]
        as_is = {name: example(known[name], ids) for name in links}
        names = list(dict.fromkeys((*required_of(lack.kind), *links, *names)))
    elif lack.kind == "authority":
        as_is = {"stated": lack.day.isoformat()}  # an older one would be too old again
    return {name: as_is.get(name) or say(FACTS[lack.kind, name]) for name in names}


def _written(lack: Lacking, inventory: Inventory, language: Language) -> dict[str, str]:
    """Return the facts to write with what follows each on its line."""
    of = lack.asset if lack.asset is not None else lack.owner
    unit = of.facts.get("organization")

    def unlikely(asset: Asset) -> tuple[bool, bool]:
        outside = asset.facts.get("untrusted") is True or asset.facts.get("type") == "internet"
        return outside, asset.facts.get("organization") != unit

    assets = inventory.assets
    ids = {kind: min(assets[kind].values(), key=unlikely).id for kind in KINDS if assets[kind]}
    found = _values(lack, lambda fact: f"{OPEN} # {_remark(fact, ids, language)}")
    if is_of_a_later_day([lack]):
        said = language("once all that the inventory states was looked at again")
        found["stated"] = f"{found['stated']} # {said}"
    return found


Tree = Mapping[str, "str | Tree"]


def _tree(values: Mapping[str, str]) -> dict[str, str | Tree]:
    """Nest dotted names."""
    tree: dict[str, str | Tree] = {}
    for name in values:
        head, _, tail = name.partition(".")
        if not tail:
            tree[head] = values[name]
        elif head not in tree:
            inside = {
                other.removeprefix(f"{head}."): value
                for other, value in values.items()
                if other.startswith(f"{head}.")
            }
            tree[head] = _tree(inside)
    return tree


def _nested(values: Mapping[str, str], indent: int) -> Iterable[str]:
    yield from _lines(_tree(values), indent)


def _lines(tree: Tree, indent: int) -> Iterable[str]:
    for name, inner in tree.items():
        if isinstance(inner, str):
            yield f"{' ' * indent}{name}: {inner}"
        else:
            yield f"{' ' * indent}{name}:"
            yield from _lines(inner, indent + 2)


def _flow(tree: Tree) -> str:
    parts = (
        f"{name}: {inner if isinstance(inner, str) else _flow(inner)}"
        for name, inner in tree.items()
    )
    return "{" + ", ".join(parts) + "}"
