"""What Aerleon writes in another form than soccheck reads, brought into that form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator


def set_lines(text: str) -> str:
    """Return a Junos configuration in braces as `show configuration | display set` prints it."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    path: list[str] = []
    lines: list[str] = []
    for statement in re.findall(r"[^{};]*[{};]", text):
        words, end = statement[:-1].split(), statement[-1]
        words = [word for word in words if word != "replace:"]
        if end == "{":
            path.append(" ".join(words))
        elif end == "}":
            path.pop()
        elif "[" in words:
            at = words.index("[")
            values = words[at + 1 : -1]
            lines += [" ".join(["set", *path, *words[:at], value]) for value in values]
        elif "term" in words:
            # `term t1 protocol tcp destination-port 22;` is one line here, a line each word there.
            head, rest = words[:2], words[2:]
            pairs = zip(rest[::2], rest[1::2], strict=True)
            lines += [" ".join(["set", *path, *head, *pair]) for pair in pairs]
        elif words:
            lines.append(" ".join(["set", *path, *words]))
    return "\n".join([*lines, ""])


def powershell_json(text: str) -> str:
    """Return `netsh advfirewall` commands as the objects that PowerShell lists once they were run."""
    rules = list(_netsh(text))
    names = [f"{n}-{rule['name']}" for n, rule in enumerate(rules)]
    profile = {"Enabled": 1, "DefaultInboundAction": 4, "DefaultOutboundAction": 2, "LogBlocked": 1}
    data = {
        "profiles": [{"Name": name, **profile} for name in ("Domain", "Private", "Public")],
        "rules": [
            {
                "InstanceID": name,
                "DisplayName": rule["name"],
                "Enabled": 1,
                "Direction": 1,
                "Action": {"allow": 2, "block": 4}[rule["action"]],
                "Profile": 0,
            }
            for name, rule in zip(names, rules, strict=True)
        ],
        "ports": [
            {
                "InstanceID": name,
                "Protocol": rule["protocol"].upper().replace("ANY", "Any"),
                "LocalPort": rule.get("localport", "any").replace("any", "Any"),
            }
            for name, rule in zip(names, rules, strict=True)
        ],
        "addresses": [
            {
                "InstanceID": name,
                "LocalAddress": _addresses(rule["localip"]),
                "RemoteAddress": _addresses(rule["remoteip"]),
            }
            for name, rule in zip(names, rules, strict=True)
        ],
        "applications": [{"InstanceID": name, "Program": "Any", "Package": None} for name in names],
        "services": [{"InstanceID": name, "Service": "Any"} for name in names],
        "interfaces": [{"InstanceID": name, "InterfaceAlias": "Any"} for name in names],
        "interfaceTypes": [{"InstanceID": name, "InterfaceType": 0} for name in names],
        "security": [{"InstanceID": name, "Authentication": 0, "Encryption": 0} for name in names],
    }
    return json.dumps(data, indent=1)


def _netsh(text: str) -> Iterator[dict[str, str]]:
    for line in text.splitlines():
        if line.startswith("netsh advfirewall firewall add rule "):
            yield dict(word.split("=", 1) for word in line.split()[5:])


def _addresses(text: str) -> list[str] | str:
    return "Any" if text == "any" else text.split(",")


_PORT = """<entry name="ethernet1/{n}"><layer3><ip><entry name="10.{n}.255.1/16"/></ip><ipv6>
<enabled>yes</enabled><address><entry name="2001:db8:{n}:ffff::1/64"/></address></ipv6></layer3></entry>"""
_ZONE = """<entry name="{z}"><network><layer3><member>ethernet1/{n}</member></layer3></network></entry>"""


def with_interfaces(text: str) -> str:
    """Return a rulebase of PAN-OS in a device that has its two zones."""
    ports = "".join(_PORT.format(n=n) for n in (1, 2))
    zones = _ZONE.format(z="outside", n=1) + _ZONE.format(z="inside", n=2)
    network = f"<network><interface><ethernet>{ports}</ethernet></interface></network><vsys>"
    text = text.replace("<vsys>", network, 1)
    return text.replace('<entry name="vsys1">', f'<entry name="vsys1"><zone>{zones}</zone>', 1)
