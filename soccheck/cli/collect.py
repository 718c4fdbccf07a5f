"""`soccheck collect`: ask machines over SSH and write an evidence bundle."""

from __future__ import annotations

from typing import Any

from soccheck.cli import collect_run, common, options_ssh
from soccheck.cli.options import language_option, policy_options
from soccheck.cli.translated import a_command, argument, option
from soccheck.policy.load import in_force


@a_command()
@argument("inventory")
@option(
    "--output",
    "-o",
    metavar="FILE",
    default="evidence.json",
    show_default=True,
    help="The bundle; - prints it.",
)
@options_ssh.options
@policy_options
@language_option
def command(
    inventory: str,
    output: str,
    policy_paths: tuple[str, ...],
    only: tuple[str, ...],
    profiles: tuple[str, ...],
    lang: str | None,
    **given: Any,
) -> int:
    """Ask the hosts and firewalls of INVENTORY over SSH, read-only, and write the evidence.

    Keys, ports, users and jump hosts come from the inventory (ssh:), then ssh_config. Host keys
    are always verified: see `soccheck hostkeys`. With --policy only what it asks about is collected.

    Exits 0 when every machine answered, 3 when one did not, 130 when interrupted; what was
    gathered is written in each case.
    """
    language = common.language(lang)
    loaded = common.inventory(inventory)
    policies = []
    if policy_paths or only or profiles:
        policies = in_force(common.load_policies(policy_paths, only, profiles), common.day(None))
    result = collect_run.collect(loaded, output, options_ssh.Options(**given), language, policies)
    collect_run.tell(result.summary(output, language), result, err=output == "-")
    if result.failed and output != "-":
        hint = language("soccheck evidence show {file} --problems says why").format(file=output)
        collect_run.tell(f"  {hint}", result)
    return result.exit_code
