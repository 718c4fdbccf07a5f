"""What ssh stops at in an ssh_config, whatever the block it stands in: a value that is none of its keyword's.

The keywords are those of OpenSSH 10.0, and of the GSSAPI patches of Debian and Red Hat. A value is written
here with a line feed between its words. NOTE: of the addresses and ports of `LocalForward` and its like, and
of the paths of sockets, which change nothing here, no more is looked at than how they end.

Source: readconf.c of OpenSSH 9.2 and 10.0; tried with `ssh -G`.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence

_WORD = "[^\n]+"
_WORDS = rf"{_WORD}(?:\n{_WORD})*"
_FLAG = "yes|no|true|false"
_TIME = r"(?:[0-9]{1,9}[smhdw]){0,5}(?:[0-9]{1,9}[smhdw]?)"
_NUMBER = r"0*[0-9]{1,9}"
_END = r"(?:(?:[^\n]*:)?[0-9]{1,5}|[^\n]*/[^\n]*|[^\n]+:[a-z*][\w-]*)"
_PORT = "0*(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})"
_HOP = rf"(?-i:ssh://)?(?:[^/,\s]+@)?(?:\[[^\]/,\s]+\]|[^\[\]:@/,\s]+)(?::{_PORT})?/?"
_TOS = "none|af[1-4][1-3]|cs[0-7]|ef|le|lowdelay|throughput|reliability|0x[0-9a-f]{1,2}|[0-9]{1,3}"
_NONE_OR_WORDS = rf"none|(?!none\n){_WORD}(?:\n(?!none(?:\n|\Z)){_WORD})*"


def _listed(names: str) -> str:
    """Return the form of a list of algorithms: of these, or taken from the usual ones."""
    return rf"(?-i:-{_WORD}|[+^]?(?:{names})(?:,(?:{names}))*)"


_KEYS = _listed(
    r"(?i:(?:ed25519|rsa|dsa|ecdsa)(?:-sk)?)|!?[\w@.-]*[*?][\w@.*?-]*"
    r"|(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-nistp(?:256|384|521)"
    r"|rsa-sha2-(?:256|512))(?:-cert-v01@openssh\.com)?"
    r"|(?:webauthn-)?sk-(?:ssh-ed25519|ecdsa-sha2-nistp256)(?:-cert-v01)?@openssh\.com"
)
_CIPHERS = _listed(
    r"3des-cbc|aes(?:128|192|256)-(?:cbc|ctr)|aes(?:128|256)-gcm@openssh\.com"
    r"|chacha20-poly1305@openssh\.com|rijndael-cbc@lysator\.liu\.se"
)
_MACS = _listed(
    r"hmac-(?:sha1|sha1-96|sha2-256|sha2-512|md5|md5-96)(?:-etm@openssh\.com)?"
    r"|umac-(?:64|128)(?:-etm)?@openssh\.com"
)
_EXCHANGES = _listed(
    r"diffie-hellman-group(?:1-sha1|14-sha1|14-sha256|16-sha512|18-sha512)"
    r"|diffie-hellman-group-exchange-sha(?:1|256)|ecdh-sha2-nistp(?:256|384|521)"
    r"|curve25519-sha256(?:@libssh\.org)?|sntrup761x25519-sha512(?:@openssh\.com)?"
    r"|mlkem(?:768x25519|768nistp256)-sha256|mlkem1024nistp384-sha384|gss-[\w=+/-]+"
)
_GSS = "gss-(?:gex-sha1|group1-sha1|group14-sha(?:1|256)|group16-sha512|nistp256-sha256|curve25519-sha256)-"
_FORMS = {
    _FLAG: "batchmode canonicalizefallbacklocal challengeresponseauthentication checkhostip"
    " clearallforwardings dsaauthentication enableescapecommandline enablesshkeysign"
    " exitonforwardfailure forkafterauthentication forwardx11 forwardx11trusted gatewayports"
    " gssapiauthentication gssapidelegatecredentials gssapikeyexchange gssapirenewalforcesrekey"
    " gssapitrustdns hashknownhosts hostbasedauthentication identitiesonly"
    " kbdinteractiveauthentication keepalive nohostauthenticationforlocalhost"
    " passwordauthentication permitlocalcommand proxyusefdpass skeyauthentication stdinnull"
    " streamlocalbindunlink tcpkeepalive tisauthentication visualhostkey",
    f"{_FLAG}|ask": "updatehostkeys verifyhostkeydns",
    f"{_FLAG}|ask|off|accept-new": "stricthostkeychecking",
    f"{_FLAG}|ask|confirm|confirm\n{_TIME}|{_TIME}": "addkeystoagent",
    f"{_FLAG}|ask|auto|autoask": "controlmaster",
    f"(?-i:{_FLAG})|{_TIME}": "controlpersist",
    f"{_FLAG}|force|auto": "requesttty",
    f"{_FLAG}|ethernet|point-to-point": "tunnel",
    f"{_FLAG}|always": "canonicalizehostname",
    f"{_FLAG}|unbound|host-bound": "pubkeyauthentication",
    f"{_FLAG}|interval:(?:1000|0*[1-9][0-9]{{0,2}})": "obscurekeystroketiming",
    "yes|no": "compression",
    "none|subsystem|default": "sessiontype",
    "any|inet|inet6": "addressfamily",
    "quiet|fatal|error|info|verbose|debug[123]?": "loglevel",
    "daemon|user|auth|authpriv|local[0-7]": "syslogfacility",
    "md5|sha1|ripemd160|sha256|sha384|sha512": "fingerprinthash",
    f"none|{_TIME}": "connecttimeout forwardx11timeout serveraliveinterval",
    rf"(?:default|0|[0-9]{{2,15}}|[0-9]{{1,9}}[kmg])(?:\n(?:none|{_TIME}))?": "rekeylimit",
    "0*[1-9][0-9]{0,8}": "connectionattempts",
    _NUMBER: "canonicalizemaxdots numberofpasswordprompts requiredrsasize serveralivecountmax",
    r"0*[0-7]{1,3}(?![0-7])[^\n]*": "streamlocalbindmask",
    r"none|\^?[^\n]": "escapechar",
    f"(?:{_TOS})(?:\n(?:{_TOS}))?": "ipqos",
    "(?:any|[0-9]{1,9})(?::(?:any|[0-9]{1,9}))?": "tunneldevice",
    _END: "dynamicforward",
    f"{_END}\n{_END}": "localforward",
    f"{_END}(?:\n{_END})?": "remoteforward",
    _CIPHERS: "ciphers",
    _MACS: "macs",
    _EXCHANGES: "kexalgorithms",
    rf"(?-i:{_GSS}(?:,{_GSS})*)": "gssapikexalgorithms",
    _KEYS: "casignaturealgorithms hostbasedacceptedalgorithms hostbasedkeytypes hostkeyalgorithms"
    " pubkeyacceptedalgorithms pubkeyacceptedkeytypes",
    r"[^\n=]+(?:\n[^\n=]+)*": "sendenv",
    r"[^\n]*=[^\n]*(?:\n[^\n]*=[^\n]*)*": "setenv",
    r"\w[\w.-]*(?:\n\w[\w.-]*)*": "canonicaldomains",
    r"none|(?:\*|[^\n]*:[^\n]+)(?:\n(?:\*|[^\n]*:[^\n]+))*": "canonicalizepermittedcnames",
    r"any|none|[^\n]+:(?:\*|[\w-]+)(?:\n[^\n]+:(?:\*|[\w-]+))*": "permitremoteopen",
    r"none|[^\n=]+=[^\n]+(?:\n[^\n=]+=[^\n]+)*": "channeltimeout",
    _WORD: "bindaddress bindinterface certificatefile controlpath forwardagent"
    " gssapiclientidentity gssapiserveridentity hostkeyalias hostname"
    " identityagent identityfile identityfile2 ignoreunknown kbdinteractivedevices pkcs11provider"
    " port preferredauthentications revokedhostkeys securitykeyprovider smartcarddevice tag user"
    " xauthlocation",
    _NONE_OR_WORDS: "globalknownhostsfile logverbose userknownhostsfile",
    f"{_HOP}(?:,{_HOP})*(?:\n(?s:.*))?": "proxyjump",
    "(?s:.*)": "afstokenpassing cipher compressionlevel fallbacktorsh"
    " globalknownhostsfile2 host include kerberosauthentication kerberostgtpassing"
    " knownhostscommand localcommand match protocol proxycommand"
    " remotecommand rhostsauthentication rhostsrsaauthentication rsaauthentication"
    " useprivilegedport userknownhostsfile2 useroaming usersh versionaddendum",
}
_KNOWN = {
    keyword: re.compile(form, re.IGNORECASE)
    for form, keywords in _FORMS.items()
    for keyword in keywords.split()
}


def is_known(keyword: str) -> bool:
    """Return whether ssh knows a keyword, written in small letters."""
    return keyword in _KNOWN


def stops(keyword: str, words: Sequence[str]) -> bool:
    """Return whether ssh stops reading at a value of a keyword it knows."""
    form = _KNOWN.get(keyword)
    if form is None:
        return False
    if keyword == "port" and len(words) == 1:
        return not _is_port(words[0])
    return form.fullmatch("\n".join(words)) is None


def _is_port(word: str) -> bool:
    if word.isascii() and word.isdecimal():
        return 0 < int(word) < 65536
    try:
        return bool(socket.getservbyname(word, "tcp"))
    except OSError:
        return False
