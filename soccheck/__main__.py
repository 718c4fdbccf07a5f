"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import gc
import os
import sys

from soccheck import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    _open_streams()
    if sys.argv[1:] == ["--version"]:
        # Answered before anything is imported: scripts ask it often.
        try:
            sys.stdout.write(f"soccheck {__version__}\n")
            sys.stdout.flush()
        except OSError:
            os._exit(4)  # nobody reads: what is left to flush has nowhere to go
        return
    # A command makes a tree of findings, prints it and ends: nothing is garbage before that, and
    # looking for it costs more than the judging. A command that goes on for long turns it on again.
    gc.disable()
    from soccheck.later import postponed

    with postponed():
        from soccheck.cli import run

    code = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 4  # the reader went away with the rest unread
    # Everything is written: taking a large tree of findings apart again would only take time.
    os._exit(code)


def _open_streams() -> None:
    """Exit with 4 where standard output is closed; open the other streams where they are.

    A closed stream's number is given to the next file that is opened, and messages end in that.
    """
    closed = [n for n, s in enumerate((sys.stdin, sys.stdout, sys.stderr)) if s is None]
    if not closed:
        return
    if 1 in closed:
        if sys.stderr is not None:
            sys.stderr.write("standard output is closed\n  hint: write >/dev/null to discard it\n")
            sys.stderr.flush()
        os._exit(4)
    for number in closed:
        null = os.open(os.devnull, os.O_RDWR)
        if null != number:
            os.dup2(null, number)
    sys.stdin = sys.stdin or os.fdopen(0, encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(2, "w", encoding="utf-8")


if __name__ == "__main__":
    main()
