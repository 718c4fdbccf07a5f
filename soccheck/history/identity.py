"""Whether a run is of the inventory whose runs the history has under its name.

An inventory goes by the name of its folder, which may be moved, checked out elsewhere, or be that of
another province's inventory as well.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from soccheck.errors import InputError
from soccheck.history import kept
from soccheck.history.blobs import Blobs
from soccheck.history.errors import BlobError, HistoryError
from soccheck.history.runs import Run
from soccheck.history.tables import AUTHORITY
from soccheck.model import Inventory
from soccheck.phrase import Phrase, phrase


def former(
    connection: Connection, blobs: Blobs, now: Inventory, folder: str, host: str, last: Run
) -> Inventory | None:
    """Return the inventory of the last run, none where it cannot be read.

    Raises `HistoryError` where it is another inventory of this name.

    One authority's name is one inventory, wherever it lies. Without a name it is one where it lies: in
    its folder, on its machine. Under another name it is another one where the former folder is still
    there, or most of the former assets are not.
    """
    if now.digest == last.inventory_digest:
        return now
    try:
        was = kept.inventory(last.inventory, lambda name: blobs.content(connection, name))
    except (BlobError, InputError):
        return None  # the run is kept, and says that the one before cannot be judged again
    if _name(was) == _name(now) is not None:
        return was
    asked = select(AUTHORITY.c.folder).where(AUTHORITY.c.name == last.authority)
    former = str(connection.execute(asked).scalar())
    if _name(was) is None and _name(now) is None and (former, last.host) != (folder, host):
        text = phrase(
            "the history's runs of {authority} are of an inventory without a name in {folder} on {host}; "
            "whether this is the same one nothing says",
            authority=last.authority,
            folder=former,
            host=last.host,
        )
        raise HistoryError(text, hint=_NAMELESS)
    if (former == folder or not _is_there(former)) and _has_most(was, now):
        return was
    raise HistoryError(_another(last.authority, former, _name(was)), hint=_HINT)


_HINT = phrase(
    "rename one of the two folders, or give this inventory a history of its own: "
    "history: {{folder: FOLDER}} in its soccheck.yaml"
)


_NAMELESS = phrase(
    "give it a name, by which it is known wherever it lies: authority: {{name: {{vi: NAME}}}}"
)


def _another(authority: str, folder: str, name: str | None) -> Phrase:
    return phrase(
        "the history's runs of {authority} are of another inventory: {name}, in {folder}",
        authority=authority,
        name=name or authority,
        folder=folder,
    )


def _name(inventory: Inventory) -> str | None:
    facts = inventory.authority.facts
    found = facts.get("name.vi") or facts.get("name.en")
    return found if isinstance(found, str) else None


def _is_there(folder: str) -> bool:
    return any(Path(folder).glob("*.yaml"))


def _has_most(was: Inventory, now: Inventory) -> bool:
    """Return whether at least half of the former assets are there still."""
    former = [asset.id for asset in was]
    return 2 * sum(now.find(name) is not None for name in former) >= len(former)


def renamed_from(connection: Connection, now: Inventory) -> Phrase | None:
    """Return what to say of a first run where the history has runs of an inventory that is gone.

    A chain is of one name: under another one it begins anew.
    """
    asked = select(AUTHORITY.c.name, AUTHORITY.c.folder).order_by(AUTHORITY.c.id)
    for name, folder in connection.execute(asked):
        if name != now.authority.id and not _is_there(folder):
            return phrase(
                "the history has runs of {name}, whose folder {folder} is no more: was it renamed? "
                "Under the new name a history begins anew; name the folder {name} to go on",
                name=name,
                folder=folder,
            )
    return None
