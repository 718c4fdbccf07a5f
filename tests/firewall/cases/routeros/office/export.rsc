# 2026-11-01 10:00:00 by RouterOS 7.12.1
# software id = XXXX-XXXX
/interface list
add name=WAN
add name=LAN
/interface list member
add interface=ether1 list=WAN
add interface=bridge list=LAN
/ip address
add address=198.51.100.2/29 interface=ether1
/ip firewall address-list
add address=203.0.113.0/24 list=admins
add address=10.0.0.0/8 list=inside
add address=vpn.example list=named
/ip firewall filter
add action=accept chain=input connection-state=established,related,untracked
add action=drop chain=input connection-state=invalid
add action=accept chain=input protocol=icmp
add action=accept chain=input dst-port=8291,22 protocol=tcp \
    src-address-list=admins comment="winbox for admins"
add action=accept chain=input dst-port=23 protocol=tcp in-interface-list=WAN
add action=accept chain=input dst-port=9999 protocol=tcp src-address-list=named
add action=add-src-to-address-list address-list=knock address-list-timeout=1m \
    chain=input dst-port=7000 protocol=tcp
add action=accept chain=input dst-port=7001 protocol=tcp src-address-list=knock
add action=jump chain=input jump-target=lan in-interface-list=LAN
add action=drop chain=input log=yes
add action=accept chain=lan src-address=!192.168.88.0/24 dst-port=53 protocol=udp
add action=return chain=lan
add action=fasttrack-connection chain=forward connection-state=established,related
add action=accept chain=forward connection-state=established,related
add action=accept chain=forward dst-port=3389 protocol=tcp disabled=yes
add action=drop chain=forward connection-nat-state=!dstnat connection-state=new \
    in-interface-list=WAN
/ip firewall nat
add action=masquerade chain=srcnat out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=8080 in-interface-list=WAN protocol=tcp \
    to-addresses=10.1.0.10 to-ports=80
/ip firewall raw
add action=drop chain=prerouting src-address=198.51.100.0/24 dst-port=8080 protocol=tcp
/ip service
set telnet disabled=yes
set ssh address=203.0.113.0/28 port=22
/ip dhcp-client
add interface=ether1
/ipv6 firewall filter
add action=accept chain=forward connection-state=established,related
add action=drop chain=forward in-interface=ether1 protocol=tcp
