"""Part 2 of the yearly letter: the owners of the systems and their specialised units, five facts of each."""

from __future__ import annotations

from soccheck.model import Asset
from soccheck.report.official.paper import Paper, short_day
from soccheck.report.official.told import DocumentMatter, small, unit_of


def write(paper: Paper, told: DocumentMatter) -> None:
    """Write part 2: each owner with its specialised units, one after another."""
    language = told.language
    title = language("The owner of the information systems and its specialised {security} unit")
    paper.item("2. " + title.format(security=told.security))
    owners = list(dict.fromkeys(row.owner for row in told.annual.rows if row.owner))
    owners.sort(key=lambda owner: owner != told.owner)  # whose letter it is comes first
    for owner in owners or [str(told.owner or "")]:
        paper.entry("a) " + language("On the owner of the information systems:"))
        _unit(paper, told, owner, language("the owner of the information systems"))
        for unit in told.specialists(owner) or [""]:
            text = language("On {unit}:").format(unit=small(told.specialised()))
            paper.entry(f"b) {text}")
            _unit(paper, told, unit, small(told.specialised()))
    if told.report.sender == "operator":
        paper.entry("c) " + language("On the operating unit:"))
        _unit(paper, told, unit_of(told.report) or "", language("the operating unit"))


def _unit(paper: Paper, told: DocumentMatter, unit: str, what: str) -> None:
    """Write the five facts of a unit."""
    language = told.language
    asset = told.assessment.inventory.assets["organization"].get(unit)
    known = told.name(unit)
    who = known or what

    def stated(fact: str, label: str) -> str:
        value = asset.facts.get(fact) if asset is not None else None
        return str(value) if value else paper.blank(f"{who}: {label}")

    nameless = f"{what}: " + language("name")
    charter = _charter(asset, told) or paper.blank(
        f"{who}: " + language("the text on its functions, tasks and powers (charter)")
    )
    texts = [
        language("Name of {unit}: {name}").format(unit=what, name=known or paper.blank(nameless)),
        language("Functions, tasks and powers: {text}").format(text=charter),
        language("Representative, position: {name}, {position}").format(
            name=stated("representative.name", language("its head (representative)")),
            position=stated("representative.position", language("the position of its head")),
        ),
        language("Postal address: {address}").format(
            address=stated("contact.postal_address", language("postal address"))
        ),
        language("Contact: telephone {telephone}, mail {email}").format(
            telephone=stated("contact.telephone", language("telephone number")),
            email=stated("contact.email", language("mail address")),
        ),
    ]
    for number, text in enumerate(texts, start=1):
        paper.text(f"({number}) {text}{';' if number < len(texts) else '.'}")


def _charter(asset: Asset | None, told: DocumentMatter) -> str:
    """Return a unit's charter as it is cited: title, number, day and issuer, as far as they are stated."""
    if asset is None:
        return ""
    facts, language = asset.facts, told.language
    parts = [str(facts["charter.title"])] if "charter.title" in facts else []
    if "charter.number" in facts:
        parts.append(language("No. {number}").format(number=facts["charter.number"]))
    if "charter.date" in facts:
        day = short_day(facts["charter.date"])
        parts.append(language("of {day}").format(day=day))
    if "charter.issuer" in facts:
        parts.append(language("issued by {issuer}").format(issuer=facts["charter.issuer"]))
    return " ".join(parts)
