"""A configuration of another system is refused by its name, and none of the corpus is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from soccheck.errors import UsageError
from soccheck.firewall.readers import read
from soccheck.firewall.readers.base import Text
from soccheck.firewall.readers.others import OTHERS, other_system
from tests.firewall.test_cases import CASES, load, name

SAMPLES = {
    "Cisco IOS XR": "!! IOS XR Configuration 7.3.2\ninterface Gi0/0/0/0\n ipv4 address 192.0.2.1/24\n",
    "Cisco NX-OS": "version 9.3(5) Bios:version 07.68\nfeature ssh\ninterface Ethernet1/1\n",
    "Cisco Firepower (FTD)": "NGFW Version 7.2.5\naccess-list CSM_FW_ACL_ advanced permit ip any any\n",
    "Arista EOS": "interface Ethernet1\nip access-list OUTSIDE\n   10 deny ip any any\nend\n",
    "Huawei VRP or HPE Comware": "#\n sysname fw\n#\nacl number 3000\n rule 5 permit ip\nreturn\n",
    "Palo Alto Panorama": "set device-group Branch address a ip-netmask 192.0.2.1\n",
    "Palo Alto PAN-OS in braces (not XML or `set` lines)": "config {\n  devices {\n",
    "Check Point": '{"uid": "1", "rulebase": [{"type": "access-rule"}]}',
    "VyOS": "set firewall name WAN_IN default-action drop\n",
    "Juniper Junos in braces (give `show configuration | display set`)": (
        "version 20.4R3;\nsecurity {\n    policies {\n    }\n}\n"
    ),
    "SonicWall SonicOS": "firmware-version SonicOS 7.0\n",
    "F5 BIG-IP": "ltm virtual /Common/web {\n}\n",
    "Hillstone StoneOS": "Version StoneOS 5.5\n",
    "Nokia SR OS": "# TiMOS-B-19.10.R1\nconfigure\n",
    "Extreme EXOS": "#\n# Module devmgr configuration.\n#\n",
    "Windows as netsh lists it, in the machine's language (give the JSON of PowerShell)": (
        "\nRegelname:                            Remotedesktop\n"
        + "-" * 70
        + "\nAktiviert:    Ja\n"
    ),
    "Windows as PowerShell lists its rules, without their filters (give the JSON of all)": (
        "Name                  : A\nDisplayName           : B\nEnabled               : True\n"
        "Direction             : Inbound\nAction                : Allow\n"
    ),
}


@pytest.mark.parametrize("system", [str(system) for system in OTHERS])
def test_another_system_is_refused_by_name(system: str) -> None:
    with pytest.raises(UsageError) as caught:
        read([Text("fw", SAMPLES[system])])
    assert caught.value.message == f"fw: a configuration of {system}, which soccheck does not read"


@pytest.mark.parametrize(
    "text",
    [
        "\nRule Name:                            SSH\n" + "-" * 70 + "\nEnabled:  Yes\n",
        "\nTên quy tắc:                          SSH\n" + "-" * 70 + "\nĐã bật:   Có\n",
        '"Name","DisplayName","Enabled"\n"a","b","True"\n',
        '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">\n</Objs>\n',
    ],
)
def test_listings_of_windows_without_filters_are_refused_by_name(text: str) -> None:
    assert str(other_system(text)[0]).startswith("Windows as ")


@pytest.mark.parametrize(
    "text",
    [
        '{"from": 1, "objects": [{"type": "host", "domain": {"domain-type": "domain"}}]}',
        '{"access-layers": [{"name": "Network"}]}',
        "set interface eth0 ipv4-address 192.0.2.1 mask-length 24\n",
    ],
)
def test_parts_of_a_check_point_are_refused_by_name(text: str) -> None:
    assert str(other_system(text)[0]) == "Check Point"


@pytest.mark.parametrize("folder", CASES, ids=name)
def test_what_is_read_is_taken_for_no_other_system(folder: Path) -> None:
    _, texts = load(folder)
    assert [other_system(text.content)[0] for text in texts] == [None] * len(texts)


def test_a_vendor_that_is_named_does_not_make_it_another_system() -> None:
    text = "interface Ethernet1\nip access-list OUTSIDE\n   10 deny ip any any\nend\n"
    with pytest.raises(UsageError) as caught:
        read([Text("fw", text)], "ios")
    assert caught.value.message == "fw: a configuration of Arista EOS, which soccheck does not read"
    assert "take out line 2" in str(caught.value.hint)
    left = text.replace("ip access-list OUTSIDE\n   10 deny ip any any\n", "")
    assert read([Text("fw", left)], "ios").vendor == "ios"
