"""A report's file gives its text, whatever wrote it, or is refused with what to do."""

from __future__ import annotations

import contextlib
import unicodedata
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soccheck.claims import documents, scan
from soccheck.errors import UsageError
from tests.claims.test_scan import key
from tests.cli.run import ROOT
from tests.cli.run import soccheck as anywhere
from tests.kit import read_yaml

soccheck = partial(anywhere, cwd=ROOT)

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
IN_WORD: list[dict[str, Any]] = read_yaml(
    (Path(__file__).parent / "reports" / "documents.yaml").read_text(encoding="utf-8")
)


def docx(path: Path, body: str, notes: str = "", head: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"{head}<w:document {W}><w:body>{body}</w:body></w:document>"
        )
        if notes:
            archive.writestr("word/footnotes.xml", f"<w:footnotes {W}>{notes}</w:footnotes>")
    return path


def paragraph(*runs: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r>" for run in runs) + "</w:p>"


@pytest.mark.parametrize("case", IN_WORD, ids=lambda case: case["about"])
def test_what_word_shows_is_read(case: dict[str, Any], tmp_path: Path) -> None:
    path = docx(tmp_path / "a.docx", case["body"])
    beside = {name: case[name] for name in ("header", "comments") if name in case}
    with zipfile.ZipFile(path, "a") as archive:
        for name, xml in beside.items():
            archive.writestr(f"word/{name}.xml", f"<w:x {W}>{xml}</w:x>")
        told = "".join(
            f'<Relationship Id="{n}" Type="{RELATION}/{n}" Target="{n}.xml"/>' for n in beside
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{RELATIONS}">{told}</Relationships>',
        )
    found = scan.scan(documents.text_of(path, "a.docx")).found
    assert [key(item) for item in found] == case["found"]
    assert sum(bool(item.wrong) for item in found) == case.get("wrong", 0)


def test_docx_with_a_footnote_and_runs_that_split_a_figure(tmp_path: Path) -> None:
    body = "<w:p><w:r><w:t>Hoàn thiện 2/</w:t></w:r><w:r><w:t>3</w:t></w:r>"
    body += '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t> cơ quan, tỷ lệ 66,7%.</w:t></w:r></w:p>'
    note = f'<w:footnote w:id="2">{paragraph("(1) Sở A; (2) Sở B.")}</w:footnote>'
    text = documents.text_of(docx(tmp_path / "a.docx", body, note), "a.docx")
    (found,) = scan.scan(text).found
    assert key(found) == ["ratio", "2", "3", "66,7"]
    assert found.listed == ("Sở A", "Sở B")
    assert not found.wrong


def test_letters_that_are_composed_otherwise_are_the_same(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "Có 45/50 xã, đạt tỷ lệ 91%.")
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    (found,) = scan.scan(documents.text_of(tmp_path / "a.md", "a.md")).found
    assert key(found) == ["ratio", "45", "50", "91"]
    assert found.wrong


ENTITY = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
BAD: dict[str, Callable[[Path], object]] = {
    "missing.docx": lambda path: None,
    "folder.txt": lambda path: path.mkdir(),
    "latin.txt": lambda path: path.write_bytes("tỷ".encode("utf-16")),
    "report.pdf": lambda path: path.write_bytes(b"%PDF"),
    "large.txt": lambda path: path.write_bytes(b"1" * (documents.MAX_BYTES + 1)),
    "not-a-zip.docx": lambda path: path.write_bytes(b"PK\3\4 no zip"),
    "empty.docx": lambda path: zipfile.ZipFile(path, "w").close(),
    "bomb.docx": lambda path: docx(path, " " * (documents.MAX_BYTES + 1)),
    "entity.docx": lambda path: docx(path, paragraph("&b;"), head=ENTITY),
    "doctype.docx": lambda path: docx(path, "", head="<!DOCTYPE w SYSTEM 'file:///etc/passwd'>"),
    "torn.docx": lambda path: docx(path, "<w:p>"),
}


@pytest.mark.parametrize("name", sorted(BAD))
def test_hostile_file_is_refused(name: str, tmp_path: Path) -> None:
    BAD[name](tmp_path / name)
    with pytest.raises(UsageError) as caught:
        documents.text_of(tmp_path / name, name)
    assert name in str(caught.value)
    code, out, error = soccheck("claims", "scan", tmp_path / name)
    assert (code, out) == (2, "")
    assert "Traceback" not in error


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_docx_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = docx(tmp_path / "a.docx", paragraph("Có 45/50 xã, đạt tỷ lệ 91%.") * 20)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    with contextlib.suppress(UsageError):  # anything else that is raised fails the test
        assert isinstance(documents.text_of(path, "a.docx"), str)


STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
BOXED = "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
SAYS = "Có 38/40 máy trạm, đạt tỷ lệ 92%."


def test_a_text_box_is_read_once_and_as_a_paragraph_of_its_own(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{paragraph(SAYS)}</w:txbxContent>"
    twice = (
        f"<mc:AlternateContent {BOXED}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    )
    body = f"<w:p><w:r><w:t>Hình 1. </w:t>{twice}</mc:AlternateContent><w:t>Hết.</w:t></w:r></w:p>"
    text = documents.text_of(docx(tmp_path / "a.docx", body), "a.docx")
    assert text.split("\n") == [SAYS, "Hình 1. Hết.", ""]


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        body = f"<w:document {STRICT}><w:body>{paragraph(SAYS)}</w:body></w:document>"
        archive.writestr("word/document.xml", body)
    assert documents.text_of(tmp_path / "a.docx", "a.docx") == f"{SAYS}\n"


def test_the_parts_are_those_that_the_relations_name(tmp_path: Path) -> None:
    relation = '<Relationship xmlns="{ns}" Type="{ns}/{type}" Target="{target}"/>'
    ns = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:

        def related(name: str, type_: str, target: str) -> None:
            archive.writestr(name, relation.format(ns=ns, type=type_, target=target))

        related("_rels/.rels", "officeDocument", "/word/document2.xml")
        related("word/_rels/document2.xml.rels", "footnotes", "notes7.xml")
        body = '<w:p><w:r><w:t>2/3</w:t><w:footnoteReference w:id="2"/><w:t> cơ quan.</w:t></w:r></w:p>'
        note = f'<w:footnote w:id="2">{paragraph("(1) Sở A; (2) Sở B.")}</w:footnote>'
        archive.writestr("word/document2.xml", f"<w:document {W}>{body}</w:document>")
        archive.writestr("word/notes7.xml", f"<w:footnotes {W}>{note}</w:footnotes>")
        archive.writestr("word/document.xml", f"<w:document {W}>{paragraph(SAYS)}</w:document>")
    (found,) = scan.scan(documents.text_of(tmp_path / "a.docx", "a.docx")).found
    assert (key(found), found.listed) == (["ratio", "2", "3"], ("Sở A", "Sở B"))


def test_a_file_says_what_is_false_in_it_and_ends_with_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SAYS.replace(" lệ ", "\u00a0lệ\u00a0"), encoding="utf-8")
    code, out, _ = soccheck("claims", "scan", tmp_path / "a.txt")
    assert code == 1
    assert "1 does not add up" in out
