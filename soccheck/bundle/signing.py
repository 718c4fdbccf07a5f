"""Sign and verify a bundle with the OpenSSH signature format, so that no new kind of key is needed.

What is signed is one line with the manifest's digest, not the file: redaction keeps it valid.
Format: OpenSSH PROTOCOL.sshsig.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from soccheck.errors import InputError, UsageError, quoted
from soccheck.model import Problem
from soccheck.phrase import phrase
from soccheck.sources.files import Fault, content

NAMESPACE = "soccheck-evidence"
_SECONDS = 60
_MOST_BYTES = 1 << 18
"""Bytes of a signature, and of a file of signers: ssh-keygen takes time by the square of them."""
_MOST_PRINCIPALS = 32
"""Signers of one key that are tried."""


def statement(bundle: dict[str, Any]) -> bytes:
    """Return the line that is signed."""
    digest = bundle["manifest"]["sha256"]
    return f"{bundle['format']} {bundle['version']} sha256:{digest}\n".encode("ascii")


def sign(bundle: dict[str, Any], key: Path) -> bytes:
    """Return the armoured signature by the private key at `key`, or by the agent for a `.pub` file.

    Raises `UsageError` when ssh-keygen cannot sign.
    """
    done = _run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE], statement(bundle)
    )
    if done.returncode or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        hint = phrase("name a private key, or a .pub file whose key the agent holds")
        raise UsageError(
            phrase("{key}: ssh-keygen cannot sign: {done}", key=key, done=quoted(_said(done))),
            hint=hint,
        )
    return done.stdout


def verify(bundle: dict[str, Any], signature: Path, signers: Path) -> str:
    """Return who signed the bundle, by the `allowed_signers` file; see ssh-keygen(1).

    Raises `InputError` unless a listed signer's signature holds.
    """
    given = contents(signature), contents(signers)
    return verify_bytes(bundle, *given, str(signature), str(signers))


def verify_bytes(
    bundle: dict[str, Any], signature: bytes, signers: bytes, shown: str, listed: str
) -> str:
    """Return who signed the bundle, by the contents of both files; see `verify`.

    `shown` is how the signature's file is printed, `listed` that of the signers.
    """
    for name, data in ((shown, signature), (listed, signers)):
        if len(data) > _MOST_BYTES:
            text = phrase("{count} bytes are no signature and no list of signers", count=len(data))
            raise InputError([Problem(name, text, phrase("see ssh-keygen(1)"))])
    with tempfile.TemporaryDirectory(prefix="soccheck-") as folder:
        signature_file, signers_file = Path(folder, "signature"), Path(folder, "signers")
        signature_file.write_bytes(signature)
        signers_file.write_bytes(signers)
        files = ("-s", str(signature_file), "-f", str(signers_file))
        found = _run(["ssh-keygen", "-Y", "find-principals", *files], b"")
        for principal in found.stdout.decode("utf-8", "replace").splitlines()[:_MOST_PRINCIPALS]:
            arguments = ["-Y", "verify", "-I", principal, "-n", NAMESPACE, *files]
            done = _run(["ssh-keygen", *arguments], statement(bundle))
            if done.returncode == 0:
                return principal
            found = done
    said = _said(found).replace(str(signers_file), listed).replace(str(signature_file), shown)
    text = phrase("the signature does not hold: {found}", found=quoted(said))
    raise InputError([Problem(shown, text, phrase("ask who collected for the signed bundle"))])


def contents(path: Path) -> bytes:
    """Return what a signature's or a signers' file holds; raises `UsageError` where there is none."""
    missing = phrase("not a file") if path.exists() else phrase("no such file")
    found = content(path) if path.is_file() else Fault(missing)
    if isinstance(found, Fault):
        hint = phrase(
            "`soccheck evidence sign` writes FILE.sig; ssh-keygen(1) tells of allowed signers"
        )
        raise UsageError(phrase("{file}: {what}", file=path, what=found.message), hint=hint)
    return found


def _run(arguments: list[str], stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            arguments, input=stdin, capture_output=True, timeout=_SECONDS, check=False
        )
    except FileNotFoundError as error:
        raise UsageError(
            phrase("ssh-keygen is not installed"), hint=phrase("install openssh-client")
        ) from error
    except subprocess.TimeoutExpired as error:
        hint = phrase("a key with a passphrase goes through the agent: name its .pub file")
        raise UsageError(
            phrase("ssh-keygen did not end within {SECONDS} s", SECONDS=_SECONDS), hint=hint
        ) from error


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = (done.stderr or done.stdout).decode("utf-8", "replace").splitlines()
    text = next((line for line in lines if line.strip()), f"exit status {done.returncode}")
    return "".join(c if c.isprintable() else "?" for c in text)[:200]
