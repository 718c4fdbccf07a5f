# 2024-06-20 10:00:00 by RouterOS 7.12.1
# Illustrative: made up for the sample, in the form of `/export terse show-sensitive=no`.
/interface list
add name=WAN
add name=LAN
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=192.0.2.97/27 interface=bridge
/ip firewall filter
add action=accept chain=input connection-state=established,related comment="replies"
add action=accept chain=input dst-port=8291,22 protocol=tcp comment="management, from anywhere"
add action=drop chain=input in-interface-list=WAN comment="the rest"
add action=drop chain=input in-interface-list=WAN protocol=udp comment="forgotten"
add action=accept chain=forward connection-state=established,related comment="replies"
add action=drop chain=forward connection-state=new in-interface-list=WAN comment="the rest"
