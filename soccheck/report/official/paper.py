"""An official document, element by element: head, body, foot and appendices. NĐ 30/2020, Phụ lục I.

What is not known stays a dotted blank and is remembered, so that a reader can be told what to fill in.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

from docx import Document
from docx.enum.section import WD_SECTION
from docx.shared import Cm, Mm, Pt
from docx.text.paragraph import Paragraph

from soccheck.i18n import Language
from soccheck.model import DocumentHead, Value
from soccheck.report.official import footnotes, setting
from soccheck.report.official.setting import CellLine, length, safe

DOTS = "…………"
"""What stands for something that is not known."""

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
_LEFT, _RIGHT = 69.0, 98.0  # of the head, mm: wider than the text by a little, as offices set it
_SLACK = 6.0
"""Millimetres that a line may be longer than it is worked out to be."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Paper:
    """Makes one document, from its head to its last appendix."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.blanks: list[str] = []
        self._document = Document()
        self._notes: list[str] = []
        setting.restyle(self._document)
        section = self._document.sections[0]
        setting.page(section, landscape=False)
        section.different_first_page_header_footer = True
        setting.page_number(section)

    def blank(self, what: str) -> str:
        """Return the dotted blank for what is not known, and remember it."""
        if what not in self.blanks:
            self.blanks.append(what)
        return DOTS

    def or_blank(self, text: str | None, what: str) -> str:
        """Return a text, or the dotted blank for it."""
        return safe(text) if text else self.blank(what)

    # -- the head ----------------------------------------------------------------------------------

    def head(self, head: DocumentHead, issuer: str | None, about: str | None = None) -> None:
        """Write who issues it, its number, the national title, its place and day; of a letter its subject."""
        language = self.language
        issuer = self.or_blank(issuer, language("the issuing organisation (issuer)")).upper()
        left, right = [_office("Official Issuer", issuer)], []
        rule = min(length(issuer, 13, caps=True) * 0.4, _LEFT * 0.5)
        left.append(CellLine(style="Official Rule", text="", indent=(_LEFT - rule) / 2))
        if head.superior:
            left.insert(0, _office("Official Superior", head.superior.upper()))
        right += setting.lines(("Official Nation", NATION), ("Official Motto", MOTTO))
        indent = (_RIGHT - length(MOTTO, 14)) / 2
        right.append(CellLine(style="Official Rule", text="", indent=indent))
        text = language("No.: {number}").format(number=self.number(head))
        number = [CellLine(style="Official Number", text=text)]
        if about is not None:
            number.append(CellLine(style="Official About", text=about))
        place = [CellLine(style="Official Place", text=self._place(head))]
        self._table((_LEFT, _RIGHT), ((left, right), (number, place)))

    def number(self, head: DocumentHead) -> str:
        """Return a document's number and symbol, what is not known of them blank."""
        language = self.language
        number = self.or_blank(head.number, language("its number (number)"))
        digits = number.rstrip(_LETTERS)
        if digits.isdecimal() and int(digits) < 10:  # II.3.c: below ten with a 0 before it
            number = f"0{int(digits)}{number[len(digits) :]}"
        symbol = self.or_blank(head.symbol, language("its symbol (symbol)"))
        return f"{number}/{symbol}"

    def _place(self, head: DocumentHead) -> str:
        language = self.language
        place = self.or_blank(head.place, language("the place (place)"))
        if head.date is None:
            self.blank(language("the day it is signed (date)"))
            return language("{place}, day …… month …… year ……").format(place=place)
        return f"{place}, {long_day(head.date, language)}"

    def title(self, kind: str, subject: str, until: str) -> None:
        """Write what kind of document it is, what it is about, and of when its figures are."""
        self._add("Official Kind", kind)
        self._add("Official Subject", subject[:1].upper() + subject[1:])
        self._add("Official Subject", until)
        rule = min(length(subject, 14), 130) * 0.4
        paragraph = self._document.add_paragraph(style="Official Rule")
        paragraph.paragraph_format.left_indent = Mm((160 - rule) / 2)
        paragraph.paragraph_format.right_indent = Mm((160 - rule) / 2)

    def addressed(self, to: Sequence[str]) -> None:
        """Write whom it is addressed to."""
        language = self.language
        names = [safe(n) for n in to] or [self.blank(language("whom it is addressed to (to)"))]
        if len(names) == 1:
            self._add("Official To", language("To: {name}").format(name=names[0]))
            return
        self._add("Official To", language("To:"))
        for number, name in enumerate(names, start=1):
            paragraph = self._add("Official Body", f"- {name}{';' if number < len(names) else '.'}")
            paragraph.paragraph_format.left_indent = Cm(4)
            paragraph.paragraph_format.space_before = Pt(0)

    def basis(self, texts: Sequence[str]) -> None:
        """Write what the document is based on, a line each."""
        for number, text in enumerate(texts, start=1):
            end = ";" if number < len(texts) else "."
            self._add("Official Basis", text.rstrip(";. ") + end)

    # -- the body ----------------------------------------------------------------------------------

    def part(self, text: str) -> None:
        """Write the heading of a part: I., II."""
        self._add("Official Part", text.upper())

    def item(self, text: str) -> None:
        """Write the heading of an item: 1., 2."""
        self._add("Official Item", text)

    def entry(self, text: str) -> None:
        """Write what leads to a list, a) or b): it never stands at the foot of a page."""
        self._add("Official Body", text).paragraph_format.keep_with_next = True

    def text(self, text: str, notes: Iterable[str] = ()) -> None:
        """Write a paragraph, with what stands behind it in footnotes."""
        paragraph = self._add("Official Body", text)
        for note in notes:
            self._notes.append(safe(note))
            footnotes.refer(paragraph, len(self._notes))

    def caption(self, text: str) -> None:
        """Write what a table shows, above it."""
        self._add("Official Caption", text)

    def table(
        self,
        widths: Sequence[float],
        header: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        centred: Sequence[int] = (),
        numbers: bool = False,
        total: bool = False,
    ) -> None:
        """Write a table whose head is repeated on each page; widths are in mm.

        With `numbers` a second row of the head numbers the columns; with `total` the last row is bold.
        """
        heads = [header, *([[f"({n})" for n in range(1, len(header) + 1)]] if numbers else [])]
        listed = list(rows)
        made = [
            [[CellLine(style="Official Head Cell", text=cell)] for cell in row] for row in heads
        ]
        for number, row in enumerate(listed, start=1):
            style = "Official Total Cell" if total and number == len(listed) else "Official Cell"
            made.append(
                [
                    [
                        CellLine(style=f"{style} Middle" if column in centred else style, text=line)
                        for line in cell.split("\n")
                    ]
                    for column, cell in enumerate(row)
                ]
            )
        self._table(widths, made, heads=len(heads), ruled=True)
        self._add("Official Gap", "")

    def signed(self, head: DocumentHead) -> None:
        """Write who is sent it, and who signs it."""
        language = self.language
        sent = [safe(name).rstrip(";.") for name in head.recipients]
        sent = sent or [self.blank(language("who is sent it (recipients)"))]
        left = [CellLine(style="Official Recipients", text=language("Recipients:"))]
        for number, name in enumerate(sent, start=1):
            text = f"- {name}{';' if number < len(sent) else '.'}"
            left.append(CellLine(style="Official Recipient", text=text))
        ranks = [rank.upper() for rank in head.signs_as]
        ranks = ranks or [self.blank(language("in what capacity it is signed (signs_as)"))]
        signer = self.or_blank(head.signer, language("who signs it (signer)"))
        right = [
            CellLine(style="Official Rank", text=text) for text in (*ranks, "", "", "", "", signer)
        ]
        # No office signs a page on which nothing else stands: the last sentence goes with it.
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._add("Official Gap", "").paragraph_format.keep_with_next = True
        self._table((80, 80), ((left, right),))

    # -- pages -------------------------------------------------------------------------------------

    def appendix(self, name: str, title: str, attached: str, *, landscape: bool = False) -> None:
        """Begin an appendix on a page of its own, with page numbers of its own."""
        self.turn(landscape=landscape, first=1)
        self._add("Official Appendix", name)
        self._add("Official Appendix", title.upper())
        if attached:
            self._add("Official Attached", attached)

    def turn(self, *, landscape: bool, first: int | None = None) -> None:
        """Begin a new page, upright or across, its pages counted from `first` or on from those before."""
        section = self._document.add_section(WD_SECTION.NEW_PAGE)
        # The paragraph that ends the pages before must not come to stand on a page of its own.
        self._document.paragraphs[-1].style = "Official Gap"
        setting.page(section, landscape=landscape)
        section.different_first_page_header_footer = first is not None
        setting.numbered_from(self._document.element.body.sectPr, first)

    def saved(self) -> bytes:
        """Return the document as the content of a file."""
        if self._notes:
            footnotes.attach(self._document, self._notes, "Official Footnote")
        into = io.BytesIO()
        self._document.save(into)
        return into.getvalue()

    def _add(self, style: str, text: str) -> Paragraph:
        return self._document.add_paragraph(safe(text), style=style)

    def _table(
        self,
        widths: Sequence[float],
        rows: Iterable[Sequence[Sequence[CellLine]]],
        *,
        heads: int = 0,
        ruled: bool = False,
    ) -> None:
        made = setting.table(widths, rows, heads=heads, ruled=ruled)
        self._document.element.body.sectPr.addprevious(made)


def _office(style: str, name: str) -> CellLine:
    """Return the name of an office in capitals, set in so that its lines are of about one length."""
    count = math.ceil(length(name, 13, caps=True) / _LEFT)
    least = max((len(word) for word in name.split()), default=1)
    for letters in range(max(least, len(name) // max(count, 1)), len(name)):
        lines = textwrap.wrap(name, letters)
        if len(lines) <= count:
            longest = max(length(line, 13, caps=True) for line in lines) + _SLACK
            return CellLine(style=style, text=name, indent=max(1, (_LEFT - longest) / 2))
    return CellLine(style=style, text=name, indent=1)


def long_day(day: date, language: Language) -> str:
    """Return a day as official documents write it: days below ten and the months 1 and 2 with a 0."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    text = language("day {day} month {month} year {year}")
    return text.format(day=f"{day.day:02d}", month=month, year=day.year)


def short_day(day: Value) -> str:
    """Return the day of a fact as tables and citations write it: 05/02/2026, 16/6/2026."""
    assert isinstance(day, date)
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def padded(count: int, language: Language) -> str:
    """Return a count as sentences of official documents write it: below ten with a 0 before it."""
    return f"0{count}" if 0 < count < 10 and language.code == "vi" else language.number(count)
