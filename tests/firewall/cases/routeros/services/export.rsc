# 2026-01-01 00:00:00 by RouterOS 7.15
/interface ethernet
set [ find default-name=ether3 ] disabled=yes
/ipv6 settings
set disable-ipv6=yes
/ip service
set ssh port=2222 address=192.0.2.0/24,198.51.100.7/32
set ftp disabled=yes
set www-ssl disabled=no port=8443
set telnet disabled=no
set api disabled=yes unheard-of=yes
/ip route
add dst-address=0.0.0.0/0 gateway=198.51.100.1%ether1 distance=1
/ip firewall connection tracking
set udp-timeout=30s
/ip firewall address-list
add address=10.0.0.0/24 list=inner
add address=10.0.1.5-10.0.1.9 list=inner
add address=203.0.113.9 list=inner disabled=yes
add address=10.0.2.0/24 list=inner disabled=no
/ip firewall filter
add action=accept chain=input protocol=tcp tcp-flags=syn,!ack dst-port=22-90,2222,8443
add action=accept chain=input protocol=icmp icmp-options=8:0
add action=accept chain=input protocol=udp port=5000 src-port=5000 dst-port=5000 src-address-type=!local dst-address-type=local
add action=accept chain=input protocol=udp dst-port=161 src-address-list=inner limit=10,5:packet
add action=accept chain=input protocol=udp dst-port=500 src-port=500 dst-address=198.51.100.2
add action=drop chain=input
add action=accept chain=forward connection-nat-state=dstnat out-interface=ether2
add action=accept chain=forward in-interface=ether3
add action=drop chain=forward
/ip firewall nat
add action=redirect chain=dstnat protocol=tcp dst-port=80 in-interface=ether2 to-ports=8443
add action=masquerade chain=srcnat out-interface-list=none ipsec-policy=out,none
add action=netmap chain=dstnat dst-address=198.51.100.64/29 to-addresses=10.0.0.64/29
add action=dst-nat chain=dstnat dst-address=198.51.100.2 protocol=tcp dst-port=2525 to-addresses=10.0.0.25 to-ports=25
/ip firewall raw
add action=notrack chain=prerouting protocol=udp dst-port=53
