"""One POSIX shell script a machine, to be read by whoever allows it, and the splitting of its framed output.

Each answer stands between a `begin` and an `end` line that carry a marker nobody can guess: what a
machine prints cannot pass for the frame of another question. The script writes nothing and makes no
temporary files. Nothing bounds an answer at first; only when all of them together outgrew what we read
are they asked again, `bounded`: one that outgrows its bound loses its `end` line, and so is known to be
cut. `soccheck probe script` prints it.
"""

from __future__ import annotations

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

_PROLOGUE = """\
# Sent by soccheck on standard input to /bin/sh. It only asks: no file is written or made.

# The beginning and the end of every answer are marked with a word that is new for every machine.
MARK={marker}

# A plain environment: messages in English, the system's own programs, no start-up files.
LC_ALL=C; LANGUAGE=C; export LC_ALL LANGUAGE
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin; export PATH
unset ENV BASH_ENV CDPATH GREP_OPTIONS IFS
NEWLINE='
'

# Commands that may hang get {seconds} seconds, where there is timeout(1).
TIME_LIMIT=
command -v timeout >/dev/null 2>&1 && TIME_LIMIT='timeout {seconds}'

# Whoever is not root asks through sudo, as far as it needs no password.
AS_ROOT=
[ -O / ] || AS_ROOT='sudo -n'

begin() {{
    printf '\\n%s begin %s\\n' "$MARK" "$1"
    printf '\\n%s begin %s\\n' "$MARK" "$1" >&2
}}

end() {{
    printf '\\n%s end %s %s\\n' "$MARK" "$1" "$2"
}}

# skip NAME [WHY]: the question makes no sense on this machine.
skip() {{
    begin "$1"
    end "$1" "${{2:-absent}}"
}}

# hidden PATH: whether a folder above it may not be searched, so that what is there cannot be seen.
hidden() {{
    case $1 in
        /*) folder=${{1%/*}} ;;
        *) return 1 ;;
    esac
    while [ -n "$folder" ] && ! [ -d "$folder" ]; do folder=${{folder%/*}}; done
    [ -n "$folder" ] && ! [ -x "$folder" ]
}}

# ask NAME [root] [slow] -- COMMAND...: print what the command says, and how it ended.
ask() {{
    name=$1 sudo= limit=
    shift
    while [ "$1" != -- ]; do
        case $1 in
            root) sudo=$AS_ROOT ;;
            slow) limit=$TIME_LIMIT ;;
        esac
        shift
    done
    shift
    if ! command -v "$1" >/dev/null 2>&1 && ! {{ [ -n "$sudo" ] && hidden "$1"; }}; then
        skip "$name"
    elif [ -n "$sudo" ] && ! command -v sudo >/dev/null 2>&1; then
        skip "$name" nosudo
    else
        begin "$name"
        $limit $sudo "$@" </dev/null
        end "$name" $?
    fi
}}

# any_exists PATH...: whether one of them is there.
any_exists() {{
    for path in "$@"; do
        [ -e "$path" ] && return 0
    done
    return 1
}}

# may_have_lines FILE...: whether one of them has a line, or cannot be looked into.
may_have_lines() {{
    [ -e "${{1%/*}}" ] || return 0
    for path in "$@"; do
        [ -e "$path" ] || continue
        [ -r "$path" ] || return 0
        read -r line <"$path" && return 0
    done
    return 1
}}
"""
_RUNNING = """\
# The names of running programs, for what is asked only while a program runs.
PROGRAMS=$({programs})$NEWLINE

running() {{
    case $PROGRAMS in
        *":$1$NEWLINE"*) return 0 ;;
    esac
    return 1
}}
"""
_XTABLES = """\
# Whether iptables can have rules. Where nft shows none of its tables, and the kernel names none, it is
# not asked: to ask it would load it.
KEPT=
may_have_iptables() {{
    case $KEPT in
        *'"family": "ip'*) return 0 ;;
        *'{{"nftables": ['*) may_have_lines {tables} ;;
    esac
}}
"""
_KEEP = """\
KEPT=$({question})
printf '%s\\n' "$KEPT"
case $KEPT in
    *" end {name} 0") ;;
    *) KEPT= ;;
esac
"""


def asks_of(probes: Iterable[Probe]) -> list[Ask]:
    """Return the questions of several probes, each once."""
    return list({ask.name: ask for probe in probes for ask in probe.asks}.values())


def compose(asks: Sequence[Ask], marker: str, *, bounded: bool = False) -> str:
    """Return the script that asks `asks`; `marker` must be a fresh secret of letters and digits."""
    if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", marker):
        raise AssertionError("the marker would not be safe in a shell")
    parts = [_PROLOGUE.format(marker=marker, seconds=SECONDS)]
    if any(ask.running or ask.name == PROCESSES.name for ask in asks):
        parts.append(_RUNNING.format(programs=named(" ".join(PROCESSES.files))))
    if any(ask.xtables for ask in asks):
        parts.append(_XTABLES.format(tables=" ".join(TABLES)))
    parts += [_block(ask, bounded) for ask in asks]
    return "\n".join([*parts, "# The end: all was asked.\nbegin done\n"])


def _block(ask: Ask, bounded: bool) -> str:
    """Return the part of the script that asks one question, or says that it makes no sense."""
    head = f"# {ask.name}: {ask.purpose}{' [root]' if ask.root else ''}\n"
    body = _body(ask)
    if body:
        head += f"question() {{\n{_indented(body)}}}\n"
    guards = _guards(ask)
    question = _question(ask, bounded)
    if not guards:
        return head + question
    asked = _indented(question)
    return f"{head}if {' && '.join(guards)}; then\n{asked}else\n    skip {ask.name}\nfi\n"


def _body(ask: Ask) -> str:
    """Return the lines of the function that answers a question which is no single command."""
    if ask.name == PROCESSES.name:
        return 'printf %s "$PROGRAMS"\n'
    lines = [named(" ".join(ask.files))] if ask.files else []
    if ask.script or lines:
        lines.append(ask.script or ":")  # a file that is not there is no failure
    return "".join(f"{line}\n" for line in lines)


def _question(ask: Ask, bounded: bool) -> str:
    flags = f"{'root ' if ask.root else ''}{'slow ' if ask.slow else ''}"
    question = f"ask {ask.name} {flags}-- {shlex.join(ask.argv) or 'question'}"
    if bounded:
        # The lines that begin and end the answer need room as well.
        return f"{question} | head -c {ask.limit + 2 * len(ask.name) + 192}\n"
    if ask.kept:
        return _KEEP.format(question=question, name=ask.name)
    return f"{question}\n"


def _guards(ask: Ask) -> list[str]:
    """Return the conditions under which a question makes sense, as far as the shell can see."""
    guards = []
    if ask.filled:
        guards.append(f"may_have_lines {ask.filled}")
    if ask.xtables:
        guards.append("may_have_iptables")
    if ask.running:
        guards.append(f"running {shlex.quote(ask.running)}")
    if ask.path:
        guards.append(f"any_exists {ask.path}")
    return guards


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def split(asks: Sequence[Ask], marker: str, output: bytes, error: bytes, cause: str) -> Answers:
    """Return the answer to every question; `cause` is why the output may break off (`lost`, `timeout`...).

    A question without its frame is not answered; one whose frame does not close was cut.
    """
    said = _sections(marker, output)
    errors = _sections(marker, error)
    whole = "done" in said
    answers = {}
    last = next(reversed(said), "")
    for ask in asks:
        body = said.get(ask.name)
        complaint = errors.get(ask.name, b"")[:ERROR_LIMIT].decode("utf-8", "replace").strip("\n")
        if body is None:
            answers[ask.name] = Answer(
                command=ask.command,
                state="lost" if whole else cause,
                error=complaint,
            )
            continue
        text, state, status = _closed(marker, ask.name, body)
        if state is None:
            cut = not whole and ask.name == last
            state = cause if cut else "too_large"
        elif len(text) > ask.limit:
            state = "too_large"
        elif status is not None:
            state = ended(status, complaint)
        said_text = text[: ask.limit].decode("utf-8", "replace")
        answers[ask.name] = Answer(
            command=ask.command, state=state, exit=status, output=said_text, error=complaint
        )
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
