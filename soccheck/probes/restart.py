"""Whether a Linux machine waits for a restart.

`upkeep.restart_due` is
true   the package manager left its note, `needs-restarting -r` says so, a newer kernel of the running
       one's kind is installed, or what the next start takes is laid out
       (ostree, systemd.offline-updates(7));
false  `needs-restarting -r` says that there is no need; or it is not there, of the kernels installed the
       running one is the newest, whatever their kinds, and neither its files (Debian gives a kernel that it
       builds anew the name of the former) nor those of the C library, systemd and D-Bus, which
       `needs-restarting` looks at, were changed since the start;
and unknown otherwise: where the running kernel is none of those installed, a newer one of another kind is, of
which nobody can tell which the next start takes, or the system is an image or a snapshot, and the next one
is kept elsewhere.
"""

from __future__ import annotations

import re

from soccheck.probes.base import Answers, Ask, Learnt

FACT = "upkeep.restart_due"
_NOTES = (
    *("/run/reboot-required", "/var/run/reboot-required", "/run/reboot-needed"),
    *("/run/ostree/staged-deployment", "/system-update", "/etc/system-update"),
)
"""Where is written that a restart is due."""
_IMAGES = (
    *("/run/ostree-booted", "/usr/sbin/transactional-update"),
    *("/usr/bin/update_engine_client", "/run/mnt/ubuntu-boot"),
)
"""What is on systems that are started from an image or a snapshot: of ostree, SUSE, Flatcar, Ubuntu Core."""
ASKS = (
    Ask(
        name="restart",
        purpose="whether an installed kernel or library waits for a restart",
        script=f"for x in {' '.join((*_NOTES, *_IMAGES))}; "
        "do [ -e $x ] && printf '%s\\n' $x; done; "
        # What headers and removed kernels leave has no list of modules.
        "for x in /lib/modules/*; do [ -e $x/modules.order ] || [ -e $x/modules.builtin ] && "
        "printf '%s\\n' ${x##*/}; done; "
        "k=$(cat /proc/sys/kernel/osrelease); "
        "stat -L -c '%n changed %Z' /boot/vmlinuz-$k /lib/modules/$k/modules.builtin "
        "/lib/libc.so.6 /lib64/libc.so.6 /lib/*-linux-*/libc.so.6 /lib/ld-musl-*.so.1 "
        "/lib/systemd/systemd /usr/lib/systemd/systemd /usr/bin/dbus-daemon /usr/bin/dbus-broker "
        "2>/dev/null; :",
    ),
    Ask(
        name="needs-restarting",
        purpose="whether updates wait for a restart (Red Hat family)",
        argv=("needs-restarting", "-r"),
        slow=True,
    ),
)
_INSTALLED = re.compile(r"(?=.{1,200}\Z)[0-9]+[.-][\w.+~-]*")
_CHANGED = re.compile(r"^(/\S+) changed ([0-9]{1,12})$", re.MULTILINE)
_LIBRARY = re.compile(r"/(?:libc\.so\.6|ld-musl-[^/]*\.so\.1)\Z")
_REQUIRED = re.compile(
    r"^(?:Reboot is required|Core libraries or services have been updated)", re.MULTILINE
)
_NO_NEED = re.compile(r"^Reboot should not be necessary\.$", re.MULTILINE)
_STARTING = 120
"""Seconds after the start in which the first start of an image may still write its own kernel."""

_MACHINE = re.compile(
    r"[.-](?:x86_64|amd64|i[3-6]86|aarch64|arm64|armv[0-9]\w*|ppc64le|s390x|riscv64)"
)
_RELEASE = re.compile(
    r"(?<![a-z])(?:el|fc|amzn|deb|bpo|lp|ol|mga|ubuntu|oe|ky|an|al|tl)[0-9][0-9_.]*(?:sp[0-9]+)?"
)
"""What names the distribution's release in a kernel's name: `.el8_5`; it is no part of its kind."""


def due(answers: Answers, kernel: str, started: int | None, learnt: Learnt) -> None:
    """Read whether a restart is due, `kernel` being the one that runs, since `started` (Unix seconds)."""
    files, tool = answers["restart"], answers["needs-restarting"]
    if not files.said:
        learnt.blame(files, FACT)
        return
    changed = {found[1]: int(found[2]) for found in _CHANGED.finditer(files.output)}
    lines = [line for line in _CHANGED.sub("", files.output).split("\n") if line]
    installed = [line for line in lines if line not in (*_NOTES, *_IMAGES)]
    if any(line in _NOTES for line in lines):
        learnt.say(FACT, True)
    if tool.state == "failed" and tool.exit == 1 and _REQUIRED.search(tool.output):
        learnt.say(FACT, True)  # an error of its own ends with 1 as well, and says none of these
    if odd := [line for line in installed if not _INSTALLED.fullmatch(line)]:
        learnt.fail("unparsed", f"not understood: {odd[0][:80]}", FACT)
    named = [line for line in installed if line not in odd]
    newer = [other for other in named if _version(other) > _version(kernel)]
    if kernel in installed and any(_kind(other) == _kind(kernel) for other in newer):
        learnt.say(FACT, True)
    if image := [line for line in lines if line in _IMAGES]:
        detail = f"the system is an image or a snapshot ({image[0]}): the next one is not seen"
        learnt.fail("unparsed", detail, FACT)
    if tool.state == "ok" and _NO_NEED.search(tool.output) and not _REQUIRED.search(tool.output):
        learnt.say(FACT, False)
    if tool.missing or tool.state == "ok" or tool.output.strip():
        learnt.blame(tool, FACT)  # it is there, and could not tell
    if kernel not in installed:
        detail = f"the running kernel {kernel} is none of those installed"
        learnt.fail("unparsed", detail, FACT)
    elif newer:
        detail = f"the kernel {newer[0]} is newer than the running {kernel}, and of another kind"
        learnt.fail("unparsed", detail, FACT)
    _unchanged(changed, kernel, started, learnt)
    learnt.say(FACT, False)


def _unchanged(changed: dict[str, int], kernel: str, started: int | None, learnt: Learnt) -> None:
    """Take in what was changed since the start, or of what it is not told when it was."""
    for name, at in changed.items():
        if started is not None and at > started + _STARTING:
            learnt.fail("unparsed", f"{name} was changed since the start", FACT)
    if not any(name.endswith(f"-{kernel}") or f"/{kernel}/" in name for name in changed):
        learnt.fail("unparsed", f"when the files of {kernel} were changed is not told", FACT)
    if not any(_LIBRARY.search(name) for name in changed):
        learnt.fail("unparsed", "when the C library was changed is not told", FACT)


def _kind(kernel: str) -> list[str]:
    """Return what parts kernels of one release: `generic`, `cloud`, `rt`, `64k`, `rpi` and `v8`."""
    return _parts(kernel)[1]


def _version(kernel: str) -> tuple[list[int], list[int]]:
    """Return a kernel's numbers, and those of its release, by which equals are parted."""
    release = " ".join(_RELEASE.findall(kernel))
    return _parts(kernel)[0], [int(number) for number in re.findall(r"[0-9]+", release)]


def _parts(kernel: str) -> tuple[list[int], list[str]]:
    """Return the numbers of a kernel's name, and its words; `rc3` comes before what has no such word."""
    numbers: list[int] = []
    words: list[str] = []
    for part in re.split(r"[-+._~]+", _RELEASE.sub(".", _MACHINE.sub(".", kernel))):
        plain = re.fullmatch(r"(r|[a-z]{2,})?([0-9]+)?", part)
        if plain is None or (words and part.isdecimal() and len(part) > 2):
            words.append(part)  # a kind of processor or of pages: `v8`, `64k`, `rpi-2712`
            continue
        if plain[1] == "rc":
            numbers.append(-1)
        elif plain[1] and plain[1] != "r":
            words.append(plain[1])
        if plain[2]:
            numbers.append(int(plain[2]))
    return [*numbers, 0], words
