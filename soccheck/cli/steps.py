"""What a long command is at, for who waits at a terminal: one line, gone when the step is over."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice

import click

from soccheck.cli.translated import language_of
from soccheck.facts.values import clean
from soccheck.phrase import Phrase, phrase

SILENT_SECONDS = 1.0
"""How long a step may last before it is told: what is quick would only flicker."""


@contextmanager
def step(what: Phrase) -> Iterator[None]:
    """Say what is being done where it takes longer than a second, on a terminal only."""
    if not sys.stderr.isatty():
        yield
        return
    said = language_of(click.get_current_context(silent=True)).say(what)
    line = clean(said)[: shutil.get_terminal_size().columns - 1]
    shown = threading.Event()

    def show() -> None:
        shown.set()
        click.echo(f"\r{line}", err=True, nl=False)

    timer = threading.Timer(SILENT_SECONDS, show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # nothing is written once the step is over
        if shown.is_set():
            click.echo(f"\r{'':<{len(line)}}\r", err=True, nl=False)


def begun(pieces: Iterable[str] | Iterable[bytes], what: Phrase) -> Iterator[str | bytes]:
    """Yield pieces that are printed: until the first is there, say what is being done."""
    rest: Iterator[str | bytes] = iter(pieces)
    with step(what):
        first = list(islice(rest, 1))
    yield from chain(first, rest)


READING = phrase("Reading the inventory and the policies…")
READING_EVIDENCE = phrase("Reading the evidence…")
JUDGING = phrase("Judging…")
COMPARING = phrase("Judging both sides, and comparing…")
WRITING = phrase("Writing…")
