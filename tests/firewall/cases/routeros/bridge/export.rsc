# 2026-01-01 00:00:00 by RouterOS 7.15
/interface bridge
add name=bridge
/interface ethernet
set [ find default-name=ether1 ] name=outside
set [ find default-name=ether5 ] disabled=yes
/interface vlan
add interface=ether5 name=guests vlan-id=50
/interface list
add name=LAN
/interface bridge port
add bridge=bridge comment=desk interface=ether2
add bridge=bridge interface=ether3 internal-path-cost=10
/interface list member
add interface=bridge list=LAN
/ip address
add address=198.51.100.2/29 interface=outside
add address=10.0.0.1/24 interface=bridge
/ip route
add gateway=198.51.100.1
/ip firewall raw
add action=drop chain=prerouting dst-port=445 protocol=tcp
/ip firewall filter
add action=accept chain=input in-interface-list=LAN
add action=drop chain=input
add action=accept chain=forward in-interface=guests
add action=accept chain=forward in-interface=bridge out-interface=outside
add action=drop chain=forward
