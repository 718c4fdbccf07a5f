"""Talk to a device that has no shell: a prompt, a command, its answer, and a pager to be leafed through."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any, Protocol

from soccheck.collect.faults import FaultError
from soccheck.probes.base import Answer, Ask
from soccheck.probes.devices import refused
from soccheck.sources.secrets import masked


class TerminalLine(Protocol):
    """Represents an open terminal: `recv` waits up to the time set and raises `TimeoutError`."""

    def recv(self, size: int) -> bytes:
        """Return what came, nothing at the end."""

    def sendall(self, data: bytes) -> None:
        """Send all of it."""

    def settimeout(self, seconds: float) -> None:
        """Set how long `recv` waits."""


_PROMPT = re.compile(r"[\w.@:/\[\]()~ -]{1,100}[>#%$\]] ?$")
_PAGER = re.compile(
    r"[ \t]*(--\s?\(?more[^\n]{0,30}\)?\s?--+|---\(more[^\n]{0,20}\)---|<--- more --->)\s*$",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\r+(?=\n)|\x07")
_OVERWRITTEN = re.compile(r"[^\n\r]*\r(?=[^\n])")
_ERASED = re.compile(r"(?:[^\n\x08]\x08|\x08+ *\x08*)+")


class Terminal:
    """Holds a session with a device: finds its prompt, then asks command by command."""

    def __init__(self, line: TerminalLine, deadline: float) -> None:
        self.line = line
        self.deadline = deadline
        self.prompt = ""

    def begin(self) -> None:
        """Find the prompt: the last line, twice the same; raises `FaultError` when there is none."""
        self._until(None, 64 * 1024)
        self.line.sendall(b"\n")
        text, cut = self._until(None, 64 * 1024)
        last = text.rsplit("\n", 1)[-1]
        if cut or not _PROMPT.fullmatch(last.strip("\r")):
            raise FaultError("unparsed", "the device shows no prompt")
        self.prompt = last.strip()

    def ask(self, command: str, limit: int) -> tuple[str, str]:
        """Return the answer to a command, without echo and prompt, and its state."""
        self.line.sendall(command.encode() + b"\n")
        text, cut = self._until(self.prompt, limit)
        if cut:
            return text, cut
        body = text.rsplit("\n", 1)[0] if "\n" in text else ""
        first, _, rest = body.partition("\n")
        if command in first:
            body = rest
        return body, "denied" if refused(body) else "ok"

    def _until(self, prompt: str | None, limit: int) -> tuple[str, str]:
        """Return what came up to the prompt; or up to a silence, while it is not known."""
        raw = bytearray()
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                return plain(raw), "timeout"
            self.line.settimeout(min(left, 0.7 if prompt is None else left))
            try:
                piece = self.line.recv(65536)
            except TimeoutError:
                if prompt is None:
                    return plain(raw), ""
                return plain(raw), "timeout"
            if not piece:
                return plain(raw), "lost"
            raw += piece
            if len(raw) > limit:
                return plain(raw[:limit]), "too_large"
            tail = plain(raw[-400:])
            if _PAGER.search(tail):
                self.line.sendall(b" ")
                raw[:] = _PAGER.sub("", plain(raw)).encode()
            elif prompt is not None and tail.rsplit("\n", 1)[-1].strip() == prompt:
                return plain(raw), ""


def plain(raw: bytes | bytearray) -> str:
    """Return a terminal's text without what only moves the cursor."""
    text = _CONTROL.sub("", bytes(raw).decode("utf-8", "replace"))
    return _OVERWRITTEN.sub("", _ERASED.sub("", text)).replace("\r", "")


def converse(
    line: Any, prepare: Sequence[str], asks: Sequence[Ask], deadline: float
) -> dict[str, Answer]:
    """Return the device's answers, secrets masked; after one that broke off the rest is lost."""
    terminal = Terminal(line, deadline)
    terminal.begin()
    for command in prepare:
        terminal.ask(command, 64 * 1024)
    answers: dict[str, Answer] = {}
    broken = ""
    for ask in asks:
        text, state = ("", broken) if broken else terminal.ask(ask.command, ask.limit)
        if state not in ("ok", "denied"):
            broken = broken or state
        answers[ask.name] = Answer(command=ask.command, state=state, output=masked(text))
    return answers
