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
$Marker = '%s'
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false
[System.Threading.Thread]::CurrentThread.CurrentCulture = 'en-US'

function Begin-Answer($name) {
    $line = "`n$Marker begin $name`n"
    [Console]::Out.Write($line)
    [Console]::Error.Write($line)
}

function End-Answer($name, $status) {
    [Console]::Out.Write("`n$Marker end $name $status`n")
}

# Ask-Machine NAME LIMIT QUESTION: print what the machine answers, and how it ended; what is longer than
# the limit is cut, and then has no end.
function Ask-Machine($name, $limit, $question) {
    Begin-Answer $name
    try {
        $output = (& $question | Out-String -Width 4096)
    } catch {
        $fault = $_.Exception
        if ($fault -is [System.Management.Automation.CommandNotFoundException]) {
            End-Answer $name 'absent'
            return
        }
        [Console]::Error.Write("$($_.CategoryInfo.Category) $($fault.GetType().FullName) $($fault.HResult)")
        End-Answer $name 1
        return
    }
    if ($output.Length -gt $limit) {
        [Console]::Out.Write($output.Substring(0, $limit))
        return
    }
    [Console]::Out.Write($output)
    End-Answer $name 0
}
"""


def compose(asks: Sequence[Ask], marker: str) -> str:
    """Return the script that asks `asks`; `marker` must be a fresh secret of letters and digits."""
    if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", marker):
        raise AssertionError("the marker would not be safe in a script")
    lines = [_PROLOGUE % marker]
    lines += [f"Ask-Machine '{ask.name}' {ask.limit // 4} {{{ask.script}}}\n" for ask in asks]
    return "".join([*lines, "Begin-Answer 'done'\n"])
