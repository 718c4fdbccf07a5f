"""The template a new province starts from: it loads, and nothing in it can be taken for real."""

from __future__ import annotations

from pathlib import Path

import soccheck
from soccheck.inventory import load as inventory

FOLDER = Path(soccheck.__file__).parent / "template"


def test_loads_with_one_example_of_each_kind_marked_made_up() -> None:
    template = inventory.load(FOLDER, "template")
    assert all(template.assets.values()), "a kind without an example"
    for asset in (template.authority, *template):
        for fact in asset.facts:
            origin = asset.source(fact)
            assert origin is not None, (asset.id, fact)
            assert origin.illustrative, (asset.id, fact)


def test_every_file_explains_itself_in_both_languages_and_names_its_schema() -> None:
    files = sorted(FOLDER.glob("*.yaml"))
    assert {path.stem for path in files} >= {
        "authority",
        "organizations",
        "systems",
        "hosts",
        "firewalls",
        "fleets",
    }
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema="), path.name
        comments = "".join(line for line in text.splitlines() if "#" in line)
        assert any(letter in comments for letter in "ạảấầểệộớợữựđ"), path.name
