# 2026-01-01 00:00:00 by RouterOS 7.15
/interface bridge
add name=bridge
/interface bridge settings
set use-ip-firewall=yes
/interface bridge port
add bridge=bridge interface=ether2
add bridge=bridge interface=ether3 unheard-of=yes
add bridge=bridge interface=ether4
/ip firewall filter
add action=drop chain=forward
add action=drop chain=input
