"""Word the figures that reports state, and what each comes to."""

from __future__ import annotations

from soccheck.claims.check import Check
from soccheck.i18n import Language
from soccheck.model import Claim, Figure
from soccheck.report.wording import words


def stated(claim: Claim, language: Language) -> str:
    """Return the figures of a claim in one line, as a report would print them."""
    figures = claim.figures
    show = language.figure
    parts = []
    if "numerator" in figures and "denominator" in figures:
        parts.append(f"{show(figures['numerator'])}/{show(figures['denominator'])}")
    if "points" in figures:
        of = f"/{show(figures['maximum'])}" if "maximum" in figures else ""
        parts.append(language("{points} points").format(points=show(figures["points"]) + of))
    if "from" in figures and "to" in figures:
        change = f" ({_signed(figures['change'], language)})" if "change" in figures else ""
        parts.append(f"{show(figures['from'])} → {show(figures['to'])}{change}")
    elif "change" in figures:
        parts.append(_signed(figures["change"], language))
    if claim.whole is not None and claim.whole.parts:
        terms = " + ".join(show(part.figure) for part in claim.whole.parts)
        parts.append(f"{show(claim.whole.figure)} = {terms}")
    if "lost" in figures:
        parts.append(language("{points} lost").format(points=show(figures["lost"])))
    parts += [show(figures[key]) for key in ("per_cent", "count", "value") if key in figures]
    return ", ".join(parts)


def _signed(figure: Figure, language: Language) -> str:
    plus = "+" if figure.number > 0 and figure.unit != "x" else ""
    return f"{plus}{language.figure(figure)}"


def worded(check: Check, language: Language) -> str:
    """Return a comparison in words: what is stated, and what it comes to."""
    show = language.figure
    if check.found is None:
        return f"{check.about}: {words.clean(check.reason)}"
    texts = {
        "ratio": language("stated {stated}, the ratio gives {found}"),
        "score": language("stated {stated}, the points give {found}"),
        "complement": language("stated {stated} lost, the points leave {found}"),
        "difference": language("stated {stated}, the difference is {found}"),
        "growth": language("stated {stated}, from the one figure to the other it is {found}"),
        "average": language("stated {stated}, the average is {found}"),
        "sum": language("{about}: stated {stated}, the parts add up to {found}"),
        "list": language("{about}: stated {stated}, the list names {found}"),
    }
    if check.reason == "cut_off":
        cut = language("stated {stated}, cut off and not rounded: rounded it is {found}")
        texts |= dict.fromkeys(("ratio", "score", "growth", "average"), cut)
    elif check.reason:
        texts["ratio"] = texts["score"] = language("stated {stated}, more than the whole: {found}")
    template = texts.get(check.kind, language("stated {stated}, {about} is {found}"))
    return template.format(
        stated=show(check.stated), found=show(check.found), about=words.clean(check.about)
    )
