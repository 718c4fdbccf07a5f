"""What people meant who wrote one of several values otherwise."""

from __future__ import annotations

from soccheck.facts import meant

LEVELS = ("1", "2", "3", "4", "5")
STATUSES = ("draft", "submitted", "appraised", "approved")
SYSTEMS = ("linux", "windows", "bsd", "other")
SIDES = ("deny", "allow")
CHOSEN = {
    LEVELS: {
        "3": ["III", "cấp 3", "Cấp độ 3", "level III", "Level-3", "cấp 03", "cấp độ ba", "３"],
        None: ["phấn đấu cấp 4", "xin cấp 4", "cấp 4*", "cấp 3 hoặc 4", "gần cấp 4", "3 (tạm)",
               "3.5", "chưa đạt mức 4", "từ cấp 3", "~3", "cấp 3?"],
    },
    STATUSES: {
        "approved": ["Đã phê duyệt", "APPROVED", "phê duyệt"],
        "appraised": ["chờ phê duyệt"],
        None: ["approved in part", "approved, pending signature", "approved (expired)",
               "approved?", "approved*", "approved but", "Đã phê duyệt một phần", "submitted soon",
               "chưa phê duyệt", "not approved", "đang phê duyệt", "sắp gửi", "rejected"],
    },
    SYSTEMS: {
        "windows": ["Windows Server 2019", "Windows 10 Pro", "WindowsServer"],
        "linux": ["ubuntu 22.04 LTS", "Red Hat Enterprise Linux 8", "CentOS Linux 7"],
        None: ["Windows/Linux", "linux và windows", "not windows", "Windows (sắp bỏ)"],
    },
    SIDES: {
        "deny": ["chặn tất cả", "deny all", "DROP"],
        None: ["deny except admin", "allow some", "deny/allow", "mostly deny", "không chặn"],
    },
    ("fortinet", "cisco", "windows"): {
        "fortinet": ["FortiGate 100F"],
        "cisco": ["Cisco ASA 5506-X"],
        None: ["thay Cisco bằng Fortinet"],
    },
}  # fmt: skip


def test_a_choice_is_meant_where_every_word_beside_it_is_known() -> None:
    """A word that nobody knows may take it back: then nothing is told to be written."""
    for choices, told in CHOSEN.items():
        for choice, typed in told.items():
            assert {one: meant.written("enum", one, choices) for one in typed} == dict.fromkeys(
                typed, choice
            )
