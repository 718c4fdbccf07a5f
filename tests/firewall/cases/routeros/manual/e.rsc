# 2024-06-20 10:00:00 by RouterOS 7.15
/ip address
add address=10.0.0.1/24 interface=ether2
/ip firewall filter
add action=drop chain=forward dst-port=135 protocol=tcp
add action=drop chain=input dst-port=23 protocol=tcp
