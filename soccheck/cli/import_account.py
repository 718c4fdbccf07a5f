"""What an import says of itself: every row accounted for, and what nobody could place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from soccheck.facts.values import clean
from soccheck.i18n import Language
from soccheck.imports.dropped import STARS
from soccheck.imports.imported import Imported, ImportedFile, ImportedRow
from soccheck.imports.proposal import Proposal
from soccheck.imports.rows import RowKind
from soccheck.phrase import Phrase

_ROWS = 12


def known_by(verified: str, language: Language) -> str:
    """Return what a map's columns are known by; English has the map's own word."""
    if language.code == "en":
        return verified
    return {
        "primary": language("maker's text"),
        "copy": language("copy of it"),
        "page": language("public page"),
        "secondary": language("summary"),
        "unverified": language("not verified"),
    }[verified]


def account(
    imported: Imported, language: Language, limit: int, new: Collection[Phrase] = ()
) -> Iterator[str]:
    """Yield the lines of the account; of each list the first `limit`, all where that is 0.

    `new` are the places of rows that are proposed as new assets.
    """
    by = imported.map
    head = language("{title} ({map} {version}, columns: {verified})")
    yield head.format(
        title=language.text(by.title),
        map=by.id,
        version=by.version,
        verified=known_by(by.verified, language),
    )
    for file in imported.files:
        yield from _file(file, language)
    entries = imported.entries
    matched = [entry for entry in entries if entry.asset is not None]
    assets = {entry.asset.id for entry in matched if entry.asset is not None}
    text = language("{matched} of {entries} entries are about {assets} assets")
    yield text.format(
        matched=language.number(len(matched)),
        entries=language.number(len(entries)),
        assets=language.number(len(assets)),
    )
    yield from _several(matched, language, limit)
    lost = [entry for entry in entries if entry.asset is None and entry.place not in new]
    yield from _list(
        language.plural("{n} entry is about none:", "{n} entries are about none:", len(lost)),
        (
            f"{language.say(e.place)}{f', {e.name!r}' if e.name else ''}:"
            f" {language.say(e.why or '')}"
            for e in lost
        ),
        len(lost),
        limit,
        language,
    )
    yield from _absent(imported, language, limit)
    yield from _troubles(entries, language, limit)


def _file(file: ImportedFile, language: Language) -> Iterator[str]:
    name = f"{file.shown}, {file.sheet}" if file.sheet else file.shown
    text = language("{file}: taken on {day}, SHA-256 {digest}")
    yield text.format(
        file=clean(name), day=language.date(file.taken.date()), digest=file.sha256[:16]
    )
    labels = {
        RowKind.ENTRY: language("entries"),
        RowKind.ABOVE: language("above the headings"),
        RowKind.HEADING: language("headings"),
        RowKind.EMPTY: language("empty"),
        RowKind.GROUP: language("group titles"),
        RowKind.TOTAL: language("totals"),
        RowKind.SKIPPED: language("passed over as the map says"),
        RowKind.HIDDEN: language("hidden, passed over"),
        RowKind.AFTER: language("after the table's end"),
        RowKind.UNREAD: language("not understood"),
    }
    for kind, numbers in file.counts.items():
        line = f"  {language.number(len(numbers))} {labels[kind]}"
        yield line if kind is RowKind.ENTRY else f"{line}: {_rows(numbers)}"
    yield from _not_read(file, language)


def _not_read(file: ImportedFile, language: Language) -> Iterator[str]:
    """Yield what of a file was not read, or was read though nobody sees it."""
    if file.hidden:
        yield "  " + language("hidden in the sheet: {rows}").format(rows=_rows(file.hidden))
    for template, names in (
        (language("columns that are not there: {names}"), file.missing),
        (language("other sheets, not read: {names}"), file.other_sheets),
        (language("hidden sheets, not read: {names}"), file.hidden_sheets),
        (language("columns that the map does not read: {names}"), _some(file.not_read)),
        (language("columns dropped as secrets: {names}"), file.dropped),
        (language("hidden columns, read as the others: {names}"), file.hidden_columns),
        (language("cells with a comment, which is not read: {names}"), _some(file.comments)),
        (
            language("cells of another colour than their row, which is not read: {names}"),
            _some(file.coloured),
        ),
        (
            language("cells whose colour or icon follows a rule, which is not read: {names}"),
            _some(file.ruled),
        ),
    ):
        if names:
            yield "  " + template.format(names=clean("; ".join(names)))
    if file.ruled_elsewhere:
        yield "  " + language(
            "colours or icons that follow rules of a newer form: of which cells is not told"
        )


def _some(names: Sequence[str]) -> tuple[str, ...]:
    return (*names[:_ROWS], "…") if len(names) > _ROWS else tuple(names)


def _rows(numbers: Sequence[int]) -> str:
    told = ", ".join(map(str, numbers[:_ROWS]))
    return f"{told}, …" if len(numbers) > _ROWS else told


def _several(matched: Sequence[ImportedRow], language: Language, limit: int) -> Iterator[str]:
    """Yield the assets that several rows are about, with the rows."""
    rows: dict[str, list[str]] = {}
    for entry in matched:
        if entry.asset is not None:
            rows.setdefault(entry.asset.id, []).append(language.say(entry.place))
    twice = {name: places for name, places in rows.items() if len(places) > 1}
    title = language.plural(
        "{n} asset that several rows are about:",
        "{n} assets that several rows are about:",
        len(twice),
    )
    each = (clean(f"{name}: {'; '.join(places)}") for name, places in twice.items())
    yield from _list(title, each, len(twice), limit, language)


def _absent(imported: Imported, language: Language, limit: int) -> Iterator[str]:
    absent = imported.unmatched_assets
    if imported.map.complete and imported.map.absent:
        means = (
            language("{n} asset is in no row, and the list is complete:"),
            language("{n} assets are in no row, and the list is complete:"),
        )
        title = means[len(absent) != 1].format(n=language.number(len(absent)))
    else:
        title = language.plural(
            "{n} asset is in no row, which says nothing of it:",
            "{n} assets are in no row, which says nothing of them:",
            len(absent),
        )
    yield from _list(title, (asset.id for asset in absent), len(absent), limit, language)


def _troubles(entries: Iterable[ImportedRow], language: Language, limit: int) -> Iterator[str]:
    titles = {
        "word": language(
            "without a rule in the map, so unknown; a copy of the map can say it: {n}"
        ),
        "day": language("days refused: {n}"),
        "other": language("cells that state nothing: {n}"),
    }
    for kind, title in titles.items():
        found = [
            f"{fact}: {language.say(trouble.why)}"
            + (f"; {language.say(trouble.hint)}" if trouble.hint else "")
            for entry in entries
            for fact, trouble in entry.troubles.items()
            if trouble.kind == kind
        ]
        named = title.format(n=language.number(len(found))) + ":"
        yield from _list(named, map(clean, found), len(found), limit, language)
    secrets = sum(STARS in entry.raw.values() for entry in entries)
    if secrets:
        told = language("rows with what looks like a secret, which is not kept: {n}")
        yield told.format(n=language.number(secrets))


def _list(
    title: str, items: Iterable[str], count: int, limit: int, language: Language
) -> Iterator[str]:
    if not count:
        return
    yield title
    for number, item in enumerate(items):
        if limit and number == limit:
            rest = language.number(count - limit)
            yield "  " + language("and {n} more: --limit 0 lists all").format(n=rest)
            return
        yield f"  {item}"


def proposed(
    proposal: Proposal, language: Language, limit: int, left: Sequence[str]
) -> Iterator[str]:
    """Yield what the difference would change, and what stays to be done by hand.

    `left` are facts of the map that were left to evidence.
    """
    text = language("the inventory: {new} new, {changed} changed, {same} as they were")
    yield text.format(
        new=language.number(len(proposal.new)),
        changed=language.number(len(proposal.altered)),
        same=language.number(proposal.same),
    )
    if left:
        told = language("seen, so not declared but evidence, by -o evidence.json: {facts}")
        yield told.format(facts=", ".join(left))
    hand = [language.say(item) for item in proposal.by_hand]
    title = language.plural("{n} row for you to see to:", "{n} rows for you to see to:", len(hand))
    yield from _list(title, map(clean, hand), len(hand), limit, language)


def exit_code(imported: Imported, new: Collection[Phrase] = ()) -> int:
    """Return 0 where every row was understood and is about an asset of its own, else 3: incomplete.

    A list without an entry was not understood: it says nothing, of nobody.
    """
    nothing = not imported.entries
    unread = any(RowKind.UNREAD in file.counts for file in imported.files)
    placed = all(
        (entry.asset is not None or entry.place in new) and not entry.troubles
        for entry in imported.entries
    )
    assets = [entry.asset.id for entry in imported.entries if entry.asset is not None]
    alone = len(assets) == len(set(assets))
    return 0 if placed and alone and not unread and not nothing else 3
