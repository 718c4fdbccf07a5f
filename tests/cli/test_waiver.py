"""Waivers: selected, listed, checked, and added without touching the rest of the file."""

from __future__ import annotations

import re

import pytest

from soccheck.errors import UsageError
from soccheck.inventory.entry_edit import added
from tests.kit import read_yaml
from tests.scratch import DAY, Scratch

WHO = ("--reason", "not: yet", "--approver", "Director", "--expires", "2024-12-31")
ADD = ("waiver", "add", "inv", "--control", "T-REALTIME", *WHO, "--granted", "2024-06-01")


def lint(scratch: Scratch, *arguments: str, day: str = DAY) -> tuple[int, str]:
    done = scratch.run("waiver", "lint", "inv", "--policies", "pol", "--as-of", day, *arguments)
    return done.returncode, " ".join(done.stdout.split())


def use(scratch: Scratch) -> None:
    """Make the waiver of the sample one that is needed."""
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[web-2]")


def test_a_selector_waives_what_it_fits_and_nothing_else(scratch: Scratch) -> None:
    scratch.edit("inv/hosts.yaml", "  web-2:\n", "  web-2:\n    tags: [old, lab]\n")
    for select, code in (
        ("{kind: host}", 1),  # T-HOSTS still fails
        ("{kind: host, tags: [old, lab]}", 1),
        ("{kind: host, tags: [lab, gone]}", 1),
        ("{kind: host, organization: so}", 1),
        ("{kind: system}", 1),
    ):
        scratch.edit("inv/waivers.yaml", "assets: [mail-1]", f"select: {select}")
        done = scratch.run(
            "explain", "inv", "T-REALTIME", "web-2", "--policies", "pol", "--as-of", DAY
        )
        waived = select not in ("{kind: host, tags: [lab, gone]}", "{kind: system}")
        assert ("WAIVED" in done.stdout) == waived, select
        assert done.returncode == (0 if waived else code)
        scratch.git("checkout", "-q", "inv/waivers.yaml")


def test_a_waiver_names_or_selects_something(scratch: Scratch) -> None:
    scratch.edit("inv/waivers.yaml", "    assets: [mail-1]\n", "")
    done = scratch.run("validate", "inv", "--policies", "pol")
    assert done.returncode == 2
    assert "'assets' is missing" in done.stderr
    assert "select" in done.stderr


@pytest.mark.parametrize("key", ["approver", "reason", "expires", "granted", "control"])
def test_a_waiver_without_its_words_does_not_load(scratch: Scratch, key: str) -> None:
    text = (scratch.root / "inv/waivers.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith(f"{key}:")]
    scratch.write("inv/waivers.yaml", "\n".join(lines) + "\n")
    done = scratch.run("waiver", "lint", "inv", "--policies", "pol")
    assert done.returncode == 2
    assert f"inv/waivers.yaml:2:3: {key!r} is missing" in done.stderr


def test_a_good_waiver_has_no_remark(scratch: Scratch) -> None:
    use(scratch)
    assert lint(scratch) == (0, "1 waivers, 0 with a fault")


def test_expired_and_expiring(scratch: Scratch) -> None:
    use(scratch)
    code, said = lint(scratch, day="2024-12-31")
    assert code == 0
    assert "expires on 31/12/2024" in said
    assert "expires" not in lint(scratch, day="2024-12-01")[1]
    assert "expires on 31/12/2024" in lint(scratch, "--within", "1mo", day="2024-12-01")[1]
    code, said = lint(scratch, day="2025-01-01")
    assert code == 1
    assert "expired on 31/12/2024 and no longer works" in said
    done = scratch.run("audit", "--details", "inv", "--policies", "pol", "--as-of", "2025-01-01")
    assert "no longer works" in " ".join(done.stdout.split())
    assert lint(scratch, "--within", "1m")[0] == 2


def test_unused_and_not_needed(scratch: Scratch) -> None:
    code, said = lint(scratch)
    assert code == 1
    assert "w-1: accepts nothing" in said
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[mail-1, web-2]")
    code, said = lint(scratch)
    assert code == 1
    assert "not needed for mail-1" in said


def test_too_broad(scratch: Scratch) -> None:
    host = "  h-{}: {{organization: so, role: server, antivirus: {{realtime: false}}}}\n"
    scratch.write("inv/more.yaml", "hosts:\n" + "".join(host.format(i) for i in range(6)))
    scratch.edit("inv/waivers.yaml", "assets: [mail-1]", "assets: [h-0, h-1, h-2, h-3, h-4]")
    code, said = lint(scratch)
    assert code == 1
    assert "too broad: it reaches 5/9" in said
    assert lint(scratch, "--broad", "60")[0] == 0


def test_unknown_control_and_nobody(scratch: Scratch) -> None:
    use(scratch)
    scratch.edit("inv/waivers.yaml", "T-REALTIME", "T-REALTIM")
    code, said = lint(scratch)
    assert code == 1
    assert "there is no control T-REALTIM" in said
    scratch.git("checkout", "-q", "inv")
    use(scratch)
    for nobody in ("TBD", "-", "n/a", "chưa có"):
        scratch.edit("inv/waivers.yaml", "approver: Director", f"approver: {nobody!r}")
        code, said = lint(scratch)
        assert code == 1
        assert "no approver" in said
        scratch.edit("inv/waivers.yaml", f"approver: {nobody!r}", "approver: Director")


def test_a_reason_that_says_nothing_accepts_nothing(scratch: Scratch) -> None:
    use(scratch)
    words = ("explain", "inv", "T-REALTIME", "web-2", "--policies", "pol", "--as-of", DAY)
    assert "WAIVED" in scratch.run(*words).stdout
    path = scratch.root / "inv/waivers.yaml"
    before = path.read_text(encoding="utf-8")
    for reason in ("-", "...", "chưa rõ", "n/a"):
        text = re.sub(r"reason: .*", f'reason: "{reason}"', before)
        assert text != before
        path.write_text(text, encoding="utf-8")
        assert "WAIVED" not in scratch.run(*words).stdout
        code, said = lint(scratch)
        assert code == 1
        assert f"no reason: '{reason}' says nothing" in said


def test_unknown_target(scratch: Scratch) -> None:
    scratch.edit("inv/waivers.yaml", "[mail-1]", "[mail-2]")
    done = scratch.run("waiver", "lint", "inv", "--policies", "pol")
    assert done.returncode == 2
    assert "names no asset: 'mail-2'" in done.stderr
    assert "did you mean 'mail-1'?" in done.stderr
    scratch.git("checkout", "-q", "inv")
    scratch.edit("inv/waivers.yaml", "assets: [mail-1]", "select: {kind: host, tags: [none]}")
    assert "reaches no asset there is" in lint(scratch)[1]
    scratch.edit("inv/waivers.yaml", "select: {kind: host, tags: [none]}", "assets: [portal]")
    assert "reaches no host there is" in lint(scratch)[1]


def test_list_says_the_state_of_each(scratch: Scratch) -> None:
    use(scratch)
    for day, state in (
        (DAY, "accepts 1"),
        ("2023-01-01", "not yet"),
        ("2025-01-01", "expired"),
    ):
        done = scratch.run("waiver", "list", "inv", "--policies", "pol", "--as-of", day)
        assert done.returncode == 0
        assert state in done.stdout
    (scratch.root / "inv/waivers.yaml").unlink()
    done = scratch.run("waiver", "list", "inv", "--policies", "pol")
    assert (done.returncode, done.stdout) == (0, "no waiver\n")


def test_add_writes_a_waiver_that_works(scratch: Scratch) -> None:
    before = (scratch.root / "inv/waivers.yaml").read_text(encoding="utf-8")
    done = scratch.run(*ADD, "--asset", "web-2", "--ticket", "12/GP")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "inv/waivers.yaml:9:3: the waiver t-realtime-1 is added\n"
    after = (scratch.root / "inv/waivers.yaml").read_text(encoding="utf-8")
    assert after == before + (
        "  t-realtime-1:\n"
        "    control: T-REALTIME\n"
        "    assets: [web-2]\n"
        '    reason: "not: yet"\n'
        "    approver: Director\n"
        "    granted: 2024-06-01\n"
        "    expires: 2024-12-31\n"
        '    ticket: "12/GP"\n'
    )
    shown = scratch.run(
        "explain", "inv", "T-REALTIME", "web-2", "--policies", "pol", "--as-of", DAY
    )
    assert "WAIVED" in shown.stdout
    assert scratch.run(*ADD, "--asset", "web-1").stdout.endswith("t-realtime-2 is added\n")


def test_add_can_select_and_make_a_file(scratch: Scratch) -> None:
    (scratch.root / "inv/waivers.yaml").unlink()
    done = scratch.run(*ADD, "--kind", "host", "--organization", "so", "--tag", "old", "--id", "w")
    assert done.returncode == 0, done.stderr
    data = read_yaml((scratch.root / "inv/waivers.yaml").read_text(encoding="utf-8"))
    assert data["waivers"]["w"]["select"] == {"kind": "host", "organization": "so", "tags": ["old"]}
    done = scratch.run(*ADD, "--asset", "web-2", "--file", "sub/more.yaml")
    assert done.returncode == 2  # no such folder: nothing is made but the file
    done = scratch.run(*ADD, "--asset", "web-2", "--file", "more.yaml")
    assert done.stdout == "inv/more.yaml:2:3: the waiver t-realtime-1 is added\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--asset", "nobody"), "names no asset"),
        ((), "'assets' is missing"),
        (("--asset", "web-2", "--id", "w-1"), "w-1"),
        (("--asset", "web-2", "--id", "Not An Id"), "Not An Id"),
        (("--asset", "web-2", "--granted", "2024-02-30"), "'2024-02-30' is not a day"),
        (("--asset", "web-2", "--granted", "2025-01-01"), "ends before"),
        (("--asset", "web-2", "--tag", "x"), "needs the kind"),
        (("--asset", "web-2", "--file", "../out.yaml"), "no YAML file in the folder"),
        (("--asset", "web-2", "--file", "/tmp/out.yaml"), "no YAML file in the folder"),
        (("--asset", "web-2", "--ticket", "a\nb"), "without control characters"),
    ],
)
def test_add_writes_nothing_that_does_not_load(
    scratch: Scratch, arguments: tuple[str, ...], said: str
) -> None:
    done = scratch.run(*(ADD[:-2] if "--granted" in arguments else ADD), *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert scratch.git("status", "--porcelain") == ""


NEW = {"control": "X", "reason": "r"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "waivers:\n  n:\n    control: X\n    reason: r\n"),
        ("a: 1", "a: 1\n\nwaivers:\n  n:\n    control: X\n    reason: r\n"),
        (
            "waivers:\n    w:\n        control: Y\n\n# next\nhosts: {}\n",
            "waivers:\n    w:\n        control: Y\n    n:\n      control: X\n      reason: r\n"
            "\n# next\nhosts: {}\n",
        ),
        (
            "waivers:\n  w:\n    reason: |\n      # text\n      more\n\nhosts: {}\n",
            "waivers:\n  w:\n    reason: |\n      # text\n      more\n  n:\n    control: X\n"
            "    reason: r\n\nhosts: {}\n",
        ),
        (
            "waivers:\n  w:\n    control: Y # why\n    # a note of w\n",
            "waivers:\n  w:\n    control: Y # why\n    # a note of w\n  n:\n    control: X\n"
            "    reason: r\n",
        ),
        (
            "waivers:\r\n  w:\r\n    control: Y\r\n",
            "waivers:\r\n  w:\r\n    control: Y\r\n  n:\r\n    control: X\r\n    reason: r\r\n",
        ),
        (
            "waivers:\n  w: {control: Y}\nz: 1\n",
            "waivers:\n  w: {control: Y}\n  n:\n    control: X\n    reason: r\nz: 1\n",
        ),
    ],
)
def test_the_rest_of_the_file_stays_as_it_is(before: str, after: str) -> None:
    assert added(before, "waivers", {"n": dict(NEW)}) == after


@pytest.mark.parametrize(
    "text",
    [
        "{a: 1}\n",
        "waivers: {\n  w: {control: Y}\n}\n",
        "waivers:\n  w: {control: Y,\nreason: r}\n",
        'waivers:\n  w:\n    reason: "a\nb"\n',
    ],
)
def test_what_cannot_be_added_to_is_said(text: str) -> None:
    try:
        after = added(text, "waivers", {"n": dict(NEW)})
    except UsageError:
        return
    before, data = (read_yaml(item) for item in (text, after))
    assert data["waivers"].pop("n") == NEW
    assert data == before


def test_waivers_in_braces_are_left_alone(scratch: Scratch) -> None:
    scratch.write("inv/waivers.yaml", "waivers: {}\n")
    done = scratch.run(*ADD, "--asset", "web-2")
    assert done.returncode == 2
    assert "written in braces" in done.stderr
