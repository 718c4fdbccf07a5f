# 2026-01-01 00:00:00 by RouterOS 7.15
/system identity
set name=router
/ip firewall filter
add action=accept chain=input protocol=tcp dst-port=22 layer7-protocol=x
add action=accept chain=input protocol=nosuch dst-port=23
add action=drop chain=input
add action=accept chain=forward protocol=tcp dst-port=80 opens-more=yes
add action=drop chain=forward
/ipv6 firewall filter
add action=shrug chain=input protocol=tcp dst-port=22
add action=drop chain=input
add action=drop chain=forward
