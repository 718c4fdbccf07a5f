"""The headline of a policy: the asset it counts, by which of the controls, and what is told beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from soccheck.facts.kinds import ONE, RELATED
from soccheck.model import Among, Control, Headline, Problem
from soccheck.phrase import phrase
from soccheck.policy.conditions import Reader
from soccheck.sources.source import Source

_SHOWN = 3
"""Controls that a headline to write begins with."""


def headline(
    data: dict[str, Any], reader: Reader, controls: list[Control], problems: list[Problem]
) -> Headline:
    """Return the headline; a policy without one, or one on controls it has not, does not load."""
    node, source = data.get("headline"), reader.source
    if node is None or not data.get("controls"):
        text = phrase("a policy needs a headline and controls")
        hint = phrase("see `soccheck schema policy`")
        if ids := [item["id"] for item in data.get("controls") or ()][:_SHOWN]:
            what = f"headline: {{asset: ..., controls: [{', '.join(ids)}], label: {{en: ..., vi: ...}}}}"
            hint = phrase("write {what}", what=what)
        problems.append(Problem(source.where(), text, hint))
        return Headline(asset="system", controls=(), label={})
    kept = {control.id: control for control in controls}
    written = {item["id"] for item in data["controls"]}
    named, beside = (_named(key, node, source, written, problems) for key in ("controls", "beside"))
    _unrelated(node, source, kept, problems)
    counted = tuple(name for name in named if name in kept)
    if not counted and not problems:
        at = source.where("headline", "controls")
        hint = phrase("keep at least one of them enabled")
        problems.append(Problem(at, phrase("no control is left for the headline"), hint))
    return Headline(
        asset=node["asset"],
        controls=counted,
        label=node["label"],
        optional=tuple(node.get("optional", ())),
        among=_among(node, reader),
        beside=tuple(name for name in beside if name in kept),
    )


def _named(
    key: str, node: dict[str, Any], source: Source, written: set[str], problems: list[Problem]
) -> Sequence[str]:
    """Return the controls that a headline names under a key; each must be one of the policy."""
    names: Sequence[str] = node.get(key, ())
    for i, name in enumerate(names):
        if name not in written:
            text = phrase("no control {name} in this policy", name=repr(name))
            hint = phrase("it has {names}", names=", ".join(sorted(written)))
            problems.append(Problem(source.where("headline", key, i), text, hint))
    return names


def _unrelated(
    node: dict[str, Any], source: Source, kept: dict[str, Control], problems: list[Problem]
) -> None:
    """Note the controls that are about what never belongs to a unit of the headline."""
    for i, name in enumerate(node["controls"]):
        if name not in kept or _belongs(kept[name].asset, node["asset"]):
            continue
        kind, line = ONE[kept[name].asset], ONE[node["asset"]]
        text = phrase(
            "{name} is about {kind}: none belongs to {line}", name=name, kind=kind, line=line
        )
        hint = phrase("its findings would count for nothing: leave it out of the headline")
        problems.append(Problem(source.where("headline", "controls", i), text, hint))


def _among(node: dict[str, Any], reader: Reader) -> Among | None:
    """Return the units that another reader counts, if the headline names any."""
    said = node.get("among")
    if said is None:
        return None
    when = reader.condition(said, "when", node["asset"])
    return Among(when=when, some=said["some"], all=said["all"]) if when is not None else None


def _belongs(kind: str, headline: str) -> bool:
    """Return whether findings on `kind` can be rolled up to an asset of the headline's kind."""
    return kind == headline or (headline, kind) in RELATED
