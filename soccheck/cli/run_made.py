"""What a run is judged by, read so that it can be judged again, and the run as it is to be kept."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from soccheck import __version__, audit
from soccheck.assess.assessment import Assessment
from soccheck.cli import common, history_place, who
from soccheck.cli.evidence_given import Told
from soccheck.cli.output import placing
from soccheck.errors import SoccheckError
from soccheck.history import kept, store
from soccheck.history.causes import JudgedBy
from soccheck.history.kept import Recorded
from soccheck.history.settings import Settings
from soccheck.i18n import Language
from soccheck.inventory import load as inventories
from soccheck.model import Inventory, Policy
from soccheck.policy import load as editions
from soccheck.policy.file import Written
from soccheck.report.formats import json as json_format
from soccheck.report.report import Layout, Report
from soccheck.sources import commits
from soccheck.sources.files import Folder
from soccheck.sources.git import Repository
from soccheck.sources.work_tree import top

TOOL = f"soccheck {__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInputs:
    """Represents an inventory and policies as they were read, and the blobs that keep them."""

    inventory: Inventory
    policies: tuple[Policy, ...]
    inventory_blob: str
    policies_blob: str
    blobs: kept.Contents


def read(settings: Settings, inventory: str) -> RunInputs:
    """Read the inventory and the policies, and all that it takes to read them again."""
    files = common.policy_files(settings.policies, settings.profiles)
    written = editions.found(files.paths)
    profiles = editions.found(files.profiles)
    inventories.refuse(Path(inventory), inventory)
    recorded = Recorded(Folder(Path(inventory)))
    loaded, policies = _both(recorded, inventory, written, profiles, settings.only)
    common.tell_unread(Path(inventory), inventory)
    inventory_blob, blobs = recorded.kept(inventory)
    policies_blob, more = kept.keep_policies(written, profiles, settings.only)
    return RunInputs(
        inventory=loaded,
        policies=tuple(policies),
        inventory_blob=inventory_blob,
        policies_blob=policies_blob,
        blobs={**blobs, **more},
    )


def _both(
    recorded: Recorded,
    shown: str,
    written: Sequence[Written],
    profiles: Sequence[Written],
    only: Sequence[str],
) -> tuple[Inventory, list[Policy]]:
    """Return the inventory and the policies; the faults of both are raised together."""
    return audit.both(
        lambda: inventories.read(recorded, shown),
        lambda: editions.among(editions.read(written, profiles), only),
    )


def made(
    found: RunInputs,
    told: Told | None,
    assessment: Assessment,
    folder: str,
    started: datetime,
    started_by: str,
) -> store.Made:
    """Return the run as it is to be kept."""
    report = Report(assessment=assessment, place=placing(folder), shipped=common.shipped_policies())
    document = "".join(json_format.render(report, Language("en"), Layout()))
    blobs, evidence = dict(found.blobs), None
    if told is not None:
        evidence, contents = kept.keep_bundle(told.bundle)
        blobs.update(contents)
    return store.Made(
        assessment=assessment,
        side=JudgedBy(
            inventory=found.inventory,
            policies=found.policies,
            as_of=assessment.as_of,
            inventory_digest=found.inventory.digest,
            policies_digest=found.policies_blob,
            evidence_digest=evidence,
            bundle=told.bundle if told is not None else None,
            signer=told.signer if told is not None else None,
        ),
        document=document.encode(),
        blobs=blobs,
        inventory=found.inventory_blob,
        policies=found.policies_blob,
        evidence=evidence,
        folder=str(Path(folder).resolve()),
        started_at=started,
        ended_at=history_place.now(),
        started_by=started_by,
        host=platform.node(),
        login=who.login(),
        tool=TOOL,
        git_commit=_commit(folder),
    )


def _commit(folder: str) -> str | None:
    """Return the commit that is checked out where the inventory is, if it is in git."""
    root = top(Path(folder))
    if root is None:
        return None
    try:
        with Repository(root, os.environ) as repository:
            return commits.named(repository, "HEAD")
    except SoccheckError:
        return None
