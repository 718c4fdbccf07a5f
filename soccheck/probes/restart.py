"""Whether a Linux machine waits for a restart.

`upkeep.restart_due` is
true   the package manager left its note, `needs-restarting -r` says so, or a newer kernel of the running
       one's kind is installed;
false  `needs-restarting -r` says that there is no need, or it is not there and of the kernels installed the
       running one is the newest, whatever their kinds;
and unknown otherwise: where the running kernel is none of those installed, a newer one of another kind is, of
which nobody can tell which the next start takes, or its files were changed since it started: Debian gives a
kernel that it builds anew the name of the former.
"""

from __future__ import annotations

import re

from soccheck.probes.base import Answers, Ask, Learnt

FACT = "upkeep.restart_due"
ASKS = (
    Ask(
        name="restart",
        purpose="whether an installed kernel or library waits for a restart",
        script="for x in /run/reboot-required /var/run/reboot-required /run/reboot-needed; "
        "do [ -e $x ] && printf '%s\\n' $x; done; "
        # What headers and removed kernels leave has no list of modules.
        "for x in /lib/modules/*; do [ -e $x/modules.order ] || [ -e $x/modules.builtin ] && "
        "printf '%s\\n' ${x##*/}; done; "
        "k=$(cat /proc/sys/kernel/osrelease); "
        "stat -c '%n changed %Z' /boot/vmlinuz-$k /lib/modules/$k/modules.builtin 2>/dev/null; :",
    ),
    Ask(
        name="needs-restarting",
        purpose="whether updates wait for a restart (Red Hat family)",
        argv=("needs-restarting", "-r"),
        slow=True,
    ),
)
_NOTES = ("/run/reboot-required", "/var/run/reboot-required", "/run/reboot-needed")
_INSTALLED = re.compile(r"[0-9]+[.-][\w.+~-]*")
_CHANGED = re.compile(r"^/\S+ changed ([0-9]{1,12})$", re.MULTILINE)
_STARTING = 120
"""Seconds after the start in which the first start of an image may still write its own kernel."""

_MACHINE = re.compile(
    r"[.-](?:x86_64|amd64|i[3-6]86|aarch64|arm64|armv[0-9]\w*|ppc64le|s390x|riscv64)"
)
_RELEASE = re.compile(r"\.?(?:el|fc|amzn|deb|bpo|lp|ol|mga|ubuntu)[0-9][0-9_.]*")
"""What names the distribution's release in a kernel's name: `.el8_5`; it is no part of its kind."""


def due(answers: Answers, kernel: str, started: int | None, learnt: Learnt) -> None:
    """Read whether a restart is due, `kernel` being the one that runs, since `started` (Unix seconds)."""
    files, tool = answers["restart"], answers["needs-restarting"]
    if not files.said:
        learnt.blame(files, FACT)
        return
    changed = [int(found[1]) for found in _CHANGED.finditer(files.output)]
    lines = _CHANGED.sub("", files.output).split("\n")
    if any(line in _NOTES for line in lines):
        learnt.say(FACT, True)
    odd = [line for line in lines if line and line not in _NOTES and not _INSTALLED.fullmatch(line)]
    if (
        tool.state == "failed"
        and tool.exit == 1
        and re.search(
            r"Reboot is required|ore libraries or services have been updated:?$", tool.output, re.M
        )
    ):
        learnt.say(FACT, True)  # an error of its own ends with 1 as well, and says none of these
    if odd:
        learnt.fail("unparsed", f"not understood: {odd[0][:80]}", FACT)
    installed = [line for line in lines if line and line not in _NOTES]
    newer = [other for other in installed if _version(other) > _version(kernel)]
    if kernel in installed and any(_kind(other) == _kind(kernel) for other in newer):
        learnt.say(FACT, True)
    if tool.state == "ok" and "should not be necessary" in tool.output:
        learnt.say(FACT, False)
    if tool.missing or tool.state == "ok" or tool.output.strip():
        learnt.blame(tool, FACT)  # it is there, and could not tell
    if started is not None and any(at > started + _STARTING for at in changed):
        learnt.fail("unparsed", f"the files of {kernel} were changed since it started", FACT)
    if kernel not in installed:
        detail = f"the running kernel {kernel} is none of those installed"
        learnt.fail("unparsed", detail, FACT)
    elif newer:
        detail = f"the kernel {newer[0]} is newer than the running {kernel}, and of another kind"
        learnt.fail("unparsed", detail, FACT)
    elif not changed:
        detail = f"when the files of {kernel} were changed is not told"
        learnt.fail("unparsed", detail, FACT)
    learnt.say(FACT, False)


def _kind(kernel: str) -> tuple[str, ...]:
    """Return what parts kernels of one release: `generic`, `cloud`, `rt`, `debug`."""
    return tuple(re.findall(r"[a-z]{2,}", _RELEASE.sub("", _MACHINE.sub("", kernel))))


def _version(kernel: str) -> tuple[list[int], list[int]]:
    """Return a kernel's numbers, and those of its release, by which equals are parted."""
    plain = _MACHINE.sub("", kernel)
    release = "".join(_RELEASE.findall(plain))
    return _numbers(_RELEASE.sub("", plain)), _numbers(release)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", text)]
