# 2026-08-20 10:00:00 by RouterOS 7.12.1
/interface list add name=WAN
/interface list member add interface=ether1 list=WAN
/ip address add address=198.51.100.2/29 interface=ether1
/ip address add address=10.1.0.1/24 interface=ether2
/ip firewall filter add action=accept chain=input connection-state=established,related
/ip firewall filter add action=accept chain=input dst-port=22 protocol=tcp src-address=10.9.0.0/16
/ip firewall filter add action=drop chain=input log=yes
/ip firewall filter add action=accept chain=forward connection-state=established,related
/ip firewall filter add action=accept chain=forward dst-address=10.1.0.10 dst-port=443 protocol=tcp
/ip firewall filter add action=drop chain=forward log=yes
/ipv6 address add address=2001:db8:1::2/64 interface=ether1
/ipv6 address add address=2001:db8:2::1/64 interface=ether2
/ipv6 route add dst-address=::/0 gateway=2001:db8:1::1
/ipv6 firewall filter add action=accept chain=input connection-state=established,related
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=1:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=2:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=3:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=4:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=133:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=134:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=135:0-255
/ipv6 firewall filter add action=accept chain=input protocol=icmpv6 icmp-options=136:0-255
/ipv6 firewall filter add action=drop chain=input log=yes
/ipv6 firewall filter add action=accept chain=forward connection-state=established,related
/ipv6 firewall filter add action=accept chain=forward dst-address=2001:db8:2::10/128 dst-port=443 protocol=tcp
/ipv6 firewall filter add action=accept chain=forward protocol=icmpv6 icmp-options=1:0-255
/ipv6 firewall filter add action=accept chain=forward protocol=icmpv6 icmp-options=2:0-255
/ipv6 firewall filter add action=accept chain=forward protocol=icmpv6 icmp-options=3:0-255
/ipv6 firewall filter add action=accept chain=forward protocol=icmpv6 icmp-options=4:0-255
/ipv6 firewall filter add action=drop chain=forward log=yes
