"""Small inventories and policies, made in one line each."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from soccheck.inventory import load as inventory
from soccheck.model import Inventory, Policy
from soccheck.policy import load as policy

ROOT = Path(__file__).parents[1]
BASE = """
authority: {stated: 2024-06-30, name: {vi: Tỉnh, en: Province}}
organizations:
  o: {type: office, tier: province}
"""


def read_yaml(text: str | bytes) -> Any:
    """Return what a file of cases says; by libyaml, many times as fast as PyYAML's own parser."""
    return yaml.load(text, yaml.CSafeLoader)


@cache
def shipped() -> tuple[Policy, ...]:
    """Return the shipped policies, read once for all tests of a process."""
    return tuple(policy.load([(ROOT / "policies", "policies")]))


def written(folder: Path, **files: str) -> Path:
    """Write `name.yaml` for each file into `folder`, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
    return folder


def an_inventory(folder: Path, text: str, *, base: str = BASE) -> Inventory:
    """Return the inventory of one file: the base, and `text` below it."""
    return inventory.load(written(folder, a=base + textwrap.dedent(text)), "inv")


CONTROL = """
  - id: {id}
    title: {{en: {title}, vi: {title}}}
    asset: {asset}
    require: {require}
    severity: high
    label: {{en: fine, vi: ổn}}
    reference: [{{source: us, verified: unverified}}]
    remediation: {{en: mend it, vi: sửa}}
"""
HEAD = """
policy: {policy}
version: "1"
title: {{en: {policy}, vi: {policy}}}
headline: {{asset: {asset}, controls: [{first}], label: {{en: fine, vi: ổn}}}}
"""


def policy_text(
    require: str,
    *,
    asset: str = "system",
    policy: str = "test",
    control: str = "T-ONE",
    title: str = "one",
    extra: str = "",
    head: str = "",
    headline: str | None = None,
) -> str:
    """Return a policy of one control; `extra` are more keys of the control, `head` of the policy."""
    text = HEAD.format(policy=policy, asset=headline or asset, first=control)
    text += textwrap.dedent(head).strip("\n") + "\ncontrols:"
    text += CONTROL.format(id=control, title=title, asset=asset, require=require)
    return text + textwrap.indent(textwrap.dedent(extra).strip("\n"), "    ") + "\n"


def policies(folder: Path, *texts: str) -> list[Policy]:
    """Return the policies of the texts, each a file."""
    files = {f"p{i}": text for i, text in enumerate(texts)}
    return policy.load([(written(folder, **files), "pol")])
