"""`soccheck attest`: list, check and add attestations: what named persons state in signed documents."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import click

from soccheck.assess.attestation_lint import AttestationRemark, lint
from soccheck.cli import common
from soccheck.cli.entries import free, insert, target
from soccheck.cli.options import as_of_option, language_option, policy_options, within_option
from soccheck.cli.output import terminal_width
from soccheck.cli.translated import argument, group, option
from soccheck.cli.value_types import Day
from soccheck.errors import UsageError
from soccheck.facts.persons import is_nobody
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.inventory import load as inventories
from soccheck.inventory.entry_edit import Entry
from soccheck.model import Attestation, Duration
from soccheck.phrase import phrase
from soccheck.report.columns import plain, wrapped
from soccheck.sources.files import Fault, content
from soccheck.sources.yaml import parse


@group("attest")
def command() -> None:
    """List, check and add attestations: what a named person states in a signed document, for a time."""


@command.command("list")
@argument("inventory")
@as_of_option
@language_option
def listing(inventory: str, as_of: date | None, lang: str | None) -> int:
    """List the attestations of INVENTORY: what each states, who signed it, and whether it holds."""
    language, day = common.language(lang), common.day(as_of)
    found = inventories.load(Path(inventory), inventory).attestations
    if not found:
        click.echo(language("no attestation"))
        return 0
    rows = [
        [
            item.id,
            ", ".join(item.assets),
            "\n".join(f"{name} = {_value(item, name, language)}" for name in item.facts),
            clean(f"{item.signer}, {item.role}"),
            clean(item.document),
            language.date(item.end),
            _state(item, day, language),
        ]
        for item in sorted(found, key=lambda item: item.end)
    ]
    header = [
        language("Attestation"),
        language("Assets"),
        language("States"),
        language("Signer"),
        language("Document"),
        language("Until"),
        language("State"),
    ]
    click.echo(plain(rows, header, terminal_width()))
    return 0


def _value(item: Attestation, name: str, language: Language) -> str:
    from soccheck.report.wording import words

    return words.value(item.facts[name], language)


def _state(item: Attestation, day: date, language: Language) -> str:
    if item.changed is not None:
        return language("file changed")
    if is_nobody(item.signer):
        return language("unsigned")
    if item.end < day:
        return language("expired")
    return language("not yet") if item.start > day else language("holds")


@command.command("lint")
@argument("inventory")
@within_option
@as_of_option
@policy_options
@language_option
def linting(
    inventory: str,
    within: Duration,
    as_of: date | None,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
) -> int:
    """Say what is wrong with the attestations of INVENTORY; exits with 1 where anything is.

    Run out, not what was signed, signed by nobody, contradicted by another, or of no use to any control.
    One that ends soon, or that no control asks, is said, and is no fault.
    """
    language, day = common.language(lang), common.day(as_of)
    loaded, policies = common.load(inventory, policy_paths, only, profiles)
    remarks = list(lint(loaded, policies, day, within.after(day)))
    for remark in remarks:
        click.echo(wrapped(_remark(remark, language), terminal_width(), "  "))
    wrong = len({remark.attestation.id for remark in remarks if not remark.warning})
    count = len(loaded.attestations)
    text = language("{attestations}, {wrong} with a fault")
    attestations = language.plural("{n} attestation", "{n} attestations", count)
    click.echo(text.format(attestations=attestations, wrong=language.number(wrong)))
    return 1 if wrong else 0


def _remark(remark: AttestationRemark, language: Language) -> str:
    about = remark.about
    if remark.code in ("expired", "expiring"):
        about = language.date(remark.attestation.end)
    text = {
        "expired": language(
            "expired on {about} and no longer counts: have it renewed, or delete it"
        ),
        "expiring": language("ends on {about}: have it renewed in time"),
        "changed": language("its file is not the one that was signed: {about}"),
        "no_signer": language("no signer: {about!r} is nobody"),
        "contradicted": language(
            "{about} states something else of the same asset: end one of them"
        ),
        "not_asked": language("no control asks for {about}"),
        "not_accepted": language("no control that asks for {about} accepts what is attested"),
    }[remark.code].format(about=about)
    return clean(f"{remark.attestation.at}: {remark.attestation.id}: {text}")


@command.command("add")
@argument("inventory")
@option(
    "--asset", "assets", multiple=True, required=True, metavar="ID", help="Asset; may be repeated."
)
@option(
    "--fact",
    "facts",
    multiple=True,
    required=True,
    metavar="NAME=VALUE",
    help="What is stated, as YAML: backup.offsite=true; may be repeated.",
)
@option("--signer", required=True, help="Who signed it.")
@option("--role", required=True, help="As what.")
@option("--number", help="Number of the signed document.")
@option(
    "--document",
    metavar="FILE",
    help="The signed file, in the inventory's folder; its SHA-256 is worked out.",
)
@option("--from", "start", type=Day(), metavar="YYYY-MM-DD", help="First day; today unless said.")
@option("--to", "end", type=Day(), required=True, metavar="YYYY-MM-DD", help="Last day it holds.")
@option("--id", "name", metavar="ID", help="Id of the attestation; made up unless said.")
@option("--file", "file", metavar="NAME", help="File in the folder to write it to.")
@language_option
def adding(
    inventory: str, name: str | None, file: str | None, lang: str | None, **given: Any
) -> int:
    """Add an attestation to INVENTORY; the rest of the file stays as it is.

    Nothing is written where the inventory would not load with it.
    """
    language = common.language(lang)
    loaded = inventories.load(Path(inventory), inventory)
    known = {item.id for item in loaded.attestations}
    if name in known:
        raise UsageError(
            phrase("there is an attestation {name} already", name=repr(name)),
            hint=phrase("give it another --id"),
        )
    name = name or free(given["assets"][0], known)
    entry: Entry = {
        "assets": list(given["assets"]),
        "facts": _facts(given["facts"]),
        "signer": given["signer"],
        "role": given["role"],
        "document": _document(Path(inventory), given["number"], given["document"]),
        "from": common.day(given["start"]).isoformat(),
        "to": given["end"].isoformat(),
    }
    last = loaded.attestations[-1].at if loaded.attestations else None
    written = target(file, "attestations", last, loaded.folder)
    after = insert(Path(inventory), inventory, written, "attestations", name, entry)
    where = next(item.at for item in after.attestations if item.id == name)
    text = language("{where}: the attestation {name} is added")
    click.echo(text.format(where=where, name=name))
    return 0


def _facts(given: tuple[str, ...]) -> dict[str, Any]:
    """Return facts by name; each value is what YAML takes it for."""
    found: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            hint = phrase("write NAME=VALUE: --fact backup.offsite=true")
            raise UsageError(
                phrase("--fact {text} names no fact and value", text=repr(text)), hint=hint
            )
        source = parse(f"value: {value}".encode(), "--fact")
        if source.problems or not isinstance(source.data, dict):
            raise UsageError(
                phrase("--fact {text}: the value is no YAML", text=repr(text)),
                hint=phrase("quote it"),
            )
        if name.strip() in found:
            raise UsageError(
                phrase("--fact {strip} is given twice", strip=repr(name.strip())),
                hint=phrase("give it once"),
            )
        found[name.strip()] = source.data["value"]
    return found


def _document(folder: Path, number: str | None, path: str | None) -> dict[str, str]:
    """Return what the signed document is known by."""
    if number is None and path is None:
        raise UsageError(
            phrase("nothing says which document was signed"),
            hint=phrase("add --number or --document"),
        )
    found = {"number": number} if number is not None else {}
    if path is None:
        return found
    inside = folder / path if not Path(path).exists() else Path(path)
    if not inside.resolve().is_relative_to(folder.resolve()):
        hint = phrase("copy it into the folder, where it is kept and reviewed with the rest")
        raise UsageError(phrase("{path} is not in the inventory's folder", path=path), hint=hint)
    raw = content(inside)
    if isinstance(raw, Fault):
        raise UsageError(phrase("{file}: {what}", file=path, what=raw.message), hint=raw.hint)
    if not raw.strip():
        hint = phrase("give the file that was signed")
        raise UsageError(phrase("{path} is empty: nothing in it was signed", path=path), hint=hint)
    kept = inside.resolve().relative_to(folder.resolve()).as_posix()
    return {**found, "path": kept, "sha256": hashlib.sha256(raw).hexdigest()}
