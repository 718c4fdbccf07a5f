# 2024-06-20 10:00:00 by RouterOS 7.15
/interface bridge
add name=bridge
/interface wifi datapath
add bridge=bridge name=lan
/interface list
add name=LAN
add name=INNER
add include=INNER name=OUTER
/interface bridge port
add bridge=bridge interface=ether2
add bridge=bridge interface=OUTER
/interface list member
add interface=bridge list=LAN
add interface=ether4 list=INNER
/interface wifi
set [ find default-name=wifi1 ] configuration.mode=ap datapath=lan datapath.bridge=bridge disabled=no
/ip firewall filter
add action=accept chain=input dst-port=24 in-interface=wifi2 protocol=tcp
add action=drop chain=input in-interface-list=!LAN
