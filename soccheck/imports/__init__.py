"""What others keep lists in (spreadsheets, consoles, other inventories) made evidence or inventory, by maps.

A source is one module that reads a form of file into a table, and one line in `IMPORTS`; what the table's
columns mean is said by a map, a YAML file.
"""

from __future__ import annotations

import re

from soccheck.imports import ansible, delimited, json_table, nmap, ods, openscap, workbook
from soccheck.imports.table import MAX_BYTES, FileForm, Reader, Sheet
from soccheck.imports.xls import reader
from soccheck.phrase import phrase
from soccheck.sources import archive as archives
from soccheck.sources.bounds import refused

IMPORTS: dict[str, Reader] = {
    "csv": delimited.read,
    "xlsx": workbook.read,
    "xls": reader.read,
    "ods": ods.read,
    "json": json_table.read,
    "ansible": ansible.read,
    "nmap": nmap.read,
    "openscap": openscap.read,
}
"""Form of a file -> what reads it into sheets."""
_ANSIBLE = re.compile(rb'"_meta"\s*:\s*\{\s*"hostvars"\s*:')
"""What only the output of `ansible-inventory --list` has."""
_MARKUP = re.compile(rb"\s*<[?!a-z]|MIME-Version:", re.I)
"""How XML, HTML and web pages saved in one file begin; several consoles call these .xls."""
_OTHERS = {
    b"%PDF": "PDF", b"{\\rtf": "RTF", b"\x1f\x8b": "GZIP", b"Rar!": "RAR", b"7z\xbc\xaf": "7z",
    b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"ID;P": "SYLK",
}  # fmt: skip
"""First bytes -> the form of a file that is no table which is read."""
_ROOTS = re.compile(rb"<(?:[\w-]+:)?(nmaprun|Benchmark|TestResult|asset-report-collection)\b")
"""Elements that the XML begins with that is read."""


def sheets(raw: bytes, file: str, options: FileForm) -> list[Sheet]:
    """Return the sheets of a file, in the form the map names or else the one its first bytes show.

    Raises `InputError` where it cannot be read.
    """
    if len(raw) > MAX_BYTES:
        text = phrase(
            "the file has {size} bytes, more than {limit}", size=len(raw), limit=MAX_BYTES
        )
        raise refused(file, text, phrase("split it into several files"))
    if not raw.strip(b"\xef\xbb\xbf \t\r\n"):
        hint = phrase("export the list again: not a byte was written")
        raise refused(file, phrase("there is nothing in it"), hint)
    if file.rpartition("/")[2].startswith("~$"):
        text = phrase("an office program keeps this file while another one is open in it")
        raise refused(file, text, phrase("give the other file: its name has no ~$"))
    if raw.lstrip()[:1] == b"{" and b"https://docs.google.com/" in raw[:1000]:
        text = phrase("a link to a sheet of Google, not the sheet")
        hint = phrase("open it, and take File, Download, Microsoft Excel (.xlsx)")
        raise refused(file, text, hint)
    for first, what in _OTHERS.items():
        if raw.startswith(first):
            text = phrase("a file of the form {form}, which is not read as a table", form=what)
            raise refused(file, text, phrase("export the list as XLSX or CSV"))
    form = options.format if options.format != "auto" else _form(raw, file)
    if form in ("xlsx", "csv") and _form(raw, file) in ("xls", "ods", "xlsx"):
        form = _form(raw, file)  # reports called .csv or .xlsx that are none
    return IMPORTS[form](raw, file, options)


def _form(raw: bytes, file: str) -> str:
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if raw.startswith(b"PK"):
        return "ods" if "content.xml" in archives.opened(raw, file).namelist() else "xlsx"
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return "ansible" if _ANSIBLE.search(raw) else "json"
    if _MARKUP.match(raw.removeprefix(b"\xef\xbb\xbf")):
        return _form_of_markup(raw, file)
    return "csv"


def _form_of_markup(raw: bytes, file: str) -> str:
    root = _ROOTS.search(raw[:65536])
    if root is None:
        text = phrase("XML or HTML of a form that is not read, whatever the file is called")
        raise refused(file, text, phrase("open it in a spreadsheet program, and save it as XLSX"))
    return "nmap" if root[1] == b"nmaprun" else "openscap"
