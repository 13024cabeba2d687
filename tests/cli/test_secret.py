"""``laksana secret``: values come on stdin and are never printed, a code is printed once, trouble is one line."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from laksana.office import Office
from laksana.secretstore.handover import CODE_OUT, EXPIRED, NONE, OPEN, SHOWN
from tests.cli.conftest import Done, Laksana
from tests.secretstore.installation import PASSWORDS, PDN, offer, open_office, ticket_of
from tests.secretstore.traces import MARKER, everything_kept


@pytest.fixture
def office(clean_database: str, tmp_path: Path) -> Office:
    return open_office(clean_database, tmp_path / "pasang")


@pytest.fixture
def run(laksana: Laksana, office: Office) -> Laksana:
    """Return the command on the installation."""

    def on_installation(*arguments: str, **settings: str) -> Done:
        ours = {
            "database_url": office.settings.database_url,
            "secrets_key_file": str(office.settings.secrets_key_file),
        }
        return laksana("secret", *arguments, **{**ours, **settings})

    return on_installation


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Give the command something on stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_key_file_is_made_once(laksana: Laksana, tmp_path: Path) -> None:
    file = tmp_path / "rahasia" / "secrets.key"

    made = laksana("secret", "key-init", secrets_key_file=str(file))
    key = file.read_text().strip()
    again = laksana("secret", "key-init", secrets_key_file=str(file))

    assert (made.status, made.errors) == (0, "")
    assert (again.status, again.output, again.errors.count("\n")) == (1, "", 1)
    assert "exists already" in again.errors
    assert file.read_text().strip() == key
    assert key not in made.output + again.errors


@pytest.mark.parametrize("data", [MARKER, f"{MARKER}\n", f"{MARKER}\r\n"])
def test_secret_comes_on_stdin_and_is_not_printed(
    run: Laksana, office: Office, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    ticket = ticket_of(office, PDN).number
    pipe(monkeypatch, data.encode())

    done = run("put", ticket, "sandi-awal")

    assert (done.status, done.output, done.errors) == (0, f"{ticket} sandi-awal: kept\n", "")
    assert office.secrets.get(ticket, "sandi-awal") == MARKER
    assert "(laksana secret)" in office.desk.get(ticket).history[-1][2]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "printable"),
        (MARKER.encode() + b"\nx\n", "printable"),
        (MARKER.encode() * 1000, "printable"),
        (b"\xff" + MARKER.encode(), "no UTF-8 text"),
        (b"\xf0\x9f\x94\x91" * 1000 + b"\r\n" + MARKER.encode(), "printable"),
    ],
)
def test_unusable_stdin_is_one_line_that_does_not_quote_it(
    run: Laksana, office: Office, monkeypatch: pytest.MonkeyPatch, data: bytes, said: str
) -> None:
    ticket = ticket_of(office, PDN).number
    pipe(monkeypatch, data)

    done = run("put", ticket, "sandi-awal")

    assert (done.status, done.output, done.errors.count("\n")) == (1, "", 1)
    assert said in done.errors
    assert MARKER not in done.errors
    assert office.secrets.names(ticket) == []


def test_secret_that_nobody_asks_for_is_refused_in_words(
    run: Laksana, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = ticket_of(office, PDN).number
    pipe(monkeypatch, MARKER.encode())

    done = run("put", ticket, "sandi")

    assert done.status == 1
    assert done.errors == "laksana: tidak ada kata sandi bernama 'sandi' (yang ada: sandi-awal)\n"


@pytest.mark.parametrize("arguments", [("put", "SD-1", "sandi-awal"), ("status", "SD-1"), ("renew", "SD-1")])
def test_unknown_ticket_is_one_line(run: Laksana, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)

    assert (done.status, done.output) == (1, "")
    assert "ticket 'SD-1' is not known" in done.errors


def test_status_names_secrets_and_never_shows_them(run: Laksana, office: Office) -> None:
    ticket = ticket_of(office)
    before = run("status", ticket.number, "--json").json()
    offer(office, ticket)
    offered = run("status", ticket.number, "--json")
    said = run("status", ticket.number)
    office.handovers.reveal(ticket.number, by="kabid.spbe", at=office.now())
    after = run("status", ticket.number, "--json").json()

    assert (before["keadaan"], before["rahasia"], before["sampai"]) == (NONE, [], None)
    assert (offered.json()["keadaan"], offered.json()["rahasia"]) == (OPEN, ["sandi-0", "sandi-1"])
    assert offered.json()["isi"] == list(PASSWORDS)
    assert said.output.startswith(f"{ticket.number}: tersedia; kode tidak ada; tersimpan: sandi-0, sandi-1\n")
    assert MARKER not in offered.output + said.output
    assert (after["keadaan"], after["diambil_oleh"], after["rahasia"]) == (SHOWN, "kabid.spbe", [])


def test_renew_prints_a_code_that_opens_once_and_stands_nowhere_else(run: Laksana, office: Office) -> None:
    ticket = ticket_of(office)
    offer(office, ticket, until=office.now() - timedelta(days=1))
    assert run("status", ticket.number, "--json").json()["keadaan"] == EXPIRED

    made = run("renew", ticket.number, "--json").json()

    assert made["halaman"] == f"{office.settings.public_url}/laksana/sandi/buka?tiket={ticket.number}"
    after = run("status", ticket.number, "--json")
    assert (after.json()["keadaan"], after.json()["kode"]) == (OPEN, CODE_OUT)
    assert made["kode"] not in after.output + everything_kept(office.database)
    shown = office.handovers.reveal_by_code(ticket.number, made["kode"], at=office.now())
    assert [item.value for item in shown] == list(PASSWORDS.values())
    again = run("renew", ticket.number)
    assert (again.status, again.output) == (1, "")
    assert "handed over already to kode sekali pakai; set a new password on the server" in again.errors


def test_renew_for_people_names_code_page_and_end(run: Laksana, office: Office) -> None:
    ticket = ticket_of(office)
    offer(office, ticket)

    code, rest = run("renew", ticket.number).output.split("\n", 1)

    assert len(code) == 19
    assert code not in rest
    assert f"/laksana/sandi/buka?tiket={ticket.number}, sampai " in rest


def test_rotation_from_added_key_to_removed_one(run: Laksana, office: Office) -> None:
    ticket = ticket_of(office)
    offer(office, ticket)
    file = office.settings.secrets_key_file

    added, rotated = run("key-add"), run("rotate")

    assert (added.status, rotated.status, rotated.output) == (0, 0, "2 secrets are under the first key\n")
    assert "holds 2 keys" in added.output
    keys = file.read_text().split()
    assert not [key for key in keys if key in added.output + rotated.output]
    file.write_text(keys[0])
    shown = office.handovers.reveal(ticket.number, by="kabid.spbe", at=office.now())
    assert [item.value for item in shown] == list(PASSWORDS.values())


@pytest.mark.parametrize("verb", ["rotate", "key-add"])
def test_missing_key_is_one_line(run: Laksana, office: Office, tmp_path: Path, verb: str) -> None:
    offer(office, ticket_of(office))

    done = run(verb, secrets_key_file=str(tmp_path / "none.key"))

    assert (done.status, done.output, done.errors.count("\n")) == (1, "", 1)
    assert "none.key: no key of the secret store; bring it back from its copy" in done.errors
    assert not (tmp_path / "none.key").exists()


def test_installed_command_takes_a_secret_from_a_pipe(office: Office) -> None:
    ticket = ticket_of(office, PDN).number
    command = [str(Path(sys.executable).parent / "laksana"), "secret", "put", ticket, "sandi-awal"]
    environment = {
        "LAKSANA_DATABASE_URL": office.settings.database_url,
        "LAKSANA_SECRETS_KEY_FILE": str(office.settings.secrets_key_file),
    }

    done = subprocess.run(command, input=f"{MARKER}\n", env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, ""), json.dumps(done.stdout)
    assert office.secrets.get(ticket, "sandi-awal") == MARKER
