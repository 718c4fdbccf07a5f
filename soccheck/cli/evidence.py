"""`soccheck evidence`: verify, show, sign, redact and merge evidence bundles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from soccheck.bundle import bundle as evidence
from soccheck.bundle import canonical_json, signing
from soccheck.bundle import merge as merging
from soccheck.bundle.rederive import rereadings
from soccheck.cli import common
from soccheck.cli.options import language_option
from soccheck.cli.output import kept_private, terminal_width
from soccheck.cli.translated import argument, group, option
from soccheck.errors import InputError, UsageError
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Problem
from soccheck.phrase import Phrase, phrase
from soccheck.report.columns import plain, wrapped
from soccheck.report.wording import answers
from soccheck.report.wording.reasons import problem


@group("evidence")
def command() -> None:
    """Verify, show, sign, redact and merge evidence bundles."""


@command.command()
@argument("file")
@option("--signature", metavar="FILE", help="Signature; FILE.sig where there is one.")
@option("--signers", metavar="FILE", help="Allowed signers, see ssh-keygen(1).")
@option("--rederive", is_flag=True, help="Read every raw answer again; facts must be the same.")
@language_option
def verify(
    file: str, signature: str | None, signers: str | None, rederive: bool, lang: str | None
) -> int:
    """Check that a bundle is as it was written: form, schema, every digest; and its signature.

    Exits 2 when it is not.
    """
    language = common.language(lang)
    bundle = evidence.load(Path(file), file)
    words = [
        language.plural("{n} asset", "{n} assets", len(bundle["assets"])),
        f"sha256:{bundle['manifest']['sha256']}",
    ]
    if signature or signers:
        if not signers:
            hint = phrase("say whose signature counts: --signers FILE")
            raise UsageError(phrase("a signature without signers proves nothing"), hint=hint)
        who = signing.verify(bundle, Path(signature or f"{file}.sig"), Path(signers))
        words.append(language("signed by {who}").format(who=clean(who)))
    else:
        words.append(language("no signature checked"))
    if rederive:
        _rederive(bundle, file)
        words.append(language("facts follow from the answers"))
    click.echo(wrapped(f"{clean(file)}: " + ", ".join(words), terminal_width(), "  "))
    return 0


def _rederive(bundle: dict[str, Any], shown: str) -> None:
    """Read every record again; raises `InputError` where one says something else, or cannot be read."""
    problems, read, unread = [], 0, 0
    for name, entry in bundle["assets"].items():
        for probe, found in rereadings(entry).items():
            read += found.end == "same"
            unread += found.end in ("unread", "imported")
            if found.end == "wrong":
                text = phrase(
                    "{name}: the facts of {probe} do not follow from its answers",
                    name=name,
                    probe=probe,
                )
                said: list[Phrase] = [
                    phrase("{what}: {fact}: {why}", what=text, fact=fact, why=why)
                    for fact, why in found.altered.items()
                ] or [text]
                problems += [Problem(shown, line, _REREAD) for line in said]
            elif found.end == "unread":
                text = phrase(
                    "{name}, {probe}: its raw answers were redacted", name=name, probe=probe
                )
                problems.append(Problem(shown, text))
            elif found.end == "imported":
                text = phrase(
                    "{name}, {probe}: read by a map: import the file again, and compare",
                    name=name,
                    probe=probe,
                )
                problems.append(Problem(shown, text))
    if unread:
        text = phrase("{n} records could not be read again", n=unread)
        if unread == 1:
            text = phrase("1 record could not be read again")
        problems.insert(0, Problem(shown, text, _REREAD))
    elif not read and not problems:
        problems.append(
            Problem(shown, phrase("it holds no answer that could be read again"), _REREAD)
        )
    if problems:
        raise InputError(problems)


_REREAD = phrase(
    "ask for the bundle as it was collected, and read it with the soccheck that wrote it"
)


@command.command()
@argument("file")
@option("--asset", metavar="ID", help="Only this asset, with every fact.")
@option("--raw", metavar="PROBE", help="The raw answers of a probe of --asset.")
@option("--problems", is_flag=True, help="Only what could not be learned, and why.")
@option("--statement", is_flag=True, help="The line that is signed.")
@language_option
def show(
    file: str, asset: str | None, raw: str | None, problems: bool, statement: bool, lang: str | None
) -> int:
    """Show what a bundle holds: its machines, their facts, what could not be learned."""
    language = common.language(lang)
    given = {"--asset": statement and asset, "--raw": statement and raw, "--problems": problems}
    whole = "--statement" if statement else "--raw"
    for option_ in [name for name, value in given.items() if value and (statement or raw)]:
        text = phrase("{option} does nothing for {forms}", option=option_, forms=whole)
        raise UsageError(text, hint=phrase("leave it out, or run the command twice"))
    bundle = evidence.load(Path(file), file)
    if statement:
        click.echo(signing.statement(bundle), nl=False)
        return 0
    if asset is not None and asset not in bundle["assets"]:
        raise UsageError(phrase("{file}: no evidence of {asset}", file=file, asset=repr(asset)))
    if raw is not None:
        return _raw(bundle, asset, raw, file)
    rows = []
    for name, entry in bundle["assets"].items():
        if asset is None or name == asset:
            rows += list(_rows(name, entry, asset is not None, problems, language))
    header = [language("Asset"), language("Probe"), language("Fact"), language("Value")]
    if asset is None and not problems:
        header = [language("Asset"), language("Origin"), language("Facts"), language("Problems")]
    click.echo(plain([[clean(cell) for cell in row] for row in rows], header, terminal_width()))
    return 0


def _rows(name: str, entry: dict[str, Any], facts: bool, problems: bool, language: Language) -> Any:
    failed = evidence.failed(entry)
    if problems and failed is not None:
        yield name, "", problem(failed["code"], language), answers.told(failed["detail"], language)
        return
    if facts or problems:
        for probe, record in entry["probes"].items():
            if not problems:
                for fact, value in record["facts"].items():
                    yield name, probe, fact, canonical_json.dumps(value).decode()
            for fact, fault in record["problems"].items():
                yield (
                    name,
                    probe,
                    fact,
                    f"{problem(fault['code'], language)}: {answers.told(fault['detail'], language)}",
                )
        return
    records = entry["probes"].values()
    some = str(sum(len(record["facts"]) for record in records))
    none = str(sum(len(record["problems"]) for record in records))
    yield name, entry["origin"], some, problem(failed["code"], language) if failed else none


def _raw(bundle: dict[str, Any], asset: str | None, probe: str, shown: str) -> int:
    if asset is None:
        text = phrase("--raw is of one asset")
        raise UsageError(text, hint=phrase("name an asset with --asset"))
    records = bundle["assets"][asset]["probes"]
    if probe not in records:
        raise UsageError(
            phrase(
                "{shown}: no probe {probe} of {asset}",
                shown=shown,
                probe=repr(probe),
                asset=repr(asset),
            ),
            hint=phrase("known: {names}", names=", ".join(records)),
        )
    for answer in records[probe]["answers"].values():
        # What machines wrote is shown with its control characters made visible, line by line.
        click.echo(f"$ {clean(answer['command'])}    [{answer['state']}]")
        for text in (answer.get("output", "(redacted)"), answer.get("error", "")):
            for line in text.split("\n"):
                if line:
                    click.echo(clean(line))
    return 0


@command.command()
@argument("file")
@option("--key", required=True, metavar="FILE", help="Private key, or a .pub the agent holds.")
def sign(file: str, key: str) -> int:
    """Sign a bundle's manifest with ssh-keygen, into FILE.sig.

    Verify with `soccheck evidence verify --signers`, or with ssh-keygen -Y verify -n soccheck-evidence
    on what `soccheck evidence show --statement` prints.
    """
    signature = signing.sign(evidence.load(Path(file), file), Path(key))
    kept_private([signature], f"{file}.sig")
    click.echo(f"{clean(file)}.sig")
    return 0


@command.command()
@argument("file")
@option("--output", "-o", required=True, metavar="FILE", help="Where to write the result.")
@option("--probe", "probes", multiple=True, metavar="NAME", help="Only this probe's answers.")
def redact(file: str, output: str, probes: tuple[str, ...]) -> int:
    """Take the raw answers out of a bundle; facts, digests and signature stay as they are."""
    bundle = evidence.load(Path(file), file)
    known = {probe for entry in bundle["assets"].values() for probe in entry["probes"]}
    for name in probes:
        if name not in known:
            raise UsageError(
                phrase("{file}: no probe {name}", file=file, name=repr(name)),
                hint=phrase("known: {names}", names=", ".join(sorted(known))),
            )
    kept_private([evidence.dumps(evidence.redact(bundle, probes))], output)
    return 0


@command.command()
@argument("files", nargs=-1, required=True)
@option("--output", "-o", required=True, metavar="FILE", help="Where to write the result.")
@language_option
def merge(files: tuple[str, ...], output: str, lang: str | None) -> int:
    """Make one bundle of several of the same inventory; of two answers the later one stays."""
    bundles = [(file, evidence.load(Path(file), file)) for file in files]
    replaced: set[str] = set()
    kept_private([evidence.dumps(merging.merge(bundles, replaced))], output)
    if replaced:
        language = common.language(lang)
        text = language("answers left out, as another machine answered since: {names} ({n})")
        first = ", ".join(sorted(replaced)[:5]) + (", ..." if len(replaced) > 5 else "")
        click.echo(text.format(names=first, n=len(replaced)), err=True)
    return 0
