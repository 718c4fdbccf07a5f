"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import gc
import sys

from soccheck import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Answered before anything is imported: scripts ask it often.
        sys.stdout.write(f"soccheck {__version__}\n")
        return
    # A command makes a tree of findings, prints it and ends: nothing is garbage before that, and
    # looking for it costs more than the judging. A command that goes on for long turns it on again.
    gc.disable()
    from soccheck.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
