"""A firewall that really complies passes the shipped controls on rulesets by what it answered alone.

The configurations are written after the vendors' documentation: one service is published, the device is
managed from inside, and what no rule names is denied and logged.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soccheck import audit
from soccheck.assess.assessment import Assessment
from soccheck.bundle import bundle as bundles
from soccheck.collect.asking import entry_of
from soccheck.collect.plan import Target
from soccheck.inventory import load as inventory
from soccheck.model import Basis, Status
from soccheck.policy import load as policy
from soccheck.probes import PROBES
from soccheck.probes.base import Answer, Moment
from soccheck.sources.files import Memory
from tests.bundles import host_key, sealed

SHIPPED = Path(__file__).parents[2] / "policies"
WHEN = datetime(2026, 9, 1, 8, tzinfo=UTC)
INVENTORY = """
authority: {stated: 2026-09-01}
organizations: {o: {type: office, tier: province}}
systems: {s: {organization: o, dossier: {proposed_level: 4}}}
networks: {lan: {organization: o, type: lan, prefixes: [10.1.0.0/24]}}
hosts: {h: {organization: o, role: server, systems: [s], networks: [lan]}}
firewalls:
  m:
    organization: o
    protects: [lan]
    firewall: {untrusted: [OUTSIDE], admin_prefixes: [10.9.0.0/16]}
"""
ASA = """ASA Version 9.12(4)
hostname edge
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 198.51.100.2 255.255.255.248
!
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
!
object network WEB
 host 10.1.0.10
access-list OUT-IN extended permit tcp any4 object WEB eq https
access-list OUT-IN extended deny ip any any log
access-group OUT-IN in interface outside
logging enable
route outside 0.0.0.0 0.0.0.0 198.51.100.1 1
ssh 10.9.0.0 255.255.0.0 inside
: end
"""
FORTIOS = """#config-version=FGT60F-7.2.5-FW-build1517-230606:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw"
end
config system interface
    edit "port1"
        set vdom "root"
        set ip 198.51.100.2 255.255.255.248
        set type physical
    next
    edit "port2"
        set vdom "root"
        set ip 10.1.0.1 255.255.255.0
        set allowaccess ssh
        set type physical
    next
end
config system admin
    edit "admin"
        set trusthost1 10.9.0.0 255.255.0.0
        set accprofile "super_admin"
    next
end
config router static
    edit 1
        set gateway 198.51.100.1
        set device "port1"
    next
end
config firewall address
    edit "all"
    next
    edit "web"
        set subnet 10.1.0.10 255.255.255.255
    next
end
config firewall service custom
    edit "HTTPS"
        set tcp-portrange 443
    next
end
config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "all"
        set dstaddr "web"
        set action accept
        set schedule "always"
        set service "HTTPS"
        set logtraffic all
    next
end
config log setting
    set fwpolicy-implicit-log enable
    set local-in-deny-unicast enable
    set local-in-deny-broadcast enable
end
"""
SRX = """set version 20.2R3
set security address-book global address WEB 10.1.0.10/32
set security zones security-zone untrust interfaces ge-0/0/0.0
set security zones security-zone trust interfaces ge-0/0/1.0
set security policies from-zone untrust to-zone trust policy web match source-address any
set security policies from-zone untrust to-zone trust policy web match destination-address WEB
set security policies from-zone untrust to-zone trust policy web match application junos-https
set security policies from-zone untrust to-zone trust policy web then permit
set security policies global policy rest match source-address any
set security policies global policy rest match destination-address any
set security policies global policy rest match application any
set security policies global policy rest then deny
set security policies global policy rest then log session-init
set security forwarding-options family inet6 mode flow-based
set routing-options static route 0.0.0.0/0 next-hop 198.51.100.1
"""
ROUTEROS = """# 2026-08-20 10:00:00 by RouterOS 7.12.1
/interface list add name=WAN
/interface list member add interface=ether1 list=WAN
/ip address add address=198.51.100.2/29 interface=ether1
/ip address add address=10.1.0.1/24 interface=ether2
/ip firewall filter add action=accept chain=input connection-state=established,related
/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp src-address=10.9.0.0/16
/ip firewall filter add action=drop chain=input log=yes
/ip firewall filter add action=accept chain=forward connection-state=established,related
/ip firewall filter add action=accept chain=forward dst-address=10.1.0.10 dst-port=443 protocol=tcp
/ip firewall filter add action=drop chain=forward log=yes
/ipv6 settings set disable-ipv6=yes
"""
IOS = """version 16.9
hostname r1
!
interface GigabitEthernet0/0
 ip address 198.51.100.2 255.255.255.248
 ip access-group OUTSIDE-IN in
!
interface GigabitEthernet0/1
 ip address 10.1.0.1 255.255.255.0
 ip access-group INSIDE-IN in
!
ip access-list extended INSIDE-IN
 10 permit tcp 10.9.0.0 0.0.255.255 any eq 22
 20 permit tcp 10.1.0.0 0.0.0.255 any eq 443
 30 deny ip any any log
!
ip access-list extended OUTSIDE-IN
 10 permit tcp any host 10.1.0.10 eq 443
 20 deny ip any any log
!
ip access-list standard VTY
 10 permit 10.9.0.0 0.0.255.255
!
ip route 0.0.0.0 0.0.0.0 198.51.100.1
no ip http server
no ip http secure-server
line con 0
line vty 0 4
 access-class VTY in
 transport input ssh
!
end
"""
DEVICES = {
    "Cisco ASA": ("cisco", "outside", ASA),
    "Cisco IOS": ("cisco", "GigabitEthernet0/0", IOS),
    "FortiOS": ("fortinet", "port1", FORTIOS),
    "Junos SRX": ("juniper", "ge-0/0/0.0", SRX),
    "RouterOS": ("mikrotik", "ether1", ROUTEROS),
}
CONTROLS = (
    *("FW-DEFAULT", "FW-EXPOSED", "FW-DENY-L3", "FW-ANY", "FW-ADMIN-L3"),
    *("FW-PARITY", "FW-CLEAN", "FW-LOGS"),
)
LOGS_NOT_SHOWN = {
    "Cisco ASA": Status.FAIL,  # what would leave by the interface it came in by, dropped before a list
    "Cisco IOS": Status.UNKNOWN,  # a port that is published, at an address that may be the router's as well
    "Junos SRX": Status.FAIL,  # what host-inbound-traffic does not name: logged by a filter of lo0 alone
}
"""Devices of which FW-LOGS does not pass here, each with the packet that is told to be lost."""

NEVER_TOLD = {"FW-IPS", "FW-REVIEWED", "FW-SUPPORT"}
"""Controls about what no configuration says: a licence, a review, the maker's support."""


def judged(platform: str, outside: str, text: str) -> Assessment:
    probe = PROBES[platform, "configuration"]
    answers = {
        ask.name: Answer(command=ask.command, state="ok", exit=0, output="") for ask in probe.asks
    }
    answers["show"] = replace(answers["show"], output=text)
    target = Target(asset="m", kind="firewall", platform=platform, probes=(probe,))
    entry = entry_of(target, "ssh://m", answers, Moment(started=WHEN, ended=WHEN))
    entry["host_key"] = host_key("m")
    written = INVENTORY.replace("OUTSIDE", outside)
    loaded = inventory.read(Memory({"a.yaml": written.encode()}), "inv")
    when = bundles.moment(WHEN)
    bundle = sealed(loaded, {"m": entry}, when, when)
    editions = tuple(policy.load([(SHIPPED, "policies")]))
    return audit.judge(loaded, editions, WHEN.date(), audit.take(bundle, loaded))


@pytest.mark.parametrize("device", DEVICES)
def test_a_firewall_that_complies_passes_by_observation(device: str) -> None:
    result = judged(*DEVICES[device])
    for name in CONTROLS:
        finding = result.finding(name, "m")
        assert finding is not None, name
        if name == "FW-LOGS" and device in LOGS_NOT_SHOWN:
            assert finding.result is LOGS_NOT_SHOWN[device]
            continue
        assert finding.result is Status.PASS, (name, result.detail(finding))
        assert result.basis(finding) is Basis.OBSERVED


def test_every_control_on_firewalls_is_tried_or_never_told() -> None:
    result = judged(*DEVICES["Cisco ASA"])
    walked = {f.control.id for f in result.findings if f.control.asset == "firewall"}
    assert walked == {*CONTROLS, *NEVER_TOLD}


@pytest.mark.parametrize("switch", ["fwpolicy-implicit-log", "local-in-deny-unicast"])
def test_what_fortios_does_not_log_is_told(switch: str) -> None:
    platform, outside, text = DEVICES["FortiOS"]
    silent = text.replace(f"set {switch} enable", f"set {switch} disable")
    finding = judged(platform, outside, silent).finding("FW-LOGS", "m")
    assert finding is not None
    assert finding.result is Status.FAIL
