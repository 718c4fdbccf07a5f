"""Where a path stands in the work tree of a repository, as it is written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from soccheck.errors import UsageError
from soccheck.phrase import Phrase, phrase
from soccheck.sources.files import at_or_in, is_hidden, is_read
from soccheck.sources.git import SUBMODULE, Repository, unasked


def within(path: Path, root: Path) -> str | None:
    """Return a path as it is written from `root`, the top of a work tree; nothing where it is elsewhere.

    Raises `UsageError` where a link is on the way: a commit would be asked for another file.
    """
    written = Path(os.path.abspath(path))
    above = [folder for folder in (written, *written.parents) if real(folder) == root]
    if not above:
        return None
    name = written.relative_to(above[-1])
    if real(path) != root / name:
        hint = phrase("put the file itself there: what is judged must be what is reviewed")
        raise UsageError(phrase("{path} is a link, or behind one", path=path), hint=hint)
    return "" if name == Path() else name.as_posix()


def real(path: Path) -> Path:
    """Return where a path leads; `Path.resolve` raises for links that lead in a circle."""
    return Path(os.path.realpath(path))


def top(path: Path) -> Path | None:
    """Return the top of the work tree that holds `path`, or nothing outside of one."""
    place = real(path)
    for folder in (place, *place.parents):
        if (folder / ".git").exists():
            return folder
    return None


def as_git_has_it(
    repository: Repository,
    root: Path,
    names: Sequence[str],
    own: Sequence[str],
    more: Iterable[str],
) -> None:
    """Check that git tells what changed in the files of a work tree at or below `names`, from its top.

    `own` are those of the names all of whose files must be kept in git, and `more` are files and folders
    that are read beside what loaders read of them. Raises `UsageError` where git was told to overlook a
    file, keeps it nowhere, keeps it in another repository, or writes it into the work tree otherwise
    than commits have it: what is judged would not be what is reviewed.
    """
    _check_top(repository, root)
    asked = [f":(top,literal){name}" for name in names]
    files = _Listed.of(repository, asked)
    ignored = _words(
        _listed(repository, "--others", "--ignored", "--exclude-standard", "--", *asked)
    )
    for path, why in (
        *_elsewhere(root, names, files),
        *_overlooked(files.tags),
        *_unkept(ignored, own, more),
        *_altered(repository, (*files.tags, *files.others)),
    ):
        hint = phrase("what is judged must be what is reviewed: {what}", what=why)
        text = phrase("{path}: git does not tell what changed in it", path=repr(path))
        raise UsageError(text, hint=hint)


def _check_top(repository: Repository, root: Path) -> None:
    """Check that git looks at the files that are read: core.worktree may name others."""
    told = repository.run("rev-parse", "--show-toplevel")
    if told.returncode:
        raise unasked(told.stderr)
    place = Path(os.fsdecode(told.stdout.removesuffix(b"\n")))
    if real(place) != real(root):
        text = phrase(
            "git looks at {place}, and not at {root}", place=repr(str(place)), root=repr(str(root))
        )
        raise UsageError(text, hint=phrase("take core.worktree out of its settings"))


def as_committed(
    repository: Repository, index: Path | None, own: Sequence[str], more: Iterable[str]
) -> None:
    """Check that files that are read are as `index`, which is about to be committed, or HEAD has them.

    Names are those of `as_git_has_it`. Raises `UsageError` for one that is otherwise, or not in it.
    """
    for path in _otherwise(repository, index, own, more):
        if index is None:
            hint = phrase("commit it, or compare with HEAD itself: leave out --base")
            raise UsageError(phrase("{path} is not as HEAD has it", path=repr(path)), hint=hint)
        hint = phrase("git add {path}, or take away what is not to be committed", path=path)
        text = phrase("{path} is not as it is about to be committed", path=repr(path))
        raise UsageError(text, hint=hint)


def _otherwise(
    repository: Repository, index: Path | None, own: Sequence[str], more: Iterable[str]
) -> list[str]:
    """Return the files that are read and are not as an index has them, or HEAD."""
    asked = [f":(top,literal){name}" for name in own]
    looks = ("--no-ext-diff", "--no-textconv", "--ignore-submodules=none", "--no-relative")
    diff = ("--no-optional-locks", "diff", "--name-only", "-z", *looks, "--", *asked)
    others = ("ls-files", "-z", "--others", "--exclude-standard", "--", *asked)
    with TemporaryDirectory() as folder:
        used = index or Path(folder, "index")
        # An index that knows no times: what is in the files is looked at, whatever their times are.
        made = [] if index else [repository.run(*_OF_HEAD, index=used)]
        done = [*made, *(repository.run(*words, index=used) for words in (diff, others))]
    for one in done:
        if one.returncode:
            raise unasked(one.stderr)
    found = [path for one in done for path in _words(one.stdout)]
    return [
        path
        for path in found
        if any(_is_read_of(name, path) for name in own) or any(at_or_in(n, [path]) for n in more)
    ]


_OF_HEAD = ("read-tree", "--no-sparse-checkout", "HEAD")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """Represents the files that git lists: the tag and the mode of each it keeps, and those it does not.

    Another repository inside is one of `others`, with a slash behind it.
    """

    tags: Mapping[str, str]
    modes: Mapping[str, str]
    others: tuple[str, ...]

    @classmethod
    def of(cls, repository: Repository, asked: Sequence[str]) -> _Listed:
        """Return what git-ls-files(1) lists: `TAG SP mode SP id SP stage TAB name NUL`."""
        tags, modes = {}, {}
        for line in _words(_listed(repository, "-v", "--stage", "--", *asked)):
            head, _, name = line.partition("\t")
            tags[name], modes[name] = head.split(" ")[:2]
        others = _words(_listed(repository, "--others", "--", *asked))
        return cls(tags=tags, modes=modes, others=tuple(others))


def _listed(repository: Repository, *options: str) -> bytes:
    done = repository.run("ls-files", "-z", *options)
    if done.returncode:
        raise unasked(done.stderr)
    return done.stdout


def _elsewhere(root: Path, names: Sequence[str], files: _Listed) -> Iterator[tuple[str, Phrase]]:
    """Yield what another repository keeps: of a submodule a commit has only the id of another commit."""
    for path in (
        *(name for name in names if top(root / name) != root),
        *(name for name, mode in files.modes.items() if mode == SUBMODULE),
        *(path for path in files.others if path.endswith("/") and _is_visible(names, path)),
    ):
        yield path, phrase("keep its files in this repository")


def _is_visible(names: Iterable[str], path: str) -> bool:
    return any(not is_hidden(rest) for name in names if (rest := _below(name, path)) is not None)


def _below(name: str, path: str) -> str | None:
    """Return how a path is written from what is named; nothing where it is not below it."""
    if not name or path == name:
        return path if not name else ""
    return path.removeprefix(f"{name}/") if path.startswith(f"{name}/") else None


def _unkept(
    ignored: Sequence[str], own: Sequence[str], more: Iterable[str]
) -> Iterator[tuple[str, Phrase]]:
    """Yield the files that are read, and that git was told not to keep: gitignore(5)."""
    found = [path for name in own for path in ignored if _is_read_of(name, path)]
    found += [path for name in more for path in at_or_in(name, ignored)]
    for path in found:
        yield (
            path,
            phrase("let git keep it, or take it away: git check-ignore -v {path}", path=path),
        )


def _is_read_of(name: str, path: str) -> bool:
    """Return whether a path is what is named, or a file that loaders read below it."""
    rest = _below(name, path)
    return rest == "" or (rest is not None and is_read(rest) and not is_hidden(rest))


def _overlooked(files: Mapping[str, str]) -> Iterator[tuple[str, Phrase]]:
    """Yield the files that git was told to overlook: git-ls-files(1), -v."""
    for path, tag in files.items():
        if tag.islower():
            yield path, phrase("git update-index --no-assume-unchanged {path}", path=path)
        elif tag == "S":
            yield (
                path,
                phrase(
                    "git sparse-checkout disable, or git update-index --no-skip-worktree {path}",
                    path=path,
                ),
            )


def _altered(repository: Repository, files: Iterable[str]) -> Iterator[tuple[str, Phrase]]:
    """Yield the files that git writes otherwise than it has them: gitattributes(5)."""
    given = "".join(f"{path}\0" for path in files).encode("utf-8", "surrogateescape")
    words = _words(repository.run("check-attr", "-z", "--stdin", *_ALTERING, given=given).stdout)
    for path, name, value in zip(words[::3], words[1::3], words[2::3], strict=True):
        if value not in ("unspecified", "unset"):
            yield path, phrase("take {what} out of .gitattributes", what=f"{name}={value}")


_ALTERING = ("filter", "working-tree-encoding", "ident")


def _words(told: bytes) -> list[str]:
    return told.decode("utf-8", "surrogateescape").split("\0")[:-1]
