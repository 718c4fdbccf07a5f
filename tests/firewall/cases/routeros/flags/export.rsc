# 2026-01-01 00:00:00 by RouterOS 7.15
/ip firewall filter
add action=drop chain=input protocol=tcp tcp-flags=!syn,ack
add action=accept chain=input protocol=tcp dst-port=22
add action=drop chain=input
