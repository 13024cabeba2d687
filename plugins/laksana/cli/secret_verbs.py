"""``laksana secret …``: the secret store's keys, a ticket's passwords; a value is read from stdin, never printed."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from laksana.cli.output import print_json
from laksana.errors import SecretError
from laksana.office import Office
from laksana.secret_rules import hand_in_secret, renew_handover
from laksana.secretstore.store import HANDED_IN, LONGEST_VALUE, add_key, make_key_file
from laksana.settings import current

Topics = Any


def add_to(topics: Topics) -> None:
    """Add the topic ``secret``."""
    secret = topics.add_parser("secret", help="passwords of cases").add_subparsers(required=True, metavar="VERB")
    init = secret.add_parser("key-init", help="make the file with the store's key; never over an existing one")
    init.set_defaults(run=run_key_init)
    add = secret.add_parser("key-add", help="put a new key before those in the file; the old ones still decrypt")
    add.set_defaults(run=run_key_add)
    put = secret.add_parser("put", help="hand a secret in, from stdin, in place of an earlier one")
    put.add_argument("ticket")
    put.add_argument("name", help=f"which one: {', '.join(HANDED_IN)}")
    put.set_defaults(run=run_put)
    status = secret.add_parser("status", help="which secrets a ticket has, and whether they were fetched")
    status.add_argument("ticket")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=run_status)
    renew = secret.add_parser("renew", help="open an expired or locked hand-over anew, and print its one-time code")
    renew.add_argument("ticket")
    renew.add_argument("--json", action="store_true", help="print JSON")
    renew.set_defaults(run=run_renew)
    rotate = secret.add_parser("rotate", help="encrypt every secret with the first key of the key file")
    rotate.set_defaults(run=run_rotate)


def run_key_init(options: argparse.Namespace) -> int:  # noqa: ARG001  # every verb has the same signature
    """Make the key file."""
    path = current().secrets_key_file
    make_key_file(path)
    print(f"{path}: made; keep a copy apart from the database's backups")
    return 0


def run_key_add(options: argparse.Namespace) -> int:  # noqa: ARG001  # every verb has the same signature
    """Add a key to the key file."""
    path = current().secrets_key_file
    print(f"{path}: holds {add_key(path)} keys; copy it to where its copy is kept, then run: laksana secret rotate")
    return 0


def run_put(options: argparse.Namespace) -> int:
    """Keep a secret that comes on stdin, or is typed unseen on a terminal."""
    office = Office(current())
    ticket = office.desk.get(options.ticket)
    value = getpass.getpass(f"{options.name}: ") if sys.stdin.isatty() else _piped()
    hand_in_secret(office, ticket, options.name, value, by=f"{getpass.getuser()} (laksana secret)", at=office.now())
    print(f"{ticket.number} {options.name}: kept")
    return 0


def _piped() -> str:
    """Return the one line on stdin, without its end.

    Raises:
        SecretError: it is no text; says nothing of it.
    """
    data = sys.stdin.buffer.read(4 * LONGEST_VALUE + 3)
    try:
        return data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretError("stdin: no UTF-8 text (allowed: one line with the secret)") from None


def run_status(options: argparse.Namespace) -> int:
    """Print what there is; no value, no code."""
    office = Office(current())
    number = office.desk.get(options.ticket).number
    found = office.handovers.state(number, at=office.now())
    names = office.secrets.names(number)
    data = {
        "ticket": number, "rahasia": names, "keadaan": found.state,
        "isi": list(found.labels), "sampai": found.until and found.until.isoformat(), "kode": found.code,
        "diambil_pada": found.shown_at and found.shown_at.isoformat(), "diambil_oleh": found.shown_to,
    }  # fmt: skip
    if options.json:
        print_json(data)
        return 0
    print(f"{number}: {found.state}; kode {found.code}; tersimpan: {', '.join(names) or 'tidak ada'}")
    if found.shown_at:
        print(f"diambil {found.shown_at.isoformat()} oleh {found.shown_to}")
    elif found.until:
        print(f"dapat diambil sampai {found.until.isoformat()}: {', '.join(found.labels)}")
    return 0


def run_renew(options: argparse.Namespace) -> int:
    """Open a hand-over anew; the code is printed here and nowhere else."""
    office = Office(current())
    ticket = office.desk.get(options.ticket)
    code, until = renew_handover(office, ticket, at=office.now())
    page = f"{office.settings.public_url}/laksana/sandi/buka?tiket={ticket.number}"
    if options.json:
        print_json({"ticket": ticket.number, "kode": code, "halaman": page, "sampai": until.isoformat()})
    else:
        print(f"{code}\nhalaman {page}, sampai {until:%d-%m-%Y %H.%M}; sampaikan kode terpisah dari nomor tiket")
    return 0


def run_rotate(options: argparse.Namespace) -> int:  # noqa: ARG001  # every verb has the same signature
    """Encrypt every secret anew."""
    print(f"{Office(current()).secrets.rotate()} secrets are under the first key")
    return 0
