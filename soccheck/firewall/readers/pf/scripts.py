"""Commands that pfSense and OPNsense run by themselves, which may change the rules.

Sources: pfSense `install_cron_job` and its packages; OPNsense's model of Monit (Monit.xml: tests that `exec`,
services of a script).
"""

from __future__ import annotations

import re

from soccheck.firewall.readers.ledger import Ledger
from soccheck.firewall.readers.pf.xml import Node

_BETWEEN = re.compile(r"[;&|\n`]")
AT_RELOAD = ("afterfilterchangeshellcmd", "earlyshellcmd", "shellcmd")
"""Commands of the system itself, at its start and after each change of the filter."""
OF_SYSTEM = "system script"
SECTIONS = ("cron/item", OF_SYSTEM, "OPNsense/monit/test", "OPNsense/monit/service")
"""Where commands stand: they may change the rules after these were listed."""
OWN = "/usr/local/opnsense/scripts/"
"""Scripts of OPNsense itself."""


def run_by_itself(root: Node, ledger: Ledger) -> None:
    """Make all unknown that a command may change which is not known to leave the rules alone."""
    for item in root.all("cron", "item"):
        for command in ledger.changing(_BETWEEN.split(item.text("command"))):
            item.record.doubtful(f"command {command}")
    for system in root.all("system"):
        for key in AT_RELOAD:
            command = system.text(key)
            if ledger.changing(_BETWEEN.split(command)):
                ledger.statement(OF_SYSTEM, system.where, f"<{key}>", [command])
    for monit in root.all("OPNsense", "monit"):
        general = monit.first("general")
        on = general is not None and general.on("enabled")
        for node in (*monit.all("test"), *monit.all("service")):
            acts = node.text("action") == "exec" if node.tag == "test" else node.on("enabled")
            path = node.text("path") if acts else ""
            if on and path and not path.startswith(OWN):
                node.record.doubtful(f"path {path}")
