"""A history on a server elsewhere: by libpq's words, and nothing is said to a server that is not trusted.

127.0.0.2 stands for elsewhere: of this machine are localhost, 127.0.0.1 and ::1 alone.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.run import inside
from tests.history.conftest import Server, own_server

# pg8000 leaves a socket to the collector where a certificate is refused.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", "req", "-x509", *EC, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    yield from own_server()


@pytest.fixture(scope="module")
def authorities(server: Server) -> dict[str, Path]:
    """Two authorities; `ours` has signed a certificate of 127.0.0.2, and one of db.example."""
    folder = server.folder
    found = {}
    # Python 3.13 asks of an authority what RFC 5280, 4.2.1.3, does.
    may_sign = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
    for name in ("ours", "strange"):
        key, found[name] = folder / f"{name}.key", folder / f"{name}.pem"
        _openssl("-subj", f"/CN={name}", *may_sign, "-keyout", key, "-out", found[name])
    signed = ("-CA", found["ours"], "-CAkey", folder / "ours.key")
    for name, address in (("right", "IP:127.0.0.2,DNS:localhost"), ("other", "DNS:db.example")):
        key, made = folder / f"{name}.key", folder / f"{name}.pem"
        more = ("-addext", f"subjectAltName={address}", "-addext", "basicConstraints=CA:FALSE")
        _openssl("-subj", f"/CN={name}", *more, *signed, "-keyout", key, "-out", made)
        if server.user is not None:
            shutil.chown(key, server.user)
    return found


def _runs(server: Server, certificate: str | None) -> None:
    secure = {
        "ssl": "on",
        "ssl_cert_file": str(server.folder / f"{certificate}.pem"),
        "ssl_key_file": str(server.folder / f"{certificate}.key"),
    }
    both = "127.0.0.1,127.0.0.2"
    server.run(listen_addresses=both, **(secure if certificate is not None else {}))


STRANGER = "its certificate is not to be trusted: “unable to get local issuer certificate”"
MISNAMED = "its certificate is not to be trusted: “IP address mismatch"
PLAIN = "it offers no TLS"
OURS, STRANGE = "sslrootcert={ours}", "sslrootcert={strange}"
ASKED: dict[str | None, dict[str, str | None]] = {
    "right": {
        f"sslmode=verify-full&{OURS}": None,
        OURS: None,
        f"sslmode=verify-ca&{OURS}": None,
        "sslmode=require": None,
        "": STRANGER,
        "sslmode=verify-ca": STRANGER,
        f"sslmode=verify-full&{STRANGE}": STRANGER,
        f"sslmode=verify-ca&{STRANGE}": STRANGER,
        f"sslmode=require&{STRANGE}": STRANGER,
        "sslrootcert=nowhere.pem": "nowhere.pem: no certificates of authorities can be read",
    },
    "other": {
        f"sslmode=verify-full&{OURS}": MISNAMED,
        OURS: MISNAMED,
        f"sslmode=verify-ca&{OURS}": None,
        f"sslmode=require&{OURS}": None,
    },
    None: {
        "": PLAIN,
        OURS: PLAIN,
        "sslmode=require": PLAIN,
        "sslmode=prefer": "sslmode 'prefer' is not known",
        "sslmode=disable": "sslmode 'disable' is not known",
        "sslmode=": PLAIN,
        "sslmode=verify-full&sslmode=disable": "'sslmode' is not known, or there twice",
        "sslMode=verify-full": "'sslMode' is not known",
    },
}


def test_a_server_elsewhere_is_trusted_as_its_url_says(
    server: Server,
    authorities: dict[str, Path],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = server.url()
    elsewhere = here.replace("127.0.0.1", "127.0.0.2")
    wrong = {}
    for certificate, asked in ASKED.items():
        _runs(server, certificate)
        for query, said in asked.items():
            url = f"{elsewhere}?{query.format(**authorities)}"
            monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
            ran = inside(capsys, "history", "list")
            good = ran.code == 0 if said is None else ran.code == 2 and said in ran.err
            if not good or server.password in ran.err + ran.out:
                wrong[certificate, query] = ran
        # On this machine nothing is asked for; a socket is of this machine.
        for url in (here, f"{here}?unix_sock={server.folder}/.s.PGSQL.{server.port}"):
            monkeypatch.setenv("SOCCHECK_DATABASE_URL", url)
            if (ran := inside(capsys, "history", "list")).code != 0:
                wrong[certificate, url] = ran
    assert wrong == {}
