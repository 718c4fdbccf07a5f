"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import gc
import os
import sys

from soccheck import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Answered before anything is imported: scripts ask it often.
        try:
            sys.stdout.write(f"soccheck {__version__}\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(4)  # nobody reads: what is left to flush has nowhere to go
        return
    # A command makes a tree of findings, prints it and ends: nothing is garbage before that, and
    # looking for it costs more than the judging. A command that goes on for long turns it on again.
    gc.disable()
    from soccheck.cli import run

    code = run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = 4  # the reader went away with the rest unread
    # Everything is written: taking a large tree of findings apart again would only take time.
    os._exit(code)


if __name__ == "__main__":
    main()
