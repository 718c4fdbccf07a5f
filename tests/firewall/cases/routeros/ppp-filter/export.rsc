# 2026-11-26 10:00:00 by RouterOS 7.15
/ppp profile
add name=branch incoming-filter=let-in
/ip address
add address=198.51.100.2/24 interface=ether1
/ip firewall filter
add chain=let-in action=accept protocol=tcp dst-port=3389
add chain=forward action=jump jump-target=ppp
add chain=forward action=drop
add chain=input action=drop
/ip route
add dst-address=0.0.0.0/0 gateway=198.51.100.1
