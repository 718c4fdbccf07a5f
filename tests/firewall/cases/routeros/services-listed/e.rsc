# 2024-06-20 10:00:00 by RouterOS 7.15
/ip service
set telnet,ftp disabled=yes
set www-ssl,api disabled=no
