"""What a sound inventory becomes: merged, typed, traced to its place and its source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soccheck.errors import InputError
from soccheck.inventory import load as inventory
from soccheck.model import Asset, Location, Provenance
from tests.kit import BASE, an_inventory, written


def test_files_are_merged_by_top_level_key(tmp_path: Path) -> None:
    written(tmp_path, a=BASE, b="systems: {s: {organization: o}}")
    written(tmp_path / "deep" / "er", c="systems: {t: {organization: p}}")
    written(tmp_path, z="organizations: {p: {type: office, tier: province}}")
    (tmp_path / "y.yml").write_text("systems: {u: {organization: o}}")
    (tmp_path / "x.YAML").write_text("systems: {v: {organization: o}}")
    loaded = inventory.load(tmp_path, "inv")
    assert list(loaded.assets["system"]) == ["s", "t", "v", "u"]
    assert list(loaded.assets["organization"]) == ["o", "p"]
    assert str(loaded.assets["system"]["t"].at) == "inv/deep/er/c.yaml:1:11"


def test_other_files_are_not_read(tmp_path: Path) -> None:
    written(tmp_path, a=BASE)
    for name in ("README.md", ".hidden.yaml", "b.yaml~", "c.yaml.bak"):
        (tmp_path / name).write_text("not: [yaml")
    written(tmp_path / ".git", d="not: [yaml")
    assert not inventory.load(tmp_path, "inv").assets["system"]


def test_values_have_the_types_of_the_catalogue(tmp_path: Path) -> None:
    loaded = an_inventory(
        tmp_path,
        """
        networks:
          lan: {organization: o, type: lan, prefixes: [203.0.113.0/24, 2001:DB8:0::/48]}
        hosts:
          h:
            organization: o
            role: server
            networks: [lan]
            addresses: [203.0.113.1, 2001:0DB8::0001]
            antivirus: {realtime: true, signatures_age: 2w, signatures_updated: 2024-06-29}
        systems:
          s:
            organization: o
            dossier: {proposed_level: 3}
            changes:
              - {date: 2024-01-02, kind: data, description: more}
              - {date: 2023-01-02, kind: users}
          t: {organization: o, changes: []}
        fleets: {f: {organization: o, workstations: {total: 4120}}}
        """,
    )
    host, system = loaded.assets["host"]["h"], loaded.assets["system"]["s"]
    assert loaded.assets["network"]["lan"].facts["prefixes"] == ("203.0.113.0/24", "2001:db8::/48")
    assert host.facts["addresses"] == ("203.0.113.1", "2001:db8::1")
    assert host.facts["antivirus.signatures_age"] == timedelta(days=14)
    assert host.facts["antivirus.signatures_updated"] == date(2024, 6, 29)
    assert system.facts["changes.date"] == (date(2024, 1, 2), date(2023, 1, 2))
    assert system.facts["changes.kind"] == ("data", "users")
    assert system.facts["changes.description"] == ("more",)
    assert loaded.assets["system"]["t"].facts["changes.date"] == ()
    assert loaded.assets["fleet"]["f"].facts["workstations.total"] == 4120
    assert "antivirus.running" not in host.facts, "what is not stated is not there"


def test_every_fact_is_found_where_it_is_written(tmp_path: Path) -> None:
    loaded = an_inventory(
        tmp_path,
        """
        systems:
          s:
            organization: o
            dossier:
              status: approved
              decision: {number: 1/QĐ, date: 2024-01-02}
        """,
    )
    system = loaded.assets["system"]["s"]
    text = (tmp_path / "a.yaml").read_text().splitlines()
    for fact in system.facts:
        where = system.where(fact)
        assert text[where.line - 1][where.column - 1 :].startswith(fact.rpartition(".")[2] + ":")
    assert system.where("dossier").line == system.where("dossier.status").line
    assert system.where("criteria.users") == system.at


def test_the_nearest_source_covers_a_fact(tmp_path: Path) -> None:
    system = an_inventory(
        tmp_path,
        """
        documents: {report: {title: r}, decision: {title: d}}
        systems:
          s:
            organization: o
            name: {vi: a, source: {document: report, section: I.3, page: 4}}
            illustrative: true
            dossier:
              status: approved
              submitted: 2022-05-21
              source: {document: report, section: I.10, of: [status]}
              illustrative: true
              decision: {number: 1/QĐ, source: {document: decision, page: 1}}
            regulation: {number: 2/QĐ}
        """,
    ).assets["system"]["s"]
    assert system.source("name.vi") == Provenance(
        prefix="name", document="report", place="I.3, p. 4"
    )
    assert system.source("dossier.status") == Provenance(
        prefix="dossier.status", document="report", place="I.10"
    )
    assert system.source("dossier.submitted") == Provenance(prefix="dossier", illustrative=True)
    assert system.source("dossier.decision.number") == Provenance(
        prefix="dossier.decision", document="decision", place="p. 1"
    )
    assert system.source("regulation.number") == Provenance(prefix="", illustrative=True)
    assert system.source("organization") == Provenance(prefix="", illustrative=True)


def test_each_entry_of_a_list_says_where_it_is_from(tmp_path: Path) -> None:
    systems = an_inventory(
        tmp_path,
        """
        documents: {report: {title: r}}
        systems:
          a:
            organization: o
            drills:
              - {date: 2024-01-31, kind: live_fire, source: {document: report, page: 2, of: [date]}}
              - {date: 2024-01-31, kind: live_fire, illustrative: true}
          b:
            organization: o
            drills:
              - {date: 2024-01-31, kind: live_fire, illustrative: true}
              - {date: 2024-02-28, kind: table_top, illustrative: true}
        """,
    ).assets["system"]
    one, all_ = systems["a"], systems["b"]
    assert one.source("drills") is None
    assert one.source("drills[1].kind") is None
    assert one.source("drills[2].kind") == Provenance(prefix="drills[2]", illustrative=True)
    assert one.source("drills[1].date") == Provenance(
        prefix="drills[1].date", document="report", place="p. 2"
    )
    assert all_.source("drills.date") == Provenance(prefix="drills", illustrative=True)


def test_nothing_said_of_a_source(tmp_path: Path) -> None:
    loaded = an_inventory(tmp_path, "systems: {s: {organization: o}}")
    assert loaded.assets["system"]["s"].source("organization") is None


@pytest.mark.parametrize(
    ("lang", "facts", "text"),
    [
        ("vi", {"name.vi": "a", "name.en": "b"}, "a"),
        ("en", {"name.vi": "a", "name.en": "b"}, "b"),
        ("en", {"name.vi": "a"}, "a"),
        ("vi", {"name.en": "b"}, "b"),
        ("vi", {}, "id"),
    ],
)
def test_a_name_in_the_language_there_is(lang: str, facts: dict[str, str], text: str) -> None:
    at = Location("a.yaml", 1, 1)
    assert Asset(kind="system", id="id", facts=facts, at=at).text("name", lang) == text


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    def digest(folder: str, **files: str) -> str:
        return inventory.load(written(tmp_path / folder, **files), folder).digest

    systems = "systems: {s: {organization: o}}\n"
    first = digest("one", a=BASE, b=systems)
    assert digest("two", a=BASE, b=systems) == first, "the folder's own name takes no part"
    assert digest("three", a=BASE, c=systems) != first
    assert digest("four", a=BASE, b=systems + "# more\n") != first
    assert digest("five", a=BASE + systems) != first
    assert digest("six", a=BASE[:-1], b="\n" + systems) != first


_IDS = st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=8, unique=True)


@given(_IDS, st.data())
def test_a_circle_is_found_and_a_tree_is_not(ids: list[str], data: st.DataObject) -> None:
    """Each unit takes a parent among those before it; one more link backwards closes a circle."""
    from soccheck.inventory.relations import check

    at = Location("a.yaml", 1, 1)

    def units(parents: dict[str, str]) -> dict[str, Asset]:
        return {
            i: Asset(
                kind="organization",
                id=i,
                facts={"parent": parents[i]} if i in parents else {},
                at=at,
            )
            for i in ids
        }

    parents = {name: data.draw(st.sampled_from(ids[:i])) for i, name in enumerate(ids) if i}
    authority = Asset(kind="authority", id="x", facts={}, at=at)
    tree = units(parents)
    assert check(authority, tree, tree) == []
    ring = units({**parents, ids[0]: data.draw(st.sampled_from(ids))})
    (problem,) = check(authority, ring, ring)
    assert "parent: a circle: " in str(problem.message)


MANY = 20_000


@pytest.mark.parametrize(
    ("parent", "circles"),
    [
        (lambda i: f"parent: o{i + 1}" if i + 1 < MANY else "", 0),
        (lambda i: f"parent: o{(i + 1) % MANY}", 1),
        (lambda i: f"predecessors: [o{min(i + 1, MANY - 1)}, o0]", MANY + 1),
    ],
    ids=["chain", "ring", "each-back-to-the-first"],
)
def test_long_chains_and_circles_end(
    parent: Callable[[int], str], circles: int, tmp_path: Path
) -> None:
    """A walk that asks its whole trail at each step, or prints it, would not come to an end here."""
    units = "".join(f"  o{i}: {{type: office, tier: province, {parent(i)}}}\n" for i in range(MANY))
    head = "authority: {stated: 2024-06-30}\norganizations:\n"
    folder = written(tmp_path, a=head + units.replace(", }", "}"))
    found: list[str] = []
    try:
        inventory.load(folder, "inv")
    except InputError as error:
        found = [str(problem).splitlines()[0] for problem in error.problems]
    assert len(found) == circles
    assert all(": a circle: o" in line and len(line) < 200 for line in found)
    if circles == 1:
        assert found[0].endswith("o0 > o1 > o2 > o3 > o4 > o5 > ... 19993 more ... > o19999 > o0")


def test_a_fact_far_to_the_right_is_found_where_it_is_written(tmp_path: Path) -> None:
    systems = ", ".join(f"s{n}: {{organization: o, note: n{n}}}" for n in range(400))
    loaded = an_inventory(tmp_path, f"systems: {{{systems}}}\n")
    text = (tmp_path / "a.yaml").read_text().splitlines()
    where = loaded.assets["system"]["s399"].where("note")
    assert where.column > 10_000
    assert text[where.line - 1][where.column - 1 :].startswith("note: n399")


def test_the_report_block_is_read_as_it_stands(tmp_path: Path) -> None:
    text = """
    report:
      issuer: o
      number: "05"
      date: 2026-12-16
      to: [Ủy ban nhân dân tỉnh]
      letters:
        owner: {number: "06a", signs_as: [TM. ỦY BAN NHÂN DÂN, CHỦ TỊCH], signer: Họ Và Tên}
    """
    loaded = an_inventory(tmp_path, text)
    assert list(loaded.heads) == ["report", "owner"]
    report, owner = loaded.heads["report"], loaded.heads["owner"]
    assert (report.issuer, report.number, report.date) == ("o", "05", date(2026, 12, 16))
    assert report.to == ("Ủy ban nhân dân tỉnh",)
    assert str(report.at) == "inv/a.yaml:7:3"
    assert owner.signs_as == ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")
    assert (owner.number, owner.signer, owner.issuer) == ("06a", "Họ Và Tên", None)


def test_a_plain_name_is_vietnamese_wherever_assets_are_named(tmp_path: Path) -> None:
    base = BASE.replace("{vi: Tỉnh, en: Province}", "Tỉnh A").replace("{type", "{name: Sở B, type")
    text = """
    hosts: {h: {organization: o, role: server, name: Máy chủ web}}
    networks: {lan: {organization: o, type: lan, name: {en: Net}}}
    """
    loaded = an_inventory(tmp_path, text, base=base)
    names = {asset.id: asset.facts.get("name.vi") for asset in loaded}
    assert names == {"o": "Sở B", "h": "Máy chủ web", "lan": None}
    assert loaded.authority.facts["name.vi"] == "Tỉnh A"


def test_an_entry_of_a_list_is_what_its_keys_state(tmp_path: Path) -> None:
    text = """
    systems:
      s: {organization: o, inspections: [{date: 2024-01-05, kind: periodic, findings: 2}]}
      t: {organization: o, inspections: []}
      u: {organization: o}
    """
    systems = an_inventory(tmp_path, text).assets["system"]
    entry = {"date": date(2024, 1, 5), "kind": "periodic", "findings": 2}
    assert systems["s"].entries("inspections") == [entry]
    assert systems["t"].entries("inspections") == systems["u"].entries("inspections") == []
