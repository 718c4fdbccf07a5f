"""The figures a scan found, as YAML to paste into an inventory."""

from __future__ import annotations

import json
from collections.abc import Sequence

from soccheck.claims.scan import Scanned, Unread
from soccheck.i18n import Language
from soccheck.model import Figure, Part
from soccheck.report.wording.claims import worded


def as_yaml(scanned: Scanned, document: str, language: Language) -> str:
    """Return the figures as `claims:` of an inventory; comments say what is wrong and what was not read."""
    found = scanned.found
    wrong = sum(1 for item in found if item.wrong)
    head = [
        language.plural("{n} figure found", "{n} figures found", len(found)),
        language.plural("{n} does not add up", "{n} do not add up", wrong),
    ]
    lines = [f"# {', '.join(head)}", *_unread(scanned.unread, language)]
    lines.append("claims:" if found else "claims: {}")
    for number, item in enumerate(found, 1):
        lines.append(f"  {document}-{number}:")
        for check in item.wrong:
            said = "".join(c if c.isprintable() else " " for c in worded(check, language))
            lines.append("    # " + language("DOES NOT ADD UP") + f": {said}")
        lines.append(f"    says: {_quoted(item.says)}")
        lines.append(f"    source: {{document: {document}}}")
        lines += [f"    {name}: {_quoted(text)}" for name, text in item.fields.items()]
        if item.whole is not None:
            lines += _whole(item.whole, 4)
        if item.listed:
            lines.append("    listed:")
            lines += [f"      - {_quoted(name)}" for name in item.listed]
    return "\n".join(lines) + "\n"


def _unread(unread: Sequence[Unread], language: Language) -> list[str]:
    """Return comments that name the figures which were not checked, each with its place and sentence."""
    if not unread:
        return []
    said = language.plural(
        "{n} passage NOT CHECKED: figures told together that nothing recognised ties",
        "{n} passages NOT CHECKED: figures told together that nothing recognised ties",
        len(unread),
    )
    places = [f"#   {one.line}:{one.column}: {one.written}: {one.says}" for one in unread]
    return [f"# {said}", *places]


def _whole(part: Part, indent: int) -> list[str]:
    pad = " " * indent
    lines = [f"{pad}total: {_plain(part.figure)}", f"{pad}parts:"]
    for inner in part.parts:
        label = _quoted(inner.label)
        if inner.parts:
            lines += [f"{pad}  {label}:", *_whole(inner, indent + 4)]
        else:
            lines.append(f"{pad}  {label}: {_plain(inner.figure)}")
    return lines


def _plain(figure: Figure) -> str:
    return str(figure)


def _quoted(text: str) -> str:
    """Return a text as YAML's double-quoted scalar, which JSON's string is."""
    return json.dumps(text, ensure_ascii=False)
