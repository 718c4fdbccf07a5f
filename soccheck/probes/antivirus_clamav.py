"""Read what ClamAV answers: its daemon, its database, and what its on-access scanner watches.

`antivirus.realtime`  true where clamonacc runs beside a daemon with a dated database, was started with words
    that change nothing of what is watched, and its configuration watches every place where the machine keeps
    what it is given (`antivirus_places` says which), leaving out caches, logs and the scanner's own alone,
    nobody but root and the scanner, and no file below 1 MB; false where it does not run; else unknown.
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

Settings = Mapping[str, Sequence[str]]


def clamav(answers: Answers, running: set[str], when: Moment, learnt: Learnt) -> None:
    """Read ClamAV: the daemon must answer, with a dated database, and clamonacc must run.

    NOTE: `clamdscan --version` of a stopped daemon tells of the files on disk, and a daemon that
    loaded nothing but somebody's own database answers `ClamAV 1.4.6` without a date.
    """
    ping, version = answers["clamav-ping"], answers["clamav-version"]
    alive = ping.state == "ok" and "PONG" in ping.output
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
    else:
        learnt.say("antivirus.realtime", False)


def _on_access(answers: Answers, learnt: Learnt) -> None:
    """Read what the running clamonacc watches, and whether it prevents the use of what it finds."""
    config, command, kept = (answers[f"clamav-{name}"] for name in ("config", "command", "places"))
    for answer in (config, command, kept):
        if not answer.said:
            learnt.blame(answer, "antivirus.realtime", "antivirus.mode")
            return
    try:
        settings = _settings(config.output, command.output)
        watched = _watched(settings)
        excludes = [PurePosixPath(path) for path in settings.get("ExcludePath", ())]
        _refuse_gaps(settings, [*watched.mounts, *watched.includes])
        places.refuse_unwatched(places.read(kept.output), watched, excludes)
    except ValueError as error:
        learnt.fail("unparsed", str(error), "antivirus.realtime", "antivirus.mode")
        return
    learnt.say("antivirus.realtime", True)
    prevention = {value.lower() for value in settings.get("Prevention", ())}
    # With a mount path it never prevents: clamonacc 1.4.6 says "blocking feature disabled" then.
    if prevention and prevention <= {"yes", "true", "1"} and "MountPath" not in settings:
        learnt.say("antivirus.mode", "normal")
    else:
        detail = "without OnAccessPrevention, or with OnAccessMountPath, clamonacc may only report"
        learnt.fail("unparsed", detail, "antivirus.mode")


_COMMENT = re.compile(r"(?:/[^:]*:)?[ \t]*#")
_SETTING = re.compile(r"(?:(/[^:]*):)?[ \t]*OnAccess(\w+)[ \t]+\"?(\S.*?)\"?[ \t]*")


def _settings(config: str, command: str) -> Settings:
    """Return the settings clamonacc was started with; raises `ValueError` where they are not known."""
    named = _config_named(command)
    files: dict[str, dict[str, list[str]]] = {}
    for line in config.splitlines():
        if _COMMENT.match(line):
            continue
        match = _SETTING.fullmatch(line)
        if match is None:
            raise ValueError(f"not understood: {line[:80]}")
        file, name, value = match.groups(default="")
        files.setdefault(file, {}).setdefault(name, []).append(value)
    if named:
        if named not in files:
            raise ValueError(f"clamonacc was started with {named}, which tells nothing of it")
        return files[named]
    if len(files) != 1:
        raise ValueError("which configuration clamonacc was started with is not told")
    return next(iter(files.values()))


def _config_named(command: str) -> str:
    """Return the configuration named at the start, or nothing; raises `ValueError` for words not known."""
    started = [line.split()[1:] for line in command.splitlines() if "clamonacc" in line]
    if len(started) != 1:
        raise ValueError("how clamonacc was started is not told")
    words, named = iter(started[0][1:]), list[str]()
    for word in words:
        name, equals, value = word.partition("=")
        if name in _WORDS_OF_TWO | _CONFIG:
            value = value if equals else next(words, "")
            named += [value] if name in _CONFIG else []
        elif word not in _WORDS:
            raise ValueError(f"clamonacc was started with {word}, which may change what it watches")
    if len(named) > 1 or "" in named:
        raise ValueError("which configuration clamonacc was started with is not told")
    return "".join(named)


def _watched(settings: Settings) -> places.Watched:
    """Return what is watched: with a mount path, no include path is; without DDD, no directory below one."""
    for name in settings.keys() - _OPTIONS:
        raise ValueError(f"not understood: OnAccess{name}")
    mounts = settings.get("MountPath", ())
    # With the root as its path clamonacc says "Not watching path '/' while DDD is enabled".
    includes = [path for path in settings.get("IncludePath", ()) if path != "/" and not mounts]
    if not {"no", "false", "0"}.issuperset(v.lower() for v in settings.get("DisableDDD", ())):
        includes = []
    found = [PurePosixPath(path) for path in (*mounts, *includes)]
    if not found or any(not path.is_absolute() or ".." in path.parts for path in found):
        raise ValueError(f"clamonacc watches {', '.join(map(str, found)) or 'nothing'}")
    return places.Watched(mounts=found if mounts else (), includes=() if mounts else found)


def _refuse_gaps(settings: Settings, watched: Sequence[PurePosixPath]) -> None:
    """Raise `ValueError` where what is watched may leave out what matters."""
    for path in map(PurePosixPath, settings.get("ExcludePath", ())):
        apart = path.is_absolute() and ".." not in path.parts
        near = any(path.is_relative_to(one) or one.is_relative_to(path) for one in watched)
        if not apart or (near and not _is_beside(path)):
            raise ValueError(f"clamonacc leaves out {path}")
    users = [name for name in settings.get("ExcludeUname", ()) if name not in _OWN_USERS]
    users += [uid for uid in settings.get("ExcludeUID", ()) if uid != "0"]
    if users:
        raise ValueError(f"clamonacc leaves out what is done by {', '.join(users)}")
    for size in settings.get("MaxFileSize", ()):
        if _size(size) < _SMALL:
            raise ValueError(f"clamonacc leaves out files above {size}")


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
