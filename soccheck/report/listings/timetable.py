"""What has a system start `soccheck run` by itself: units for systemd, or a line for cron."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from soccheck.i18n import Language

FAILED = "soccheck-failed@"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nightly:
    """Represents what is to be started: the command, where, when, and as whom.

    `zone` is the time zone `at` is of; none for the machine's own. `writable` are the folders that a run
    writes into.
    """

    name: str
    command: Sequence[str]
    folder: Path
    at: time
    zone: str | None
    user: str
    writable: Sequence[Path]


def unit_name(text: str) -> str:
    """Return the name of a unit for an inventory; what systemd has no place for in one is a dash."""
    return "soccheck-" + (re.sub(r"[^A-Za-z0-9:_.-]+", "-", text).strip("-.") or "inventory")


def systemd(plan: Nightly, language: Language) -> Mapping[str, str]:
    """Return the units by file name: the service, its timer, and what tells that the service failed.

    systemd.service(5), systemd.timer(5), systemd.exec(5).
    """
    when = f"*-*-* {plan.at:%H:%M}:00" + (f" {plan.zone}" if plan.zone else "")
    return {
        f"{plan.name}.service": _SERVICE.format(
            title=language("Audit by {name}").format(name=_literal(plan.name)),
            results=language(
                "1: something fails, 3: something is unknown. "
                "Both are results; all else is a fault of the run."
            ),
            rights=language(
                "It reads, asks by SSH and writes into its own folders; all else is taken from it."
            ),
            failed=f"{FAILED}%n.service",
            user=plan.user,
            folder=_literal(str(plan.folder)),
            command=" ".join(map(_quoted, plan.command)),
            writable=" ".join(f'"-{_escaped(str(path))}"' for path in plan.writable),
        ),
        f"{plan.name}.timer": _TIMER.format(
            title=language("When {name} runs").format(name=_literal(plan.name)),
            late=language("A machine that was off at that time runs it once it is on again."),
            when=when,
        ),
        f"{FAILED}.service": _FAILED.format(
            title=language("Tell that %i failed"),
            told=language(
                "Into the journal and syslog, where monitoring looks; "
                "put a command of your own in its place."
            ),
        ),
    }


def cron(plan: Nightly, language: Language) -> str:
    """Return the lines for a crontab of the user's own. crontab(5): a per cent sign ends a command."""
    command = " ".join(map(shlex.quote, plan.command)).replace("%", r"\%")
    folder = shlex.quote(str(plan.folder)).replace("%", r"\%")
    said = language("{name}: every day at {time}, the machine's time. What goes wrong is mailed;")
    codes = language(
        "exit codes 1 (fails) and 3 (unknown) are results, which the reports and the digest tell."
    )
    return (
        f"# {said.format(name=plan.name, time=f'{plan.at:%H:%M}')}\n# {codes}\n"
        f"{plan.at.minute} {plan.at.hour} * * * cd {folder} && {command} >/dev/null\n"
    )


def _escaped(text: str) -> str:
    """Return text inside double quotes of a unit: backslash, quote, specifier. systemd.syntax(7)."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def _quoted(word: str) -> str:
    """Return a word of a unit's command line, in which a dollar sign names a variable."""
    word = word.replace("$", "$$")
    plain = re.fullmatch(r"[A-Za-z0-9_./:=@,+$-]+", word)
    return word if plain else f'"{_escaped(word)}"'


def _literal(text: str) -> str:
    return text.replace("%", "%%")


_SERVICE = """\
[Unit]
Description={title}
Wants=network-online.target
After=network-online.target
OnFailure={failed}

[Service]
Type=oneshot
User={user}
WorkingDirectory={folder}
ExecStart={command}
# {results}
SuccessExitStatus=1 3
TimeoutStartSec=6h
Nice=10
UMask=0077

# {rights}
ProtectSystem=strict
ReadWritePaths={writable}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""

_TIMER = """\
[Unit]
Description={title}

[Timer]
OnCalendar={when}
# {late}
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
"""

_FAILED = """\
[Unit]
Description={title}

[Service]
Type=oneshot
# {told}
ExecStart=/usr/bin/logger --priority user.err --tag soccheck "%i failed: see journalctl --unit %i"
"""
