"""Linux: nftables, iptables and ipset, as one machine's parts."""
