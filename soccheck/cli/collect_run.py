"""What `collect` and `audit --collect` share: signals, progress, and the run itself."""

from __future__ import annotations

import contextlib
import os
import platform
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import click

from soccheck import __version__
from soccheck.assess import drift
from soccheck.bundle.atomic import destination, is_stream, replaceable
from soccheck.cli import open_files, who
from soccheck.cli.options_ssh import Options
from soccheck.cli.output import write_private
from soccheck.errors import UsageError, unwritable
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Inventory, Policy
from soccheck.phrase import Phrase, phrase
from soccheck.report.wording.reasons import problem

if TYPE_CHECKING:
    from soccheck.collect.collection import BundlePlace
    from soccheck.collect.plan import Target
    from soccheck.collect.runner import Runner
    from soccheck.collect.ssh.connect import Connector
    from soccheck.collect.ssh.login import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Represents how a collection ended."""

    asked: int
    failed: Mapping[str, int]
    interrupted: bool
    seconds: float

    @property
    def exit_code(self) -> int:
        """Return 130 when interrupted, 3 when a machine did not answer, else 0."""
        return 130 if self.interrupted else (3 if self.failed else 0)

    def summary(self, output: str, language: Language) -> str:
        """Return the one line at the end."""
        good = self.asked - sum(self.failed.values())
        text = language("{good} of {asked} machines answered in {seconds} s: {file}").format(
            good=language.number(good),
            asked=language.number(self.asked),
            seconds=language.decimal(Fraction(self.seconds), 1, trim=False),
            file=clean(output),
        )
        codes = ", ".join(
            f"{language.number(count)} {problem(code, language)}"
            for code, count in sorted(self.failed.items())
        )
        return f"{text} ({codes})" if codes else text


def tell(text: str, result: Result, *, err: bool = True) -> None:
    """Print what is said of a collection that ended; nobody reads it where a closed terminal ended it."""
    try:
        click.echo(text, err=err)
    except OSError:
        if not result.interrupted:
            raise


def now() -> datetime:
    """Return the time; the one place a collection gets it from."""
    return datetime.now(UTC)


def collect(
    loaded: Inventory,
    output: str,
    given: Options,
    language: Language,
    policies: Collection[Policy] = (),
) -> Result:
    """Ask the machines and write the bundle; raises `UsageError` when there is nobody to ask."""
    from soccheck.collect import collection
    from soccheck.collect.plan import chosen

    place = _place(output, resume=given.resume)
    targets = chosen(loaded, given.assets, subjects=given.probes, facts=drift.used(policies))
    stop = threading.Event()
    progress = _Progress(language)
    try:
        with _signals(stop) as interrupted:
            ended = collection.collect(
                loaded,
                targets,
                _runner(given, workers(given, targets, language), stop),
                progress,
                place=place,
                resume=given.resume,
                tool=f"soccheck {__version__}",
                by=f"process {os.getpid()} on {platform.node()}",
            )
    finally:
        progress.clear()
    return Result(
        asked=ended.asked,
        failed=ended.failed,
        interrupted=bool(interrupted),
        seconds=time.monotonic() - progress.begun,
    )


def _place(output: str, *, resume: bool) -> BundlePlace:
    """Return where the bundle goes, said to be wrong before a machine is asked."""
    from soccheck.collect.collection import BundlePlace

    try:
        path = None if output == "-" else destination(Path(output))
    except OSError as error:
        raise unwritable(output, error) from error
    if path is not None and not replaceable(path) and (not is_stream(path) or path.is_dir()):
        hint = phrase("name a file, there or not: the bundle takes its place when it is whole")
        raise UsageError(phrase("{file}: not a file", file=output), hint=hint)
    file = path if path is not None and replaceable(path) else None
    if file is None and resume:
        text = phrase("{file}: not a file, which --resume could complete", file=output)
        raise UsageError(text)
    return BundlePlace(file=file, write=lambda parts: write_private(parts, output), shown=output)


def _runner(given: Options, workers: int, stop: threading.Event) -> Runner:
    from soccheck.collect.runner import Runner

    connector, resolve = connection(given)
    return Runner(
        connector=connector,
        resolve=resolve,
        limits=given.limits,
        clock=now,
        marker=lambda: "soccheck-" + secrets.token_hex(16),
        stop=stop,
        workers=workers,
        retries=given.retries,
    )


def workers(given: Options, targets: Collection[Target], language: Language) -> int:
    """Return how many machines to ask at once: as many as is asked for, as far as files may be open."""
    jumps = {target.jump for target in targets if target.jump}
    wanted = min(given.workers, len(targets))
    return open_files.workers(wanted, len(jumps) + bool(given.jump), language)


def connection(given: Options) -> tuple[Connector, Callable[[Target], Login]]:
    """Return the connector and how a target's login is found, by options and ssh_config."""
    from soccheck.collect.ssh.client import client
    from soccheck.collect.ssh.login import Defaults

    defaults = Defaults(
        home=_home(),
        login=_own_name(),
        user=given.user,
        keys=tuple(Path(name) for name in given.identity),
        known_hosts=tuple(Path(name) for name in given.known_hosts),
        jump=given.jump,
        shell=os.environ.get("SHELL") or "/bin/sh",
    )
    agent = not given.no_agent and bool(os.environ.get("SSH_AUTH_SOCK"))
    return client(defaults, config=given.ssh_config, agent=agent, limits=given.limits, clock=now)


def _own_name() -> str:
    """Return the name of who runs soccheck as ssh takes it: the system's, whatever USER and LOGNAME say."""
    try:
        import pwd  # Windows has none

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return who.login()


def _home() -> Path:
    """Return the user's home; raises `UsageError` where nothing says which, as in a container."""
    try:
        return Path.home()
    except RuntimeError as error:
        text = phrase(
            "user {number} has no home here, where keys and known hosts are", number=os.getuid()
        )
        raise UsageError(text, hint=phrase("say it: HOME=/path soccheck ...")) from error


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[list[int]]:
    """Let Ctrl-C, SIGTERM and a closed terminal end the run cleanly; a second one ends it at once."""
    seen: list[int] = []

    def handle(number: int, frame: object) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)
        stop.set()

    # What the parent had ignored (`nohup ... &` does that to Ctrl-C) stays ignored.
    ends = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGHUP"):  # Windows has none
        ends.append(signal.SIGHUP)
    heard = [n for n in ends if signal.getsignal(n) != signal.SIG_IGN]
    former = {number: signal.signal(number, handle) for number in heard}
    try:
        yield seen
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Progress:
    """Shows how far the run is, on a terminal only."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.total = 0
        self.done = 0
        self.failed = 0
        self.begun = time.monotonic()
        self.shown = 0.0
        self.terminal = sys.stderr.isatty()

    def begin(self, total: int) -> None:
        self.total = total
        self.begun = time.monotonic()

    def count(self, failed: bool) -> None:
        self.done += 1
        self.failed += failed

    def show(self) -> None:
        at = time.monotonic()
        if not self.terminal or at - self.shown < 0.1:
            return
        self.shown = at
        rate = self.done / max(at - self.begun, 0.001)
        left = ""
        if rate:
            seconds = f"{(self.total - self.done) / rate:.0f}"
            left = self.language("{seconds} s left").format(seconds=seconds)
        failed = self.language("{n} failed").format(n=self.failed)
        width = 20
        bar = "#" * (width * self.done // max(self.total, 1))
        line = f"[{bar:<{width}}] {self.done}/{self.total}, {failed}, {rate:.0f}/s {left}"
        self._print(f"\r{line[:79]:<79}", nl=False)

    def tell(self, text: Phrase, hint: Phrase | None = None) -> None:
        self.clear()
        said = self.language.fault(clean(self.language.say(text)), hint)
        self._print(said)

    def clear(self) -> None:
        if self.terminal and self.shown:
            self._print(f"\r{'':<79}\r", nl=False)

    def _print(self, text: str, *, nl: bool = True) -> None:
        """Print, unless nobody reads it any more: a terminal that was closed ends no collection by itself."""
        with contextlib.suppress(OSError):
            click.echo(text, err=True, nl=nl)
