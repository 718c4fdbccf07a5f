# 2026-11-26 10:00:00 by RouterOS 7.15
/interface list
add name=TRUST
/ip dns static
add name=vpn.example.com type=FWD forward-to=10.0.0.1 address-list=friends
/interface wifi
add name=wifi9 datapath.interface-list=TRUST
/ip address
add address=198.51.100.2/24 interface=ether1
add address=10.0.0.1/24 interface=ether2
/ip firewall address-list
add list=friends address=203.0.113.9
/ip firewall filter
add chain=input action=accept protocol=tcp dst-port=8291 src-address-list=friends
add chain=input action=accept protocol=tcp dst-port=22 in-interface-list=TRUST
add chain=input action=drop
add chain=forward action=drop
/ip route
add dst-address=0.0.0.0/0 gateway=198.51.100.1
