"""Documents as PDF, by LibreOffice: a program of its own in a folder of its own, for a limited time."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from soccheck.errors import SoccheckError, UsageError
from soccheck.phrase import phrase

SECONDS = 180
"""Longest that a conversion may take; a hundred pages take five."""

_PROGRAM = "soffice"
_INSTALL = phrase("install LibreOffice Writer: apt-get install libreoffice-writer-nogui")


def pdf(document: bytes) -> bytes:
    """Return a document as PDF.

    Raises `UsageError` where LibreOffice is not installed, `SoccheckError` where it makes no PDF in time.
    """
    with tempfile.TemporaryDirectory(prefix="soccheck-") as name:
        folder = Path(name)
        source = folder / "document.docx"
        source.write_bytes(document)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        call = [_PROGRAM, profile, "--headless", "--norestore", "--convert-to", "pdf"]
        call += ["--outdir", str(folder), str(source)]
        try:
            done = subprocess.run(call, capture_output=True, timeout=SECONDS, check=False)
        except FileNotFoundError as error:
            raise UsageError(phrase("soffice is not installed"), hint=_INSTALL) from error
        except subprocess.TimeoutExpired as error:
            text = phrase("soffice made no PDF in {seconds} seconds", seconds=SECONDS)
            hint = phrase("write it as docx, and convert it by hand")
            raise SoccheckError(text, hint=hint) from error
        made = source.with_suffix(".pdf")
        if done.returncode or not made.exists():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["-"]
            raise SoccheckError(phrase("soffice made no PDF: {said}", said=said[0]), hint=_INSTALL)
        return made.read_bytes()
