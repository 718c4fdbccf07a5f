# 2024-06-20 10:00:00 by RouterOS 7.15
/ip address
add address=203.0.113.2/24 interface=ether1
/ip firewall nat
add action=dst-nat chain=dstnat dst-port=8080 in-interface=ether1 protocol=tcp to-addresses=10.0.0.5-10.0.0.6 to-ports=80
add action=dst-nat chain=dstnat dst-port=8081 in-interface=ether1 protocol=tcp to-addresses=10.0.0.5-10.0.0.6 to-ports=80
/ip firewall filter
add action=accept chain=forward dst-address=10.0.0.5
add action=drop chain=forward
add action=drop chain=input
