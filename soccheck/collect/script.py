"""One POSIX shell script a machine, and the splitting of its framed output.

Each answer stands between a `begin` and an `end` line that carry a marker nobody can guess: what a
machine prints cannot pass for the frame of another question. The script writes nothing and makes no
temporary files. A process is what costs a machine most, so the shell does itself what it can, and
nothing bounds an answer at first; only when all of them together outgrew what we read are they asked
again, `bounded`: one that outgrows its bound loses its `end` line, and so is known to be cut.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Iterable, Sequence

from soccheck.probes.base import KIB, Answer, Answers, Ask, Probe, ended, named
from soccheck.probes.shared import PROCESSES, TABLES

SECONDS = 20
"""How long one command may take on the machine."""
ERROR_LIMIT = 2 * KIB
"""How much of a command's standard error is kept."""
SHELL = "exec /bin/sh -s"
"""What is executed; the script itself comes on standard input, so no login shell reads it."""
_FILES = "files"
"""The frame of the files that are read for all questions at once."""

_PROLOGUE = """\
LC_ALL=C; LANGUAGE=C; export LC_ALL LANGUAGE
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin; export PATH
unset ENV BASH_ENV CDPATH GREP_OPTIONS IFS
T=; command -v timeout >/dev/null 2>&1 && T='timeout {seconds}'
R=; [ -O / ] || R='sudo -n'
N='
'
O= K= F=
b() {{ printf '%s\n%s begin %s\n' "$O" "$M" "$1"; O=; printf '\n%s begin %s\n' "$M" "$1" >&2; }}
d() {{ printf '\n%s end %s %s\n' "$M" "$1" "$2"; }}
e() {{ O="$N$M end $1 $2$N"; }}
a() {{ O="$O$N$M begin $1$N$N$M end $1 ${{2-absent}}$N"; }}
x() {{ while [ $# != 0 ]; do [ -e "$1" ] && return; shift; done; return 1; }}
y() {{
[ -e "${{1%/*}}" ] || return 0
while [ $# != 0 ]; do [ -e "$1" ] && {{ [ ! -r "$1" ] || read -r x <"$1"; }} && return; shift; done
return 1
}}
u() {{ case $K in *'"family": "ip'*) ;; *'{{"nftables": ['*) y {tables};; esac; }}
q() {{
n=$1 l=$2 p=$3 s=$4 t=$5; shift 5
if [ -n "$p" ] && ! x $p; then a "$n"; return; fi
if ! command -v "$1" >/dev/null 2>&1; then a "$n"; return; fi
if [ -n "$s" ] && ! command -v sudo >/dev/null 2>&1; then a "$n" nosudo; return; fi
b "$n"
if [ "$l" = 0 ]; then $t $s "$@" </dev/null; e "$n" $?; return; fi
if [ "$l" != K ]; then {{ $t $s "$@" </dev/null; d "$n" $?; }} | head -c "$l"; return; fi
K=$($t $s "$@" </dev/null); r=$?
printf %s "${{K:+$K$N}}"; e "$n" $r; [ $r = 0 ] || K=
}}
"""


def asks_of(probes: Iterable[Probe]) -> list[Ask]:
    """Return the questions of several probes, each once."""
    return list({ask.name: ask for probe in probes for ask in probe.asks}.values())


def compose(asks: Sequence[Ask], marker: str, *, bounded: bool = False) -> str:
    """Return the script that asks `asks`; `marker` must be a fresh secret of letters and digits."""
    if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", marker):
        raise AssertionError("the marker would not be safe in a shell")
    return f"M={marker}\n{_composed(tuple(asks), bounded)}"


@functools.cache
def _composed(asks: tuple[Ask, ...], bounded: bool) -> str:
    prologue = _PROLOGUE.format(seconds=SECONDS, tables=" ".join(TABLES))
    files = " ".join(file for ask in _reading(asks) for file in ask.files)
    # A process costs far more than what it reads: one reads the files of all questions.
    read = f'F=$({named(files)})$N\nb {_FILES}; printf %s "$F"; e {_FILES} 0\n'
    questions = (_guarded(ask, _question(ask, bounded)) for ask in asks)
    return prologue + (read if files else "") + "".join(questions) + "b done\n"


def _reading(asks: Iterable[Ask]) -> list[Ask]:
    """Return the questions that read files: first what runs, as other questions depend on it."""
    found = [ask for ask in asks if ask.files and ask.name != PROCESSES.name]
    first = any(ask.running or ask.name == PROCESSES.name for ask in asks)
    return [PROCESSES, *found] if first else found


def _question(ask: Ask, bounded: bool) -> str:
    # The line that ends the answer needs room as well; 0 is no bound.
    room = ask.limit + len(ask.name) + 96 if bounded and not ask.small else 0
    if not ask.script and not ask.argv:
        return f"a {ask.name} 0\n"
    if ask.script:
        # A function needs no process of its own, as a subshell does.
        body = "s </dev/null; {} {} $?"
        bound = f"{{ {body.format('d', ask.name)}; }} | head -c {room}"
        body = bound if room else body.format("e", ask.name)
        return f"s() {{ {ask.script}\n}}\nb {ask.name}; {body}\n"
    path = shlex.quote(ask.path)
    root, slow = ('"$R"' if ask.root else "''"), ('"$T"' if ask.slow else "''")
    how = "K" if ask.kept and not room else room
    return f"q {ask.name} {how} {path} {root} {slow} {shlex.join(ask.argv)}\n"


def _guarded(ask: Ask, question: str) -> str:
    """Return the question, asked only while what it is about is there, as far as the shell can see."""
    guards = []
    if ask.filled:
        # Only root may read these files: who may not has to ask.
        guards.append(f"y {ask.filled}")
    if ask.xtables:
        guards.append("u")
    if ask.running:
        guards.append(f'case $F in *:{shlex.quote(ask.running)}"$N"*) ;; *) false;; esac')
    if not guards:
        return question
    return f"if {' && '.join(guards)}; then\n{question}else a {ask.name}; fi\n"


def split(asks: Sequence[Ask], marker: str, output: bytes, error: bytes, cause: str) -> Answers:
    """Return the answer to every question; `cause` is why the output may break off (`lost`, `timeout`...).

    A question without its frame is not answered; one whose frame does not close was cut.
    """
    said = _sections(marker, output)
    errors = _sections(marker, error)
    whole = "done" in said
    answers = {}
    last = next(reversed(said), "")
    read = _parts(asks, _closed(marker, _FILES, said.get(_FILES, b""))[0])
    for ask in asks:
        body = said.get(ask.name)
        complaint = errors.get(ask.name, b"")[:ERROR_LIMIT].decode("utf-8", "replace").strip("\n")
        if body is None:
            answers[ask.name] = Answer(ask.command, "lost" if whole else cause, None, "", complaint)
            continue
        text, state, status = _closed(marker, ask.name, body)
        text = read.get(ask.name, b"") + text
        if state is None:
            cut = not whole and ask.name == last
            state = cause if cut else "too_large"
        elif len(text) > ask.limit:
            state = "too_large"
        elif status is not None:
            state = ended(status, complaint)
        said_text = text[: ask.limit].decode("utf-8", "replace")
        answers[ask.name] = Answer(ask.command, state, status, said_text, complaint)
    return answers


def finished(marker: str, output: bytes) -> bool:
    """Return whether the script came to its end."""
    return output.rstrip().endswith(f"\n{marker} begin done".encode())


def _sections(marker: str, raw: bytes) -> dict[str, bytes]:
    """Return what follows each `begin` line up to the next; of two of a name the first counts."""
    # NOTE: no pattern is compiled here: it would be a new one for every machine's marker.
    parts = (b"\n" + raw).split(f"\n{marker} begin ".encode())
    found: dict[str, bytes] = {}
    for part in parts[1:]:
        name, newline, body = part.partition(b"\n")
        if newline:
            found.setdefault(name.decode("ascii", "replace"), body)
    return found


def _parts(asks: Iterable[Ask], text: bytes) -> dict[str, bytes]:
    """Return each question's part of the files that were read for all, in the order of the questions."""
    found = {}
    rest = b"\n" + text
    for ask in reversed(_reading(asks)):
        begun = rest.find(b"\n" + re.split(r"[*?\[]", ask.files[0])[0].encode()) + 1
        if begun:
            found[ask.name], rest = rest[begun:], rest[:begun]
    return found


def _closed(marker: str, name: str, body: bytes) -> tuple[bytes, str | None, int | None]:
    """Return an answer's text, its state and its exit status, from its closing line."""
    text, line, after = body.partition(f"\n{marker} end {name} ".encode())
    word = after.partition(b"\n")[0]
    if line and word == b"absent":
        return text, "absent", None
    if line and word == b"nosudo":
        return text, "denied", None
    if not line or not word.isdigit() or len(word) > 3:
        return body, None, None
    return text, "failed", int(word)
