"""What documents made of an inventory begin and end with: whose they are, to whom, who signs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from soccheck.facts import values
from soccheck.inventory.relations import suggestion
from soccheck.model import Asset, DocumentHead, Problem
from soccheck.phrase import phrase
from soccheck.sources.source import Source


def read_heads(source: Source, problems: list[Problem]) -> dict[str, DocumentHead]:
    """Return the head of each document of a file that holds to the schema, adding faults to `problems`."""
    section = source.data["report"]
    found = {"report": _head(source, section, ("report",), problems)}
    for name, node in section.get("letters", {}).items():
        found[name] = _head(source, node, ("report", "letters", name), problems)
    return found


def head_faults(heads: Mapping[str, DocumentHead], ids: Mapping[str, Asset]) -> list[Problem]:
    """Return the fault of each head whose issuer is no organisation of the inventory."""
    problems = []
    for head in heads.values():
        target = ids.get(head.issuer or "")
        if head.issuer is None or (target is not None and target.kind == "organization"):
            continue
        units = [name for name, asset in ids.items() if asset.kind == "organization"]
        text = phrase("issuer: no organization {id}", id=repr(head.issuer))
        problems.append(Problem(head.at, text, suggestion(head.issuer, units)))
    return problems


def _head(
    source: Source, node: dict[str, Any], path: tuple[str, ...], problems: list[Problem]
) -> DocumentHead:
    day = values.day(node["date"]) if "date" in node else None
    if "date" in node and day is None:
        problems.append(values.no_day(source.where(*path, "date"), node["date"]))
    return DocumentHead(
        issuer=node.get("issuer"),
        superior=node.get("superior"),
        number=node.get("number"),
        symbol=node.get("symbol"),
        place=node.get("place"),
        date=day,
        to=tuple(node.get("to", ())),
        basis=tuple(node.get("basis", ())),
        mandate=node.get("mandate"),
        signs_as=tuple(node.get("signs_as", ())),
        signer=node.get("signer"),
        recipients=tuple(node.get("recipients", ())),
        at=source.where(*path, "issuer") if "issuer" in node else source.where(*path),
    )
