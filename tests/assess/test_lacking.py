"""What is to be written where a finding is unknown: of a whole province, nothing is passed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from soccheck import audit
from soccheck.assess.lacking import Lacking
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.policy import load as policy
from soccheck.report.wording import to_write
from tests.cli.run import ROOT
from tests.kit import an_inventory, read_yaml, shipped


def test_every_unknown_finding_tells_what_to_write() -> None:
    loaded = inventory.load(ROOT / "inventories" / "an-giang", "an-giang")
    policies = shipped()
    judged = audit.judge(loaded, policies, date(2026, 11, 1), audit.GivenEvidence())
    unknown = [finding for finding in judged.findings if finding.result is Status.UNKNOWN]
    assert len(unknown) > 1000
    shown: dict[tuple[str, str], list[Lacking]] = {}
    for finding in unknown:
        lacks = judged.lacking(finding)
        assert lacks, (finding.control.id, finding.asset.id)
        shown.setdefault((finding.control.id, finding.asset.kind), lacks)
    for lacks in shown.values():
        block = "\n".join(to_write.block(lacks, loaded, Language("en")))
        assert isinstance(read_yaml(block), dict), block


def test_a_machine_on_no_network_that_counts_is_to_be_put_on_another(tmp_path: Path) -> None:
    text = """
networks:
  ngoai: {organization: o, type: internet, prefixes: [0.0.0.0/0]}
  trong: {organization: o, type: servers, prefixes: [192.0.2.0/24]}
systems:
  dvc: {organization: o, dossier: {status: approved, proposed_level: 3}}
hosts:
  web-1: {organization: o, role: server, systems: [dvc], networks: [ngoai]}
"""
    loaded = an_inventory(tmp_path, text)
    policies = policy.load([(ROOT / "policies" / "firewall.yaml", "firewall.yaml")], [])
    judged = audit.judge(loaded, policies, loaded.stated)
    finding = judged.finding("FW-NETWORK", "dvc")
    assert finding is not None
    assert finding.result is Status.UNKNOWN
    (lack,) = judged.lacking(finding)
    assert lack.asset is not None
    assert (lack.asset.id, lack.facts) == ("web-1", ("networks",))
    block = "\n".join(to_write.block([lack], loaded, Language("en")))
    assert "networks: {} # for example [trong] · " in block
