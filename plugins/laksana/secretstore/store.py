"""Secrets in Laksana's database, encrypted with a key that lies outside of it.

A row's ciphertext names the ticket and the secret that it belongs to, so that rows can't be exchanged for each other.
"""

from __future__ import annotations

import json
import os
import secrets
import string
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from laksana.database.tables import secret
from laksana.errors import SecretError

LONGEST_VALUE = 1_000
"""Characters of a secret that a person hands in."""
HANDED_IN = {"sandi-awal": "Kata sandi awal VPS PDN"}
"""Secrets that a person hands in: name and what pages call it; all others are made here."""
_KEY_FORM = "allowed: url-safe base64 of 32 bytes, one a line"
_LENGTH = 24
_LETTERS = "".join(letter for letter in string.ascii_letters + string.digits if letter not in "0O1lI")
"""Letters and digits that nobody takes for one another, and that no shell, form or file treats specially."""


def generate_password(length: int = _LENGTH) -> str:
    """Return a new password with small and capital letters and digits; 24 characters hold about 140 bits."""
    while True:
        made = "".join(secrets.choice(_LETTERS) for _ in range(length))
        if any(c.islower() for c in made) and any(c.isupper() for c in made) and any(c.isdigit() for c in made):
            return made


def make_key_file(path: Path) -> None:
    """Make a file with a new key, readable by its owner alone.

    Raises:
        SecretError: the file exists already, or can't be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _draft(path, [_new_key()])
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        os.link(draft, path)  # whole or not there, and never over another one
    except FileExistsError:
        message = f"{path}: exists already, and is left alone, since secrets are lost without their key"
        raise SecretError(f"{message}; another one beside it: laksana secret key-add") from None
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def add_key(path: Path) -> int:
    """Put a new key before those in the file, and return how many it holds now; one caller at a time.

    Raises:
        SecretError: the file is missing, holds no keys, or can't be written; it is as before then.
    """
    path = path.resolve()
    read_keys(path)
    keys = [_new_key(), *path.read_text(encoding="ascii").split()]
    try:
        owner, draft = path.stat(), _draft(path, keys)
        try:
            os.chown(draft, owner.st_uid, owner.st_gid)  # an administrator's command must not lock the service out
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _not_written(path, error) from error
    return len(keys)


def _new_key() -> str:
    return Fernet.generate_key().decode()


def _draft(path: Path, keys: Sequence[str]) -> Path:
    """Write keys to a file beside another one, readable by its owner from the first byte on, and down to the disk."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.writelines(f"{key}\n" for key in keys)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


def _not_written(path: Path, error: OSError) -> SecretError:
    return SecretError(f"{path}: key of the secret store can't be written ({error.strerror})")


def read_keys(path: Path) -> MultiFernet:
    """Read the keys, one a line: the first encrypts, all of them decrypt.

    Raises:
        SecretError: the file is missing, readable by others, or holds no key.
    """
    try:
        if path.stat().st_mode & 0o077:
            raise SecretError(f"{path}: can be read by others; run: chmod 600 {path}")
        lines = path.read_text(encoding="ascii").split()
    except FileNotFoundError as error:
        mend = "bring it back from its copy; a new installation makes it: laksana secret key-init"
        raise SecretError(f"{path}: no key of the secret store; {mend}") from error
    except OSError as error:
        raise SecretError(f"{path}: key of the secret store can't be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise SecretError(f"{path}: holds no key ({_KEY_FORM})") from None
    try:
        return MultiFernet([Fernet(line) for line in lines])
    except ValueError:  # its text may quote the line
        raise SecretError(f"{path}: holds no key ({_KEY_FORM})") from None


class SecretStore:
    """The secrets of all cases; a secret belongs to a ticket and has a name."""

    def __init__(self, engine: Engine, key_file: Path) -> None:
        self._engine = engine
        self._key_file = key_file

    def _keys(self) -> MultiFernet:
        """Read the keys each time, so that a rotation needs no restart."""
        return read_keys(self._key_file)

    def put(self, ticket: str, name: str, value: str, *, at: datetime) -> None:
        """Keep a secret, in place of the one that was there.

        Raises:
            SecretError: it is empty, too long, or holds control characters.
        """
        if not value or len(value) > LONGEST_VALUE or not value.isprintable():
            raise SecretError(f"{ticket} {name}: a secret is 1 to {LONGEST_VALUE} printable characters on one line")
        statement = insert(secret).values(
            ticket=ticket, name=name, ciphertext=self._seal(ticket, name, value), made_at=at
        )
        changed = {"ciphertext": statement.excluded.ciphertext, "made_at": at}
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["ticket", "name"], set_=changed))

    def ensure(self, ticket: str, name: str, *, at: datetime) -> str:
        """Return a secret, made now if there is none; of several callers at once all get the same."""
        sealed = self._seal(ticket, name, generate_password())
        statement = insert(secret).values(ticket=ticket, name=name, ciphertext=sealed, made_at=at)
        with self._engine.begin() as connection:
            connection.execute(statement.on_conflict_do_nothing())
        return self.get(ticket, name)

    def get(self, ticket: str, name: str) -> str:
        """Return a secret.

        Raises:
            SecretError: there is none of that name, or it can't be read with the keys at hand.
        """
        with self._engine.connect() as connection:
            return self.read(connection, ticket, name)

    def read(self, connection: Connection, ticket: str, name: str) -> str:
        """Return a secret within a transaction of the caller's.

        Raises:
            SecretError: there is none of that name, or it can't be read with the keys at hand.
        """
        found = _ciphertext(connection, ticket, name)
        if found is None:
            raise SecretError(f"{ticket}: no secret {name!r} (handed over already, or never handed in)")
        return self._open(ticket, name, found)

    def has(self, ticket: str, name: str) -> bool:
        """Tell whether there is a secret of that name."""
        with self._engine.connect() as connection:
            return _ciphertext(connection, ticket, name) is not None

    def names(self, ticket: str) -> list[str]:
        """Return the names of a ticket's secrets."""
        statement = select(secret.c.name).where(secret.c.ticket == ticket).order_by(secret.c.name)
        with self._engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def forget(self, ticket: str, names: Sequence[str] | None = None) -> None:
        """Delete a ticket's secrets, or those named; again it changes nothing."""
        statement = delete(secret).where(secret.c.ticket == ticket)
        if names is not None:
            statement = statement.where(secret.c.name.in_(names))
        with self._engine.begin() as connection:
            connection.execute(statement)

    def rotate(self) -> int:
        """Encrypt every secret with the first key, and return how many there are."""
        with self._engine.begin() as connection:
            rows = connection.execute(select(secret).order_by(secret.c.ticket, secret.c.name).with_for_update()).all()
            for row in rows:
                value = self._open(row.ticket, row.name, row.ciphertext)
                row_is = (secret.c.ticket == row.ticket) & (secret.c.name == row.name)
                sealed = self._seal(row.ticket, row.name, value)
                connection.execute(update(secret).where(row_is).values(ciphertext=sealed))
        return len(rows)

    def _seal(self, ticket: str, name: str, value: str) -> str:
        return self._keys().encrypt(json.dumps([ticket, name, value]).encode()).decode()

    def _open(self, ticket: str, name: str, ciphertext: str) -> str:
        try:
            owner, called, value = json.loads(self._keys().decrypt(ciphertext.encode()))
        except (InvalidToken, ValueError):  # what json says of a wrong text carries the text
            message = f"{ticket} {name}: encrypted with another key, or damaged"
            raise SecretError(f"{message}; restore the key that was in {self._key_file}") from None
        if (owner, called) != (ticket, name):
            raise SecretError(f"{ticket} {name}: the row holds another case's secret; restore the table from a backup")
        return str(value)


def _ciphertext(connection: Connection, ticket: str, name: str) -> str | None:
    statement = select(secret.c.ciphertext).where(secret.c.ticket == ticket, secret.c.name == name)
    found: str | None = connection.execute(statement).scalar_one_or_none()
    return found
