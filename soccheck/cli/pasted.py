"""Command lines with what an office program made of them, or with blanks that should hold words together."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from soccheck.errors import UsageError
from soccheck.phrase import Phrase, phrase

_LONG_DASHES = re.compile("-?[\u2010-\u2015\u2212]-?(?P<option>[a-z][a-z-]*)(?:=|\\Z)")
"""What office programs make of the two hyphens before an option."""
_QUOTES = (("“”„", "“”"), ("‘’‚", "‘’"), ("«", "»"))
"""Quotation marks of office programs, those that open and those that close: to a shell they are letters."""
_MOST = 8
"""Words that a name with blanks is looked for in."""
_JOINED = re.compile(r"\s*[,;]\s*")


def fault(args: Sequence[str], options: Collection[str]) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a word that would name something else than was meant, and what to type.

    `options` are those of the command.
    """
    if (bare := _bare(args, options)) is not None:
        said = phrase("{text} is no option as it stands", text=bare[0])
        return said, phrase("write {what}", what=bare[1])
    words = args[: args.index("--") if "--" in args else None]
    for at, word in enumerate(words):
        if found := _LONG_DASHES.match(word):
            said = phrase("{text} begins with a long dash, which begins no option", text=word)
            return said, phrase("write {what}", what=f"--{found['option']}")
        if (whole := _quoted(words[at:])) is not None:
            said = phrase("{text} begins with an office program's quotation mark", text=word)
            return said, phrase("write {what}", what=shlex.quote(whole))
        if not word.startswith("-") and (name := _parted(words[at:])) is not None:
            said = phrase("{text} is no whole name: blanks part it", text=word)
            return said, phrase("write {what}", what=shlex.quote(name))
    return None


def _bare(args: Sequence[str], options: Collection[str]) -> tuple[str, str] | None:
    """Return an option whose hyphens are lacking, or stand apart, as it is and as it is typed."""
    for option, form, file in zip(args, args[1:], args[2:], strict=False):
        if (
            option == "--report"
            and "=" not in form
            and not file.startswith("-")
            and Path(file).suffix
            and not os.path.exists(file)
        ):
            return f"{option} {form} {file}", f"{option} {form}={file}"
    for before, word, after in zip(["", *args], args, [*args[1:], ""], strict=False):
        name, sign, _ = word.partition("=")
        if f"--{name}" not in options or os.path.exists(word):
            continue
        if before == "--":
            return f"-- {word}", f"--{word}"
        between = before and after and not after.startswith("-")
        if not before.startswith("-") and (name == "help" or sign or between):
            return word, f"--{word}"
    return None


def _quoted(words: Sequence[str]) -> str | None:
    """Return what stands from a quotation mark at the beginning of a word to one that ends another."""
    for opening, closing in _QUOTES:
        if not words[0].startswith(tuple(opening)):
            continue
        for count, word in enumerate(words, start=1):
            if word.endswith(tuple(closing)) and len(word) > 1:
                return " ".join(words[:count])[1:-1] if count > 1 else None
    return None


def _parted(words: Sequence[str]) -> str | None:
    """Return the file or folder whose name a shell took apart at its blanks."""
    if len(words) < 2 or words[1].startswith("-") or os.path.exists(words[0]):
        return None
    names = (" ".join(words[:count]) for count in range(2, min(len(words), _MOST) + 1))
    return next((name for name in names if os.path.exists(name)), None)


def refuse_joined(option: click.Option, value: object) -> None:
    """Raise `UsageError` for several ids with commas between them, where each has its own option."""
    choices = option.type.choices if isinstance(option.type, click.Choice) else ()
    if not (choices or option.metavar in ("ID", None)) or not isinstance(value, list | tuple):
        return
    for text in value:
        each = [part for part in _JOINED.split(str(text)) if part]
        if len(each) > 1:
            from soccheck.cli import astray

            each = [astray.choice(part, choices) or part for part in each] if choices else each
            name = option.opts[0]
            line = " ".join(f"{name} {shlex.quote(part)}" for part in each)
            said = phrase("{opts} {value}: these are several", opts=name, value=text)
            raise UsageError(said, hint=phrase("write {what}", what=line))
