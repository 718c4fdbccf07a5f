"""No property of a schema is forgotten: an edit of each is seen, or it is named as idle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import soccheck
from soccheck.compare import gate
from soccheck.compare.attributes import IDLE_PROPERTIES
from soccheck.compare.changes import compare
from soccheck.compare.fail_on import rules
from soccheck.compare.former import former
from soccheck.facts.catalogue import STATEMENT, of_kind
from soccheck.model import KINDS
from tests.compare.test_attributes import EDITS, MEASURE, base, judged
from tests.kit import read_yaml

HOLDS_CONDITION = (
    "headline.among.when",
    "controls.when",
    "controls.require",
    "controls.expects.when",
    "controls.grace.when",
)

COMPARED_WHOLE = {
    "policy": {
        "policy": "another id is another policy, and the former one is dropped",
        "extends": "a profile counts by what it makes of the controls",
        "disable": "a control that a profile disables is dropped",
        "parameters.*.value": "stands resolved in the controls",
        "controls.expects": "its kind and its condition, both as text",
        "controls.target": "stands with the measure or the score",
        "controls.require.measure": "its counts and its share",
        "controls.require.score": "how points are earned, and of what",
    },
    "inventory": {
        "claims": "by one digest of all that a claim says",
        "attestations": "by one digest of all that an attestation says",
        "waivers.*.select": "by the assets that it finds",
    },
}
"""Properties that are compared with all below them, and by what; a test beside this one edits them."""


def walked(
    schema: dict[str, Any], root: dict[str, Any], path: str, seen: frozenset[str]
) -> Iterator[str]:
    """Yield the path of every property of a schema; a key that may be any is `*`."""
    if "$ref" in schema and schema["$ref"] not in seen:
        node = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        yield from walked(node, root, path, seen | {schema["$ref"]})
    below = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        below["*"] = schema["additionalProperties"]
    for name, node in below.items():
        here = f"{path}.{name}".lstrip(".")
        yield here
        yield from walked(node, root, here, seen)
    if isinstance(schema.get("items"), dict):
        yield from walked(schema["items"], root, path, seen)
    for word in ("anyOf", "oneOf", "allOf"):
        for node in schema.get(word, ()):
            yield from walked(node, root, path, seen)


def properties(name: str) -> set[str]:
    path = Path(soccheck.__file__).parent / "schemas" / f"{name}.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    return {found for found in walked(schema, schema, "", frozenset()) if not found.endswith("*")}


def is_at(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}.")


def differing(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Yield the paths at which two documents differ, in the words of the schema's."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from differing(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from differing(first, second, path)
    elif one != other:
        yield path


def edited() -> set[str]:
    """Return every path that an edit of the list touches which stops a change, as the gate is by itself."""
    texts = base()
    texts["more"] += MEASURE
    was = judged(texts)
    found: set[str] = set()
    for name, old, new in EDITS:
        before, after = texts[name], texts[name].replace(old, new, 1)
        now = judged({**texts, name: after if old != "  c-1:" else "claims: {}\n"})
        if gate.judge(now, compare(now, former(was, "base")), rules(())).code != 1:
            continue
        for path in differing(read_yaml(before), read_yaml(after)):
            found.add(path)
            found |= {path.rpartition(".")[0]}
    return found


def keyed(path: str) -> str:
    """Return a path of an inventory with `*` for the ids."""
    head, _, rest = path.partition(".")
    _, _, tail = rest.partition(".")
    return f"{head}.*.{tail}" if tail else head


def test_every_property_of_a_policy_is_compared_or_named_as_idle() -> None:
    seen, idle, whole = edited(), IDLE_PROPERTIES["policy"], COMPARED_WHOLE["policy"]
    left = {
        path
        for path in properties("policy")
        if not any(is_at(path, item) or is_at(item, path) for item in (*idle, *whole))
        and not any(is_at(path, item) for item in HOLDS_CONDITION)
        and not any(is_at(item, path) for item in seen)
    }
    assert left == set()
    assert all(item in properties("policy") for item in (*idle, *HOLDS_CONDITION))


def test_every_property_of_an_inventory_is_compared_or_named_as_idle() -> None:
    seen = {keyed(path) for path in edited()}
    idle, whole = IDLE_PROPERTIES["inventory"], COMPARED_WHOLE["inventory"]
    # What the defaults and a group give are facts of their hosts.
    sections = {"authority", "defaults", "groups", *(f"{kind}s" for kind in KINDS)}
    left = {
        path
        for path in properties("inventory")
        if path.partition(".")[0] not in sections
        and not any(is_at(path, item) for item in (*idle, *whole))
        and not any(is_at(item, path) for item in seen)
    }
    assert left == set()


def test_every_property_of_an_asset_is_a_fact_or_says_who_says_so() -> None:
    """What a fact says is judged by the controls that name it, or compared by the lists of facts."""
    for path in properties("inventory"):
        head, _, rest = path.partition(".")
        kind = "authority" if head == "authority" else head.removesuffix("s")
        if kind not in ("authority", *KINDS) or not rest:
            continue
        name = rest.removeprefix("*.")
        parts = name.split(".")
        if STATEMENT & set(parts):
            continue
        facts = of_kind(kind)
        assert name in facts or any(fact.startswith(f"{name}.") for fact in facts), path


IDLE_EDITS = [
    ("more", 'version: "1"', 'version: "2"'),
    ("more", "title: {en: More, vi: Thêm}", "title: {en: More, vi: Thêm}\norder: 7\nnote: {en: a, vi: b}"),
    ("more", "source: made up", "source: elsewhere"),
    ("more", "vi: Mỗi}}", "vi: Mỗi}, remediation: {en: Go., vi: Đi.}}"),
    ("more", "remediation: {en: Do., vi: Làm.}", "remediation: {en: Go., vi: Đi.}"),
    ("documents.yaml", "title: Báo cáo", "title: Báo cáo khác, number: 1/BC, issuer: Sở"),
]  # fmt: skip


def test_an_edit_of_what_is_idle_changes_nothing() -> None:
    texts = base()
    before = judged(texts)
    for name, old, new in IDLE_EDITS:
        assert old in texts[name], old
        texts[name] = texts[name].replace(old, new, 1)
        found = compare(judged(texts), former(before, "base"))
        assert (found.scope, found.changes) == ([], []), new
