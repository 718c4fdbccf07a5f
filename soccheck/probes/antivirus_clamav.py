"""Read what ClamAV answers: its daemon, its database, and what its on-access scanner watches.

`antivirus.realtime`  true where clamonacc runs beside a daemon with a dated database, was started with words
    that change nothing of what is watched, and its configuration watches every place where the machine keeps
    what it is given (`antivirus_places` says which), and neither it nor the daemon's leaves out more than
    caches, logs and the scanner's own, anybody but root and the scanner, a kind of program or document, or a
    file below 1 MB; false where it does not run, and the daemon does not scan in its place (before 0.102);
    else unknown.
`antivirus.mode`  normal where that configuration prevents the use of what is found; unknown otherwise.
The other facts are those of every product, see `antivirus_products`.

Sources: clamonacc(8), clamd.conf(5); clamonacc 1.4.6 as it runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath

from soccheck.probes import antivirus_places as places
from soccheck.probes.antivirus_facts import DATED, STATE, signatures
from soccheck.probes.base import Answers, Learnt, Moment, utc

_OWN_USERS = frozenset(("clamav", "clamscan", "clamupdate", "clamilt", "vscan", "root"))
"""Users whose files the scanner leaves out so that it does not scan itself, and the administrator."""

_BESIDE = (
    *("/proc", "/sys", "/dev", "/run", "/var/run", "/var/lock", "/var/log", "/var/cache"),
    *("/var/lib/clamav", "/var/lib/freshclam"),
)
"""What a directory that is watched may leave out: nobody keeps files that others gave them there."""

_WORDS = frozenset(
    (
        *("-v", "--verbose", "-F", "--foreground", "-w", "--wait", "-z", "--allmatch", "--fdpass"),
        *("--stream", "--remove"),
    )
)
_WORDS_OF_TWO = frozenset(("-l", "--log", "-p", "--ping", "--move", "--copy"))
_CONFIG = frozenset(("-c", "--config-file"))
"""Words clamonacc is started with; any other may change what it watches, a shortened one too."""

_OPTIONS = frozenset(
    (
        *("IncludePath", "MountPath", "ExcludePath", "ExcludeUID", "ExcludeUname", "MaxFileSize"),
        *("DisableDDD", "Prevention", "ExcludeRootUID", "ExtraScanning", "MaxThreads"),
        *("CurlTimeout", "RetryAttempts", "DenyOnError"),
    )
)
_SMALL = 1_000_000

_KINDS = ("PE", "ELF", "OLE2", "PDF", "SWF", "HTML", "XMLDOCS", "HWP3", "OneNote", "Image")
"""Kinds of files that the daemon may be told not to look into; archives and mail come out of them in use."""

_SIZES = ("MaxFileSize", "MaxScanSize", "StreamMaxLength")
_LEAST_TIME = {"MaxScanTime": 10_000, "OnAccessCurlTimeout": 1_000}
"""Milliseconds below which files may be given up, and let through; 0 is no limit (clamd.conf(5))."""
_CLAMONACC_SINCE = (0, 102)
"""Before, the daemon itself did what clamonacc does: ClamAV's release notes."""

Settings = Mapping[str, Sequence[str]]


def clamav(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read ClamAV: the daemon must answer, with a dated database, and clamonacc must run.

    NOTE: `clamdscan --version` of a stopped daemon tells of the files on disk, and a daemon that
    loaded nothing but somebody's own database answers `ClamAV 1.4.6` without a date.
    """
    ping, version = answers["clamav-ping"], answers["clamav-version"]
    alive = ping.state == "ok" and "PONG" in ping.output.split("\n")
    if ping.state == "absent":
        alive = "clamd" in running
    elif not alive and ping.state != "failed":
        learnt.blame(ping, *STATE)
    learnt.say("antivirus.running", alive)
    said = re.match(r"ClamAV ([0-9][\w.+~-]*)(?:/([0-9]+)/(.+))?\s*$", version.output)
    if said:
        learnt.say("antivirus.version", said[1])
    built = utc(said[3], "%a %b %d %H:%M:%S %Y") if said and said[3] else None
    of_daemon = alive and version.state == "ok" and said is not None
    if alive and not of_daemon:
        learnt.blame(version, *STATE[1:])
    if of_daemon:
        if said and said[3] and built is None:
            learnt.fail("unparsed", "the day of the database is not understood", *STATE[1:])
        learnt.say("antivirus.signatures_loaded", built is not None)
        signatures(built, when, learnt, "the daemon names no dated database")
    else:
        files = answers["clamav-files"]
        if not files.said:
            learnt.blame(files, *DATED)
        built = _newest_database(files.output)
        # What lies on disk protects nobody while the daemon is not there to use it.
        learnt.say("antivirus.signatures_loaded", False)
        signatures(built, when, learnt, "no dated database on disk")
    if alive and "clamonacc" in running and of_daemon and built is not None:
        _on_access(answers, learnt)
    elif alive and said and _version(said[1]) < _CLAMONACC_SINCE:
        detail = f"the daemon of ClamAV {said[1]} may itself scan what is used, and was not asked"
        learnt.fail("unparsed", detail, "antivirus.realtime")
    else:
        learnt.say("antivirus.realtime", False)


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"[0-9]+", text)[:2]))


def _on_access(answers: Answers, learnt: Learnt) -> None:
    """Read what the running clamonacc watches, and whether it prevents the use of what it finds."""
    config, command, kept = (answers[f"clamav-{name}"] for name in ("config", "command", "places"))
    for answer in (config, command, kept):
        if not answer.said:
            learnt.blame(answer, "antivirus.realtime", "antivirus.mode")
            return
    try:
        files = _files(config.output)
        settings = _settings(files, "clamonacc", command.output)
        _refuse_left_out(_settings(files, "clamd", command.output))
        watched = _watched(settings)
        excludes = [PurePosixPath(path) for path in settings.get("OnAccessExcludePath", ())]
        _refuse_gaps(settings, [*watched.mounts, *watched.includes])
        inner = answers["clamav-subvolumes"]
        told = places.read(kept.output, inner.output if inner.state == "ok" else None)
        places.refuse_unwatched(told, watched, excludes)
    except ValueError as error:
        learnt.fail("unparsed", str(error), "antivirus.realtime", "antivirus.mode")
        return
    learnt.say("antivirus.realtime", True)
    prevention = {value.lower() for value in settings.get("OnAccessPrevention", ())}
    # With a mount path it never prevents: clamonacc 1.4.6 says "blocking feature disabled" then.
    if prevention and prevention <= {"yes", "true", "1"} and "OnAccessMountPath" not in settings:
        learnt.say("antivirus.mode", "normal")
    else:
        detail = "without OnAccessPrevention, or with OnAccessMountPath, clamonacc may only report"
        learnt.fail("unparsed", detail, "antivirus.mode")


_COMMENT = re.compile(r"(?:/[^:]*:)?[ \t]*#")
_SETTING = re.compile(r"(?:(/[^:]*):)?[ \t]*(\w+)(?:[ \t]+\"?(\S.*?)\"?)?[ \t]*")


def _files(config: str) -> dict[str, dict[str, list[str]]]:
    """Return the settings of each file; raises `ValueError` for a line of another form."""
    files: dict[str, dict[str, list[str]]] = {}
    for line in config.splitlines():
        if _COMMENT.match(line):
            continue
        match = _SETTING.fullmatch(line)
        if match is None:
            raise ValueError(f"not understood: {line[:80]}")
        file, name, value = match.groups(default="")
        files.setdefault(file, {}).setdefault(name, []).append(value)
    return files


def _settings(files: Mapping[str, Settings], program: str, command: str) -> Settings:
    """Return the settings a program was started with; raises `ValueError` where they are not known."""
    named = _config_named(program, command)
    if named:
        if named not in files:
            raise ValueError(f"{program} was started with {named}, which tells nothing of it")
        return files[named]
    if len(files) != 1:
        raise ValueError(f"which configuration {program} was started with is not told")
    return next(iter(files.values()))


def _config_named(program: str, command: str) -> str:
    """Return the configuration named at the start, or nothing; raises `ValueError` for words not known."""
    lines = [line.split()[1:] for line in command.splitlines()]
    started = [words for words in lines if words and PurePosixPath(words[0]).name == program]
    if len(started) != 1:
        raise ValueError(f"how {program} was started is not told")
    words, named = iter(started[0][1:]), list[str]()
    for word in words:
        name, equals, value = word.partition("=")
        if name in _CONFIG or (name in _WORDS_OF_TWO and program != "clamd"):
            value = value if equals else next(words, "")
            named += [value] if name in _CONFIG else []
        elif (name if program == "clamd" else word) not in _WORDS:
            raise ValueError(f"{program} was started with {word}, which may change what it watches")
    if len(named) > 1 or "" in named:
        raise ValueError(f"which configuration {program} was started with is not told")
    return "".join(named)


def _refuse_left_out(settings: Settings) -> None:
    """Raise `ValueError` where the daemon leaves out of every scan what clamonacc brings it."""
    for path in settings.get("ExcludePath", ()):
        plain = _PREFIX.fullmatch(path)
        if plain is None or not _is_beside(PurePosixPath(plain[1])):
            raise ValueError(f"clamd leaves out {path}")
    for name in _SIZES:
        for size in settings.get(name, ()):
            if _size(size) < _SMALL:
                raise ValueError(f"clamd leaves out files above {size}")
    _refuse_brief(settings)
    for kind in _KINDS:
        if not {"yes", "true", "1"}.issuperset(v.lower() for v in settings.get(f"Scan{kind}", ())):
            raise ValueError(f"clamd does not look into files of the kind {kind}")


_PREFIX = re.compile(r"\^(/[\w./-]*)/")
"""A pattern for all that is below one directory: `^/proc/`."""


def _watched(settings: Settings) -> places.Watched:
    """Return what is watched: with a mount path, no include path is; without DDD, no directory below one."""
    for name in settings:
        if name.startswith("OnAccess") and name.removeprefix("OnAccess") not in _OPTIONS:
            raise ValueError(f"not understood: {name}")
    mounts = settings.get("OnAccessMountPath", ())
    # With the root as its path clamonacc says "Not watching path '/' while DDD is enabled".
    includes = [
        path for path in settings.get("OnAccessIncludePath", ()) if path != "/" and not mounts
    ]
    if not {"no", "false", "0"}.issuperset(
        v.lower() for v in settings.get("OnAccessDisableDDD", ())
    ):
        includes = []
    found = [PurePosixPath(path) for path in (*mounts, *includes)]
    if not found or any(not path.is_absolute() or ".." in path.parts for path in found):
        raise ValueError(f"clamonacc watches {', '.join(map(str, found)) or 'nothing'}")
    return places.Watched(mounts=found if mounts else (), includes=() if mounts else found)


def _refuse_gaps(settings: Settings, watched: Sequence[PurePosixPath]) -> None:
    """Raise `ValueError` where what is watched may leave out what matters."""
    for path in map(PurePosixPath, settings.get("OnAccessExcludePath", ())):
        apart = path.is_absolute() and ".." not in path.parts
        near = any(path.is_relative_to(one) or one.is_relative_to(path) for one in watched)
        if not apart or (near and not _is_beside(path)):
            raise ValueError(f"clamonacc leaves out {path}")
    users = [name for name in settings.get("OnAccessExcludeUname", ()) if name not in _OWN_USERS]
    users += [uid for uid in settings.get("OnAccessExcludeUID", ()) if uid != "0"]
    if users:
        raise ValueError(f"clamonacc leaves out what is done by {', '.join(users)}")
    _refuse_brief(settings)
    for size in settings.get("OnAccessMaxFileSize", ()):
        if _size(size) < _SMALL:
            raise ValueError(f"clamonacc leaves out files above {size}")


def _refuse_brief(settings: Settings) -> None:
    """Raise `ValueError` where files are given up before they can be looked through."""
    for name, least in _LEAST_TIME.items():
        for text in settings.get(name, ()):
            if text != "0" and not (re.fullmatch("[0-9]{1,9}", text) and int(text) >= least):
                raise ValueError(f"{name} {text} gives up what takes longer")


def _is_beside(path: PurePosixPath) -> bool:
    """Return whether a path is known to hold nothing that others gave: caches, logs, the scanner's own."""
    return ".cache" in path.parts or any(path.is_relative_to(one) for one in _BESIDE)


def _size(text: str) -> int:
    """Return a size in bytes; 0 says that there is no limit (clamd.conf(5)), and is a large one."""
    match = re.fullmatch(r"([0-9]{1,12})([KkMmGg]?)", text)
    if match is None:
        return 0
    number = int(match[1]) * {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}[match[2].lower()]
    return number or _SMALL


_HEADER = re.compile(
    r"^ClamAV-VDB:([0-9]{1,2} \w{3} [0-9]{4} [0-9]{2}-[0-9]{2} [+-][0-9]{4}):", re.MULTILINE
)


def _newest_database(text: str) -> datetime | None:
    """Return when the daily database was built, by the headers of its files; main's is years old."""
    dates = [utc(one, "%d %b %Y %H-%M %z") for one in _HEADER.findall(text)]
    return max((date for date in dates if date), default=None)
