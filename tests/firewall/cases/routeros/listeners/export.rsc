# 2026-01-01 00:00:00 by RouterOS 7.15
/interface sstp-server server
set certificate=c enabled=yes
/interface list
add name=LAN
/interface list member
add interface=ether2 list=LAN
/ppp profile
add interface-list=LAN name=staff
/ip service
set ftp disabled=yes
set www disabled=yes
set api disabled=yes
/ip proxy
set enabled=yes port=80,8728
/ip firewall filter
add action=accept chain=input in-interface-list=LAN protocol=tcp
add action=accept chain=input in-interface=ether1 protocol=tcp dst-port=443,80,8728,21
add action=drop chain=input
