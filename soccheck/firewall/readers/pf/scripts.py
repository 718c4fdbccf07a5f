"""Commands that pfSense and OPNsense run by themselves, which may change the rules.

Sources: pfSense `install_cron_job`, `discover_pkg_rules` and its packages; OPNsense's models of Monit
(Monit.xml: tests that `exec`, services of a script) and of cron.
"""

from __future__ import annotations

import base64
import re

from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.pf.xml import Node
from soccheck.phrase import echo, phrase

_BETWEEN = re.compile(r"[;&|\n`]|\$\(")
_ASIDE = re.compile(r"\d?>>?\s*(?:&\d|/dev/null|/var/log/[\w./-]+)")
_BY = re.compile(r"(?:/usr/bin/nice(?: -n ?\d+)? )?(?:/usr/local/bin/php(?:-cgi)?(?: -[fq])* )?")
"""What runs another command, and where its words go."""
_OPTION = re.compile(r"\s*(?:--)?([^\s:=#]*)[\s:=]*([^#]*).*", re.DOTALL)
"""The name of an option and its value; what follows a `#` is a remark."""
DAEMONS = {"openvpn": r"[;\n]", "unbound": r"\n", "dnsmasq": r"\s+"}
"""Daemons to which `custom_options` are passed on as they are, and what parts them."""
CLAUSES = ("server:", "forward-zone:", "stub-zone:", "auth-zone:", "view:")
"""Words of unbound.conf(5) after which an option may stand in the same line."""
_ACTION = "/usr/local/sbin/configctl "
AT_RELOAD = ("afterfilterchangeshellcmd", "earlyshellcmd", "shellcmd")
"""Commands of the system itself, at its start and after each change of the filter."""
OF_SYSTEM = "system script"
RENEWED = ("installedpackages", "acme", "certificates", "item", "a_actionlist", "item")
"""What pfSense's ACME package does after a certificate was renewed: commands of the shell and of PHP."""
RESTARTS = ("servicerestart", "xmlrpcservicerestart")
JOBS = ("OPNsense", "cron", "jobs", "job")
"""Where OPNsense's cron stands: actions of configd, which a user may define."""
ACME = ("OPNsense", "AcmeClient", "actions", "action")
"""What OPNsense's ACME client does then (AcmeClient.xml): it restarts, uploads, or runs a command."""
CERTIFIED = ("configd_restart_", "configd_upload_", "acme_")
"""Beginnings of the types that only restart what serves the certificate, or send it elsewhere."""
SECTIONS = (
    "cron/item", OF_SYSTEM, "OPNsense/monit/test", "OPNsense/monit/service",
    "/".join(RENEWED), "/".join(JOBS), "/".join(ACME),
    "OPNsense", "installedpackages", "installedpackages/miniupnpd/config",
    *DAEMONS, "openvpn/openvpn-server", "openvpn/openvpn-client",
)  # fmt: skip
"""Where commands stand, plugins and packages: they may change the rules after these were listed."""
_CALL = re.compile(r'(?:require_once\("[\w/.-]+"\);\s*)*\w+\(\);?')
"""What pfSense runs to ask after a service: a function of its package, as its file names it."""
RAW = {"zabbix": "userparams", "nut": "upsmon_conf"}
"""Packages of pfSense, and the element of each that is a configuration in which commands may stand."""
BLOCKER, PERMITS = "pfblockerng", "Permit"
"""The package of pfSense that writes rules at each update, and which of its lists let packets in."""
WATCHED = ("process", "file", "fifo", "filesystem", "directory", "host", "system", "network")
"""Types of Monit's services whose path is only looked at; that of another type is a program."""
OWN = "/usr/local/opnsense/scripts/"
"""Scripts of OPNsense itself."""


def _changing(ledger: Ledger, text: str) -> list[str]:
    """Return the commands of a line that are not known to leave the rules alone."""
    parts = (part.strip() for part in _BETWEEN.split(_ASIDE.sub("", text)))
    commands = [_BY.sub("", part, count=1) for part in parts]
    other = [c for c in commands if not c.startswith(_ACTION)]
    actions = (c.removeprefix(_ACTION) for c in commands if c.startswith(_ACTION))
    unknown = [f"{_ACTION}{a}" for a in actions if not ledger.is_harmless("configd", f"{a} ")]
    written = [command for command in other if ">" in command]
    return [*ledger.changing(other), *unknown, *written]


def run_by_itself(root: Node, ledger: Ledger) -> None:
    """Make all unknown that a command may change which is not known to leave the rules alone."""
    for item in root.all("cron", "item"):
        for command in _changing(ledger, item.text("command")):
            item.record.doubtful(phrase("command {command}", command=command))
    for system in root.all("system"):
        for key in AT_RELOAD:
            command = system.text(key)
            if _changing(ledger, command):
                ledger.statement(OF_SYSTEM, system.where, f"<{key}>", [command])
    _of_packages(root, ledger)
    _of_options(root, ledger)
    _ = list(root.all("load_balancer"))  # its pools and servers are left unread
    for job in root.all(*JOBS):
        command = f"{_ACTION}{job.text('command')} {job.text('parameters')}".rstrip()
        for changing in _changing(ledger, command) if job.on("enabled") else ():
            text = changing.removeprefix(_ACTION).strip()
            job.record.doubtful(phrase("command {command}", command=text))
    _of_monit(root, ledger)
    _of_certificates(root, ledger)


def _of_monit(root: Node, ledger: Ledger) -> None:
    """Make all unknown that a test of Monit may change, or what it starts and stops."""
    for monit in root.all("OPNsense", "monit"):
        general = monit.first("general")
        on = general is not None and general.on("enabled")
        for node in monit.all("test"):
            path, acts = node.text("path"), node.text("action") == "exec"
            if on and acts and path and not path.startswith(OWN):
                node.record.doubtful(phrase("path {path}", path=path))
        for node in monit.all("service"):
            acts = node.on("enabled") and on
            path, runs = node.text("path"), node.text("type") not in WATCHED
            if acts and runs and path and not path.startswith(OWN):
                node.record.doubtful(phrase("path {path}", path=path))
            for key in ("start", "stop"):
                command = node.text(key)
                if acts and not command.startswith(OWN) and _changing(ledger, command):
                    node.record.doubtful(phrase("command {command}", command=command))


def _of_certificates(root: Node, ledger: Ledger) -> None:
    """Make all unknown that the ACME client of OPNsense may change after a certificate was renewed."""
    on = any(node.on("enabled") for node in root.all("OPNsense", "AcmeClient", "settings"))
    for action in root.all(*ACME):
        kind, far = action.text("type"), action.text("remote_ssh_command")
        command = action.text("configd_generic_command") or action.text("configd")
        off = action.text("enabled") == "0" or not on
        if off or kind.startswith(CERTIFIED):
            continue
        if kind == "configd_generic" and ledger.is_harmless("configd", f"{command} "):
            continue
        action.record.doubtful(phrase("command {command}", command=command or far or kind))


def _of_options(root: Node, ledger: Ledger) -> None:
    """Make unknown what an option that is passed on as it is may change: by a script, a file, a route."""
    for outer in (node for node in root.inner if node.tag in DAEMONS):
        for node in (outer, *outer.inner):
            for text in node.record.words("custom_options"):
                for option in re.split(DAEMONS[outer.tag], _plain(text)):
                    word = _unknown_option(ledger, f"{outer.tag} option", option)
                    if word:
                        node.record.done = False
                        node.record.doubtful(echo(f"custom_options {word}"))


def _unknown_option(ledger: Ledger, section: str, option: str) -> str:
    """Return the name of an option that is not known to be harmless; of unbound it may stand in a clause."""
    name, rest = _OPTION.sub(r"\1", option), _OPTION.sub(r"\2", option).strip("\"' ")
    known = not name or ledger.is_harmless(section, name)
    if known and option.strip().startswith(CLAUSES):
        return _unknown_option(ledger, section, rest)
    return "" if known or ledger.is_harmless(section, f"{name}={rest}") else name


def _plain(text: str) -> str:
    """Return the options that pfSense writes in base64, as they are meant."""
    try:
        return base64.b64decode(text.strip(), validate=True).decode()
    except ValueError:
        return text


def _of_packages(root: Node, ledger: Ledger) -> None:
    """Make all unknown that a package of pfSense may change: by rules of its own, or by a command."""
    for package in root.all("installedpackages", "package"):
        function = package.text("filter_rule_function")
        if function:
            package.record.doubtful(echo(f"filter_rule_function {function}"))
    for service in root.all("installedpackages", "service"):
        for key in service.record.values:
            if key.startswith("custom_php") or key.endswith("cmd"):
                said = service.text(key)
                if said and not _CALL.fullmatch(said):
                    service.record.doubtful(phrase("command {command}", command=said))
    for action in root.all(*RENEWED):
        command = action.text("command")
        for changing in [] if action.text("method") in RESTARTS else _changing(ledger, command):
            action.record.doubtful(phrase("command {command}", command=changing))
    for outer in root.all("installedpackages"):
        for tag in dict.fromkeys(n.tag for n in outer.inner if n.tag.startswith(BLOCKER)):
            for node in outer.all(tag, "config"):
                action_of = node.text("action")
                if action_of.startswith(PERMITS):
                    node.record.doubtful(echo(f"action {action_of}"))
        for tag in dict.fromkeys(n.tag for n in outer.inner if n.tag.startswith(tuple(RAW))):
            for node in outer.all(tag, "config"):
                for key in RAW.values():
                    if node.text(key):
                        node.record.doubtful(key)
    for pool in root.all("installedpackages", "haproxy", "ha_pools", "item"):
        if pool.text("transparent_clientip"):
            pool.record.doubtful(echo("transparent_clientip"))
