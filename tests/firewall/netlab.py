"""A client, a firewall and a server, each in a network namespace of their own; no way out.

The client writes whole Ethernet frames. Raw sockets on the firewall and on the server see a packet
only after the last hook let it through, whether or not anything listens on its port.
"""

from __future__ import annotations

import ctypes
import ipaddress
import os
import select
import shutil
import socket
import struct
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from soccheck.firewall.model import ADDRTYPE, CT, ICMP, ICMPV6, TCP, UDP
from soccheck.firewall.packet import Packet
from soccheck.firewall.spans import address

NEEDED = ("ip", "nft", "iptables-nft-restore", "iptables-legacy-restore", "ip6tables-nft-restore")
CLIENT_LINKS = ("in0", "eth1")
SERVER_LINK = "out0"
HOST = {4: "203.0.113.0/24", 6: "2001:db8:a::/64"}
BEHIND = {4: "198.51.100.0/24", 6: "2001:db8:b::/64"}
LINKS = {
    "in0": ("192.0.2.1/30", "2001:db8:1::1/64"),
    "eth1": ("192.0.2.5/30", "2001:db8:2::1/64"),
    "out0": ("192.0.2.9/30", "2001:db8:3::1/64"),
}
GATEWAY = {"in0": ("192.0.2.2", "2001:db8:1::2"), "out0": ("192.0.2.10", "2001:db8:3::2")}
MAC_FIREWALL = "02:00:00:00:00:01"
MAC_PEER = "02:00:00:00:00:02"
PROTOCOLS = {4: (TCP, UDP, ICMP, 253), 6: (TCP, UDP, ICMPV6, 253)}
_SETNS = 0x40000000


def missing() -> str | None:
    """Name what keeps the lab from being built, or None."""
    if os.geteuid() != 0:
        return "needs root"
    absent = [tool for tool in NEEDED if shutil.which(tool) is None]
    if absent:
        return f"needs {', '.join(absent)}"
    probe = subprocess.run(["ip", "netns", "list"], capture_output=True, check=False)
    return None if probe.returncode == 0 else "needs network namespaces"


def run(*words: str, stdin: str | None = None) -> str:
    done = subprocess.run(list(words), input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}\n{stdin or ''}")
    return done.stdout


@contextmanager
def inside(namespace: str) -> Iterator[None]:
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    try:
        if libc.setns(there, _SETNS):
            raise OSError(ctypes.get_errno(), "setns")
        yield
    finally:
        libc.setns(home, _SETNS)
        os.close(home)
        os.close(there)


class Lab:
    """The three namespaces and the sockets in them."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.client, self.firewall, self.server = (f"{n}-{mark}" for n in ("cl", "fw", "sv"))
        self.sockets: list[socket.socket] = []
        self.sent: tuple[dict[int, int], list[str]] = ({}, [])
        self.counter = int.from_bytes(os.urandom(3), "big") << 24

    def __enter__(self) -> Lab:
        try:
            self._build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for found in self.sockets:
            found.close()
        for name in (self.client, self.firewall, self.server):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    def _build(self) -> None:
        for name in (self.client, self.firewall, self.server):
            run("ip", "netns", "add", name)
        for link, peer in (("in0", self.client), ("eth1", self.client), ("out0", self.server)):
            run("ip", "-n", self.firewall, "link", "add", link, "type", "veth",
                "peer", "name", link, "netns", peer)  # fmt: skip
            run("ip", "-n", self.firewall, "link", "set", link, "address", MAC_FIREWALL)
            run("ip", "-n", peer, "link", "set", link, "address", MAC_PEER)
        for name in (self.client, self.firewall, self.server):
            with inside(name):
                for key in ("all", "default"):
                    _sysctl(f"ipv6/conf/{key}/accept_dad", "0")
                    _sysctl(f"ipv6/conf/{key}/dad_transmits", "0")
                    _sysctl(f"ipv6/conf/{key}/accept_ra", "0")
                    _sysctl(f"ipv4/conf/{key}/rp_filter", "0")
        self._addresses()
        self._sockets()

    def _addresses(self) -> None:
        commands = ["link set lo up"]
        for link, (four, six) in LINKS.items():
            commands += [
                f"link set {link} up",
                f"addr add {four} dev {link}",
                f"addr add {six} dev {link} nodad",
            ]
        for link, gateways in GATEWAY.items():
            commands += [f"neigh add {g} lladdr {MAC_PEER} dev {link}" for g in gateways]
        for family, link in ((0, "in0"), (1, "in0")):
            commands.append(f"route add default via {GATEWAY[link][family]} dev {link}")
        commands += [f"route add {BEHIND[4]} via {GATEWAY['out0'][0]}"]
        commands += [f"route add {BEHIND[6]} via {GATEWAY['out0'][1]}"]
        commands += [f"route add local {HOST[f]} dev lo" for f in (4, 6)]
        run("ip", "-n", self.firewall, "-batch", "-", stdin="\n".join(commands))
        client = ["link set lo up", *(f"link set {link} up" for link in CLIENT_LINKS)]
        run("ip", "-n", self.client, "-batch", "-", stdin="\n".join(client))
        four, six = GATEWAY["out0"]
        server = [
            "link set lo up", "link set out0 up", f"addr add {four}/30 dev out0",
            f"addr add {six}/64 dev out0 nodad",
            *(f"route add local {BEHIND[f]} dev lo" for f in (4, 6)),
        ]  # fmt: skip
        run("ip", "-n", self.server, "-batch", "-", stdin="\n".join(server))
        with inside(self.firewall):
            _sysctl("ipv4/ip_forward", "1")
            _sysctl("ipv6/conf/all/forwarding", "1")
            _sysctl("ipv4/icmp_ratelimit", "0")

    def _sockets(self) -> None:
        self.links = {}
        with inside(self.client):
            for link in CLIENT_LINKS:
                raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
                raw.bind((link, 0))
                self.links[link] = raw
                self.sockets.append(raw)
        self.listening: dict[socket.socket, str] = {}
        for place, name in (("input", self.firewall), ("forward", self.server)):
            with inside(name):
                for family, kind in ((4, socket.AF_INET), (6, socket.AF_INET6)):
                    for proto in PROTOCOLS[family]:
                        raw = socket.socket(kind, socket.SOCK_RAW, proto)
                        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
                        raw.setblocking(False)
                        self.listening[raw] = place
                        self.sockets.append(raw)
        with inside(self.firewall):
            self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
            self.sockets.append(self.netlink)
            self.nudge = {
                4: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW),
                6: socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_RAW),
            }
            self.sockets += self.nudge.values()

    def strict_tcp(self) -> None:
        """Make a TCP packet without a connection invalid, once connections are tracked."""
        with inside(self.firewall):
            _sysctl("netfilter/nf_conntrack_tcp_loose", "0")

    def in_firewall(self, *words: str, stdin: str | None = None) -> str:
        return run("ip", "netns", "exec", self.firewall, *words, stdin=stdin)

    def clear(self) -> None:
        self.in_firewall("nft", "flush", "ruleset")
        self.forget()

    def forget(self) -> None:
        """Delete every tracked connection (ctnetlink IPCTNL_MSG_CT_DELETE)."""
        body = struct.pack("=BBH", 0, 0, 0)
        head = struct.pack("=IHHII", 16 + len(body), (1 << 8) | 2, 0x1 | 0x4, 1, 0)
        self.netlink.send(head + body)
        answer = self.netlink.recv(4096)
        error = struct.unpack_from("=i", answer, 16)[0]
        if error:
            raise OSError(-error, "cannot delete tracked connections")

    def answering(self, packet: Packet) -> Packet:
        """Open the connection from the firewall's side, so that the packet answers it."""
        back = replace(
            packet, src=packet.dst, dst=packet.src, sport=packet.dport, dport=packet.sport
        )
        size = 4 if packet.family == 4 else 16
        goal = str(ipaddress.ip_address(packet.src.to_bytes(size, "big")))
        self.nudge[packet.family].sendto(frame(back, b"\0" * 8)[14:], (goal, 0))
        return replace(packet, ct=CT["established"])

    def send(self, packets: list[Packet]) -> list[str]:
        """Send packets; returns for each `input`, `forward` or `` (nothing arrived)."""
        numbers = {}
        for place, packet in enumerate(packets):
            self.counter += 1
            numbers[self.counter] = place
            self.links[packet.iif].send(frame(packet, struct.pack(">Q", self.counter)))
        arrived = [""] * len(packets)
        self._collect(numbers, arrived, 0.004)
        self.sent = (numbers, arrived)
        return arrived

    def wait(self) -> list[str]:
        """Wait longer for the packets sent last: a busy machine delivers late."""
        numbers, arrived = self.sent
        self._collect(numbers, arrived, 0.5)
        return arrived

    def _collect(self, numbers: dict[int, int], arrived: list[str], quiet: float) -> None:
        while True:
            ready, _, _ = select.select(list(self.listening), [], [], quiet)
            if not ready:
                return
            for found in ready:
                self._drain(found, numbers, arrived)

    def _drain(self, found: socket.socket, numbers: dict[int, int], arrived: list[str]) -> None:
        while True:
            try:
                data = found.recv(4096)
            except BlockingIOError:
                return
            place = numbers.get(int.from_bytes(data[-8:], "big"))
            if place is not None:
                arrived[place] = self.listening[found]


def _sysctl(name: str, value: str) -> None:
    with open(f"/proc/sys/net/{name}", "w") as handle:
        handle.write(value)


def _sum(data: bytes) -> int:
    total: int
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def transport(packet: Packet, pseudo: bytes, mark: bytes) -> bytes:
    if packet.proto == TCP:
        low = packet.flags & 0xFF
        head = struct.pack(">HHIIBBHHH", packet.sport, packet.dport, 1, 0, 5 << 4, low, 8192, 0, 0)
        body = head + mark
        return body[:16] + struct.pack(">H", _sum(pseudo + body)) + body[18:]
    if packet.proto == UDP:
        body = struct.pack(">HHHH", packet.sport, packet.dport, 8 + len(mark), 0) + mark
        return body[:6] + struct.pack(">H", _sum(pseudo + body) or 0xFFFF) + body[8:]
    if packet.proto in (ICMP, ICMPV6):
        body = struct.pack(">BBHHH", packet.itype, packet.icode, 0, packet.sport, 1) + mark
        over = body if packet.proto == ICMP else pseudo + body
        return body[:2] + struct.pack(">H", _sum(over)) + body[4:]
    return mark


def frame(packet: Packet, mark: bytes) -> bytes:
    size = len(transport(packet, b"", mark))
    if packet.family == 4:
        src, dst = packet.src.to_bytes(4, "big"), packet.dst.to_bytes(4, "big")
        pseudo = src + dst + struct.pack(">BBH", 0, packet.proto, size)
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + size, 1, 0, packet.ttl, packet.proto, 0)
        head = head[:10] + struct.pack(">H", _sum(head + src + dst)) + src + dst
        kind = 0x0800
    else:
        src, dst = packet.src.to_bytes(16, "big"), packet.dst.to_bytes(16, "big")
        pseudo = src + dst + struct.pack(">II", size, packet.proto)
        head = struct.pack(">IHBB", 6 << 28, size, packet.proto, packet.ttl) + src + dst
        kind = 0x86DD
    mac = bytes.fromhex((MAC_FIREWALL + MAC_PEER).replace(":", ""))
    return mac + struct.pack(">H", kind) + head + transport(packet, pseudo, mark)


def own(family: int) -> tuple[tuple[int, int], ...]:
    """Return the firewall's own addresses."""
    spans = list(address(HOST[family])[1])
    if family == 6:
        # The first address of an IPv6 prefix is the subnet-router anycast address (RFC 4291, 2.6.1),
        # which the kernel types so.
        spans = [(low + 1, high) for low, high in spans]
    spans += address("127.0.0.0/8" if family == 4 else "::1")[1]
    for link in LINKS.values():
        host = ipaddress.ip_interface(link[0 if family == 4 else 1]).ip
        spans.append((int(host), int(host)))
    return tuple(sorted(spans))


def is_behind(family: int, dst: int) -> bool:
    low, high = address(BEHIND[family])[1][0]
    return low <= dst <= high


def is_host(family: int, dst: int) -> bool:
    low, high = address(HOST[family])[1][0]
    return low <= dst <= high


def address_type(family: int, dst: int) -> int:
    """Return the type the firewall's routes give an address."""
    if not is_host(family, dst):
        return ADDRTYPE["unicast"]
    anycast = family == 6 and dst == address(HOST[6])[1][0][0]
    return ADDRTYPE["anycast" if anycast else "local"]
