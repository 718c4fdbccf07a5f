"""The headline of a policy: the asset it counts, by which of the controls, and what is told beside it."""

from __future__ import annotations

from typing import Any

from soccheck.facts.kinds import ONE, RELATED
from soccheck.model import Among, Control, Headline, Problem
from soccheck.phrase import phrase
from soccheck.policy.conditions import Reader


def headline(
    data: dict[str, Any], reader: Reader, controls: list[Control], problems: list[Problem]
) -> Headline:
    """Return the headline; a policy without one, or one on controls it has not, does not load."""
    node, source = data.get("headline"), reader.source
    if node is None or not data.get("controls"):
        text = phrase("a policy needs a headline and controls")
        problems.append(Problem(source.where(), text, phrase("see `soccheck schema policy`")))
        return Headline(asset="system", controls=(), label={})
    kept = {control.id: control for control in controls}
    written = {item["id"] for item in data["controls"]}
    for i, name in enumerate(node["controls"]):
        if name not in written:
            at = source.where("headline", "controls", i)
            hint = phrase("it has {names}", names=", ".join(sorted(written)))
            problems.append(
                Problem(at, phrase("no control {name} in this policy", name=repr(name)), hint)
            )
        elif name in kept and not _belongs(kept[name].asset, node["asset"]):
            at = source.where("headline", "controls", i)
            kind, line = ONE[kept[name].asset], ONE[node["asset"]]
            text = phrase(
                "{name} is about {kind}: none belongs to {line}",
                name=name,
                kind=kind,
                line=line,
            )
            hint = phrase("its findings would count for nothing: leave it out of the headline")
            problems.append(Problem(at, text, hint))
    named = tuple(name for name in node["controls"] if name in kept)
    if not named and not problems:
        at = source.where("headline", "controls")
        hint = phrase("keep at least one of them enabled")
        problems.append(Problem(at, phrase("no control is left for the headline"), hint))
    beside = tuple(node.get("beside", ()))
    for i, name in enumerate(beside):
        if name not in written:
            at = source.where("headline", "beside", i)
            hint = phrase("it has {names}", names=", ".join(sorted(written)))
            problems.append(
                Problem(at, phrase("no control {name} in this policy", name=repr(name)), hint)
            )
    return Headline(
        asset=node["asset"],
        controls=named,
        label=node["label"],
        optional=tuple(node.get("optional", ())),
        among=_among(node, reader),
        beside=tuple(name for name in beside if name in kept),
    )


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
