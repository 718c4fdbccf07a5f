"""What mdatp answers in a form that cannot be read is told as that, and not as an error of Python."""

from __future__ import annotations

from datetime import UTC, datetime

from soccheck.probes.antivirus_mdatp import mdatp
from soccheck.probes.base import Answer, Learnt, Moment

NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_an_answer_nested_without_end_proves_nothing() -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    learnt = Learnt()
    answers = {"mdatp": Answer(command="", state="ok", exit=0, output=deep)}
    mdatp(answers, {"wdavdaemon"}, Moment(started=NOW, ended=NOW), learnt)
    assert learnt.facts == {}
    assert learnt.problems
