"""The sudoers lines for questions that need root: each command whole, none with a choice in it."""

from __future__ import annotations

import re
from collections.abc import Callable

from soccheck.probes.all import PROBES

_FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")


def lines(user: str, say: Callable[[str], str]) -> list[str]:
    """Return the lines for `user`; sudo needs full paths, and a command may be in several folders.

    `say` translates what a command is for.

    Raises `ValueError` for a user name that sudoers could read as something else.
    """
    if not re.fullmatch(r"%?[a-z_][a-z0-9_-]{0,31}", user):
        raise ValueError(user)
    found = [
        "# soccheck probe sudoers; visudo -cf FILE",
        f"Defaults:{user} !requiretty, !lecture",
    ]
    seen = set()
    for (platform, _), probe in PROBES.items():
        for ask in probe.asks:
            if platform == "linux" and ask.root and ask.name not in seen:
                seen.add(ask.name)
                found.append(f"# {say(ask.purpose)}")
                found += [f"{user} ALL=(root) NOPASSWD:NOEXEC: {path}" for path in _paths(ask.argv)]
    return found


def _paths(argv: tuple[str, ...]) -> list[str]:
    """Return the command with its arguments, once for every place it may be in."""
    first, *rest = argv
    arguments = "".join(f" {_escaped(word)}" for word in rest)
    places = [first] if first.startswith("/") else [f"{folder}/{first}" for folder in _FOLDERS]
    return [place + (arguments or ' ""') for place in places]


def _escaped(word: str) -> str:
    """Escape what sudoers gives a meaning: see sudoers(5), `Other special characters`."""
    return re.sub(r"([,:=\\*?\[\]!])", r"\\\1", word)
