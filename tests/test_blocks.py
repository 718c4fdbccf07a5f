"""The older side, read by sparing what both sides share, is what a plain reading gives, whatever it is."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soccheck import blocks
from soccheck.blocks import Known
from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.model import KINDS
from soccheck.sources import schema
from soccheck.sources.files import Memory
from soccheck.sources.git import blob_id
from tests.compare.test_changes import Keyed

AUTHORITY = b"""\
authority: {name: {vi: T}, stated: 2024-06-01, owner: so}
documents:
  d: {title: D}
organizations:
  so: {type: department, tier: province}
"""
HOST = "    organization: so\n    role: server\n"


def sides(before: str, after: str) -> tuple[object, object, bool]:
    """Return the older side read plainly and read after the newer one, and whether it was spared."""
    texts = [{"a.yaml": AUTHORITY, "h.yaml": text.encode()} for text in (before, after)]
    known: inventory.Known = Known(partial(blob_id, width=40))
    said(texts[1], known)
    return said(texts[0], None), said(texts[0], known), known.shared


def said(texts: dict[str, bytes], known: inventory.Known | None) -> object:
    """Return all that an inventory says but places, or the faults with theirs."""
    try:
        files = Memory(texts) if known is None else Keyed(texts, known)
        found = inventory.read(files, "inv", known)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    assets = {
        kind: [(a.id, dict(a.facts), list(a.facts), a.provenance) for a in of_kind.values()]
        for kind, of_kind in found.assets.items()
    }
    rest = found.documents, found.claims, found.waivers, found.stated, found.digest
    return assets, rest


def hosts(*names: str) -> str:
    return "hosts:\n" + "".join(f"  {name}:\n{HOST}" for name in names)


def test_assets_whose_lines_stand_on_both_sides_are_the_very_same() -> None:
    before = hosts("a", "b", "c", "d", "e")
    after = hosts("new", "a", "b", "c", "d", "e").replace("  b:\n", "  b:\n    tags: [x]\n")
    known: inventory.Known = Known(partial(blob_id, width=40))
    now, base = (
        inventory.read(Keyed({"a.yaml": AUTHORITY, "h.yaml": text.encode()}, known), "inv", known)
        for text in (after, before)
    )
    same = {n for n, host in base.assets["host"].items() if now.assets["host"].get(n) is host}
    assert list(base.assets["host"]) == ["a", "b", "c", "d", "e"]
    assert same == {"c", "d"}  # the first and the last prove the edges, and are read
    assert base.assets["host"]["b"].at.line == 5


def test_what_is_read_again_keeps_its_lines() -> None:
    before = f"# first\n{hosts('a', 'b', 'gone', 'c', 'd')}\nfleets:\n  f: {{organization: so}}\n"
    before += "waivers:\n  w: {control: T-A, assets: [a], reason: r, approver: p, "
    before += "granted: 2024-01-01, expires: 2024-12-31}\n"
    known: inventory.Known = Known(partial(blob_id, width=40))
    texts = {"a.yaml": AUTHORITY, "h.yaml": hosts("a", "b", "c", "d").encode()}
    inventory.read(Keyed(texts, known), "inv", known)
    base = inventory.read(Keyed({**texts, "h.yaml": before.encode()}, known), "inv", known)
    assert known.shared
    lines = {asset.id: asset.at.line for asset in base if asset.at.path == "inv/h.yaml"}
    assert lines["gone"] == 9
    assert lines["f"] == 20
    assert base.waivers[0].at.line == 22


_EVIL = [
    ("a text over blocks", '  a: {organization: so, role: server, note: "x\n', '  b"}\n'),
    ("a list over blocks", "  a: {organization: so, role: server, tags: [x,\n", "  y]}\n"),
    ("a flow mapping", "  {\n  a: {organization: so, role: server},\n", "  }\n"),
    ("an anchor", "  a:\n    organization: &o so\n    role: server\n", ""),
    ("an alias", "  a:\n    organization: *o\n    role: server\n", ""),
    ("a document's end", "...\n", ""),
    ("a second document", "---\n", ""),
    ("a tab", "  a:\n\torganization: so\n    role: server\n", ""),
    ("text kept to its end", "  a:\n    role: server\n    organization: so\n    note: |+\n      x\n\n", ""),
    ("text folded", "  a:\n    role: server\n    organization: so\n    note: >\n      x\n  \n", ""),
    ("plain text over lines", f"  a:\n{HOST}    note: x\n      y\n", ""),
    ("no value", "  a:\n", ""),
    ("no key", "  a\n", ""),
    ("a long key", "  ? a\n  : {organization: so, role: server}\n", ""),
    ("a key in quotes", '  "a": {organization: so, role: server}\n', ""),
    ("a head in quotes", '  a: {organization: so, role: server, note: "x\nhosts:\n', '  "}\n'),
    ("a head and a remark", '  a: {organization: so, role: server, note: "\nhosts:\n# "}\n', ""),
    ("a section again", f"hosts:\n  a:\n{HOST}", ""),
    ("another section", "systems:\n  s: {organization: so}\n", ""),
    ("deeper", f"   a:\n{HOST}", ""),
    ("less deep", f" a:\n{HOST}", ""),
    ("carriage returns", f"  a:\r\n{HOST}", ""),
    ("a lone return", f"  a:\r{HOST}", ""),
    ("a line break of some", f"  a:\u2028{HOST}", ""),
    ("a mark", f"\ufeff  a:\n{HOST}", ""),
    ("an unknown key", f"  a:\n{HOST}    rol: x\n", ""),
    ("no such document", f"  a:\n{HOST}    source: {{document: e}}\n", ""),
    ("a document", f"  a:\n{HOST}    source: {{document: d}}\n", ""),
    ("a dangling reference", f"  a:\n{HOST}    systems: [nothing]\n", ""),
    ("a remark", "# remark\n", "  # remark\n"),
    ("nothing", "\n", "   \n"),
    ("an end before the beginning", f"  a:\n{HOST}    valid: {{from: 2024-02-02, to: 2024-01-01}}\n", ""),
    ("a secret", f"  a:\n{HOST}    note: 'password: hunter22'\n", ""),
    ("a waiver", "waivers:\n  w: {control: T-A, assets: [h1]}\n", ""),
    ("a directive", "%YAML 1.1\n---\n", ""),
    ("the end of a list", "  ]}\n", ""),
]  # fmt: skip
EVIL = [part for _, first, second in _EVIL for part in (first, second) if part]


good = st.sampled_from([f"  h{n}:\n{HOST}" for n in range(4)])
part = st.one_of(good, good, st.sampled_from(EVIL))
text = st.lists(part, max_size=8).map(lambda parts: "hosts:\n" + "".join(parts))


@settings(max_examples=400)
@given(text, st.data())
def test_any_text_after_any_edit_of_it_is_read_as_it_is_read_plainly(
    before: str, data: st.DataObject
) -> None:
    lines = before.splitlines(keepends=True)
    cuts = st.integers(0, len(lines))
    start, end = sorted((data.draw(cuts), data.draw(cuts)))
    middle = data.draw(st.lists(part, max_size=3).map("".join))
    after = "".join(lines[:start]) + middle + "".join(lines[end:])
    for one, other in ((before, after), (after, before)):
        plain, spared, _ = sides(one, other)
        assert spared == plain


@pytest.mark.parametrize(
    ("first", "second"), [item[1:] for item in _EVIL], ids=[i[0] for i in _EVIL]
)
@pytest.mark.parametrize("apart", [0, 1, 2])
def test_each_trap_at_each_place(first: str, second: str, apart: int) -> None:
    names = ["h0", "h1", "h2", "h3"]
    whole = [f"  {name}:\n{HOST}" for name in names]
    for at in range(5):
        evil = [*whole[:at], first, *whole[at : at + apart], second, *whole[at + apart :]]
        text = "hosts:\n" + "".join(evil)
        for one, other in (
            (hosts(*names), text),
            (text, hosts("new", *names)),
            (text, text.replace("hosts:\n", "hosts:\n\n", 1)),
        ):
            plain, spared, _ = sides(one, other)
            assert spared == plain, (one, other)


def test_a_good_text_is_spared_and_a_doubtful_one_is_not() -> None:
    names = ("a", "b", "c", "d")
    assert sides(hosts(*names), hosts("new", *names))[2]
    for old, new in (
        ("  a:", '  "a":'),
        ("hosts:\n", "hosts:\n  # don't\n"),
        ("  b:\n", "  b: &x\n"),
    ):
        evil = hosts("new", *names).replace(old, new, 1)
        plain, spared, shared = sides(hosts(*names), evil)
        assert spared == plain
        assert shared == (old == "  b:\n")


def test_an_alias_is_never_taken_for_what_it_was_elsewhere() -> None:
    head = f"hosts:\n  h0:\n{HOST}    name: {{vi: &n "
    rest = f"}}\n  h1:\n{HOST}    name: {{vi: *n}}\n  h2:\n{HOST}  h3:\n{HOST}"
    plain, spared, shared = sides(head + "one" + rest, head + "two" + rest)
    assert spared == plain
    assert shared  # h2


def test_an_anchor_that_is_spared_would_be_missed() -> None:
    def text(word: str) -> str:
        one = f"  h0:\n{HOST}    name: {{vi: &n {word}}}\n"
        again = f"  h1:\n{HOST}    name: {{vi: &n again}}\n"
        return f"hosts:\n{one}{again}  h2:\n{HOST}    name: {{vi: *n}}\n  h3:\n{HOST}"

    plain, spared, _ = sides(text("one"), text("two"))
    assert spared == plain


def test_the_end_of_a_section_proves_no_end_of_its_last_asset() -> None:
    head = hosts("a", "b")
    opened = '  c: {organization: so, role: server, note: "x\n'
    hostile = '  d: {organization: so, role: server, note: "} # "}\n'  # the end of c, or an asset
    plain, spared, _ = sides(head + opened + hostile + f"  e:\n{HOST}", head + opened + 'y"}\n')
    assert spared == plain


def test_a_section_asks_nothing_of_its_assets_together() -> None:
    # Else what is left of a section after sparing could hold to the schema where the whole does not.
    import json

    sections = json.loads(schema.text("inventory"))["properties"]
    for kind in KINDS:
        keys = set(sections[f"{kind}s"])
        assert keys == {"type", "description", "propertyNames", "additionalProperties"}


def test_edges_are_found_where_assets_begin() -> None:
    raw = b"# x\nhosts: # all of them\n\n  a: {x: 1}\n  b:\n    c: 2\n# end\nfleets:\n  d: {}\n  e: {}"
    found = blocks.cut(raw)
    assert [(b.kind, b.line, b.text, b.inner) for b in found] == [
        ("host", 4, b"  a: {x: 1}\n", False),
        ("host", 5, b"  b:\n    c: 2\n# end\n", False),
        ("fleet", 9, b"  d: {}\n", False),
        ("fleet", 10, b"  e: {}", False),
    ]
    assert blocks.cut(b"") == []
    assert blocks.cut(b"hosts: {\n  a: {},\n  b: {}}\n") == []
