# 2026-11-01 10:00:00 by RouterOS 7.12.1
# software id = XXXX-XXXX
/interface list
add name=WAN
add name=LAN
/interface ethernet switch
set 0 l3-hw-offloading=no name=chip
/interface ethernet switch rule
add new-vlan-priority=5 ports=ether3 switch=chip
/interface list member
add interface=ether1 list=WAN
add interface=ether2 list=LAN
/ip address
add address=198.51.100.2/29 interface=ether1
add address=10.1.0.1/24 interface=ether2
/ip firewall filter
add action=accept chain=input connection-state=established,related
add action=accept chain=input in-interface-list=LAN
add action=accept chain=input src-address-list=ok
add action=drop chain=input
add action=accept chain=forward connection-state=established,related
add action=accept chain=forward in-interface-list=LAN
add action=accept chain=forward src-address-list=ok
add action=drop chain=forward
/ip firewall address-list
add address=192.0.2.1 list=ok
/ip route
add dst-address=0.0.0.0/0 gateway=ether1
/system script
add name=backup source="/system backup save name=daily;\r\n:log info \"saved\""
/system scheduler
add interval=1d name=s on-event=backup
add disabled=yes interval=1d name=t on-event="/ip firewall filter disable [find]"
/tool netwatch
add down-script=":if (\$x = 1) do={ :log info down }" host=1.1.1.1
/ppp profile
add name=p on-up=":log info up" on-down="/log info down"
/ip dhcp-client
add interface=ether9 script=":log info lease"
/user aaa
set use-radius=yes
/ppp aaa
set use-radius=no
/mpls settings
set dynamic-label-range=16-1048575
