"""What `collect` and `audit --collect` share: signals, progress, and the run itself."""

from __future__ import annotations

import getpass
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from soccheck import __version__
from soccheck.assess import drift
from soccheck.bundle import bundle as evidence
from soccheck.cli.options_ssh import Options
from soccheck.errors import UsageError
from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.model import Inventory, Policy


class Result(NamedTuple):
    """Represents how a collection ended."""

    asked: int
    failed: dict[str, int]
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
            seconds=f"{self.seconds:.1f}",
            file=clean(output),
        )
        codes = ", ".join(f"{count} {code}" for code, count in sorted(self.failed.items()))
        return f"{text} ({codes})" if codes else text


def now() -> datetime:
    """Return the time; the one place a collection gets it from."""
    return datetime.now(UTC)


def collect(
    loaded: Inventory, output: str, given: Options, policies: Collection[Policy] = ()
) -> Result:
    """Ask the machines and write the bundle; raises `UsageError` when there is nobody to ask."""
    from soccheck.collect import runner
    from soccheck.collect.journal import Journal
    from soccheck.collect.limits import Limits
    from soccheck.collect.plan import plan
    from soccheck.probes import PROBES

    known = sorted({name for _, name in PROBES})
    for name in given.probes:
        if name not in known:
            raise UsageError(f"no probe {name!r}", hint=f"known: {', '.join(known)}")
    for name in given.assets:
        if loaded.find(name) is None:
            raise UsageError(f"no asset {name!r} in {loaded.folder}")
    targets = plan(
        loaded,
        subjects=given.probes,
        facts=drift.used(policies),
        keep=(lambda asset: asset.id in given.assets) if given.assets else None,
    )
    if not targets:
        hint = "hosts and firewalls are asked; see `soccheck probe list`"
        raise UsageError(f"{loaded.folder}: no machine to ask", hint=hint)
    limits = Limits(
        connect=given.connect_timeout,
        login=given.login_timeout,
        command=given.command_timeout,
        total=given.total_timeout,
    )
    connector, resolve = connection(given, limits)
    path = Path(output)
    head = {
        "format": evidence.FORMAT,
        "version": evidence.VERSION,
        "tool": f"soccheck {__version__}",
        "inventory": {"digest": loaded.digest, "folder": loaded.folder},
        "started": evidence.moment(now()),
    }
    journal = Journal(path, head, resume=given.resume, shown=output)
    if given.resume and path.exists():
        _take_over(journal, path, output, loaded)
    wanted = {target.asset for target in targets}
    left = [target for target in targets if target.asset not in journal.answered]
    stop = threading.Event()
    begun = time.monotonic()
    progress = _Progress(len(left))

    def on_done(done: runner.Done) -> None:
        # What could not be collected is no news of a machine there already is a word of.
        if not (stop.is_set() and done.target.asset in journal.known and done.fault is not None):
            journal.add(done.target.asset, done.entry)
        progress.count(done.fault is not None)

    try:
        with _signals(stop) as interrupted:
            runner.run(
                left,
                connector,
                resolve,
                settings=runner.Settings(given.workers, given.retries, 0.25, limits),
                clock=now,
                marker=lambda: "soccheck-" + secrets.token_hex(16),
                stop=stop,
                on_done=on_done,
                on_tick=progress.show,
            )
    finally:
        progress.clear()
        journal.flush()
    head |= {
        "started": journal.started,
        "ended": evidence.moment(now()),
        "complete": wanted <= journal.answered,
    }
    journal.seal(path, head)
    codes: dict[str, int] = {}
    for code in journal.failed.values():
        codes[code] = codes.get(code, 0) + 1
    return Result(len(journal.known), codes, bool(interrupted), time.monotonic() - begun)


def _take_over(journal: Any, path: Path, shown: str, loaded: Inventory) -> None:
    """Take the answers of the bundle there is into the journal of the run that completes it."""
    bundle = evidence.load(path, shown)
    if bundle["inventory"]["digest"] != loaded.digest:
        hint = "collect afresh: its machines may not be today's"
        raise UsageError(f"{shown}: of another state of the inventory", hint=hint)
    journal.started = min(journal.started, bundle["started"])
    for name, entry in bundle["assets"].items():
        if name not in journal.known:
            journal.add(name, entry)


def connection(given: Options, limits: Any) -> tuple[Any, Callable[[Any], Any]]:
    """Return the connector and how a target's login is found, by options and ssh_config."""
    from soccheck.collect.ssh.config import read_config
    from soccheck.collect.ssh.connect import Connector
    from soccheck.collect.ssh.known_hosts import KnownHosts
    from soccheck.collect.ssh.login import Defaults, resolve

    home = Path.home()
    config = Path(given.ssh_config) if given.ssh_config else home / ".ssh" / "config"
    lookup: Callable[[str], Any] = _nothing
    if given.ssh_config or config.is_file():
        try:
            lookup = read_config(config)
        except ValueError as error:
            raise UsageError(f"{config}: cannot be understood: {error}") from error
    for name in (*given.identity, *given.known_hosts):
        if not Path(name).is_file():
            raise UsageError(f"{name}: no such file")
    files = [Path(name) for name in given.known_hosts] or [
        home / ".ssh" / "known_hosts",
        Path("/etc/ssh/ssh_known_hosts"),
    ]
    defaults = Defaults(
        home=home,
        login=getpass.getuser(),
        user=given.user,
        keys=tuple(Path(name) for name in given.identity),
        known_hosts=tuple(files) if given.known_hosts else (),
        jump=given.jump,
    )
    agent = not given.no_agent and bool(os.environ.get("SSH_AUTH_SOCK"))
    known = KnownHosts.load(files)
    connector = Connector(limits=limits, known=known, use_agent=agent, clock=now)
    return connector, lambda target: resolve(target, lookup, defaults)


def _nothing(name: str) -> dict[str, Any]:
    return {"hostname": name}


@contextmanager
def _signals(stop: threading.Event) -> Iterator[list[int]]:
    """Let Ctrl-C and SIGTERM end the run cleanly; a second one ends it at once."""
    seen: list[int] = []

    def handle(number: int, frame: object) -> None:
        if seen:
            raise KeyboardInterrupt
        seen.append(number)
        stop.set()

    # What the parent had ignored (`nohup ... &` does that to Ctrl-C) stays ignored.
    heard = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) != signal.SIG_IGN]
    former = {number: signal.signal(number, handle) for number in heard}
    try:
        yield seen
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Progress:
    """Shows how far the run is, on a terminal only."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.failed = 0
        self.begun = time.monotonic()
        self.shown = 0.0
        self.terminal = sys.stderr.isatty()

    def count(self, failed: bool) -> None:
        self.done += 1
        self.failed += failed

    def show(self) -> None:
        at = time.monotonic()
        if not self.terminal or at - self.shown < 0.1:
            return
        self.shown = at
        rate = self.done / max(at - self.begun, 0.001)
        left = f"{(self.total - self.done) / rate:.0f} s left" if rate else ""
        width = 20
        bar = "#" * (width * self.done // max(self.total, 1))
        line = (
            f"[{bar:<{width}}] {self.done}/{self.total}, {self.failed} failed, {rate:.0f}/s {left}"
        )
        click.echo(f"\r{line[:79]:<79}", err=True, nl=False)

    def clear(self) -> None:
        if self.terminal and self.shown:
            click.echo(f"\r{'':<79}\r", err=True, nl=False)
