"""What is to be written where a finding is unknown: of a whole province, nothing is passed over."""

from __future__ import annotations

from datetime import date

import yaml

from soccheck import audit
from soccheck.assess.lacking import Lacking
from soccheck.i18n import Language
from soccheck.inventory import load as inventory
from soccheck.model import Status
from soccheck.policy import load as policy
from soccheck.report.wording import to_write
from tests.cli.run import ROOT


def test_every_unknown_finding_tells_what_to_write() -> None:
    loaded = inventory.load(ROOT / "inventories" / "an-giang", "an-giang")
    policies = policy.load([(ROOT / "policies", "policies")], [])
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
        assert isinstance(yaml.safe_load(block), dict), block
