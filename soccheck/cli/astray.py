"""What was meant by a command line that cannot be carried out: what to type in its place.

It is imported when something is wrong, and not before.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from soccheck.cli import sayings, shipped
from soccheck.facts import meant
from soccheck.facts.near import nearest
from soccheck.facts.spoken import plain
from soccheck.facts.values import clean
from soccheck.phrase import Phrase, phrase

_CLOSE, _SLIP = 0.75, 0.85
"""How alike two names are where one may be meant by the other, and where nothing else need be looked for."""
_FEW = 4
"""Commands that are named."""
_CONTROL = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)+")
"""How a control is called."""


def hint(error: click.UsageError, ctx: click.Context, args: Sequence[str]) -> Phrase | None:
    """Return what to type where click refuses the arguments of a command."""
    if isinstance(error, click.NoSuchOption):
        return _option(error.option_name, ctx, args)
    if isinstance(error, click.BadOptionUsage):
        return _value_of(error.option_name, ctx)
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return _missing(error.param, ctx, args)
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Argument):
        return _swapped(_choices(error.param), ctx, args)
    if type(error) is click.UsageError:  # more arguments than it takes
        return phrase("leave out what is too much; a name with blanks stands in quotes: 'An Giang'")
    return None  # the type of a value has told what to write


def command(word: str, ctx: click.Context, rest: Sequence[str]) -> Phrase | None:
    """Return what to type where a group has no command of this name; `rest` stands behind it."""
    root = ctx.find_root()
    names = _names(ctx.command, ctx)
    if plain(word) in ("help", "tro giup"):
        # Help of a command is in the language of the locale: what stands behind it is not needed.
        path = itertools.takewhile(lambda each: not each.startswith("-"), rest)
        return _lines(ctx, [*path, "--help"])
    if any(f"--{word}" in each.opts for each in _options(ctx.command, ctx)):
        return _lines(ctx, [f"--{word}"])
    said = [name for name in sayings.COMMANDS.get(plain(word), ()) if name in names]
    if said:
        return _lines(ctx, *([name, *rest] for name in said))
    if "audit" in names and os.path.isdir(word):
        return _lines(ctx, ["audit", word, *rest])
    for at, name in enumerate(rest):
        if word in _names(_get(root, name), root):  # `list policy` is `policy list`
            return _lines(root, [name, word, *rest[:at], *rest[at + 1 :]])
    if (slip := nearest(word, names, cutoff=_SLIP)) is not None:
        return _lines(ctx, [slip, *rest])
    if ctx is not root and word in _names(root.command, root):
        return _lines(root, [word, *rest])
    known = [path for path, _ in _commands(root) if path[-1] == plain(word)]
    if known:
        return _lines(root, *([*path, *rest] for path in known))
    if _CONTROL.fullmatch(word):
        return _lines(root, ["docs", word])
    if ctx.command.name == "policy" and (one := nearest(word, _policies(), _CLOSE)) is not None:
        return _lines(ctx, ["show", one, *rest])
    close = nearest(word, names)
    return _lines(ctx, [close, *rest]) if close is not None else None


def _policies() -> list[str]:
    """Return the shipped policies, by the names of their files."""
    return sorted(path.stem for path in shipped.folder("policies").glob("*.yaml"))


def choice(value: str, choices: Sequence[str]) -> str | None:
    """Return the one of several choices that was meant, where that can be told."""
    suffix = Path(value).suffix.removeprefix(".").lower()
    if suffix in choices:  # a file's name where its format goes
        return suffix
    return (
        _said(value.partition(".")[0], choices)  # of a locale, vi_VN.UTF-8
        or meant.written("enum", value, choices)
        or nearest(value, choices, _CLOSE)
    )


def _said(value: str, choices: Sequence[str]) -> str | None:
    word = plain(value)
    known = (*(each for each in choices if plain(each) == word), *sayings.CHOICES.get(word, ()))
    return next((each for each in known if each in choices), None)


def _option(name: str, ctx: click.Context, args: Sequence[str]) -> Phrase | None:
    """Return what to type in the place of an option that a command does not have."""
    at = next((n for n, word in enumerate(args) if word.startswith(name)), 0)
    word, _, value = args[at].partition("=")
    if ":" in word:  # --format:html
        word, _, value = word.partition(":")
    before, after = list(args[:at]), [*([value] if value else []), *args[at + 1 :]]
    bare = plain(word.lstrip("-"))
    names = _names(ctx.command, ctx)
    if names and (moved := _behind(word, ctx, after)) is not None:
        return moved
    if word.lstrip("-") in names:
        return _lines(ctx, [word.lstrip("-"), *before, *after])
    if bare in sayings.SECRETS:
        return phrase("no password is taken, and none is stored: name a key, --identity FILE")
    if own := _own(bare, ctx):
        # The options of a group stand alone.
        return _lines(ctx, *([each] if names else [*before, each, *after] for each in own))
    if _is_place(bare, ctx):
        again = bool(after) and after[0] in before
        line = _line(ctx, [*before, *after[again:]])
        return phrase("that is given without a name before it: {line}", line=line)
    for each in _options(ctx.command, ctx):
        found = _said(bare, _choices(each))
        if found is not None:  # --json is --format json
            return _lines(ctx, [*before, _long(each), found, *after])
    if ctx.command.name == "import" and bare in ("map", "m", "anh xa"):
        line = _line(ctx, [*after[:1], *before, *after[1:]])
        return phrase("that is given without a name before it: {line}", line=line)
    return _elsewhere(bare, ctx)


def _own(bare: str, ctx: click.Context) -> list[str]:
    """Return the options of a command that a name may mean; one letter means all that begin with it."""
    by_plain = {plain(_long(each)): _long(each) for each in _options(ctx.command, ctx)}
    if bare in by_plain:
        return [by_plain[bare]]
    names = by_plain.values()
    if said := [each for each in sayings.OPTIONS.get(bare, ()) if each in names]:
        return said
    if len(bare) == 1:
        return [name for name in names if name.startswith(f"--{bare}")]
    close = nearest(bare, by_plain, cutoff=_CLOSE)
    return [by_plain[close]] if close else []


def _is_place(bare: str, ctx: click.Context) -> bool:
    """Return whether a name is that of an argument, which has none on the command line."""
    arguments = [each for each in ctx.command.get_params(ctx) if isinstance(each, click.Argument)]
    shown = {plain(name or "") for each in arguments for name in (each.name, each.metavar)}
    spoken = {plain(each.make_metavar(ctx)) for each in arguments}
    inventory = any("inventory" in each for each in shown)
    return bare in spoken | shown or (bare in sayings.FOLDER and inventory)


def _behind(word: str, ctx: click.Context, others: list[str]) -> Phrase | None:
    """Return the line with an option behind its command, which it was written before."""
    path: list[str] = []
    found: click.Command | None = ctx.command
    for other in others:
        inner = _get(click.Context(found, parent=ctx), other) if found is not None else None
        if inner is not None:
            path.append(other)
            found = inner
    own = [each for each in _options(found, ctx) if word in each.opts] if found and path else []
    if not own:
        return None
    rest = [other for other in others if other not in path]
    value = [] if own[0].is_flag or others[0] in path else [rest.pop(0)]
    line = _line(ctx, [*path, *rest, word, *value])
    return phrase("options stand behind the command: {line}", line=line)


def _elsewhere(bare: str, ctx: click.Context) -> Phrase | None:
    """Return which other commands have an option of this name."""
    root = ctx.find_root()
    names = {
        " ".join([root.command_path, *path]): _long(each)
        for path, one in _commands(root)
        for each in _options(one, ctx)
        if bare in {plain(opt) for opt in each.opts}
    }
    if not names:
        return None
    few = [*names][:_FEW] + (["..."] if len(names) > _FEW else [])
    option = next(iter(names.values()))
    return phrase("{option} belongs to {commands}", option=option, commands=", ".join(few))


def _missing(lacking: click.Parameter, ctx: click.Context, args: Sequence[str]) -> Phrase | None:
    """Return what to type where an argument or an option that is needed is not there."""
    if isinstance(lacking, click.Option):
        given = {word.partition("=")[0] for word in args}
        needed = [each for each in _options(ctx.command, ctx) if each.required]
        rest = " ".join(
            f"{each.opts[0]} {each.make_metavar(ctx)}"
            for each in needed
            if given.isdisjoint(each.opts)
        )
        return phrase("write {what}", what=f"{_line(ctx, args)} {rest}")
    if _choices(lacking):
        return None  # click has listed them
    group = ctx.parent.info_name if ctx.parent is not None else ""
    name = lacking.name or ""
    place = sayings.PLACES.get(f"{group} {name}") or sayings.PLACES.get(name)
    return phrase("name {what}", what=place) if place is not None else None


def _swapped(choices: Sequence[str], ctx: click.Context, args: Sequence[str]) -> Phrase | None:
    """Return the line with one of an argument's choices first, which another argument stands before."""
    found = next((word for word in args if word in choices), None)
    if found is None:
        return None
    rest = list(args)
    rest.remove(found)
    return _lines(ctx, [found, *rest])


def _value_of(name: str, ctx: click.Context) -> Phrase | None:
    """Return how an option is written that lacks its value, or has one too many."""
    for each in _options(ctx.command, ctx):
        if name in each.opts:
            value = "|".join(_choices(each)) or each.make_metavar(ctx)
            return phrase("write {what}", what=name if each.is_flag else f"{name} {value}")
    return None


def _options(of: click.Command, ctx: click.Context) -> list[click.Option]:
    every = [each for each in of.get_params(ctx) if isinstance(each, click.Option)]
    return [each for each in every if not each.hidden]


def _choices(option: click.Parameter) -> list[str]:
    kind = option.type
    return [str(each) for each in kind.choices] if isinstance(kind, click.Choice) else []


def _long(option: click.Option) -> str:
    return max(option.opts, key=len)


def _names(of: click.Command | None, ctx: click.Context) -> list[str]:
    return of.list_commands(ctx) if isinstance(of, click.Group) else []


def _get(ctx: click.Context, name: str) -> click.Command | None:
    group = ctx.command
    return group.get_command(ctx, name) if isinstance(group, click.Group) else None


def _commands(
    ctx: click.Context, path: Sequence[str] = ()
) -> Iterator[tuple[list[str], click.Command]]:
    """Yield every command below a group with the words that lead to it."""
    for name in _names(ctx.command, ctx):
        found = _get(ctx, name)
        if found is not None and not found.hidden:
            yield [*path, name], found
            yield from _commands(click.Context(found, parent=ctx), [*path, name])


def _line(ctx: click.Context, words: Iterable[str]) -> str:
    """Return a command line as it is typed; a hidden command is not named."""
    path = ctx.parent.command_path if ctx.command.hidden and ctx.parent else ctx.command_path
    return clean(f"{path} {shlex.join(words)}")


def _lines(ctx: click.Context, *each: Sequence[str]) -> Phrase:
    """Return the hint to type a command line, or one of several."""
    lines = "; ".join(_line(ctx, words) for words in each[:_FEW])
    if len(each) > 1:
        return phrase("write one of these: {names}", names=lines)
    return phrase("write {what}", what=lines)
