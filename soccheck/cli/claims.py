"""`soccheck claims`: check the figures reports state; `soccheck claims scan` finds them in a report."""

from __future__ import annotations

import re
from pathlib import Path

from soccheck.claims.check import check as check_claims
from soccheck.claims.check import exit_code
from soccheck.claims.documents import text_of
from soccheck.claims.scan import scan as scan_report
from soccheck.cli import common
from soccheck.cli.default_command import DefaultCommand
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import write, write_listing
from soccheck.cli.translated import argument, group, option
from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.report.listings import claims as claims_listing
from soccheck.report.listings.claims_found import as_yaml
from soccheck.schemas.forms import ID
from soccheck.sources.near_path import misplaced


@group("claims", cls=DefaultCommand, default="check")
def command() -> None:
    """Check the figures reports state: `claims INVENTORY`, or find them: `claims scan FILE`."""


@command.command("check")
@argument("inventory")
@listing_options
@language_option
def check(inventory: str, form: str, output: str | None, lang: str | None) -> int:
    """Check each claim of INVENTORY with itself, and with the inventory as of its day.

    Exits 1 when a claim is false, 3 when one could not be checked, else 0.
    """
    language = common.language(lang)
    loaded = common.inventory(inventory)
    checked = check_claims(loaded)
    write_listing(claims_listing.listing(loaded, checked, language), form, output, language)
    return exit_code(checked)


@command.command("scan")
@argument("file")
@option("--document", metavar="ID", default="report", help="Id of the document in the YAML.")
@option("--output", "-o", metavar="FILE", help="Write to a file instead of printing.")
@language_option
def scan(file: str, document: str, output: str | None, lang: str | None) -> int:
    """Find figures in FILE (text, Markdown or DOCX), check their arithmetic, print YAML to paste.

    Exits 1 when one does not add up, 3 when figures told together were not checked or nothing was
    found, else 0.
    """
    if not re.search(ID.replace("$", r"\Z"), document):
        hint = phrase("small letters, digits, '-', '_' and '.', beginning with a letter or a digit")
        raise UsageError(phrase("{document} cannot be an id", document=repr(document)), hint=hint)
    if not Path(file).exists():
        hint = phrase("see whether its name and folder are right")
        raise UsageError(phrase("{name}: no such file", name=file), hint=misplaced(file, hint))
    language = common.language(lang)
    scanned = scan_report(text_of(Path(file), file))
    write([as_yaml(scanned, document, language)], output)
    if any(item.wrong for item in scanned.found):
        return 1
    return 0 if scanned.found and not scanned.unread else 3
