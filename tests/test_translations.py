"""Every message a reader can meet is translated, and the compiled catalogue is that of its source."""

from __future__ import annotations

import ast
import io
import re
import string
from functools import cache
from pathlib import Path
from typing import Any

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from tests.gathered import WRITTEN_BY_PEOPLE, extract, extract_products, extract_schema

PACKAGE = Path(__file__).parents[1] / "soccheck"
FOLDER = PACKAGE / "locale" / "vi" / "LC_MESSAGES"
METHOD: Any = [
    ("**.py", extract),
    ("probes/antivirus.yaml", extract_products),
    *((f"schemas/{name}.schema.json", extract_schema) for name in WRITTEN_BY_PEOPLE),
]
KEYWORDS = {"language": None, "phrase": None, "fact": (4,), "plural": (1, 2)}


def catalogue(domain: str = "soccheck") -> Catalog:
    with (FOLDER / f"{domain}.po").open("rb") as file:
        return read_po(file, locale="vi")


@cache
def messages() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(PACKAGE, method_map=METHOD, options_map={}, keywords=KEYWORDS)
    return {
        message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found
    }


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_no_message_hides_in_an_f_string() -> None:
    """Babel does not look inside f-strings before Python 3.12: such a message would be missed."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
                names = [n.func.id for n in calls if isinstance(n.func, ast.Name)]
                assert not {"language", "phrase"} & set(names), f"{path.name}:{node.lineno}"


def test_every_message_is_translated() -> None:
    translated = {m.id for m in catalogue() if m.string and not m.fuzzy}
    # A word that has a plural somewhere stands once: gettext finds it alone there, too.
    translated |= {ids[0] for ids in translated if isinstance(ids, tuple)}
    extracted = messages()
    assert len(extracted) > 80
    missing = extracted - translated
    assert missing == set(), "see CONTRIBUTING.md, Translations"


def test_no_translation_is_left_over() -> None:
    extracted = messages()
    left = [m.id for m in catalogue() if m.id and m.id not in extracted]
    assert left == []


def test_what_click_says_is_translated() -> None:
    """Of what it can say on this command line; prompts, pagers, editors and colours are not used."""
    found = extract_from_dir(Path(click.__file__).parent, method_map=[("**.py", "python")])
    said = {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue("click") if m.string}
    unused = re.compile(
        r"editor|Editing|Windows|Deprecation|declar|same flag|defined twice|continue|prompting|version"
        r"|confirmation|entered|invalid input|color|UUID|executable|stream|\Ad\Z"
    )
    assert {text for text in said - known if not unused.search(text)} == set()


def test_translations_keep_their_placeholders() -> None:
    for message in catalogue():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert names(str(text)) == names(str(ids[-1])), message.id


def test_commands_are_made_of_what_is_translated() -> None:
    """An option of click itself would print its help in English; see soccheck/cli/translated.py."""
    plain = re.compile(r"click\.(option|argument|command|group|Group|Command)\b\(")
    found = [
        path.name
        for path in (PACKAGE / "cli").glob("*.py")
        if plain.search(path.read_text("utf-8"))
    ]
    assert [name for name in found if name != "translated.py"] == []


@pytest.mark.parametrize("domain", ["soccheck", "click"])
def test_the_compiled_catalogue_is_up_to_date(domain: str) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalogue(domain))
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        shipped = read_mo(file)
    written = read_mo(io.BytesIO(fresh.getvalue()))
    # The header, whose id is empty, holds the time of compiling.
    assert [(m.id, m.string) for m in shipped if m.id] == [
        (m.id, m.string) for m in written if m.id
    ]
