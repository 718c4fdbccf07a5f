"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import codecs
import contextlib
import functools
import io
import os
import sys
import unicodedata

from soccheck import __version__
from soccheck.errors import unwritten
from soccheck.phrase import Phrase, phrase


def main() -> None:
    """Run the command line and exit with its code."""
    if not _streams_are_open():
        sys.exit(4)
    _take_any_character()
    if sys.argv[1:] == ["--version"]:
        # Answered before click is imported, which takes eight times as long: scripts ask it often.
        code = _version()
    else:
        try:
            from soccheck.cli import command_line

            code = command_line()
        except KeyboardInterrupt:  # before the command line could see to it, or after
            code = 130
        except OSError:  # what was wrong could not be said either: standard error takes no more
            code = 4
    delivered = _delivered()
    # A terminal that was closed interrupts, and takes no more words.
    sys.exit(code if delivered or code == 130 else 4)


_SIGNS = {
    "đ": "d",
    "Đ": "D",
    "…": "...",
    "→": "->",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "≥": ">=",
    "≤": "<=",
    "×": "x",
    "“": '"',
    "”": '"',
    "’": "'",
    "\u00a0": " ",
    "✓": "+",
    "✗": "x",
}
"""What stands for a sign that has no nearer one: letters that Unicode does not take apart, and marks."""


def _take_any_character() -> None:
    """Let a console print what its code page lacks by what comes nearest, in the place of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            name = f"nearest in {stream.encoding}"
            codecs.register_error(name, functools.partial(_nearest, stream.encoding))
            stream.reconfigure(errors=name)


def _nearest(encoding: str, error: UnicodeError) -> tuple[str, int]:
    """Return what stands for a character: its letter and mark, as cp1258 has them, its letter, or `?`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    base, *marks = list(unicodedata.normalize("NFD", letter))
    whole = [unicodedata.normalize("NFC", base + mark) for mark in marks]
    toned = [
        text + "".join(other for other in marks if other != mark)
        for text, mark in zip(whole, marks, strict=True)
    ]
    for text in (*toned, base + "".join(marks), *whole, _SIGNS.get(letter, base)):
        with contextlib.suppress(UnicodeEncodeError):
            if text.encode(encoding):
                return text, error.start + 1
    return "?", error.start + 1


def _said(text: Phrase, hint: Phrase | None = None) -> str:
    """Return a fault in the language of who started the command; imported only for faults, as above."""
    from soccheck.i18n import Language, chosen

    language = Language(chosen(None, os.environ))
    return language.fault(language.say(text), hint)


def _version() -> int:
    """Write the version and return the exit code."""
    try:
        sys.stdout.write(f"soccheck {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        if (line := unwritten(error)) is not None:
            sys.stderr.write(f"{_said(line)}\n")
        return 4
    return 0


def _delivered() -> bool:
    """Return whether all that was written has reached its reader, who may have gone away.

    What a reader did not take goes to the null device, or the interpreter would try again as it
    ends (Python's documentation of `signal`, "Note on SIGPIPE").
    """
    delivered = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            delivered = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return delivered


def _streams_are_open() -> bool:
    """Return whether there is a standard output; open the other streams where they are closed.

    A closed stream's number is given to the next file that is opened, and messages end in that.
    """
    closed = [n for n, s in enumerate((sys.stdin, sys.stdout, sys.stderr)) if s is None]
    if 1 in closed:
        if sys.stderr is not None:
            text = phrase("standard output is closed")
            hint = phrase("write >/dev/null to discard it")
            sys.stderr.write(f"{_said(text, hint)}\n")
        return False
    for number in closed:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")
    return True


if __name__ == "__main__":
    main()
