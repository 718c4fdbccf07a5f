# 2024-06-20 10:00:00 by RouterOS 7.15
/ip firewall filter
# in/out-interface matcher not possible when interface (ether2) is slave - use master instead (bridge)
add action=drop chain=input dst-port=22 in-interface=ether2 protocol=tcp
# pppoe-out1 not ready
add action=drop chain=input dst-port=23 in-interface=!pppoe-out1 protocol=tcp
# inactive time
add action=drop chain=input dst-port=24 protocol=tcp time=8h-17h,mon
# a word of the administrator
add action=drop chain=input dst-port=25 protocol=tcp
add action=drop chain=input dst-port=26 protocol=tcp frobnicate
