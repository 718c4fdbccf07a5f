# 2024-06-20 10:00:00 by RouterOS 7.15
/ip firewall filter
add action=drop chain=input
add action=accept chain=input dst-port=22 place-before=0 protocol=tcp
