"""How an official document is set: its styles, its page, its tables. NĐ 30/2020, Phụ lục I.

Sizes are one consistent set of those the decree allows. What python-docx has no call for is written as
the elements of ECMA-376, part 1, that it hands out (`Document.element`, `Run.element`, `Style.element`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Mm, Pt, RGBColor

from soccheck.facts.values import clean

FONT = "Times New Roman"
TWIPS = 56.7
"""Twentieths of a point in a millimetre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Represents how one element is set: sizes and spaces in points, its first line's indent in cm."""

    size: float
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.LEFT
    first: float = 0
    before: float = 0
    after: float = 0
    outline: int | None = None


_BODY: dict[str, Any] = {"size": 14, "align": ALIGN.JUSTIFY, "first": 1.27, "before": 6}
_MIDDLE: dict[str, Any] = {"align": ALIGN.CENTER}
STYLES = {
    "Official Body": Setting(**_BODY),
    "Official Nation": Setting(size=13, bold=True, **_MIDDLE),
    "Official Motto": Setting(size=14, bold=True, **_MIDDLE),
    "Official Superior": Setting(size=13, **_MIDDLE),
    "Official Issuer": Setting(size=13, bold=True, **_MIDDLE),
    "Official Rule": Setting(size=2, before=1, **_MIDDLE),
    "Official Number": Setting(size=13, before=6, **_MIDDLE),
    "Official About": Setting(size=13, before=6, **_MIDDLE),
    "Official Place": Setting(size=14, italic=True, before=6, **_MIDDLE),
    "Official Kind": Setting(size=14, bold=True, before=18, **_MIDDLE),
    "Official Subject": Setting(size=14, bold=True, **_MIDDLE),
    "Official To": Setting(size=14, before=18, after=6, **_MIDDLE),
    "Official Basis": Setting(italic=True, **_BODY),
    "Official Part": Setting(bold=True, outline=0, **{**_BODY, "before": 12}),
    "Official Item": Setting(bold=True, outline=1, **_BODY),
    "Official Caption": Setting(size=13, italic=True, before=6, after=3, **_MIDDLE),
    "Official Rank": Setting(size=14, bold=True, **_MIDDLE),
    "Official Recipients": Setting(size=12, bold=True, italic=True),
    "Official Recipient": Setting(size=11),
    "Official Appendix": Setting(size=14, bold=True, outline=0, **_MIDDLE),
    "Official Attached": Setting(size=14, italic=True, after=6, **_MIDDLE),
    "Official Page": Setting(size=14, **_MIDDLE),
    "Official Head Cell": Setting(size=11, bold=True, **_MIDDLE),
    "Official Cell": Setting(size=11),
    "Official Cell Middle": Setting(size=11, **_MIDDLE),
    "Official Total Cell": Setting(size=11, bold=True),
    "Official Total Cell Middle": Setting(size=11, bold=True, **_MIDDLE),
    "Official Footnote": Setting(size=10, align=ALIGN.JUSTIFY),
    "Official Gap": Setting(size=6),
}
"""Style -> how it is set; each element of the decree has one."""

_KEPT = ("Official Part", "Official Item", "Official Caption", "Official Appendix")
"""Styles that never stand at the foot of a page, parted from what they head."""


def safe(text: str) -> str:
    """Return text as a document may hold it: composed letters, and no control or direction character."""
    return clean(unicodedata.normalize("NFC", text))


def restyle(document: Document) -> None:
    """Give a new document the styles of an official one."""
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    _font(normal, 14)
    for name, setting in STYLES.items():
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _font(style, setting.size)
        style.font.bold, style.font.italic = setting.bold, setting.italic
        layout = style.paragraph_format
        layout.alignment = setting.align
        layout.first_line_indent = Cm(setting.first)
        layout.space_before, layout.space_after = Pt(setting.before), Pt(setting.after)
        layout.keep_with_next = name in _KEPT
        inside = style.element.get_or_add_pPr()
        if setting.outline is not None:
            inside.append(_element("outlineLvl", val=str(setting.outline)))
    rule = document.styles["Official Rule"].element.get_or_add_pPr()
    border = OxmlElement("w:pBdr")
    border.append(_element("bottom", val="single", sz="6", space="0", color="000000"))
    rule.insert_element_before(border, "w:shd", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _font(style: Any, size: float) -> None:
    style.font.name = FONT
    style.font.size = Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)


def page(section: Section, *, landscape: bool) -> None:
    """Set a section's page: A4, its margins in the decree's ranges."""
    width, height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(19)
    section.header_distance = section.footer_distance = Mm(10)


def page_number(section: Section) -> None:
    """Write the page's number in the middle of the top margin."""
    paragraph = section.header.paragraphs[0]
    paragraph.style = "Official Page"
    run = paragraph.add_run().element
    run.append(_element("fldChar", fldCharType="begin"))
    order = OxmlElement("w:instrText")
    order.text = "PAGE"
    run.append(order)
    run.append(_element("fldChar", fldCharType="end"))


def numbered_from(sections: Any, first: int | None) -> None:
    """Let the last section of a body count its pages from `first`, or on from those before it."""
    for old in sections.findall(qn("w:pgNumType")):
        sections.remove(old)
    if first is not None:
        sections.find(qn("w:cols")).addprevious(_element("pgNumType", start=str(first)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """Represents a paragraph of a cell; `indent` is how far it is set in on both sides, in mm."""

    style: str
    text: str
    indent: float = 0


def lines(*texts: tuple[str, str]) -> list[CellLine]:
    """Return paragraphs of a cell, each a style and a text."""
    return [CellLine(style=style, text=text) for style, text in texts]


def table(
    widths: Sequence[float],
    rows: Iterable[Sequence[Sequence[CellLine]]],
    *,
    heads: int,
    ruled: bool,
) -> Any:
    """Return a table as an element: widths in mm, of each cell its paragraphs; `heads` rows repeat."""
    made = OxmlElement("w:tbl")
    about = OxmlElement("w:tblPr")
    if ruled:
        about.append(_element("tblStyle", val="TableGrid"))
    about.append(_element("tblW", w=_twips(sum(widths)), type="dxa"))
    about.append(_element("jc", val="center"))
    about.append(_element("tblLayout", type="fixed"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w="70" if ruled else "0", type="dxa"))
    about.append(margins)
    made.append(about)
    grid = OxmlElement("w:tblGrid")
    for width in widths:
        grid.append(_element("gridCol", w=_twips(width)))
    made.append(grid)
    for number, row in enumerate(rows):
        made.append(_row(widths, row, head=number < heads))
    return made


def _row(widths: Sequence[float], cells: Sequence[Sequence[CellLine]], *, head: bool) -> Any:
    made = OxmlElement("w:tr")
    about = OxmlElement("w:trPr")
    if head or sum(len(line.text) for cell in cells for line in cell) < 1500:
        about.append(OxmlElement("w:cantSplit"))  # a row longer than a page must break
    if head:
        about.append(OxmlElement("w:tblHeader"))
    made.append(about)
    for width, cell in zip(widths, cells, strict=True):
        box = OxmlElement("w:tc")
        inside = OxmlElement("w:tcPr")
        inside.append(_element("tcW", w=_twips(width), type="dxa"))
        inside.append(_element("vAlign", val="center" if head else "top"))
        box.append(inside)
        for line in cell:
            box.append(_paragraph(line))
        made.append(box)
    return made


def _paragraph(line: CellLine) -> Any:
    made = OxmlElement("w:p")
    about = OxmlElement("w:pPr")
    about.append(_element("pStyle", val=line.style.replace(" ", "")))
    if line.indent:
        about.append(_element("ind", left=_twips(line.indent), right=_twips(line.indent)))
    made.append(about)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = safe(line.text)
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    made.append(run)
    return made


def _twips(millimetres: float) -> str:
    return str(round(millimetres * TWIPS))


def _element(name: str, **attributes: str) -> Any:
    return OxmlElement(f"w:{name}", attrs=_qualified(attributes))


def _qualified(attributes: Mapping[str, str]) -> dict[str, str]:
    return {qn(f"w:{name}"): value for name, value in attributes.items()}


def length(text: str, size: float, *, caps: bool = False) -> float:
    """Return about how long a line of bold Times New Roman is, in mm; measured on the national motto."""
    return len(text) * size * 0.353 * (0.7 if caps else 0.49)
