"""Every message a reader can meet is translated, and the compiled catalogue is that of its source."""

from __future__ import annotations

import ast
import io
import string
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[1] / "soccheck"
FOLDER = PACKAGE / "locale" / "vi" / "LC_MESSAGES"
KEYWORDS = {"language": None, "phrase": None, "fact": (4,), "plural": (1, 2)}


def catalogue() -> Catalog:
    with (FOLDER / "soccheck.po").open("rb") as file:
        return read_po(file, locale="vi")


def messages() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(
        PACKAGE, method_map=[("**.py", "python")], options_map={}, keywords=KEYWORDS
    )
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
    extracted = messages()
    assert len(extracted) > 80
    missing = extracted - translated
    assert missing == set(), "see CONTRIBUTING.md, Translations"


def test_no_translation_is_left_over() -> None:
    extracted = messages()
    left = [m.id for m in catalogue() if m.id and m.id not in extracted]
    assert left == []


def test_translations_keep_their_placeholders() -> None:
    for message in catalogue():
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in texts:
            assert names(str(text)) == names(str(ids[-1])), message.id


def test_the_compiled_catalogue_is_up_to_date() -> None:
    fresh = io.BytesIO()
    write_mo(fresh, catalogue())
    with (FOLDER / "soccheck.mo").open("rb") as file:
        shipped = read_mo(file)
    written = read_mo(io.BytesIO(fresh.getvalue()))
    # The header, whose id is empty, holds the time of compiling.
    assert [(m.id, m.string) for m in shipped if m.id] == [
        (m.id, m.string) for m in written if m.id
    ]
