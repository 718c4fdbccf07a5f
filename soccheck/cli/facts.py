"""`soccheck facts`: the catalogue of what inventories, machines and policies may speak of."""

from __future__ import annotations

from soccheck.cli import common
from soccheck.cli.options import language_option, listing_options
from soccheck.cli.output import write_listing
from soccheck.cli.translated import a_command, argument
from soccheck.errors import UsageError
from soccheck.facts import meant
from soccheck.facts.catalogue import FACTS, of_kind
from soccheck.facts.near import near
from soccheck.phrase import phrase


@a_command()
@argument("kind", required=False)
@listing_options
@language_option
def command(kind: str | None, form: str, output: str | None, lang: str | None) -> int:
    """List the facts there are, or those of a KIND of asset: name, form, who gives it, what to write.

    The kinds are authority, organization, system, site, network, host, firewall, endpoint and fleet.
    """
    from soccheck.report.listings import facts

    kinds = list(dict.fromkeys(of for of, _ in FACTS))
    if kind is not None and kind not in kinds:
        text = phrase("no kind of asset {name}", name=repr(kind))
        raise UsageError(text, hint=near(meant.written("enum", kind, kinds) or kind, kinds))
    chosen = [kind] if kind is not None else kinds
    found = [(one, fact) for one in chosen for fact in of_kind(one).values()]
    language = common.language(lang)
    write_listing(facts.listing(found, language), form, output, language)
    return 0
