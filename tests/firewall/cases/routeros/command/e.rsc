# 2026-08-20 10:00:00 by RouterOS 7.12.1
/ip address add address=198.51.100.2/29 interface=ether1
/ip firewall filter add action=drop chain=input
/ip firewall filter disable 0
