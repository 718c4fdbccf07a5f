"""Where a Linux machine keeps what persons and services give it, and whether clamonacc watches all of it.

`antivirus.realtime` of ClamAV asks that every such place is watched, and that one is not empty. Places are
directories that are not empty right below the root, `/mnt` and `/var`, but for those that the Filesystem
Hierarchy Standard 3.0 gives to the system itself (`/usr`, `/root`, `/tmp`, `/var/lib`, ...), and mounts
outside these of a file system that keeps files. A mount path watches the one mount it lies on, and with one
no include path is watched at all; an include path watches what lies below it on its own device, nothing where
it is a link, and nothing where a directory with directories below it is of another device and not left out.
That is what is mounted there, and what no mount shows: a subvolume of btrfs, which root can list for the
file system of `/`, a share that the server puts together. What lies on another file system that may hold such
is therefore not known to be watched.

Sources: clamd.conf(5); clamonacc's hash.c, which walks by FTS_XDEV; clamonacc 1.4.3 and 1.4.6 as they run,
on ext4, tmpfs, and btrfs with subvolumes inside and mounted, bound and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath as Path
from typing import NamedTuple

from soccheck.probes import btrfs

_SYSTEM = frozenset(
    (
        *("bin", "boot", "dev", "efi", "etc", "lib", "lib32", "lib64", "libx32", "lost+found"),
        *("media", "mnt", "proc", "root", "run", "sbin", "snap", "sys", "tmp", "usr", "var"),
    )
)
_SYSTEM_VAR = frozenset(
    (
        *("account", "adm", "backups", "cache", "crash", "db", "empty", "games", "kerberos", "lib"),
        *("local", "lock", "log", "lost+found", "mail", "nis", "ossec", "preserve", "run", "snap"),
        *("spool", "tmp", "yp"),
    )
)
"""Names that hold the system's own; those of Debian, Red Hat and Wazuh's agent among them."""

_NO_FILES = frozenset(
    (
        *("binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs"),
        *("efivarfs", "fusectl", "fuse.lxcfs", "hugetlbfs", "mqueue", "nsfs", "overlay", "proc"),
        *("pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "squashfs", "sysfs"),
        *("tmpfs", "tracefs"),
    )
)
"""File systems of the kernel's, of memory, packages and containers, which keep nothing that was given."""

_OF_ONE_DEVICE = frozenset(
    (
        *(
            "ext2",
            "ext3",
            "ext4",
            "xfs",
            "jfs",
            "f2fs",
            "reiserfs",
            "vfat",
            "exfat",
            "ntfs3",
            "udf",
        ),
        *("zfs", "gfs2", "ocfs2", "tmpfs", "overlay"),
    )
)
"""File systems all of whose directories are of the device that the mount tells."""

_MOUNT = re.compile(
    r"[0-9]+ [0-9]+ (?P<device>[0-9]+:[0-9]+) (?P<root>\S+) (?P<at>/\S*) \S+(?: \S+)* "
    r"- (?P<type>\S+) (?P<source>\S+) (?P<options>\S+)"
)
_SUBVOLUME = re.compile(r".*,subvolid=(?P<id>[0-9]+),subvol=(?P<path>/\S*)")
"""How btrfs ends its options of a mount: btrfs(5)."""
_DIRECTORY = re.compile(r"(?P<state>filled|empty|closed) (?P<at>/[^/].*?)(?:/(?P<to>/.+))?")
"""A directory and how it is; behind a link, where that leads to."""


class Mount(NamedTuple):
    """Represents a mount as the kernel tells it: proc_pid_mountinfo(5)."""

    device: str
    root: str
    type: str
    source: str
    options: str

    @property
    def subvolume(self) -> int | None:
        """Return the id of the subvolume of btrfs that is mounted here, where all of it is."""
        match = _SUBVOLUME.fullmatch(self.options)
        return int(match["id"]) if match is not None and match["path"] == self.root else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Represents mounts by where they are; directories and how they are; links.

    `subvolumes` is what a list of those of the file system of `/` says, where it was had.
    """

    mounts: Mapping[Path, Mount]
    directories: Mapping[Path, str]
    links: Mapping[Path, Path]
    subvolumes: str | None = None

    def mount_of(self, path: Path) -> Path:
        """Return the mount that a path lies on."""
        path = self.links.get(path, path)
        return next(one for one in (path, *path.parents) if one in self.mounts)

    def given(self) -> Iterator[Path]:
        """Yield the places that hold what was given to the machine, or may hold it."""
        for path, state in self.directories.items():
            if state != "empty" and not _of_system(path):
                yield self.links.get(path, path)
        for path, mount in self.mounts.items():
            empty = self.directories.get(path) == "empty"
            if mount.type not in _NO_FILES and not empty and not _below_system(path):
                yield path

    def unmounted(self, at: Path) -> Iterator[Path]:
        """Yield where subvolumes lie on a mount; raises `ValueError` where that is not known."""
        mount, root = self.mounts[at], self.mounts[Path("/")]
        asked = root.subvolume if root.type == "btrfs" else None
        if self.subvolumes is None or asked is None or mount.subvolume is None:
            raise ValueError(f"which subvolumes lie below {at} is not told")
        if mount.source != root.source:
            raise ValueError(f"of {mount.source}, mounted at {at}, no subvolumes are told")
        yield from btrfs.read(self.subvolumes, asked).below(mount.subvolume, at)


def read(output: str, subvolumes: str | None = None) -> Places:
    """Return what a machine answers of its mounts and directories; raises `ValueError` for another form."""
    mounts: dict[Path, Mount] = {}
    directories: dict[Path, str] = {}
    links: dict[Path, Path] = {}
    *lines, end = output.splitlines() or [""]
    for line in lines:
        if mount := _MOUNT.fullmatch(line):
            at = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), mount["at"])
            told = (mount[name] for name in Mount._fields)
            mounts[Path(at)] = Mount(*told)
        elif directory := _DIRECTORY.fullmatch(line):
            directories[Path(directory["at"])] = directory["state"]
            if directory["to"]:
                links[Path(directory["at"])] = Path(directory["to"])
        else:
            raise ValueError(f"not understood: {line[:80]}")
    whole = {Path("/usr"), Path("/var")} <= directories.keys() and Path("/") in mounts
    if end != "end" or not whole:
        raise ValueError("where the machine keeps files is not told")
    return Places(mounts=mounts, directories=directories, links=links, subvolumes=subvolumes)


def _of_system(path: Path) -> bool:
    """Return whether a directory right below the root or `/var` is the system's own."""
    return path.name in {Path("/"): _SYSTEM, Path("/var"): _SYSTEM_VAR}.get(path.parent, ())


def _below_system(path: Path) -> bool:
    """Return whether a mount is the system's own: other disks come below `/mnt`, `/media`, `/var/lib`."""
    _, *names = path.parts
    if not names:
        return True
    if names[0] == "var":
        own = len(names) == 1 or names[1] in _SYSTEM_VAR
        return own and (len(names) <= 2 or names[1] not in ("lib", "spool", "mail", "local"))
    return names[0] in _SYSTEM - {"mnt", "media"} or names in (["mnt"], ["media"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Represents what clamonacc is told to watch: the mounts that paths lie on, or directories."""

    mounts: Sequence[Path]
    includes: Sequence[Path]


def refuse_unwatched(places: Places, watched: Watched, excludes: Sequence[Path]) -> None:
    """Raise `ValueError` where a place is not watched, or nothing is in those that are."""
    given = [*places.given()]
    for path in watched.includes:
        _refuse_broken(places, path, excludes)
    mounts = {places.mount_of(path) for path in watched.mounts}
    left = [
        one
        for one in given
        if places.mount_of(one) not in mounts and not any(map(one.is_relative_to, watched.includes))
    ]
    if left:
        raise ValueError(f"clamonacc does not watch {', '.join(sorted(map(str, left)))}"[:300])
    if not given and Path("/") not in mounts and Path("/var") not in watched.includes:
        raise ValueError("there is nothing in what clamonacc watches")


def _refuse_broken(places: Places, path: Path, excludes: Sequence[Path]) -> None:
    """Raise `ValueError` where an include path is one of which clamonacc may watch nothing."""
    if path in places.links:
        raise ValueError(f"{path} is a link, and clamonacc does not follow it")
    at = places.mount_of(path)
    device, kind = places.mounts[at].device, places.mounts[at].type
    # The kernel tells one device for all mounts of btrfs, where each subvolume is one.
    others = {o for o, mount in places.mounts.items() if kind == "btrfs" or mount.device != device}
    if kind == "btrfs":
        others.update(places.unmounted(at))
    elif kind not in _OF_ONE_DEVICE:
        raise ValueError(f"{path} lies on {kind}: of another device below it nothing is told")
    for other in others:
        below = other != path and other.is_relative_to(path)
        if below and not any(map(other.is_relative_to, excludes)):
            raise ValueError(f"{other} is mounted below {path}, of which clamonacc watches nothing")
