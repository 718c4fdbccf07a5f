"""Whether Linux starts what removable media bring.

`antivirus.autorun_off`  true where nothing is there that could: no desktop and no display server (a desktop's
    user decides what it starts), no program that mounts by itself, and of the rules and units that start
    something when a device comes only those that packages bring and that start nothing from a medium. They
    are listed by `KNOWN`; another one leaves it unknown, with its file, as does a machine without udevd,
    whose ways nobody asks for. It is never false: that something may be started does not say that it is.

Sources: udev(7), RUN and the folders of rules; systemd.device(5), SYSTEMD_WANTS and `*.device.wants`;
systemd.unit(5); the Desktop Entry's folders of sessions; Autostart of Applications After Mount
(freedesktop.org); the rules of all packages of Debian 12 below 6 MB, read one by one; those of the Red Hat
family and SUSE by their names, from general knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from soccheck.probes.base import Answer, Ask, Learnt

FACT = "antivirus.autorun_off"
_SESSIONS = (
    "/usr/share/xsessions",
    "/usr/share/wayland-sessions",
    "/usr/local/share/xsessions",
    "/usr/local/share/wayland-sessions",
)
_PROGRAMS = (
    *(
        f"{folder}/{name}"
        for folder in ("/usr/bin", "/usr/local/bin")
        for name in (
            *("X", "Xorg", "Xwayland", "startx", "weston", "sway", "labwc", "cage", "gnome-shell"),
            *("udiskie", "udevil", "devmon", "ldm", "usbmount", "pcmanfm"),
        )
    ),
    *("/etc/usbmount", "/usr/share/usbmount"),
)
_STARTERS = frozenset(
    (
        *(
            "X",
            "Xorg",
            "Xwayland",
            "weston",
            "sway",
            "labwc",
            "cage",
            "gnome-shell",
            "kwin_wayland",
        ),
        *("kwin_x11", "plasmashell", "xfdesktop", "nautilus", "pcmanfm", "gvfs-udisks2-vo"),
        *("udiskie", "udevil", "devmon", "ldm", "mdev"),
    )
)
"""Programs that start what a medium brings, or whose user decides, as the kernel cuts their names."""
_UDEV = frozenset({"systemd-udevd", "udevd"})
_OURS = ("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d")
"""Folders of rules that no package fills."""
_THEIRS = ("/usr/lib/udev/rules.d", "/lib/udev/rules.d")
"""Folders of packages' rules; on most distributions the second is the first."""
_UNITS = ("/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system")

_READ = """
05-driverctl 20-usbauth 39-usbmuxd 40-usb_modeswitch 50-udev-default 60-aoe
60-bridge-network-interface 60-cdrom_id 60-hyperv-daemons 60-ifplugd 60-kpartx 60-mdevctl
60-multipath 60-nfs 60-pcmcia 60-qemu-guest-agent 60-rdma-ndd 60-srp_daemon 63-md-raid-arrays
64-btrfs 64-md-raid-assembly 68-del-part-nodes 69-bcache 69-lvm 69-md-clustered-confirm-device
70-iscsi-network-interface 70-nvmf-autoconnect 70-open-iscsi 70-printers 70-spice-vdagentd
70-spice-webdavd 71-seat 80-ifupdown 80-pktsetup 82-gfs2-withdraw 85-hdparm 85-hwclock
90-alsa-restore 90-bolt 90-console-setup 90-daxctl-device 90-iwpmd 90-rdma-ulp-modules
90-udisks2-zram 92-libccid 95-dm-notify 97-dmraid 97-hid2hci 99-azure-product-uuid 99-systemd
99-vpc-policy-routes
"""
"""Rules of Debian's packages, read: they join, name and tune devices, and start agents of the machine."""
_BY_NAME = """
40-redhat 65-md-incremental 69-dm-lvm 69-dm-lvm-metad 70-nvmf-keepalive 80-hotplug-cpu-mem
81-kvm-rhel 90-vconsole 91-drm-modeset 98-kexec 99-qemu-guest-agent 99-vmware-scsi-udev
"""
"""Those of Red Hat's family and SUSE, from general knowledge: the same, kdump, memory that is added."""
KNOWN = frozenset(f"{name}.rules" for name in f"{_READ} {_BY_NAME}".split())
"""Rules of packages that start something when a device comes, and nothing that stands on it."""

_NO_FILES = re.compile(
    r"dev-virtio\\x2dports-|sys-subsystem-(?:net|bluetooth)-|sys-devices-virtual-misc-"
)
"""Units of devices that hold no files: agents of a virtual machine, network cards."""
_TOKEN = re.compile(r'\s*([A-Z_]+(?:\{[^}]*\})?)\s*([=!+:-]=|=)\s*[ei]?"((?:[^"\\]|\\.)*)"\s*,?')
_STARTS = re.compile(
    r"RUN(?:\{program\})?|PROGRAM|IMPORT\{program\}|ENV\{(?:SYSTEMD_(?:USER_)?WANTS|REMOVE_CMD)\}"
)
_APART = frozenset(
    ("net", "cpu", "memory", "tty", "rtc", "drm", "input", "infiniband", "sound", "graphics")
)
"""Subsystems whose devices hold no files."""


def _script() -> str:
    """Return shell text that prints what could start something, each behind what it is, and `end`.

    Lines of rules stand behind their file, and packages' rules that start something are files alone.
    """
    ties = [
        f"{folder}/*.{kind}.{tie}"
        for folder in _UNITS
        for kind in ("device", "mount", "automount")
        for tie in ("wants", "requires", "upholds")
    ]
    there = " ".join([*(f"{folder}/*" for folder in _SESSIONS), *_PROGRAMS])
    wants = " ".join(f"{folder}/*" for folder in ties)
    paths = " ".join(f"{folder}/*.path" for folder in _UNITS)
    ours, theirs = (
        " ".join(f"{folder}/*.rules" for folder in folders) for folders in (_OURS, _THEIRS)
    )
    folders = " ".join((*_SESSIONS, *_OURS, *_THEIRS, *_UNITS, *ties))
    return (
        # What stands in a folder that may not be searched looks as if it were not there.
        f'for x in {folders}; do d=$x; while ! [ -d "$d" ] && [ -n "$d" ]; do d=${{d%/*}}; done; '
        '[ -z "$d" ] || [ -r "$d" -a -x "$d" ] || echo "closed $d"; done\n'
        f'for x in {there}; do ! [ -e "$x" ] || echo "there $x"; done\n'
        f'for x in {wants}; do ! [ -e "$x" ] && ! [ -L "$x" ] || echo "unit $x"; done\n'
        f'for x in {paths}; do ! [ -f "$x" ] || [ -L "$x" ] || echo "unit $x"; done\n'
        f'for x in {ours} {theirs}; do ! [ -e "$x" ] || [ -r "$x" ] || echo "closed $x"; done\n'
        f"grep -HsE '(RUN|PROGRAM|IMPORT|WANTS|REMOVE_CMD)' {ours}\n"
        f"grep -lsE '^[^#]*(RUN(\\{{program\\}})?[+:]?=|WANTS)' {theirs}\n"
        "echo end"
    )


AUTORUN = Ask(
    name="autorun",
    purpose="what could start something when a medium is plugged in: desktops, rules of udev, units",
    script=_script(),
)


def autorun(answer: Answer, running: Collection[str], learnt: Learnt) -> None:
    """Read what could start something when a medium is plugged in; `running` are the programs that do."""
    if not answer.said:
        learnt.blame(answer, FACT)
        return
    lines = answer.output.split("\n")
    if lines[-2:] != ["end", ""]:
        learnt.fail("unparsed", "the answer breaks off", FACT)
    for why in _doubts(lines[:-2], running):
        learnt.fail("unparsed", why, FACT)
    learnt.say(FACT, True)


def _doubts(lines: list[str], running: Collection[str]) -> Iterator[str]:
    """Yield why something that is plugged in may be started."""
    if not _UDEV & set(running):
        yield "udevd does not run: what else starts something for a device is not asked"
    for name in sorted(_STARTERS & set(running)):
        yield f"{name} runs, and may start what is plugged in"
    for line in lines:
        kind, _, rest = line.partition(" ")
        if kind == "there":
            yield f"{rest} is there: its user decides what is started"
        elif kind == "closed":
            yield f"{rest} may not be read"
        elif kind == "unit" and not _NO_FILES.match(PurePosixPath(rest).parent.name):
            yield f"{rest} may start something for a device"
        elif line.startswith(_OURS) and not _is_apart(line.partition(":")[2]):
            yield f"{line.partition(':')[0]} starts something for a device, which is not read"
        elif line.startswith(_THEIRS) and line.rpartition("/")[2] not in KNOWN:
            yield f"{line} starts something for a device, which is not known"
        elif kind != "unit" and not line.startswith((*_OURS, *_THEIRS)):
            yield f"not understood: {line[:80]}"


def _is_apart(rule: str) -> bool:
    """Return whether a line of a rule is a comment, starts nothing, or is for no device that holds files."""
    rule = rule.strip()
    if not rule or rule.startswith("#"):
        return bool(rule)  # without one, the file matches and is no text
    of: set[str] = set()
    starts, at = False, 0
    while at < len(rule):
        token = _TOKEN.match(rule, at)
        if token is None:
            return False  # a line that goes on, or none that udev reads
        key, how, value = token.groups()
        of |= {value} if (key, how) == ("SUBSYSTEM", "==") else set()
        starts = starts or _STARTS.fullmatch(key) is not None
        at = token.end()
    return not starts or bool(of & _APART)
