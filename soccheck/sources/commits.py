"""Which commit is meant: that of a reference, and that at which a branch left it."""

from __future__ import annotations

import string

from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.sources.git import Object, Repository

_HASHES = (40, 64)
"""Digits of a whole object id, SHA-1 and SHA-256: no branch's name is taken for one."""


def named(repository: Repository, ref: str) -> str:
    """Return the id of the commit `ref` names; raises `UsageError` where there is none, or several."""
    found = _commit(repository, ref) if ref and not ref.startswith("-") else None
    if found is None:
        hint = phrase("fetch it first (git fetch origin main; in CI, a checkout with its history)")
        raise UsageError(phrase("git knows no commit {ref}", ref=repr(ref)), hint=hint)
    whole = len(ref) in _HASHES and all(c in string.hexdigits for c in ref)
    if ref != "HEAD" and not whole and _is_ambiguous(repository, ref):
        # Whoever may push a tag `origin/main` would choose what main is.
        hint = phrase("name it in full: refs/heads/main, refs/remotes/origin/main")
        raise UsageError(
            phrase("git knows several things by the name {ref}", ref=repr(ref)), hint=hint
        )
    return found


def parted(repository: Repository, commit: str, ref: str) -> str:
    """Return the commit at which HEAD left `commit`, which `ref` names: as `git diff REF...` judges.

    Raises `UsageError` where the history that is here does not tell, or tells of several.
    """
    head = _commit(repository, "HEAD")
    if head is None:
        return commit
    found = repository.run("merge-base", "--all", commit, head).stdout.decode("ascii").split()
    shallow = repository.run("rev-parse", "--is-shallow-repository").stdout.strip() != b"false"
    if len(found) == 1 and (found[0] == commit or not shallow):
        return found[0]
    itself = phrase("compare with {ref} itself: --no-merge-base", ref=ref)
    if shallow:
        # Of a history that is cut off git may find another commit in common than the last.
        text = phrase("this clone is shallow: where HEAD left {ref} is not in it", ref=ref)
        hint = phrase(
            "fetch the history (git fetch --unshallow; in CI, fetch-depth: 0), or {itself}",
            itself=itself,
        )
        raise UsageError(text, hint=hint)
    if not found:
        raise UsageError(phrase("HEAD and {ref} have no commit in common", ref=ref), hint=itself)
    raise UsageError(
        phrase("HEAD left {ref} at {count} commits", ref=ref, count=len(found)),
        hint=phrase("merge {ref}, or {itself}", ref=ref, itself=itself),
    )


def is_unborn(repository: Repository) -> bool:
    """Return whether nothing was committed yet on the branch that is checked out."""
    branch = repository.run("symbolic-ref", "-q", "HEAD").stdout.strip()
    return (
        bool(branch)
        and repository.run("show-ref", "-q", "--verify", branch.decode()).returncode == 1
    )


def _commit(repository: Repository, ref: str) -> str | None:
    found = repository.get(f"{ref}^{{commit}}")
    return found.key if isinstance(found, Object) else None


def _is_ambiguous(repository: Repository, ref: str) -> bool:
    """Return whether a name is that of a tag and a branch, or of two other things; gitrevisions(7)."""
    options = ("--verify", "--end-of-options", f"{ref}^{{commit}}")
    said = repository.run("-c", "core.warnAmbiguousRefs=true", "rev-parse", *options).stderr
    return b"is ambiguous" in said
