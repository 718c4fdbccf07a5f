"""How people say, in Vietnamese or in a spreadsheet, what the catalogue has a word for."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_SIGNS = "✓✔☑✗✘☒×+"
_QUOTES = "\"'`“”„‘’«»″′"


def tidy(text: str) -> str:
    """Return a text without what an office program adds: its quotes, blanks, full-width forms."""
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_DASHES)
    return re.sub(r"\s+", " ", text).strip().strip(_QUOTES).strip()


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
    "may chu": ("server", "servers"),
    "may tram": ("workstation",),
    "may tinh": ("workstation",),
    "pc": ("workstation",),
    "laptop": ("workstation",),
    "thiet bi": ("appliance",),
    "du thao": ("draft",),
    "dang xay dung": ("draft",),
    "da gui": ("submitted",),
    "da trinh": ("submitted",),
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
    "red hat": ("linux",),
    "cong khai": ("public",),
    "rieng": ("private",),
    "ca nhan": ("personal",),
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

GRADES = frozenset(("approved", "appraised", "submitted", "full", "partial", "none"))
"""Values of which one is better than another: words after the first may take it back."""
LESSENING = re.compile(
    r"\b(?:chua|khong|not?|never|mot phan|part(?:ly|ial)?|pending|planned|expired?|het han|du kien"
    r"|cho|dang|sap|below|under|duoi)\b"
)
"""Words that say that what stands beside them is not so, not wholly so or not yet so."""

KEYS: dict[str, str] = {
    "chu quan": "owner",
    "co quan": "organizations",
    "don vi": "organization",
    "to chuc": "organizations",
    "he thong": "systems",
    "he thong thong tin": "systems",
    "may chu": "hosts",
    "may tinh": "hosts",
    "may": "hosts",
    "thiet bi": "hosts",
    "mang": "networks",
    "tuong lua": "firewalls",
    "may tram": "fleets",
    "van ban": "documents",
    "tai lieu": "documents",
    "mien tru": "waivers",
    "so lieu": "claims",
    "ten": "name",
    "ten goi": "name",
    "ngay chot": "stated",
    "ngay ke khai": "stated",
    "loai": "type",
    "cap": "tier",
    "cap do": "dossier.proposed_level",
    "cap do de xuat": "dossier.proposed_level",
    "level": "dossier.proposed_level",
    "trang thai": "dossier.status",
    "status": "dossier.status",
    "don vi van hanh": "operator",
    "dia chi": "addresses",
    "dia chi ip": "addresses",
    "ip": "addresses",
    "address": "addresses",
    "vai tro": "role",
    "he dieu hanh": "os",
    "nguoi dung": "criteria.users",
    "so nguoi dung": "criteria.users",
    "quy che": "regulation",
    "phan mem diet vi rut": "antivirus",
    "diet virus": "antivirus",
    "hang": "vendor",
    "tieu de": "title",
    "so hieu": "number",
    "ngay": "date",
    "ngay ban hanh": "date",
    "co quan ban hanh": "issuer",
    "nguoi duyet": "approver",
    "ly do": "reason",
    "ngay het han": "expires",
    "het han": "expires",
    "department": "organization",
    "organisation": "organization",
    "organisations": "organizations",
    "servers": "hosts",
    "machines": "hosts",
    "computers": "hosts",
    "assets": "hosts",
    "units": "organizations",
    "pc": "fleets",
    "pcs": "fleets",
    "cai dat": "installed",
    "da cai dat": "installed",
    "san pham": "product",
    "phien ban": "version",
    "phone": "contact.telephone",
    "tel": "contact.telephone",
    "dien thoai": "contact.telephone",
    "so dien thoai": "contact.telephone",
    "thu dien tu": "contact.email",
    "mail": "contact.email",
    "thoi gian thuc": "realtime",
    "cap nhat": "signatures_updated",
    "ngay cap nhat": "signatures_updated",
    "tong": "total",
    "tong so": "total",
    "duoc bao ve": "protected",
    "ghi chu": "note",
    "vn": "vi",
    "tieng viet": "vi",
    "tieng anh": "en",
    "eng": "en",
}
"""Key as people say it -> the key, or the path to it."""

COUNTED = frozenset(
    ("machines", "computers", "pcs", "may", "may tinh", "may tram", "so may", "so luong", "number")
)
"""Keys under which people count the machines of a fleet."""
