"""How people say, in Vietnamese or in a spreadsheet, what the catalogue has a word for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_SIGNS = "✓✔☑✗✘☒×+"
_QUOTES = "\"'`“”„‘’«»″′"


_RAISED = "\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc-\u00be\u2070-\u209c\u2150-\u215e\u2189\u2460-\u24ea"
"""Raised and lowered letters and digits, fractions, and numbers in circles."""
_OTHERS = re.compile(f"[^{_RAISED}]+")


def raised(text: str) -> bool:
    """Return whether a sign stands in a text that is more than the digits in it: 12² is not 122."""
    return re.search(f"[{_RAISED}]", text) is not None


def digits(text: str) -> str:
    """Return a text with the digits in place of the letters that are typed for them: l0O is 100."""
    return text.translate(_LIKE_DIGITS)


_LIKE_DIGITS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})


def tidy(text: str) -> str:
    """Return a text without what an office program adds: its quotes, blanks, full-width forms."""
    whole = text.translate(_INVISIBLE)
    text = _OTHERS.sub(lambda part: unicodedata.normalize("NFKC", part[0]), whole)
    return re.sub(r"\s+", " ", text.translate(_DASHES)).strip().strip(_QUOTES).strip()


@lru_cache(maxsize=10_000)
def plain(text: str, keep: str = " ") -> str:
    """Return a text in small letters without marks, one blank for all that parts its words but `keep`."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", tidy(text))
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(rf"[^a-z0-9{_SIGNS}{re.escape(keep)}]+", " ", bare).strip()


YES = frozenset(
    (
        *("da cai", "da cai dat", "da trien khai", "da thuc hien", "da trang bi", "da ket noi"),
        *(
            "co",
            "co roi",
            "da co",
            "roi",
            "dung",
            "da",
            "bat",
            "da bat",
            "dang bat",
            "dat",
            "da dat",
        ),
        *(
            "dang chay",
            "hoat dong",
            "day du",
            "✓",
            "✔",
            "☑",
            "yes",
            "y",
            "on",
            "true",
            "enabled",
            "ok",
        ),
    )
)
NO = frozenset(
    (
        *("khong", "khong co", "ko", "k", "chua", "chua co", "chua bat", "chua cai", "chua dat"),
        *("chua cai dat", "chua trien khai", "chua thuc hien", "chua trang bi", "chua ket noi"),
        *("khong dat", "khong chay", "sai", "tat", "da tat", "da go", "✗", "✘", "☒", "×"),
        *("no", "n", "off", "false", "disabled"),
    )
)
SIGNS = frozenset(("x", "v", "+", "1", "0"))
"""Signs that one sheet means as yes and another as no, or counts with."""
NOT_KNOWN = frozenset(
    (
        *("chua ro", "khong ro", "chua biet", "khong biet", "chua xac dinh", "chua co so lieu"),
        *("dang cap nhat", "n a", "na", "unknown", "not known", "tbd", "tba", "nil"),
        *("ref", "value", "name", "div 0", "num"),  # a spreadsheet's #REF!, #VALUE!, #DIV/0!
        "",  # a dash, a question mark, dots
    )
)
"""What stands for yes, no and nothing known, as `plain` has it."""

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}

UNITS = {
    **dict.fromkeys(("d", "day", "days", "ngay"), "d"),
    **dict.fromkeys(("h", "hour", "hours", "hr", "hrs", "gio", "tieng"), "h"),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "phut", "p", "ph"), "min"),
    **dict.fromkeys(("w", "week", "weeks", "tuan"), "w"),
    **dict.fromkeys(("mo", "month", "months", "thang"), "mo"),
    **dict.fromkeys(("y", "year", "years", "nam"), "y"),
}
"""Units of time as they are said -> as they are written."""

ENUMS: dict[str, tuple[str, ...]] = {
    "may chu": ("server", "servers", "host"),
    "he thong": ("system",),
    "tuong lua": ("firewall",),
    "mang": ("network",),
    "don vi": ("organization",),
    "co quan": ("organization",),
    "cao": ("high",),
    "trung binh": ("medium",),
    "thap": ("low",),
    "nghiem trong": ("serious", "critical"),
    "tieng viet": ("vi",),
    "vietnamese": ("vi",),
    "tieng anh": ("en",),
    "english": ("en",),
    "may tram": ("workstation",),
    "may tinh": ("workstation",),
    "pc": ("workstation",),
    "laptop": ("workstation",),
    "thiet bi": ("appliance",),
    "du thao": ("draft",),
    "dang xay dung": ("draft",),
    "da gui": ("submitted",),
    "da trinh": ("submitted",),
    "dang trinh": ("submitted",),
    "dang tham dinh": ("submitted",),
    "cho tham dinh": ("submitted",),
    "cho phe duyet": ("appraised",),
    "da tham dinh": ("appraised",),
    "tham dinh": ("appraised",),
    "da phe duyet": ("approved",),
    "phe duyet": ("approved",),
    "da duyet": ("approved",),
    "trung uong": ("central",),
    "tinh": ("province",),
    "cap tinh": ("province",),
    "thanh pho": ("province",),
    "huyen": ("district",),
    "cap huyen": ("district",),
    "xa": ("commune",),
    "phuong": ("commune",),
    "cap xa": ("commune",),
    "uy ban": ("committee",),
    "ubnd": ("committee",),
    "so": ("department",),
    "ban": ("department",),
    "van phong": ("office",),
    "trung tam": ("centre",),
    "center": ("centre",),
    "thanh tra": ("inspectorate",),
    "bo": ("ministry",),
    "dang": ("party",),
    "doanh nghiep": ("enterprise",),
    "khac": ("other",),
    "noi bo": ("lan",),
    "quan tri": ("management",),
    "khong day": ("wireless",),
    "wifi": ("wireless",),
    "wi fi": ("wireless",),
    "cho phep": ("allow",),
    "accept": ("allow",),
    "permit": ("allow",),
    "chan": ("deny",),
    "cam": ("deny",),
    "tu choi": ("deny",),
    "drop": ("deny",),
    "block": ("deny",),
    "fortigate": ("fortinet",),
    "mikrotik routeros": ("mikrotik",),
    "palo alto": ("paloalto",),
    "check point": ("checkpoint",),
    "windows server": ("windows",),
    "ubuntu": ("linux",),
    "debian": ("linux",),
    "centos": ("linux",),
    "rocky": ("linux",),
    "fedora": ("linux",),
    "freebsd": ("bsd",),
    "red hat": ("linux",),
    "cong khai": ("public",),
    "rieng": ("private",),
    "ca nhan": ("personal",),
    "nguoi dan doanh nghiep": ("citizens_businesses",),
    "nguoi dan va doanh nghiep": ("citizens_businesses",),
    "thuc chien": ("live_fire",),
    "dien tap thuc chien": ("live_fire",),
    "mo phong": ("table_top",),
    "bi mat nha nuoc": ("state_secret",),
    "mot phan": ("partial",),
    "toan trinh": ("4",),
    "day du": ("full",),
    "khong": ("none",),
    "khong co": ("none",),
    "chua": ("none",),
    "tu dau tu": ("own",),
    "thue": ("rented",),
    "dam may": ("cloud",),
    "trung tam du lieu": ("data_centre",),
    "data center": ("data_centre",),
    "phong may chu": ("server_room",),
    "cong thong tin": ("portal",),
    "dich vu cong": ("public_service",),
    "thu dien tu": ("mail",),
    "i": ("1",),
    "ii": ("2",),
    "iii": ("3",),
    "iv": ("4",),
    "v": ("5",),
    "mot": ("1",),
    "hai": ("2",),
    "ba": ("3",),
    "bon": ("4",),
    "nam": ("5",),
}
"""Word as people say it -> the values it may mean."""

WORDS_BESIDE = frozenset(
    (
        *(
            "cap",
            "do",
            "muc",
            "level",
            "tier",
            "la",
            "loai",
            "type",
            "so",
            "httt",
            "attt",
            "dvc",
            "du",
            "lieu",
        ),
        *("all", "any", "tat", "ca", "het", "moi"),
    )
)
"""Words that change nothing of a value they stand beside; any other may take it back."""
PRODUCT_WORDS = frozenset(
    (
        *("server", "pro", "professional", "enterprise", "standard", "datacenter", "home", "lts"),
        *("edition", "ultimate", "education", "core", "gnu", "os", "hdh", "linux", "la", "bit"),
        *(
            "asa",
            "ios",
            "xe",
            "firepower",
            "ftd",
            "srx",
            "routeros",
            "ccr",
            "pa",
            "xg",
            "xgs",
            "ce",
        ),
        *("plus", "firewall", "utm", "ngfw", "series", "model", "version", "phien", "ban"),
    )
)
"""Words that name an edition or a model beside a product, which a word with a digit does as well."""
QUALIFYING = re.compile(r"[?*~<>≤≥≈±#%^]|\.\.")
"""Signs beside a value that say that there is more to say."""
