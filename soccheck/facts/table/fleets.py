"""Facts of fleets: machines and local networks that are counted, not listed one by one."""

from __future__ import annotations

from soccheck.facts.fact import fact

# fmt: off
FACTS = (
    fact("fleet", "workstations.total", "int", "workstations in use", en="Workstations in use", vi="Máy trạm đang sử dụng"),
    fact("fleet", "workstations.installed", "int", "workstations on which antivirus is installed; whether it is licensed, on or up to date is not said", en="Workstations with antivirus installed", vi="Máy trạm đã cài đặt phần mềm phòng, chống mã độc"),
    fact("fleet", "workstations.licensed", "int", "workstations with licensed antivirus; whether it is on and up to date is not said", en="Workstations with licensed antivirus", vi="Máy trạm có phần mềm phòng, chống mã độc bản quyền"),
    fact("fleet", "workstations.protected", "int", "workstations with licensed antivirus, on and up to date", en="Workstations with licensed antivirus on and up to date", vi="Máy trạm có phần mềm phòng, chống mã độc bản quyền đang bật và được cập nhật"),
    fact("fleet", "workstations.central", "int", "workstations managed from the central antivirus console", en="Workstations managed from the antivirus console", vi="Máy trạm được quản trị phòng, chống mã độc tập trung"),
    fact("fleet", "workstations.edr", "int", "workstations with endpoint detection and response", en="Workstations with endpoint detection and response", vi="Máy trạm có EDR"),
    fact("fleet", "workstations.ipv6", "int", "workstations that reach the Internet over IPv6", en="Workstations that reach the Internet over IPv6", vi="Máy trạm truy cập Internet qua IPv6"),
    fact("fleet", "lans.total", "int", "local networks", en="Local networks", vi="Mạng LAN"),
    fact("fleet", "lans.firewalled", "int", "local networks behind a firewall", en="Local networks behind a firewall", vi="Mạng LAN có tường lửa"),
    fact("fleet", "lans.ips", "int", "local networks with intrusion prevention", en="Local networks with intrusion prevention", vi="Mạng LAN có hệ thống phát hiện, ngăn chặn xâm nhập"),
    fact("fleet", "workstations.installed_share", "share", "share of workstations on which antivirus is installed", en="Share of workstations with antivirus installed", vi="Tỷ lệ máy trạm đã cài đặt phần mềm phòng, chống mã độc"),
    fact("fleet", "workstations.licensed_share", "share", "share of workstations with licensed antivirus", en="Share of workstations with licensed antivirus", vi="Tỷ lệ máy trạm có phần mềm phòng, chống mã độc bản quyền"),
    fact("fleet", "workstations.protected_share", "share", "share of workstations with licensed antivirus, on and up to date", en="Share of workstations with licensed antivirus on and up to date", vi="Tỷ lệ máy trạm có phần mềm phòng, chống mã độc bản quyền đang bật và được cập nhật"),
    fact("fleet", "lans.firewalled_share", "share", "share of local networks behind a firewall", en="Share of local networks behind a firewall", vi="Tỷ lệ mạng LAN có tường lửa"),
    fact("fleet", "lans.ips_share", "share", "share of local networks with intrusion prevention", en="Share of local networks with intrusion prevention", vi="Tỷ lệ mạng LAN có hệ thống phát hiện, ngăn chặn xâm nhập"),
    fact("fleet", "lans.firewalls_installed", "bool", "the local networks have firewalls; on how many of them is not said"),
    fact("fleet", "lans.ips_installed", "bool", "the local networks have systems that detect and block unlawful access"),
    fact("fleet", "lans.data_safety_share", "share", "share of local networks with a data-safety system", en="Share of local networks with a data-safety system", vi="Tỷ lệ mạng LAN có hệ thống an toàn dữ liệu"),
)
