"""Windows Firewall, and the ports a Windows machine listens on, through PowerShell's JSON.

What is said, and by what; an answer that is missing or of another form makes it unknown:
`firewall.active`, `firewall.input_chain`, `firewall.input_chain_ipv6`  every profile in force is
    enabled, as a machine may change networks; false where one is not.
`firewall.default_inbound`, `firewall.default_inbound_ipv6`  deny where every profile is enabled and none
    allows by default; else allow. Both families alike, as the profiles know no difference.
`firewall.logs_denied`  every profile logs what it blocks; false where one does not.
`listens.ipv4`, `listens.ipv6`  TCP listeners on an address beyond the machine itself.

Sources: NetSecurity and NetTCPIP modules. Written against the documented properties and sample output; see
docs/machines.md for what was tried.
"""

from __future__ import annotations

from soccheck.probes.base import Answers, Learnt, Moment, Probe
from soccheck.probes.windows_json import LISTENERS, listing, ports, values, word

_ACTIONS = {0: "NotConfigured", 2: "Allow", 4: "Block"}
_SWITCH = {0: "False", 1: "True", 2: "NotConfigured"}
FIREWALL_LEARNS = (
    "firewall.active",
    "firewall.default_inbound",
    "firewall.default_inbound_ipv6",
    "firewall.input_chain",
    "firewall.input_chain_ipv6",
    "firewall.logs_denied",
)
LISTENS = ("listens.ipv4", "listens.ipv6")


def firewall(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the firewall profiles in force: every one counts, as a machine may change networks."""
    listening = ports(answers, learnt, LISTENS)
    if listening is not None:
        for fact, some in zip(LISTENS, listening, strict=True):
            learnt.say(fact, tuple(sorted(some)))
    answer = answers["profiles"]
    profiles = values(answer)
    on = [word(p.get("Enabled"), _SWITCH) or str(p.get("Enabled")) for p in profiles]
    actions = [word(p.get("DefaultInboundAction"), _ACTIONS) for p in profiles]
    if {p.get("Name") for p in profiles} != {"Domain", "Private", "Public"} or "" in actions:
        learnt.blame(answer, *FIREWALL_LEARNS)
        return
    active = all(state == "True" for state in on)
    learnt.say("firewall.active", active)
    # NOTE: NotConfigured blocks; block beats allow, and both hold for IPv4 and IPv6 alike.
    deny = active and all(action != "Allow" for action in actions)
    for fact in FIREWALL_LEARNS[1:3]:
        learnt.say(fact, "deny" if deny else "allow")
    for fact in FIREWALL_LEARNS[3:5]:
        learnt.say(fact, active)
    logged = [word(p.get("LogBlocked"), _SWITCH) or str(p.get("LogBlocked")) for p in profiles]
    learnt.say("firewall.logs_denied", all(state == "True" for state in logged))


WINDOWS_FIREWALL = Probe(
    name="firewall",
    platform="windows",
    kinds=("host", "firewall"),
    purpose="Windows Firewall profiles in force, ports listened on",
    asks=(
        listing(
            "profiles",
            "Windows Firewall profiles in force",
            "Get-NetFirewallProfile -PolicyStore ActiveStore",
            "Name",
            "Enabled",
            "DefaultInboundAction",
            "LogBlocked",
        ),
        LISTENERS,
    ),
    learns=(*FIREWALL_LEARNS, *LISTENS),
    may=(),
    parse=firewall,
)
