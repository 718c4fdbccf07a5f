"""click's commands, options and arguments with their help in the reader's language.

Help is written in English where it stands; it is translated when it is printed, by the language that the
context carries. What click says of itself goes through gettext: `speaking` binds its catalogue.
"""

from __future__ import annotations

import contextlib
import gettext
import inspect
import itertools
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

from soccheck.cli import inputs, pasted
from soccheck.errors import UsageError
from soccheck.facts.near import near
from soccheck.facts.values import clean
from soccheck.i18n import FOLDER, LANGUAGES, Language, chosen
from soccheck.phrase import Phrase, phrase

F = TypeVar("F", bound=Callable[..., Any])
_DOMAIN = "click"
HELP_NAMES = ("-h", "--help")
_USAGE = (phrase("OPTIONS"), phrase("COMMAND"), phrase("ARGS"), phrase("TEXT"))
"""Words that click puts into a line of usage; here they are found when translations are gathered."""
_WORD = re.compile(r"[A-Z][A-Z-]*[A-Z]|[A-Z]\b")


def asked_for(args: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language of a command line before it is parsed: what --lang says, else the locale."""
    wanted = None
    for word, after in itertools.pairwise((*args, "")):
        if word == "--":
            break
        found = after if word == "--lang" else word.removeprefix("--lang=")
        if word == "--lang" or found != word:
            wanted = found
    if wanted is not None and wanted not in LANGUAGES:
        from soccheck.cli import astray  # click says that it is none, in the one that was meant

        wanted = astray.choice(wanted, LANGUAGES)
    return Language(chosen(wanted, environment))


@contextlib.contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Have click's own messages, which it takes from gettext, in a language while this lasts."""
    domain, before = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(_DOMAIN, str(FOLDER))
    gettext.textdomain(_DOMAIN)
    os.environ["LANGUAGE"] = language.code  # gettext looks here first (its manual, 2.3.3)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def language_of(ctx: click.Context | None) -> Language:
    """Return the language a command line was asked for in."""
    found = ctx.find_object(Language) if ctx is not None else None
    return found or Language("en")


def _fault(ctx: click.Context, said: Phrase | str, hint: Phrase) -> str:
    """Return what is wrong and what to do, harmless to print: a script may have typed a file's name."""
    language = language_of(ctx)
    return "\n".join(clean(line) for line in language.fault(language.say(said), hint).split("\n"))


def _words(metavar: str, language: Language) -> str:
    """Return a placeholder with its words translated: FOLDER, NAME|FILE, [ASSET], OPTIONS."""
    return _WORD.sub(lambda word: language(word[0]), metavar)


class SpokenOption(click.Option):
    """An option whose help and placeholder are in the reader's language; `values` stand in its help."""

    def __init__(self, *args: Any, values: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.values = dict(values or {})

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's names, and its help with what click adds: its default, its range."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        names, text = record
        said = language_of(ctx)(self.help)
        if self.values:
            said = said.format(**self.values)
        return names, said + text[len(self.help) :]

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the value; an empty one is refused: left out the option would mean something else."""
        if any(not text.strip() for text in inputs.texts(value)):
            hint = phrase("leave the option out, or see why what should name it gave nothing")
            raise UsageError(phrase("{opts} is given, and empty", opts=self.opts[0]), hint=hint)
        if self.multiple:
            pasted.refuse_joined(self, value)
        if self.metavar in _FILES:
            for text in filter(_is_folder, inputs.texts(value)):
                hint = phrase("name a file: leave out what stands behind its name, or add a name")
                said = phrase("{opts} {file}: that is a folder", opts=self.opts[0], file=text)
                raise UsageError(said, hint=hint)
        return super().process_value(ctx, value)

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the placeholder of the option's value: N for a number, not click's INTEGER RANGE."""
        if self.metavar is None and isinstance(self.type, click.IntRange | click.FloatRange):
            return "N"
        return _words(super().make_metavar(ctx), language_of(ctx))


_FILES = ("FILE", "FILE.xlsx", "FORMAT[=FILE]")
"""Placeholders of what can be no folder."""


def _is_folder(text: str) -> bool:
    """Return whether a path can only be a folder's; as a `Path`, `x/` and `x/.` would be the file x."""
    _, slash, last = text.rpartition("/")
    return bool(slash) and last in ("", ".", "..")


class SpokenArgument(click.Argument):
    """An argument whose placeholder is in the reader's language."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Return the value; an empty one, of an unset variable, is refused."""
        if any(not text.strip() for text in inputs.texts(value)):
            hint = phrase("see why what should name it gave nothing")
            name = self.make_metavar(ctx)
            raise UsageError(phrase("{opts} is given, and empty", opts=name), hint=hint)
        return super().process_value(ctx, value)

    def make_metavar(self, ctx: click.Context) -> str:
        """Return the argument's placeholder."""
        return _words(super().make_metavar(ctx), language_of(ctx))


def _show_help(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


class SpokenCommand(click.Command):
    """A command whose help is in the reader's language."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.help_flag = SpokenOption(
            HELP_NAMES,
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        )

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take in the command line, or say what to type in its place."""
        given = list(args)  # click takes the words out of `args`
        options = {name for each in self.get_params(ctx) for name in each.opts}
        if isinstance(self, click.Group):
            options = set()  # a group's words are commands
        if (fault := pasted.fault(given, options)) is not None:
            ctx.fail(_fault(ctx, *fault))
        self._refuse_twice(ctx, given)
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            from soccheck.cli import astray

            if (hint := astray.hint(error, ctx, given)) is None:
                raise
            said = error.format_message()
            if isinstance(error, click.NoSuchOption):
                said = error.message  # without those that click takes to be near
            raise click.UsageError(_fault(ctx, said, hint), ctx) from None

    def _refuse_twice(self, ctx: click.Context, given: Sequence[str]) -> None:
        """Refuse an option of one value, or of two ways, that is given twice: click takes the last."""
        try:
            _, _, order = self.make_parser(ctx).parse_args(list(given))
        except click.UsageError:
            return  # click says what it is
        once = [
            each
            for each in order
            if isinstance(each, click.Option)
            and not (each.multiple or each.count)
            and not (each.is_flag and not each.secondary_opts)
        ]
        for twice in (each for at, each in enumerate(once) if each in once[:at]):
            said = phrase("{opts} is given twice, and only one value holds", opts=twice.opts[0])
            ctx.fail(_fault(ctx, said, phrase("leave all but one of them out")))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, unless what it was asked to write would take the place of what it reads."""
        inputs.refuse_named(ctx)
        return super().invoke(ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return --help, with a line that is translated as those of the other options are."""
        return self.help_flag

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return what the line of usage says after the command's name."""
        pieces = super().collect_usage_pieces(ctx)
        return [_words(piece, language_of(ctx)) for piece in pieces]

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command is for."""
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(language_of(ctx)(inspect.cleandoc(self.help)))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what stands below the options."""
        if self.epilog:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(language_of(ctx)(self.epilog))

    def first_line(self, ctx: click.Context) -> str:
        """Return the first sentence of the help, for a list of commands."""
        text = language_of(ctx)(inspect.cleandoc(self.help or ""))
        return " ".join(text.partition("\n\n")[0].split()).rstrip(".")


class SpokenGroup(SpokenCommand, click.Group):
    """A command with commands of its own; they are listed in the order they were added."""

    command_class = SpokenCommand
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        names = self.list_commands(ctx)
        if args[0] not in names and not args[0].startswith("-"):
            from soccheck.cli import astray

            said = phrase("no command {name}", name=repr(args[0]))
            hint = astray.command(args[0], ctx, args[1:]) or near(args[0], names)
            ctx.fail(_fault(ctx, said, hint))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each command that is not hidden."""
        language = language_of(ctx)
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [(name, one) for name, one in found if isinstance(one, SpokenCommand)]
        rows = [(name, one.first_line(ctx)) for name, one in shown if not one.hidden]
        if rows:
            with formatter.section(language("Commands")):
                formatter.write_dl(rows)


def option(*names: str, **more: Any) -> Callable[[F], F]:
    """Add an option whose help is translated."""
    return click.option(*names, cls=SpokenOption, **more)


def argument(*names: str, **more: Any) -> Callable[[F], F]:
    """Add an argument whose placeholder is translated."""
    return click.argument(*names, cls=SpokenArgument, **more)


def a_command(name: str | None = None) -> Callable[[Callable[..., Any]], SpokenCommand]:
    """Make a command of a function; its help is the function's docstring."""
    return click.command(name, cls=SpokenCommand)


def group(
    name: str, cls: type[SpokenGroup] = SpokenGroup, **more: Any
) -> Callable[[Callable[..., Any]], SpokenGroup]:
    """Make a group of commands of a function."""
    return click.group(name, cls=cls, **more)
