"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import os
import sys

from soccheck import __version__
from soccheck.errors import unwritten


def main() -> None:
    """Run the command line and exit with its code."""
    if not _streams_are_open():
        sys.exit(4)
    if sys.argv[1:] == ["--version"]:
        # Answered before click is imported, which takes eight times as long: scripts ask it often.
        code = _version()
    else:
        from soccheck.cli import run

        try:
            code = run()
        except OSError:  # what was wrong could not be said either: standard error takes no more
            code = 4
    sys.exit(code if _delivered() else 4)


def _version() -> int:
    """Write the version and return the exit code."""
    try:
        sys.stdout.write(f"soccheck {__version__}\n")
        sys.stdout.flush()
    except OSError as error:
        if (line := unwritten(error)) is not None:
            sys.stderr.write(f"{line}\n")
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
            sys.stderr.write("standard output is closed\n  hint: write >/dev/null to discard it\n")
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
