"""What looks like a secret: refused in a file that somebody wrote, masked in a machine's configuration."""

from __future__ import annotations

import re
import unicodedata

from soccheck.phrase import Phrase, phrase

_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\$(?:1|2[aby]|5|6|y|argon2id?)\$[./A-Za-z0-9=,$]{8}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30}|\bglpat-[A-Za-z0-9_-]{20}"
    r"|\bxox[abpr]-[A-Za-z0-9-]{10}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\."
    r"|\b(?i:passw(?:or)?d|passphrase|mật khẩu)\s*[:=]\s*\S"
    r"|://[^/\s:@]*:[^/\s:@]+@|PuTTY-User-Key-File|\bsshpass\s+-p\s*\S|\$ANSIBLE_VAULT;"
)
_PASSWORD = (
    r"(?:passw(?:or)?d|passwd|passphrase|pass|pwd|pw|mật khẩu|mat khau|matkhau|mk|(?:snmp )?community"
    r"|(?:khóa|khoá|mã) (?:api|bí mật|truy cập)|(?:api|access|secret)[ _-]?key)"
)
_WHOSE = (
    r"(?:admin|administrator|root|user|sa|quản trị(?: viên)?|quan tri|wifi|wi-fi|của|of|for"
    r"|máy(?: chủ)?|server|ssh|tài khoản|account|đăng nhập|login|mặc định|default|hệ thống|chung|là|is"
    r"|cũ|mới)"
)
_LIKE_ONE = r"(?=[^\s/]*[^\W\d_])(?=[^\s/]*[0-9@#$!%&*^])[^\s/,;()]{5,}"
"""Letters with digits or signs among them: no word, and no number of a document."""
_TOLD = re.compile(
    rf"\b{_PASSWORD}\b(?:\s+{_WHOSE})*\s*(?:[:=]\s*)?(?<![\w.-]){_LIKE_ONE}"
    rf"|\b{_PASSWORD}\b(?:\s+{_WHOSE})*\s*(?:[:=]|(?<=\slà)|(?<=\sis))\s*[0-9]{{6,}}\b"
    rf"|\bmã pin\s*[:=]?\s*[0-9]{{4,}}"
    rf"|\b(?:user(?:name)?|tài khoản|tai khoan|tk|account|acc|login)\b\s*(?:/\s*{_PASSWORD}\s*)?[:=]?\s*"
    rf"[\w.-]+\s*/\s*(?=[^\s/]*[@#$!%&*^]){_LIKE_ONE}",
    re.IGNORECASE,
)
"""A password as people tell each other: mật khẩu admin: ..., pass ..., tài khoản admin/..."""
_WORDS = (
    *("pass", "pw", "khẩu", "khau", "mk", "community", "api", "key", "khóa", "khoá", "mã", "user"),
    *("acc", "tài khoản", "tai khoan", "tk", "login"),
)
"""One of these stands in whatever `_TOLD` matches: most texts have none."""
_SECRET_KEY = re.compile(
    r"(?i)(?:.*[_-])?(?:passw(?:or)?d|pwd|passphrase|secret|token|(?:api|private|access|secret)[_-]?key|credentials?"
    r"|community|m[aậ]t[ _-]?kh[aẩ]u)(?:[_-](?:hash|value))?\Z"
)

_QUOTED = r'(?:"(?:[^"\\]|\\.)*"|\S+)'
_NAMES = (
    "password|passwd|phash|secret|psksecret|pre-shared-key|preshared-key|psk|passphrase|key-string"
    "|authentication-key|privacy-key|encrypted-password|plain-text-password|private-key|ascii-text|hexadecimal"
    "|auth-pwd|priv-pwd|wpa2?-pre-shared-key|ppk-secret|shared-key"
)
_TYPES = r"(?:(?:ENC|level|[0-9]{1,3}|ascii-text|hexadecimal|md5|sha[0-9]*)[ \t]+)*"
_NO_SECRET = (
    r"(?![\]\[{};]+(?:\s|\Z)|(?:(?:minimum|maximum)-[a-z-]+[ \t]+[0-9]+|change-type[ \t]+[a-z-]+"
    r"|format[ \t]+(?:des|md5|sha[0-9]+)|encryption[ \t]+aes)[ \t]*$)"
)
"""What follows such a name and is none: the end of a list of methods, rules that Junos has for passwords, and
Cisco's word that they are encrypted."""
_NO_KEY = r"(?!(?:burst|iburst|maxpoll|minpoll|prefer|source|version)\b)"
"""What follows the number of a key of time servers and is none."""
_CONFIGURED = (
    re.compile(
        rf"\b({_NAMES})((?:[ \t]*=[ \t]*|[ \t]+){_TYPES}){_NO_SECRET}{_QUOTED}",
        re.IGNORECASE | re.MULTILINE,
    ),
    re.compile(
        r"\b(key|md5|sha)([ \t]+[0-9]{1,2}[ \t]+(?:(?:key|secret|md5|sha[0-9]*)[ \t]+)?)"
        rf"{_NO_KEY}{_QUOTED}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(isakmp key)([ \t]+){_QUOTED}", re.IGNORECASE),
    re.compile(rf"\b(ENC)([ \t]+){_QUOTED}"),
    # Of SNMP alone: routes have communities, too, and those are no secret.
    re.compile(
        rf"\b(snmp(?:-server)?\b[^\n]{{0,200}}?[ \t]community)([ \t]+{_TYPES}){_QUOTED}",
        re.IGNORECASE,
    ),
    re.compile(r"^([ \t]*community)([ \t]+)[^\s{;]+(?=[ \t]*\{)", re.MULTILINE),
)
"""How configurations of network devices state a secret: what stands before it, twice, and the secret."""
_ELEMENT = re.compile(
    r"(<((?:[\w.-]*(?:(?<!by)pass|passwd|password|passphrase|pwd|bindpw|secret|psk|key|(?<!lagg)[_-]?hash|community(?:-string)?|token|oinkcode"
    r"|etpro_?code|oincmastercode|initsecret|motppin)(?:again|enc|input|[0-9])?|prv|tls|(?:auth|proxy)_?user|authorizedkeys"
    r"|tlspsk\w*|md5sig\w*))(?:\s[^<>]*)?>)(?!(?:pass|rule|yes|no|on|off|none)</)(?:<!\[CDATA\[.*?\]\]>|[^<])+(?=</\2\s*>)",
    re.IGNORECASE | re.DOTALL,
)
"""How a configuration in XML states a secret: the names that pfSense's status.php takes out, and PAN-OS's.

What a port forward of OPNsense may `pass` is no password, nor is it one whether an export has one.
"""
_ENCRYPTED = re.compile(r"-AQ==[\w+/=]+")
"""How PAN-OS writes a secret that it encrypted, in whichever form it shows its configuration."""
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL
)


def in_text(text: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a text that holds a secret, and what to do; nothing where it holds none."""
    composed = unicodedata.normalize("NFC", text)
    small = composed.lower()
    told = any(word in small for word in _WORDS) and _TOLD.search(composed)
    if not told and not _SECRET.search(composed):
        return None
    return (
        phrase("this looks like a secret, which must not stand in this file"),
        phrase("remove it, and change the secret: git keeps it. Name where it is kept instead"),
    )


def in_key(key: str) -> tuple[Phrase, Phrase] | None:
    """Return what is wrong with a key under which a secret would stand, and what to do."""
    if not _SECRET_KEY.match(unicodedata.normalize("NFC", key)):
        return None
    return (
        phrase("{text} looks like a secret, which must not stand in this file", text=repr(key)),
        phrase(
            "remove it, and change the secret: git keeps it. An inventory needs none; soccheck.yaml "
            "only names where it is, by its keys that end in _file or _variable"
        ),
    )


def masked(text: str) -> str:
    """Return a device's configuration with what looks like a secret replaced by three stars."""
    text = _KEY_BLOCK.sub("-----PRIVATE KEY REMOVED-----", text)
    text = _ENCRYPTED.sub("***", _ELEMENT.sub(r"\1***", text))
    if text.lstrip().startswith("<"):
        return text  # what ends a secret there is its element: the next word may be markup
    for pattern in _CONFIGURED:
        text = pattern.sub(r"\1\2***", text)
    return text
