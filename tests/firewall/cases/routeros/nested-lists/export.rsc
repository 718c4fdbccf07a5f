# 2026-01-01 00:00:00 by RouterOS 7.15
/interface list
add name=ALLIN include=INNER
add name=INNER include=LAN exclude=GUEST
add name=LAN
add name=GUEST
add name=LOOP1 include=LOOP2
add name=LOOP2 include=LOOP1
/interface list member
add interface=bridge list=LAN
add interface=guests list=LAN
add interface=guests list=GUEST
add interface=spare list=LAN disabled=yes
add interface=ether9 list=LOOP2
/ip firewall filter
add action=accept chain=input in-interface-list=ALLIN
add action=accept chain=input in-interface=all-vlan protocol=tcp dst-port=25
add action=accept chain=input in-interface-list=LOOP1 protocol=tcp dst-port=26
add action=accept chain=input out-interface-list=all in-interface-list=none
add action=drop chain=input
/ipv6 firewall filter
add action=accept chain=input protocol=tcp dst-port=25
add action=drop chain=input
