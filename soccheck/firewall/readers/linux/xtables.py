"""The words of one rule of iptables: its own options (iptables(8)), its modules' and its target's."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from soccheck.errors import worded
from soccheck.firewall.model import ANY, NEVER, Action, Expr, In, Named, all_of
from soccheck.firewall.names import protocol
from soccheck.firewall.readers.linux.ipset import negated
from soccheck.firewall.readers.linux.xtables_args import Args, LostError
from soccheck.firewall.readers.linux.xtables_modules import MODULES
from soccheck.firewall.readers.linux.xtables_target import Goal, target
from soccheck.firewall.readers.linux.xtables_whole import WHOLE
from soccheck.firewall.spans import Spans, address, span, union, wildcard
from soccheck.phrase import phrase

IMPLIED = {6: "tcp", 17: "udp", 132: "sctp", 33: "dccp", 136: "udplite", 1: "icmp", 58: "icmp6"}


def rule(args: Args) -> tuple[Expr, Goal]:
    """Read a rule; its words may stand in any order. Raises `LostError` where they make no rule."""
    parts: list[Expr] = []
    goal = None
    while args.more():
        negate, word = args.option()
        if word in ("-j", "-g"):
            if goal is not None or negate:
                raise LostError(phrase("{word} is said twice, or negated", word=word))
            goal = target(args, word)
        elif word == "-m":
            parts += _module(args, args.take())
        elif word in OWN:
            parts += _own(args, word, negate)
        else:
            parts += _implied(args, word, negate)
    return all_of(*parts), goal or Goal(Action.CONTINUE)


def _own(args: Args, word: str, negate: bool) -> list[Expr]:
    """Read an option of iptables itself."""
    at = args.entry.at
    try:
        found = OWN[word](args)
    except LostError:
        raise
    except ValueError as error:
        args.unread(word, *args.entry.words[at : args.entry.at], why=worded(error))
        return []
    if not args.knows("rule", word):
        args.unread(word, *args.entry.words[at : args.entry.at])
        return []
    if word == "-p":
        args.proto = None if negate else _number(found)
    return [negated(found, negate)]


def _number(found: Expr) -> int | None:
    return found.spans[0][0] if isinstance(found, In) else None


def _implied(args: Args, option: str, negate: bool) -> list[Expr]:
    """Read an option of a module named before, or that `-p` alone brings."""
    for name in _loaded(args):
        if option in MODULES.get(name, {}) and args.knows(f"-m {name}", option):
            return [negated(MODULES[name][option](args), negate)]
    args.unread("!" if negate else "", option, args.rest())
    return []


def _loaded(args: Args) -> list[str]:
    """Return the modules whose options may stand here: those named so far, and that of the protocol."""
    return [*args.modules, IMPLIED.get(args.proto if args.proto is not None else -1, "")]


def _module(args: Args, name: str) -> list[Expr]:
    if name in WHOLE:
        options = args.options(f"-m {name}", WHOLE[name].arity)
        if options is not None and args.knows(f"-m {name}", ""):
            return [WHOLE[name].read(options, args)]
        args.unread("-m", name, args.rest())
        return []
    parts: list[Expr] = []
    args.modules.append(name)
    while not args.ends():
        start = args.entry.at
        negate, option = args.option()
        reader = MODULES.get(name, {}).get(option)
        if reader is None and any(option in MODULES.get(other, {}) for other in _loaded(args)):
            args.entry.at = start
            break
        if reader is None or not args.knows(f"-m {name}", option):
            # An option that is not modelled makes the rest of the module unknown, never absent.
            args.entry.at = start
            args.unread("-m", name, args.rest())
            return parts
        try:
            parts.append(negated(reader(args), negate))
        except LostError:
            raise
        except ValueError as error:
            args.unread("-m", name, option, why=worded(error))
    if name not in MODULES:
        args.unread("-m", name)
    return parts


def _protocol(args: Args) -> Expr:
    word = args.take()
    if word.startswith("-"):
        raise LostError(phrase("not a protocol: {word}", word=word))
    return ANY if word in ("all", "0") else In("proto", span(protocol(word)))


def _addresses(args: Args, name: str) -> Expr:
    word = args.take()
    if word.startswith("-"):
        raise LostError(phrase("not an address: {word}", word=word))
    found: list[tuple[int, int]] = []
    for text in word.split(","):
        family, spans = address(text) if not _holed(text) else (4, _masked(text))
        if family != args.family:
            raise ValueError(phrase("no IPv{family} address", family=args.family))
        found += spans
    return In(name, union(found), args.family)


def _holed(text: str) -> bool:
    _, slash, mask = text.partition("/")
    if not slash or "." not in mask:
        return False
    value = ~address(mask)[1][0][0] & 0xFFFFFFFF
    return bool(value & (value + 1))


def _masked(text: str) -> Spans:
    base, _, mask = text.partition("/")
    inverse = ~address(mask)[1][0][0] & 0xFFFFFFFF
    return wildcard(base, ".".join(str(inverse >> s & 255) for s in (24, 16, 8, 0)))


def _interface(args: Args, name: str) -> Expr:
    found = args.take()
    return Named(name, (found[:-1] + "*" if found.endswith("+") else found,))


def _counters(args: Args) -> Expr:
    args.take(), args.take()
    return ANY


OWN: Mapping[str, Callable[[Args], Expr]] = {
    "-p": _protocol,
    "-s": lambda args: _addresses(args, "src"),
    "-d": lambda args: _addresses(args, "dst"),
    "-i": lambda args: _interface(args, "iif"),
    "-o": lambda args: _interface(args, "oif"),
    "-f": lambda args: In("frag", span(2)),
    "-c": _counters,
    # In a file for both families a rule may be of one alone (iptables(8), -4 and -6).
    "-4": lambda args: ANY if args.family == 4 else NEVER,
    "-6": lambda args: ANY if args.family == 6 else NEVER,
}
