# 2024-05-01 10:00:00 by RouterOS 7.14
# software id = AAAA-BBBB
/interface ethernet
set [ find default-name=ether1 ] name=ether1
set [ find default-name=ether2 ] name=ether2
/ip address
add address=198.51.100.1/24 interface=ether1
add address=10.0.0.1/24 interface=ether2
/ip firewall filter
add chain=input action=accept protocol=tcp dst-port=22
add chain=input action=drop
add chain=forward action=drop
