"""Whether Wazuh's agent collects the whole journal of a Linux machine, and sends it to another one.

It does where its collector runs beside the journal, read its files as they are, and these say: a `localfile`
of the journal without a filter, none with one, and a server that is not the machine itself. What else may
narrow what is sent makes it doubtful: internal options, a shared configuration that names a server, a buffer
below its default, a journal that keeps nothing. Logs that it takes from files prove nothing: who writes these
is another question.

Sources: Wazuh documentation, localfile (log_format journald), client, client_buffer, wazuh-logcollector;
wazuh/wazuh issue 30857 (the default configuration collects the whole journal; filters of any block may take
from it), and a default ossec.conf of 4.14 as its users show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from soccheck.probes import itself, journal_settings, log_starts
from soccheck.probes.base import Answers, Ask

_OWN, _SHARED = "/var/ossec/etc/ossec.conf", "/var/ossec/etc/shared/agent.conf"
_INTERNAL = "/var/ossec/etc/local_internal_options.conf"
_FOLDER = "/var/ossec/etc"
_CONFIG = Ask(
    name="wazuh-config",
    purpose="which logs the Wazuh agent collects, and for which server",
    argv=("grep", "-H", ".", _OWN, _SHARED, _INTERNAL),
    root=True,
    path="/var/ossec",
    secret=True,
)
_TIMES = Ask(
    name="wazuh-times",
    purpose="when the configuration of the Wazuh agent was changed",
    argv=("stat", "-L", "-c", "changed %Z %n", _FOLDER, _OWN, _SHARED, _INTERNAL),
    root=True,
    path="/var/ossec",
)
ASKS = (_CONFIG, _TIMES)

_LEAST = {"queue_size": 5000, "events_per_second": 500}
"""What the agent's buffer holds and lets through by default: client_buffer."""
_PLAIN = frozenset(("log_format", "location", "only-future-events"))
_GONE = re.compile(r"No such file or directory")


@dataclass(frozen=True, slots=True, kw_only=True)
class OssecElement:
    """Represents an element of a configuration: the text in it, and what stands below it."""

    name: str
    text: str
    below: tuple[OssecElement, ...]

    def all(self, name: str) -> Iterator[OssecElement]:
        """Yield the elements of a name below it, at any depth."""
        for one in self.below:
            if one.name == name:
                yield one
            yield from one.all(name)


def doubts(answers: Answers, running: set[str], own: frozenset[str]) -> list[str]:
    """Return why Wazuh's agent, which is connected, may not send the journal to another machine."""
    if not {"wazuh-logcollec", "systemd-journal"} <= running:
        return ["its collector or the journal does not run"]
    config, times = answers[_CONFIG.name], answers[_TIMES.name]
    for answer in (config, times):
        lost = [line for line in answer.error.splitlines() if not _GONE.search(line)]
        if not answer.said or lost:
            return [f"what it collects cannot be read: {answer.detail}"]
    files = _files(config.output)
    if files is None or not {_OWN, _SHARED} <= files.keys():
        return ["what it collects, or its server has it collect, is not told"]
    changed = log_starts.changed_at(times.output)
    return (
        _of_files(files, own)
        or journal_settings.kept_back(answers, "MaxLevelStore")
        or log_starts.started_otherwise(log_starts.WAZUH, "", answers)
        or log_starts.later(log_starts.WAZUH, answers, {*files, *changed, _FOLDER}, changed)
        or log_starts.journal_changed(answers)
    )


def _files(output: str) -> dict[str, str] | None:
    """Return the files that grep printed, by name; nothing where a line is none of theirs."""
    found: dict[str, list[str]] = {}
    for line in output.splitlines():
        name, _, text = line.partition(":")
        if name not in (_OWN, _SHARED, _INTERNAL):
            return None
        found.setdefault(name, []).append(text)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _of_files(files: Mapping[str, str], own: frozenset[str]) -> list[str]:
    """Return why the files may not have it collect the whole journal for another machine."""
    internal = [
        line for line in files.get(_INTERNAL, "").splitlines() if not _REMARK.fullmatch(line)
    ]
    if internal:
        return [f"an internal option is set: {internal[0][:60]}"]
    try:
        mine, shared = (_read(files[name]) for name in (_OWN, _SHARED))
    except ValueError as error:
        return [str(error)]
    told = next((one.name for name in _ELSEWHERE for one in shared.all(name)), "")
    if told:
        return [f"its server sets <{told}>"]
    return _journal(mine, shared) or _server(mine, own) or _buffer(mine)


_REMARK = re.compile(r"[ \t]*(?:#.*)?")
_ELSEWHERE = ("client", "client_buffer", "server", "socket")


def _journal(mine: OssecElement, shared: OssecElement) -> list[str]:
    blocks = [block for one in (mine, shared) for block in one.all("localfile")]
    found = [
        block for block in blocks if any(one.text.lower() == "journald" for one in block.below)
    ]
    for block in found:
        if odd := {one.name for one in block.below} - _PLAIN:
            return [f"it collects a part of the journal alone: <{min(odd)}>"]
        told = {one.name: one.text for one in block.below}
        if (told.get("log_format"), told.get("location")) != ("journald", "journald"):
            return ["what it collects of the journal is not understood"]
    if not any(block in found for block in mine.all("localfile")):
        return ["it does not collect the journal; files that it collects prove nothing"]
    return []


def _server(mine: OssecElement, own: frozenset[str]) -> list[str]:
    named = [
        one.text
        for client in mine.all("client")
        for server in client.all("server")
        for one in server.all("address")
    ]
    if named and all(itself.elsewhere(address, own) for address in named):
        return []
    return [f"that its server ({', '.join(named)[:60] or 'none'}) is another machine is not known"]


def _buffer(mine: OssecElement) -> list[str]:
    """Return why its buffer may drop much: one of its limits is below the default, or not a number."""
    for buffer in mine.all("client_buffer"):
        for one in buffer.below:
            least = _LEAST.get(one.name)
            if least and not (re.fullmatch("[0-9]{1,9}", one.text) and int(one.text) >= least):
                return [f"its buffer may drop much: <{one.name}> {one.text[:20]}"]
    return []


_PART = re.compile(
    r"<!--.*?-->|[^<]+"
    r"|<(/?)([A-Za-z_][\w.-]*)(?:\s+[\w.-]+\s*=\s*\"[^\"<]*\")*\s*(/?)>",
    re.DOTALL,
)
_DEPTH = 20


def _read(text: str) -> OssecElement:
    """Return what a configuration says, below an element of no name.

    Raises `ValueError` where it is of another form, or not closed.
    """
    names, texts, below = [""], [""], [list[OssecElement]()]
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None or len(names) > _DEPTH:
            raise ValueError(f"not understood: {text[at : at + 40]!r}")
        at = part.end()
        end, name, alone = part.groups()
        if name is None:
            texts[-1] += "" if part[0].startswith("<!--") else part[0]
            continue
        if not end:
            names, texts, below = [*names, name], [*texts, ""], [*below, []]
        if end or alone:
            if names[-1] != name or len(names) == 1:
                raise ValueError(f"not understood: </{name}>")
            whole = OssecElement(
                name=names.pop(), text=texts.pop().strip(), below=tuple(below.pop())
            )
            below[-1].append(whole)
    if len(names) > 1:
        raise ValueError(f"<{names[-1]}> is not closed")
    return OssecElement(name="", text="", below=tuple(below[0]))
