"""`soccheck history`: the runs kept: list, show, verify, prune, sign and export them."""

from __future__ import annotations

import contextlib
from pathlib import Path

import click

from soccheck.bundle import signing
from soccheck.cli import common, history_place, run_made, who
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import kept_private, write_listing
from soccheck.cli.translated import argument, group, option
from soccheck.errors import InputError, UsageError, unwritable
from soccheck.history import chain, lock, notices, retention, runs, verify
from soccheck.history.errors import HistoryError
from soccheck.history.settings import Keep
from soccheck.phrase import phrase
from soccheck.report.listings import kept_runs
from soccheck.report.wording.policies import called


@group("history")
def command() -> None:
    """List, show, check, prune, sign and export the runs kept."""


@command.command("list")
@history_place.options
@listing_options
@language_option
def listed(
    config: str | None, authority: str | None, form: str, output: str | None, lang: str | None
) -> int:
    """List the runs: of which day, when and by whom, and what each ended with."""
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    with place.opened().begin() as connection:
        found = runs.runs(connection, authority)
    write_listing(kept_runs.listing(found, language), form, output, language)
    return 0


@command.command("show")
@argument("run", default="latest")
@history_place.options
@language_option
def show(run: str, config: str | None, authority: str | None, lang: str | None) -> int:
    """Show all that is known of RUN, a number or a day; the last one unless said."""
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    database = place.opened()
    with database.begin() as connection:
        found = runs.chosen(runs.of_authority(connection, authority, place.shown), run, place.shown)
        titles = runs.titles(connection, database.blobs, found)
        tallies = [
            {**row, "policy": called(row["policy"], titles, language)}
            for row in runs.tallies(connection, found)
        ]
        faults = runs.faults(connection, found)
        told = notices.of_run(connection, found)
    for line in kept_runs.lines(found, tallies, faults, told, language):
        click.echo(line)
    return 0


@command.command("verify")
@history_place.config_option
@option("--head", metavar="SHA256", help="The head of the chain that a report printed.")
@option("--signature", metavar="FILE", help="Of the head of the chain, by `history sign`.")
@option("--signers", metavar="FILE", help="Allowed signers of it; see ssh-keygen(1).")
@option("--authority", metavar="ID", help="Whose chain was signed, where there are several.")
@language_option
def verified(
    config: str | None,
    head: str | None,
    signature: str | None,
    signers: str | None,
    authority: str | None,
    lang: str | None,
) -> int:
    """Work every digest out anew: of blobs, spans, runs and the chain. Exits with 2 where one differs."""
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    if (signature is None) != (signers is None):
        raise UsageError(phrase("--signature and --signers go together"))
    database = place.opened(torn=True)
    with database.begin() as connection:
        faults = verify.faults(connection, database.blobs)
        known = runs.runs(connection) if not faults else []
        last = {run.authority: run for run in known}
        # Another soccheck may have placed assets otherwise.
        mine = [run for run in last.values() if run.tool == run_made.TOOL]
        faults += verify.misplaced(connection, database.blobs, mine)
    for fault in faults:
        click.echo(language.say(fault), err=True)
    if faults:
        return 2
    if not known:
        raise runs.none(place.shown)
    if head is not None and head not in {run.chain for run in known}:
        raise HistoryError(
            phrase("no run has the chain {head}: runs were taken away", head=head[:64])
        )
    if signature is not None and signers is not None:
        with database.begin() as connection:
            chosen = runs.of_authority(connection, authority, place.shown)
        signer = _signer(chosen, Path(signature), Path(signers))
        click.echo(language("signed by {signer}").format(signer=signer))
    for name, run in last.items():
        text = language("{name}: {n} runs, each as it was kept; head of the chain {chain}")
        count = sum(one.authority == name for one in known)
        click.echo(text.format(name=name, n=language.number(count), chain=run.chain))
    return 0


def _signer(known: list[runs.Run], signature: Path, signers: Path) -> str:
    """Return who signed a chain's head, of whatever run of those kept; raises what verifying raises."""
    given = signing.contents(signature), signing.contents(signers), str(signature), str(signers)
    for run in reversed(known[1:]):
        with contextlib.suppress(InputError):
            return signing.verify_bytes(chain.signed(run.chain), *given)
    return signing.verify_bytes(chain.signed(known[0].chain), *given)


@command.command("sign")
@option(
    "--key", required=True, metavar="FILE", help="Private key, or the .pub file of the agent's."
)
@option("--output", "-o", metavar="FILE", default="history.sig", show_default=True)
@history_place.options
def sign(key: str, output: str, config: str | None, authority: str | None) -> int:
    """Sign the head of the chain, as evidence is signed: what was kept until now cannot change unseen."""
    place = history_place.place(config)
    with place.opened().begin() as connection:
        run = runs.of_authority(connection, authority, place.shown)[-1]
    kept_private([signing.sign(chain.signed(run.chain), Path(key))], output)
    click.echo(f"{output}: #{run.id} {run.chain}")
    return 0


@command.command("prune")
@history_place.config_option
@language_option
def prune(config: str | None, lang: str | None) -> int:
    """Take away what runs said and were judged by, where `keep:` of soccheck.yaml does not keep it."""
    place = history_place.place(config)
    language = common.language(lang or place.settings.language)
    keep: Keep | None = place.settings.keep
    if keep is None:
        hint = phrase("say there: {what}", what="history: {keep: {daily: 30, yearly: all}}")
        raise UsageError(phrase("soccheck.yaml does not say what to keep"), hint=hint)
    with lock.of_folder(place.settings.folder, place.shown, who.by()):
        database = place.opened()
        with lock.of_server(database), database.begin() as connection:
            moment = history_place.now().isoformat(timespec="seconds")
            count = retention.prune(connection, database.blobs, keep, moment)
        with database.begin() as connection:
            database.blobs.sweep(connection)
    text = language.plural("{n} blob taken away", "{n} blobs taken away", count)
    click.echo(text)
    return 0


@command.command("export")
@argument("run", default="latest")
@option("--output", "-o", metavar="FOLDER", required=True, help="A new folder.")
@history_place.options
def export(run: str, output: str, config: str | None, authority: str | None) -> int:
    """Write what RUN said and was judged by into a folder: its result, inventory, policies and evidence."""
    place = history_place.place(config)
    folder = Path(output)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        hint = phrase("nothing was written; give a new folder, or an empty one")
        raise UsageError(phrase("{folder}: there is something already", folder=output), hint=hint)
    database = place.opened()
    with database.begin() as connection:
        found = runs.chosen(runs.of_authority(connection, authority, place.shown), run, place.shown)
        files = dict(runs.exported(connection, database.blobs, found))
    for name, raw in files.items():
        path = folder / name
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise unwritable(output, error) from error
        kept_private([raw], str(path))
        click.echo(path.as_posix())
    return 0
