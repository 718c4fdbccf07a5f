"""Where a path stands in the work tree of a repository, as it is written."""

from __future__ import annotations

import os.path
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from soccheck.errors import UsageError
from soccheck.phrase import Phrase, phrase
from soccheck.sources.git import Repository


def within(path: Path, root: Path) -> str | None:
    """Return a path as it is written from `root`, the top of a work tree; nothing where it is elsewhere.

    Raises `UsageError` where a link is on the way: a commit would be asked for another file.
    """
    written = Path(os.path.abspath(path))
    above = [folder for folder in (written, *written.parents) if folder.resolve() == root]
    if not above:
        return None
    name = written.relative_to(above[-1])
    if path.resolve() != root / name:
        hint = phrase("put the file itself there: what is judged must be what is reviewed")
        raise UsageError(phrase("{path} is a link, or behind one", path=path), hint=hint)
    return "" if name == Path() else name.as_posix()


def top(path: Path) -> Path | None:
    """Return the top of the work tree that holds `path`, or nothing outside of one."""
    place = path.resolve()
    for folder in (place, *place.parents):
        if (folder / ".git").exists():
            return folder
    return None


def as_git_has_it(repository: Repository, names: Iterable[str]) -> None:
    """Check that git tells what changed in the files of a work tree at or below `names`, from its top.

    Raises `UsageError` where it was told to overlook a file, or writes it into the work tree otherwise
    than commits have it: what is judged would not be what is reviewed.
    """
    asked = [f":(top,literal){name}" for name in names]
    told = repository.run("ls-files", "-v", "-z", "--", *asked).stdout
    files = {line[2:]: line[0] for line in _words(told)}
    for path, why in (*_overlooked(files), *_altered(repository, files)):
        hint = phrase("what is judged must be what is reviewed: {what}", what=why)
        text = phrase("{path}: git does not tell what changed in it", path=repr(path))
        raise UsageError(text, hint=hint)


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
