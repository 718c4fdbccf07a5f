# 2026-11-01 10:00:00 by RouterOS 7.12.1
# software id = XXXX-XXXX
/interface list
add name=WAN
add name=LAN
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=198.51.100.2/29 interface=ether1
/ip firewall address-list
add address=203.0.113.0/24 list=admins
add address=10.0.0.0/8 list=inside
add address=vpn.example list=named
/ip firewall filter
add action=accept chain=input connection-state=established,related,untracked
add action=drop chain=input connection-state=invalid
add action=accept chain=input protocol=icmp
add action=accept chain=input dst-port=22 protocol=tcp \