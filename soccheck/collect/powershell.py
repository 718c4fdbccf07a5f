"""One PowerShell script a Windows machine, framed as the POSIX one is, so the same splitter reads it.

The script comes on standard input: neither cmd.exe, which cuts lines at 8,191 characters, nor whatever
shell sshd starts there reads it. Errors are told by type and category, which are not translated.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

from soccheck.probes.base import Ask

_START = (
    "$ProgressPreference='SilentlyContinue';&([scriptblock]::Create([Console]::In.ReadToEnd()))"
)
SHELL = "powershell -NoProfile -NonInteractive -EncodedCommand " + base64.b64encode(
    _START.encode("utf-16-le")
).decode("ascii")

_PROLOGUE = """\
$M='%s'
$ErrorActionPreference='Stop'
[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding $false
[System.Threading.Thread]::CurrentThread.CurrentCulture='en-US'
function b($n){$t="`n$M begin $n`n";[Console]::Out.Write($t);[Console]::Error.Write($t)}
function e($n,$s){[Console]::Out.Write("`n$M end $n $s`n")}
function q($n,$l,$f){
b $n
try{$o=(& $f | Out-String -Width 4096)}
catch{
if($_.Exception -is [System.Management.Automation.CommandNotFoundException]){e $n 'absent';return}
$x=$_.Exception;[Console]::Error.Write("$($_.CategoryInfo.Category) $($x.GetType().FullName) $($x.HResult)")
e $n 1;return}
if($o.Length -gt $l){[Console]::Out.Write($o.Substring(0,$l));return}
[Console]::Out.Write($o);e $n 0}
"""


def compose(asks: Sequence[Ask], marker: str) -> str:
    """Return the script that asks `asks`; `marker` must be a fresh secret of letters and digits."""
    if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", marker):
        raise AssertionError("the marker would not be safe in a script")
    lines = [_PROLOGUE % marker]
    lines += [f"q '{ask.name}' {ask.limit // 4} {{{ask.script}}}\n" for ask in asks]
    return "".join([*lines, "b 'done'\n"])
