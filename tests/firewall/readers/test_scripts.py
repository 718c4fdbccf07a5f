"""One line by which a device changes its own rules makes unknown what was closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from tests.firewall.make import answer
from tests.firewall.test_cases import ROOT, load
from tests.kit import read_yaml

POLICIES = Path(__file__).parents[2] / "policies"
STITCH = (
    'config system automation-action\n    edit "b"\n        set action-type cli-script\n'
    '        set script "config firewall policy\nedit 9\nset action accept\nend"\n    next\nend\n'
)
AUTO = (
    'config system auto-script\n    edit "b"\n        set start auto\n'
    '        set script "execute restore config tftp a b"\n    next\nend\n'
)
ASA_APPLET = (
    "event manager applet A\n event timer watchdog time 60\n"
    ' action 1 cli command "no access-group X"\n'
)
IOS_APPLET = (
    'event manager applet A\n event timer watchdog time 60\n action 1.0 cli command "enable"\n'
    ' action 2.0 cli command "configure terminal"\n'
)
SWITCH_OFF = "/ip firewall filter disable [find]"
MONIT = (
    "<OPNsense><monit><general><enabled>1</enabled></general><test><action>exec</action>"
    "<path>/usr/local/bin/open.sh</path></test></monit></OPNsense>"
)
NPT = (
    "<OPNsense><Firewall><Filter><npt><rule><enabled>1</enabled><interface>wan</interface>"
    "<source_net>fd00::/48</source_net></rule></npt></Filter></Firewall></OPNsense>"
)
CASES = [
    ("fortios/moved", "config firewall address\n", STITCH),
    ("fortios/moved", "config firewall address\n", AUTO),
    ("asa/applets", ": end\n", ASA_APPLET),
    ("ios/router", "end\n", IOS_APPLET),
    ("ios/router", "end\n", "event manager policy open.tcl\n"),
    ("ios/router", "end\n", "kron policy-list P\n cli configure replace flash:a\n"),
    ("srx/branch", "set routing-options ", "set event-options event-script file open.slax\n"),
    (
        "srx/branch",
        "set routing-options ",
        "set event-options policy P then change-configuration commands x\n",
    ),
    ("routeros/office", "/ip dhcp-client\n", f'/system scheduler\nadd name=s on-event="{SWITCH_OFF}"\n'),
    ("routeros/office", "/ip dhcp-client\n", f'/tool netwatch\nadd host=1.1.1.1 up-script="{SWITCH_OFF}"\n'),
    (
        "routeros/office",
        "/ip dhcp-client\n",
        f'/system script\nadd name=x source="{SWITCH_OFF}"\n/ppp profile\nadd name=p on-up=x\n',
    ),
    ("routeros/office", "/ip dhcp-client\n", "/interface ethernet switch\nset 0 l3-hw-offloading=yes\n"),
    ("pf/helpers", "</pfsense>", "<cron><item><command>true; /sbin/pfctl -d</command></item></cron>"),
    ("pf/opnsense-monit", "</opnsense>", MONIT),
    ("pf/opnsense-monit", "</opnsense>", NPT),
]  # fmt: skip


@pytest.mark.parametrize(("folder", "before", "line"), CASES)
def test_what_changes_the_rules_leaves_nothing_closed(folder: str, before: str, line: str) -> None:
    case, (text,) = load(ROOT / folder)
    closed = [(q, int(f)) for q, found in case["ask"].items() for f in found if found[f] == "no"]
    assert before in text.content
    head, _, tail = text.content.rpartition(before)
    ruleset = read([Text(text.name, f"{head}{line}{before}{tail}")])
    # Of an interface that is down, or a service that listens nowhere, nothing is said to be open.
    across = [(q, f) for q, f in closed if "to host" not in q] or closed
    assert "unknown" in {answer(ruleset, q, f).answer for q, f in across}


@pytest.mark.parametrize("name", ["opnsense", "pfsense"])
def test_what_plugins_may_change_is_unknown_beside_the_rules_that_pf_applies(name: str) -> None:
    (path,) = (POLICIES / "words").glob(f"{name}-*.yaml")
    cases = read_yaml(path.read_text("utf-8"))
    folder = POLICIES / "devices" / f"{name}-asked"
    files = ("config.xml", "rules.txt", "info.txt", "interfaces.txt")
    texts = {file: (folder / file).read_text("utf-8") for file in files}
    wrong = []
    for kind in ("weaker", "harmless"):
        for case in (c for c in cases[kind] if "put" not in c):
            end = f"</{name}>"
            changed = {n: t.replace(end, case["add"] + end) for n, t in texts.items()}
            found = read([Text(n, t) for n, t in changed.items()]).notes
            if bool(found) != (kind == "weaker"):
                wrong.append((case["about"], found))
    assert wrong == []
