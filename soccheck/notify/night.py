"""What a run has to tell one recipient: all that changed since the last message that arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from soccheck.assess.assessment import Assessment
from soccheck.history.cells import organization_of
from soccheck.history.changes import RunChange
from soccheck.history.notices import Notice
from soccheck.history.runs import Run
from soccheck.i18n import LANGUAGES, Language
from soccheck.model import Control, Finding, Policy, Status
from soccheck.notify.digest import Digest, DigestKind, News, concerning, merged, ordered
from soccheck.report.wording import words

HEARTBEAT = 7
"""Days after which a recipient is told that nothing changed."""
_MOST_RUNS = 10
"""Runs with news that one message tells of; past them it tells how all stands, as the first one does."""


def digest(
    assessment: Assessment,
    runs: Sequence[Run],
    told: Notice | None,
    organization: str | None,
    changes: Callable[[Run], Sequence[RunChange]],
    silent: Sequence[str],
    today: date,
) -> Digest | None:
    """Return what one recipient is told of the last of `runs`; nothing while there is nothing to tell.

    `told` is the last message that arrived, `changes` are those of a run, `silent` the machines that did
    not answer.
    """
    wanted = (organization,) if organization is not None else ()
    run = runs[-1]
    mine = [f for f in assessment.findings if not wanted or organization_of(f.asset) in wanted]
    shown = Digest(
        kind=DigestKind.FIRST,
        authority={
            code: words.name_of(assessment.inventory.authority, Language(code))
            for code in LANGUAGES
        },
        run=f"#{run.id}",
        as_of=run.as_of,
        statuses=Counter(f.status.value for f in mine),
        silent=sum(_is_of(assessment, name, wanted) for name in silent),
        heartbeat=HEARTBEAT,
    )
    first = replace(shown, news=ordered(_standing(f) for f in mine if f.status in _TO_BE_DONE))
    since = next((one for one in runs if told is not None and one.id == told.run), None)
    if told is None or since is None:
        return first
    titles = _titles(assessment)
    nights = [
        concerning([_news(change, titles) for change in changes(one)], wanted)
        for one in runs
        if one.id > since.id
    ]
    if sum(map(bool, nights)) > _MOST_RUNS:
        return first
    shown = replace(shown, since=f"#{since.id}", since_day=since.as_of)
    news = merged(nights)
    if news:
        return replace(shown, kind=DigestKind.CHANGES, news=news)
    # A message of a day to come was dated by a clock that was wrong: no day to wait for.
    if not 0 <= (today - told.sent).days < HEARTBEAT:
        return replace(shown, kind=DigestKind.QUIET)
    return None


_TO_BE_DONE = (Status.FAIL, Status.UNKNOWN)


def _is_of(assessment: Assessment, name: str, wanted: tuple[str, ...]) -> bool:
    asset = assessment.inventory.find(name)
    return not wanted or (asset is not None and organization_of(asset) in wanted)


def _standing(finding: Finding) -> News:
    """Return a finding as a first message has it."""
    return News(
        control=finding.control.id,
        title=finding.control.title,
        policy=finding.policy.id,
        remediation=finding.control.remediation,
        asset=finding.asset.id,
        organization=organization_of(finding.asset),
        severity=finding.control.severity.value,
        state="",
        before="",
        after=finding.status.value,
    )


def _titles(assessment: Assessment) -> dict[str, tuple[Policy, Control]]:
    return {c.id: (policy, c) for policy in assessment.policies for c in policy.controls}


def _news(change: RunChange, titles: dict[str, tuple[Policy, Control]]) -> News:
    """Return a change as news; a control that no policy has any more is called by its id."""
    policy, control = titles.get(change.control, (None, None))
    own = {"en": change.control, "vi": change.control}
    return News(
        control=change.control,
        title=control.title if control is not None else own,
        policy=policy.id if policy is not None else "",
        remediation=control.remediation if control is not None else {"en": "", "vi": ""},
        asset=change.asset,
        organization=change.organization,
        severity=change.severity,
        state=change.state.value,
        before=change.before,
        after=change.after,
        cause=change.cause.value,
        by_calendar=change.by_calendar,
        detail=change.detail,
    )
