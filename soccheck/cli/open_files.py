"""How many machines may be asked at once: each needs files, and the system allows a process so many."""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path

import click

from soccheck.errors import SoccheckError
from soccheck.i18n import Language
from soccheck.phrase import phrase

_EACH = 3
"""For a machine: its connection, and while it begins, its name's lookup and a key's file."""
_BESIDE = 16
"""For the journal, the bundle, the agent, and what Python opens for a moment."""


def workers(wanted: int, jumps: int, language: Language) -> int:
    """Return how many of `wanted` machines to ask at once, `jumps` jump hosts being kept connected.

    The soft limit on open files is raised as far as it may be. Raises `SoccheckError` where not even one
    machine can be asked.
    """
    beside = len(list(Path("/proc/self/fd").iterdir())) + _BESIDE + jumps
    needed = beside + _EACH * wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    top = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (top, hard))
        soft = top
    fit = min(wanted, (soft - beside) // _EACH)
    if fit < 1:
        hint = phrase("ulimit -n {what}", what=max(256, needed))
        text = phrase("a process may open {n} files here: too few to ask a machine", n=soft)
        raise SoccheckError(text, hint=hint)
    if fit < wanted:
        said = language(
            "asking {fit} machines at once, not {wanted}: a process may open {open} files here "
            "(ulimit -n {needed} allows for all)"
        )
        click.echo(said.format(fit=fit, wanted=wanted, open=soft, needed=needed), err=True)
    return fit
