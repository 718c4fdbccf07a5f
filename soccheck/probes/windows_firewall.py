"""Windows Firewall, whole, for the firewall engine, and the ports a Windows machine listens on.

Nothing is read out of the rules here: what they let in is for the one reader of rulesets to say, the engine,
from the answer as it is. What proves it either way stands in `soccheck/firewall/facts.py`.

`listens.ipv4`, `listens.ipv6`: TCP listeners on an address beyond the machine itself; an answer that is
missing or of another form, or has none of either family, is unknown.

Sources: NetSecurity and NetTCPIP modules. Written against the documented properties and sample output; see
docs/machines.md for what was tried.
"""

from __future__ import annotations

from soccheck.facts.catalogue import SHOWN_BY_RULESETS
from soccheck.probes.base import KIB, Answers, Ask, Learnt, Moment, Probe
from soccheck.probes.windows_json import LISTENERS, ports

LISTENS = ("listens.ipv4", "listens.ipv6")
_LARGE = 16 * 1024 * KIB

_OF_EVERY_OBJECT = (
    "Caption", "Description", "ElementName", "CommonName", "PolicyKeywords", "PolicyDecisionStrategy",
    "PolicyRoles", "ConditionListType", "CreationClassName", "ExecutionStrategy", "Mandatory",
    "PolicyRuleName", "Priority", "RuleUsage", "SequencedActions", "SystemCreationClassName", "SystemName",
    "PSComputerName", "PSShowComputerName", "RunspaceId", "CimClass", "CimInstanceProperties",
    "CimSystemProperties", "FilterListType", "Status", "StatusCode",
)  # fmt: skip
"""What every CIM object says of itself, and would make the answer many times as long."""

_FILTERS = {
    "ports": "PortFilter",
    "addresses": "AddressFilter",
    "applications": "ApplicationFilter",
    "services": "ServiceFilter",
    "interfaces": "InterfaceFilter",
    "interfaceTypes": "InterfaceTypeFilter",
    "security": "SecurityFilter",
}

_LISTENERS = """\
$of=@{};Get-CimInstance Win32_Service|ForEach-Object{$of[[int]$_.ProcessId]=@($of[[int]$_.ProcessId])+$_.Name}
function Named($protocol,$ends){@($ends|Select-Object LocalAddress,LocalPort,@{n='Protocol';e={$protocol}},
@{n='Program';e={(Get-Process -Id $_.OwningProcess -ErrorAction SilentlyContinue).Path}},
@{n='ProcessName';e={(Get-Process -Id $_.OwningProcess -ErrorAction SilentlyContinue).ProcessName}},
@{n='Services';e={@($of[[int]$_.OwningProcess]|Where-Object{$_})}})}
"""
"""Who listens, and by what program and service: so a rule bound to a program opens what it listens on."""


_ROUTING = (
    'forwarding=@(Get-NetIPInterface|ForEach-Object{"$($_.Forwarding)"});'
    "translating=@(try{Get-NetNat -ErrorAction Stop|ForEach-Object{$_.Name}}catch{'unknown'})"
)
"""Whether any interface forwards, or WinNAT translates: no rule judges what is not for the machine."""


def _script() -> str:
    """Return the question for the rules in force: each kind of filter is asked once, not for each rule."""
    parts = {"profiles": "Profile", "rules": "Rule", **_FILTERS}
    asked = [f"{name}=Plain (Get-NetFirewall{what} @s)" for name, what in parts.items()]
    asked.append("active=Plain (Get-NetConnectionProfile)")
    asked.append(
        "listeners=@(Named 'TCP' (Get-NetTCPConnection -State Listen))+@(Named 'UDP' (Get-NetUDPEndpoint))"
    )
    asked.append(_ROUTING)
    left_out = ",".join(f"'{name}'" for name in _OF_EVERY_OBJECT)
    return (
        f"$s=@{{PolicyStore='ActiveStore'}};$x={left_out}\n"
        "function Plain($o){@($o|Where-Object{$_}|Select-Object * -ExcludeProperty $x)}\n"
        f"{_LISTENERS}"
        f"ConvertTo-Json -Compress -Depth 4 -InputObject @{{{';'.join(asked)}}}"
    )


def firewall(answers: Answers, when: Moment, learnt: Learnt) -> None:
    """Read the ports that are listened on; the rules are evidence as they stand."""
    listening = ports(answers, learnt, LISTENS)
    if listening is not None:
        for fact, some in zip(LISTENS, listening, strict=True):
            learnt.say(fact, tuple(sorted(some)))


WINDOWS_FIREWALL = Probe(
    name="firewall",
    platform="windows",
    kinds=("host", "firewall"),
    purpose="Windows Firewall's profiles and rules in force, ports listened on",
    asks=(
        Ask(
            name="rules",
            purpose="profiles and rules of Windows Firewall in force, and who listens",
            script=_script(),
            limit=_LARGE,
        ),
        LISTENERS,
    ),
    learns=LISTENS,
    may=(),
    shows=SHOWN_BY_RULESETS,
    parse=firewall,
)
