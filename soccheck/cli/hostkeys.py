"""`soccheck hostkeys`: collect the host keys machines offer, for review into a known_hosts file."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from soccheck.bundle.atomic import destination, replaceable
from soccheck.cli import collect_run, common, options_ssh
from soccheck.cli.options import language_option
from soccheck.cli.output import write
from soccheck.cli.translated import a_command, argument, option
from soccheck.errors import UsageError, unwritable
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.phrase import phrase
from soccheck.report.wording.answers import told
from soccheck.report.wording.reasons import problem

if TYPE_CHECKING:
    from soccheck.collect.plan import Target
    from soccheck.collect.ssh.connect import Connector
    from soccheck.collect.ssh.login import Login


@a_command()
@argument("inventory")
@option("--output", "-o", metavar="FILE", help="Write the lines there instead of printing.")
@option("--append", is_flag=True, help="Add to the file that --output names.")
@options_ssh.options
@language_option
def command(
    inventory: str, output: str | None, append: bool, lang: str | None, **given: Any
) -> int:
    """Collect the host keys of INVENTORY's machines, as lines for a known_hosts file.

    Nobody vouches for these keys: compare each fingerprint with what the machine's owner says,
    over another way than the network, before you use the file. Nothing is trusted or logged in to
    (a jump host excepted: its key must be known). Only keys of machines that are not known yet are
    written; a key that changed, or is revoked, is told on standard error, and never written.

    Exits 0 when every machine offered a key, and none had changed, else 3.
    """
    from soccheck.collect.plan import chosen

    options_ssh.refuse(
        phrase("to collect host keys"), "probes", "resume", "command_timeout", "retries"
    )
    reviewed = _reviewed(output, append)
    language = common.language(lang)
    options = options_ssh.Options(**given)
    loaded = common.inventory(inventory)
    targets = chosen(loaded, options.assets)
    workers = collect_run.workers(options, targets, language)
    connector, resolve = collect_run.connection(options)

    def offered(target: Target) -> tuple[str, str]:
        return _offered(target, connector, resolve, reviewed, output is None, language)

    try:
        with ThreadPoolExecutor(workers) as pool:
            found = list(pool.map(offered, targets))
    finally:
        connector.close()
    lines = [lines for lines, _ in found]
    if reviewed is None:
        _reviewed(output, append)  # another may have written it while machines were asked
        write(lines, output)
    else:
        _add("".join(lines), reviewed)
    faults = [fault for _, fault in found if fault]
    for fault in faults:
        click.echo(clean(fault), err=True)
    text = language("{good} of {asked} machines offered a key; compare fingerprints before use")
    counts = {"good": len(found) - len(faults), "asked": len(found)}
    click.echo(text.format(**counts), err=True)
    return 3 if faults else 0


def _reviewed(output: str | None, append: bool) -> Path | None:
    """Return the file that is added to, if any; raises `UsageError` for one that is not to be."""
    if output in (None, "-"):
        if append:
            raise UsageError(phrase("--append does nothing without --output FILE"))
        return None
    path = Path(str(output))
    try:
        if not path.exists() or not replaceable(destination(path)):
            return None
        if append:
            path.open("ab").close()  # said to be wrong before a machine is asked
    except OSError as error:
        raise unwritable(str(output), error) from error
    if not append:
        raise UsageError(
            phrase("{output}: is there already", output=output),
            hint=phrase("--append adds what is new to it"),
        )
    return path


def _add(lines: str, path: Path) -> None:
    """Write lines at a file's end; what it holds stays as it is, whoever else adds to it."""
    try:
        with path.open("ab+", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(end - 1, 0))
            begun = b"\n" if file.read(1) not in (b"", b"\n") else b""
            added = begun + lines.encode() if lines else b""
            if file.write(added) < len(added):
                file.truncate(end)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise unwritable(str(path), error) from error


def _offered(
    target: Target,
    connector: Connector,
    resolve: Callable[[Target], Login],
    reviewed: Path | None,
    shown: bool,
    language: Language,
) -> tuple[str, str]:
    """Return the lines to write for a machine, and what is wrong.

    What the `reviewed` file holds is known, changed or revoked as well; a known key is told where it is
    `shown`.
    """
    from soccheck.collect.faults import FaultError
    from soccheck.collect.ssh.known_hosts import fingerprint, lookup_name

    try:
        login = resolve(target)
        if reviewed is not None:
            login = replace(login, known_hosts=(*login.known_hosts, reviewed))
        offer = connector.offered_key(login)
    except FaultError as error:
        return (
            "",
            f"{target.asset}: {problem(error.code, language)}: {told(error.detail, language)}",
        )
    key = f"{offer.kind} {fingerprint(offer.key)}"
    if offer.news in ("changed", "revoked"):
        text = language("the key it offers is another than the known one: {key}")
        if offer.news == "revoked":
            text = language("the key it offers is revoked: {key}")
        said = f"{problem('host_key', language)}: {text.format(key=key)}"
        return "", f"{target.asset}: {said}"
    name = login.key_alias or lookup_name(login.host, login.port)
    if offer.news == "known":
        return f"# {target.asset} {key} is known\n" if shown else "", ""
    return f"# {target.asset} {key}\n{name} {offer.kind} {offer.key}\n", ""
