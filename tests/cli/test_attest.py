"""`soccheck attest`: listed, checked, and added without touching the rest; what it says decides."""

from __future__ import annotations

import pytest

from tests.scratch import DAY, Scratch

WHO = ("--signer", "An officer", "--role", "Head of the unit")
ADD = ("attest", "add", "inv", "--asset", "web-2", "--fact", "antivirus.realtime=true", *WHO)
DAYS = ("--from", "2024-06-01", "--to", "2024-12-31")


def explained(scratch: Scratch, day: str = DAY, *more: str) -> tuple[int, str]:
    done = scratch.run(
        *("explain", "inv", "T-REALTIME", "web-2", "--policies", "pol", "--as-of", day, *more)
    )
    return done.returncode, " ".join(done.stdout.split())


def test_what_is_attested_decides_until_it_runs_out_or_its_file_is_edited(scratch: Scratch) -> None:
    scratch.write("inv/signed/report.pdf", "signed by the head\n")
    before = (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8")
    assert explained(scratch)[0] == 1
    done = scratch.run(*ADD, *DAYS, "--document", "signed/report.pdf")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "inv/attestations.yaml:2:3: the attestation web-2-1 is added\n"
    code, text = explained(scratch)
    assert code == 0
    assert "attested" in text
    assert "signed/report.pdf, Head of the unit An officer, inv/attestations.yaml:2:3" in text
    code, text = explained(scratch, "2025-01-01")
    assert code == 3
    assert "antivirus.realtime: the attestation expired on 31/12/2024" in text
    assert "đã hết hiệu lực ngày 31/12/2024" in explained(scratch, "2025-01-01", "--lang", "vi")[1]
    scratch.write("inv/signed/report.pdf", "signed by the head, edited\n")
    code, text = explained(scratch)
    assert code == 3
    assert "the attested file is not the one that was signed: signed/report.pdf has the SHA" in text
    done = scratch.run("attest", "lint", "inv", "--policies", "pol", "--as-of", DAY)
    assert done.returncode == 1
    assert (
        "inv/attestations.yaml:2:3: web-2-1: its file is not the one that was signed" in done.stdout
    )
    assert (scratch.root / "inv/hosts.yaml").read_text(encoding="utf-8") == before


def test_the_list_says_what_holds(scratch: Scratch) -> None:
    listed = ("attest", "list", "inv", "--as-of", DAY)
    assert scratch.run(*listed).stdout == "no attestation\n"
    scratch.run(*ADD, *DAYS, "--number", "12/BC", "--id", "one")
    scratch.run(*ADD, "--from", "2023-01-01", "--to", "2023-12-31", "--number", "11/BC")
    for lang, words in (("en", ("holds", "expired")), ("vi", ("còn hiệu lực", "hết hạn"))):
        text = scratch.run(*listed, "--lang", lang).stdout
        assert max(map(len, text.splitlines())) <= 80
        assert "12/BC" in text
        assert all(word in " ".join(text.split()) for word in words)


def test_lint_names_what_is_of_no_use(scratch: Scratch) -> None:
    said = ("attest", "lint", "inv", "--policies", "pol")
    scratch.run(*ADD, *DAYS, "--number", "1", "--id", "one")
    assert scratch.run(*said, "--as-of", DAY).returncode == 0
    assert "ends on 31/12/2024" in scratch.run(*said, "--as-of", "2024-12-15").stdout
    assert scratch.run(*said, "--as-of", "2025-01-01").returncode == 1
    other = [word.replace("=true", "=false") for word in ADD]
    scratch.run(*other, *DAYS, "--number", "2", "--id", "two")
    done = scratch.run(*said, "--as-of", DAY)
    assert done.returncode == 1
    assert "one: two states something else of the same asset" in " ".join(done.stdout.split())
    nobody = [word.replace("An officer", "tbd") for word in ADD]
    scratch.run(*nobody, *DAYS, "--number", "3", "--id", "three")
    assert "three: no signer: 'tbd' is nobody" in scratch.run(*said, "--as-of", DAY).stdout
    unused = [word.replace("antivirus.realtime=true", "os.name=x") for word in ADD]
    scratch.run(*unused, *DAYS, "--number", "4", "--id", "four")
    assert "four: no control asks for os.name" in scratch.run(*said, "--as-of", DAY).stdout
    assert "--within" in scratch.run(*said, "--within", "soon").stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((*ADD, *DAYS), "nothing says which document was signed"),
        ((*ADD, *DAYS, "--number", "biên bản"), "nothing says which document was signed"),
        ((*ADD, *DAYS, "--document", "gone.pdf"), "gone.pdf"),
        ((*ADD, *DAYS, "--document", "empty.pdf"), "empty.pdf is empty: nothing in it was signed"),
        ((*ADD, *DAYS, "--document", "/etc/hostname"), "is not in the inventory's folder"),
        ((*ADD, *DAYS, "--number", "1", "--fact", "antivirus.realtime"), "names no fact and value"),
        ((*ADD, *DAYS, "--number", "1", "--fact", "antivirus.realtime=no"), "is no YAML"),
        ((*ADD, *DAYS, "--number", "1", "--fact", "antivirus.realtime=true"), "is given twice"),
        ((*ADD, *DAYS, "--number", "1", "--fact", "antivirus.nope=true"), "has no fact"),
        ((*ADD, *DAYS, "--number", "1", "--asset", "gone"), "names no asset: 'gone'"),
        ((*ADD, *DAYS, "--number", "1", "--file", "../x.yaml"), "no YAML file in the folder"),
        ((*ADD, *DAYS, "--number", "1\n2"), "control characters"),
        ((*ADD, "--to", "2020-01-01", "--number", "1"), "it ends before it begins"),
    ],
)
def test_nothing_is_written_of_what_would_not_load(
    scratch: Scratch, words: tuple[str, ...], message: str
) -> None:
    (scratch.root / "inv/empty.pdf").touch()
    done = scratch.run(*words)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (scratch.root / "inv/attestations.yaml").exists()


def test_two_of_one_id(scratch: Scratch) -> None:
    scratch.run(*ADD, *DAYS, "--number", "1", "--id", "one")
    done = scratch.run(*ADD, *DAYS, "--number", "1", "--id", "one")
    assert (done.returncode, "there is an attestation 'one' already" in done.stderr) == (2, True)
    text = (scratch.root / "inv/attestations.yaml").read_text(encoding="utf-8")
    scratch.write("inv/more.yaml", text)
    done = scratch.run("validate", "inv", "--policies", "pol")
    assert "a second attestation 'one': the first is at inv/attestations.yaml:2:3" in done.stderr
