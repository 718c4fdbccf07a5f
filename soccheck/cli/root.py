"""The top of the work tree that an inventory is reviewed in."""

from __future__ import annotations

from pathlib import Path

from soccheck.errors import UsageError
from soccheck.phrase import phrase
from soccheck.sources.work_tree import top, within


def root_of(inventory: str) -> Path:
    """Return the top of the work tree; an inventory that only a link brings into it is refused."""
    folder = Path(inventory)
    root = top(folder)
    if root is None:
        hint = phrase("compare with a stored result instead: --baseline FILE")
        raise UsageError(
            phrase("{inventory} is not in a git work tree", inventory=inventory), hint=hint
        )
    if within(folder, root) is None:
        hint = phrase("keep the folder in the repository: what is audited must be what is reviewed")
        raise UsageError(
            phrase("{inventory} is a link out of the repository", inventory=inventory), hint=hint
        )
    if top(root.parent) is not None and not Path.cwd().resolve().is_relative_to(root):
        # The reference would be looked for in a repository whose commits this one does not review.
        hint = phrase("run it in that repository, or keep the files themselves in this one")
        raise UsageError(
            phrase(
                "{inventory} is in a submodule or another repository inside", inventory=inventory
            ),
            hint=hint,
        )
    return root
