"""Systems whose configurations look like those of others, and are refused by name.

Their words mean something else: a list of EOS read as one of IOS is an undefined list, which lets
everything through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from soccheck.phrase import Phrase, echo, phrase

OTHERS: Mapping[Phrase, str] = {
    echo("Cisco IOS XR"): r"^!! IOS XR |^ipv4 access-list |^ ipv4 (address|access-group) ",
    echo(
        "Cisco NX-OS"
    ): r"^!Command: show running-config|^feature [\w-]+$|^vdc \S+ id \d|^version .*\bBios\b",
    echo("Cisco Firepower (FTD)"): r"^NGFW Version |^access-list \S+ advanced ",
    echo(
        "Arista EOS"
    ): r"^! device: .*EOS-|^! boot system flash:.*EOS|^management api http-commands"
    r"|^ip access-list (?!standard |extended |role-based |logging |resequence |log-update )\S+ *$"
    r"|^ ip address \d+\.\d+\.\d+\.\d+/\d+ *$",
    echo("Huawei VRP or HPE Comware"): r"^ ?sysname \S|^acl (number|name|advanced|basic) ",
    echo("Palo Alto Panorama"): r"^\s*<(device-group|template|template-stack)>\s*$"
    r"|^set (config )?(devices \S+ )?(device-group|template|template-stack) ",
    phrase(
        "Palo Alto PAN-OS in braces (not XML or `set` lines)"
    ): r"^(config|deviceconfig|mgt-config|shared) \{",
    echo("Check Point"): r"^\s*:(rule-base|netobj) \(|\"(rulebase|access-layers?|domain-type)\"\s*:"
    r"|\"type\"\s*:\s*\"(access-(rule|section|layer)|simple-gateway)\"|^set interface \S+ ipv4-address ",
    echo("VyOS"): r"^set firewall (name|ipv6-name|ipv4|ipv6|zone|all-ping) |^firewall \{$",
    phrase("Juniper Junos in braces (give `show configuration | display set`)"): (
        r"^(security|routing-options|chassis) \{\r?$"
    ),
    echo("SonicWall SonicOS"): r"^firmware-version \"?SonicOS|^SonicOS ",
    echo("F5 BIG-IP"): r"^ltm (virtual|pool|node) ",
    echo("Hillstone StoneOS"): r"^Version StoneOS|^StoneOS ",
    echo("Nokia SR OS"): r"^# TiMOS-",
    echo("Extreme EXOS"): r"^# Module devmgr configuration",
    phrase("Windows as netsh lists it, in the machine's language (give the JSON of PowerShell)"): (
        r"^[^\n:]{3,60}:[ \t]+\S[^\n]*\n-{60,}\r?$"
    ),
    phrase("Windows as PowerShell lists its rules, without their filters (give the JSON of all)"): (
        r"^DisplayName +: .*\n(?:.*\n){0,12}Direction +: |^\"?Name\"?,\"?(?:ID|DisplayName)\"?,|"
        r"^\s*<Objs Version=\"[\d.]+\" xmlns=\"http://schemas\.microsoft\.com/powershell"
    ),
}
"""System to what shows it, in a line of its own."""
_FOUND = {name: re.compile(pattern, re.MULTILINE) for name, pattern in OTHERS.items()}


def other_system(content: str) -> tuple[Phrase | None, int]:
    """Return the name of a system that soccheck does not read, and the line that shows it, or nothing."""
    head = content[:200000]
    for name, pattern in _FOUND.items():
        found = pattern.search(head)
        if found is not None:
            return name, head.count("\n", 0, found.start()) + 1
    return None, 0
