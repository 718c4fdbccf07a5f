# 2024-06-20 10:00:00 by RouterOS 7.15
/interface bridge
add name=bridge1
/interface bonding
add name=bond1 slaves=ether5,ether6
/interface list
add name=LAN
/interface bridge port
add bridge=bridge1 interface=ether2
add bridge=bridge1 interface=ether3
/interface list member
add interface=*9 list=LAN
add interface=ether7 list=LAN
/ip settings
set ip-forward=no
/ip firewall address-list
add address=8.0.0.0/8 list=bad timeout=1d
add address=9.0.0.0/8 dynamic=no list=sure
/ip upnp
set enabled=no show-dummy-rule=no
/ip firewall connection tracking
set enabled=auto
/ip firewall filter
add action=drop chain=input dst-port=20 in-interface=!*5 protocol=tcp
add action=drop chain=input dst-port=20 in-interface=ether2 protocol=tcp
add action=accept chain=input dst-port=20 in-interface=bridge1 protocol=tcp
add action=accept chain=input dst-port=21 in-interface=bond1 protocol=tcp
add action=drop chain=input dst-port=23 protocol=tcp src-address-list=bad
add action=accept chain=input dst-port=23 protocol=tcp src-address=8.0.0.0/9
add action=accept chain=input dst-port=29 protocol=tcp src-address-list=bad
add action=accept chain=input dst-port=24 protocol=tcp src-address-list=sure
add action=accept chain=input dst-port=25 in-interface="" protocol=tcp
add action=accept chain=input dst-port=26 in-interface-list=LAN protocol=tcp
add action=accept chain=input fragment=no dst-port=27 protocol=tcp
add action=drop chain=input
/ip firewall nat
add action=dst-nat chain=dstnat dst-port=8080 in-interface=ether9 protocol=tcp to-addresses=0.0.0.0 to-ports=27
add action=netmap chain=srcnat to-addresses=203.0.113.0/24
