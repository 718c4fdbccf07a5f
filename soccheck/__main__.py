"""Entry point: `soccheck` and `python -m soccheck`."""

from __future__ import annotations

import sys

from soccheck import __version__


def main() -> None:
    """Run the command line and exit with its code."""
    if sys.argv[1:] == ["--version"]:
        # Answered before anything is imported: scripts ask it often.
        sys.stdout.write(f"soccheck {__version__}\n")
        return
    from soccheck.cli import run

    sys.exit(run())


if __name__ == "__main__":
    main()
