"""The store: what is kept can't be read without the key file, and a missing or wrong file loses nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, select, update

from laksana.database.tables import secret
from laksana.errors import SecretError
from laksana.secretstore.store import (
    LONGEST_VALUE,
    SecretStore,
    add_key,
    generate_password,
    make_key_file,
    read_keys,
)
from tests.secretstore.traces import MARKER, everything_kept, everything_said

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


def swap(engine: Engine, of: tuple[str, str], into: tuple[str, str]) -> None:
    """Put one row's ciphertext into another, as who can write to the database could."""
    with engine.begin() as connection:
        here = (secret.c.ticket == of[0]) & (secret.c.name == of[1])
        there = (secret.c.ticket == into[0]) & (secret.c.name == into[1])
        taken = connection.execute(select(secret.c.ciphertext).where(here)).scalar_one()
        connection.execute(update(secret).where(there).values(ciphertext=taken))


def ciphertexts(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(secret.c.ciphertext).order_by(secret.c.ticket, secret.c.name)))


def test_password_holds_every_kind_of_letter_and_none_that_is_taken_for_another() -> None:
    made = [generate_password() for _ in range(300)]

    assert len(set(made)) == 300
    assert {len(password) for password in made} == {24}
    assert all(
        any(c.islower() for c in p) and any(c.isupper() for c in p) and any(c.isdigit() for c in p) for p in made
    )
    assert set("".join(made)) & set("0O1lI") == set()
    assert "".join(made).isalnum()
    assert "".join(made).isascii()


def test_what_is_put_is_got_and_stands_nowhere_in_the_database(store: SecretStore, engine: Engine) -> None:
    store.put("T1", "sandi", MARKER, at=AT)

    assert store.get("T1", "sandi") == MARKER
    assert (store.has("T1", "sandi"), store.has("T1", "lain"), store.has("T2", "sandi")) == (True, False, False)
    assert MARKER not in everything_kept(engine)


def test_the_same_value_is_never_encrypted_to_the_same_text(store: SecretStore, engine: Engine) -> None:
    store.put("T1", "a", MARKER, at=AT)
    store.put("T1", "b", MARKER, at=AT)

    assert len(set(ciphertexts(engine))) == 2


def test_put_replaces(store: SecretStore) -> None:
    store.put("T1", "sandi-awal", "salah-ketik", at=AT)
    store.put("T1", "sandi-awal", MARKER, at=AT)

    assert store.get("T1", "sandi-awal") == MARKER
    assert store.names("T1") == ["sandi-awal"]


@pytest.mark.parametrize("value", ["x" * LONGEST_VALUE, "é漢字 ✓", "'; DROP TABLE secret; --", "%s {x} $HOME", "\\"])
def test_any_printable_value_comes_back_as_it_was(store: SecretStore, value: str) -> None:
    store.put("T1", "sandi-awal", value, at=AT)

    assert store.get("T1", "sandi-awal") == value


@pytest.mark.parametrize("value", ["", MARKER * 100, f"{MARKER}\n", f"{MARKER}\x00", f"\t{MARKER}", f"{MARKER}\u2028"])
def test_unusable_value_is_refused_without_being_shown(store: SecretStore, value: str) -> None:
    with pytest.raises(SecretError, match="1 to 1000 printable characters") as refused:
        store.put("T1", "sandi-awal", value, at=AT)

    assert MARKER not in everything_said(refused.value)
    assert store.names("T1") == []


def test_ensure_makes_once(store: SecretStore) -> None:
    first = store.ensure("T1", "sandi", at=AT)

    assert store.ensure("T1", "sandi", at=AT) == first == store.get("T1", "sandi")
    assert store.ensure("T1", "sandi-basis-data", at=AT) != first
    assert store.ensure("T2", "sandi", at=AT) != first


def test_ensure_keeps_what_is_there(store: SecretStore) -> None:
    store.put("T1", "sandi", MARKER, at=AT)

    assert store.ensure("T1", "sandi", at=AT) == MARKER


def test_ensure_from_many_at_once_gives_all_the_same(store: SecretStore) -> None:
    together = threading.Barrier(8)

    def ensure(_: int) -> str:
        together.wait()
        return store.ensure("T1", "sandi", at=AT)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ensure, range(8)))) == 1


def test_forget_deletes_those_named_or_all_of_the_ticket(store: SecretStore) -> None:
    for ticket, name in (("T1", "a"), ("T1", "b"), ("T1", "c"), ("T2", "a")):
        store.put(ticket, name, MARKER, at=AT)

    store.forget("T1", ["a", "x"])
    assert store.names("T1") == ["b", "c"]
    store.forget("T1", [])
    assert store.names("T1") == ["b", "c"]
    store.forget("T1")
    store.forget("T1")
    assert (store.names("T1"), store.names("T2")) == ([], ["a"])


def test_missing_secret_is_named(store: SecretStore) -> None:
    with pytest.raises(SecretError, match="T1: no secret 'sandi'"):
        store.get("T1", "sandi")


@pytest.mark.parametrize("into", [("T1", "b"), ("T2", "a")])
def test_row_with_another_ones_ciphertext_is_refused(store: SecretStore, engine: Engine, into: tuple[str, str]) -> None:
    store.put("T1", "a", MARKER, at=AT)
    store.put(*into, "lain", at=AT)
    swap(engine, ("T1", "a"), into)

    with pytest.raises(SecretError, match="holds another case's secret") as refused:
        store.get(*into)

    assert MARKER not in everything_said(refused.value)


@pytest.mark.parametrize("plain", [MARKER, f'["T1", "{MARKER}"', f'["T1", "a", "{MARKER}", 4]', f'"{MARKER}"'])
def test_row_that_this_store_did_not_write_is_refused_without_showing_it(
    store: SecretStore, engine: Engine, key_file: Path, plain: str
) -> None:
    store.put("T1", "a", "x", at=AT)
    with engine.begin() as connection:
        connection.execute(update(secret).values(ciphertext=read_keys(key_file).encrypt(plain.encode()).decode()))

    with pytest.raises(SecretError, match="encrypted with another key, or damaged") as refused:
        store.get("T1", "a")

    assert MARKER not in everything_said(refused.value)


@pytest.mark.parametrize("ciphertext", ["", "x", "gAAAA", "gAAAAé"])
def test_damaged_row_is_one_line(store: SecretStore, engine: Engine, ciphertext: str) -> None:
    store.put("T1", "a", MARKER, at=AT)
    with engine.begin() as connection:
        connection.execute(update(secret).values(ciphertext=ciphertext))

    with pytest.raises(SecretError, match="T1 a: encrypted with another key, or damaged"):
        store.get("T1", "a")


def test_other_key_reads_nothing_and_the_right_one_still_does(
    store: SecretStore, engine: Engine, key_file: Path
) -> None:
    store.put("T1", "sandi", MARKER, at=AT)
    right = key_file.read_bytes()
    key_file.write_bytes(Fernet.generate_key())

    with pytest.raises(SecretError, match="restore the key that was in") as refused:
        store.get("T1", "sandi")
    with pytest.raises(SecretError, match="another key"):
        store.ensure("T1", "sandi", at=AT)

    assert MARKER not in everything_said(refused.value)
    assert key_file.read_text() not in everything_said(refused.value)
    key_file.write_bytes(right)
    assert SecretStore(engine, key_file).get("T1", "sandi") == MARKER


def test_database_error_while_putting_shows_no_secret(engine: Engine, key_file: Path) -> None:
    store = SecretStore(engine, key_file)

    with pytest.raises(Exception, match="too long") as refused:
        store.put("T" * 41, "sandi", MARKER, at=AT)

    assert MARKER not in everything_said(refused.value)


# The key file


def test_key_file_is_for_its_owner_alone_and_never_made_twice(tmp_path: Path) -> None:
    file = tmp_path / "baru" / "secrets.key"
    make_key_file(file)
    key = file.read_bytes()

    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with pytest.raises(SecretError, match="exists already, and is left alone") as refused:
        make_key_file(file)
    assert file.read_bytes() == key
    assert key.decode().strip() not in everything_said(refused.value)
    assert list(file.parent.iterdir()) == [file]


def test_key_file_from_many_at_once_is_made_by_one(tmp_path: Path) -> None:
    file, together = tmp_path / "secrets.key", threading.Barrier(8)

    def make(_: int) -> str:
        together.wait()
        try:
            make_key_file(file)
        except SecretError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(make, range(8)))

    assert said.count("") == 1
    assert all("exists already" in line for line in said if line)
    assert list(tmp_path.iterdir()) == [file]
    read_keys(file)


def test_key_file_in_a_place_that_is_no_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")

    with pytest.raises(SecretError, match=r"key of the secret store can't be written \("):
        make_key_file(tmp_path / "berkas" / "secrets.key")


def test_missing_key_file_is_not_replaced_by_a_new_one(store: SecretStore, key_file: Path) -> None:
    store.put("T1", "sandi", MARKER, at=AT)
    away = key_file.rename(key_file.with_name("elsewhere"))

    with pytest.raises(SecretError, match="bring it back from its copy"):
        store.get("T1", "sandi")
    with pytest.raises(SecretError, match="no key of the secret store"):
        store.ensure("T1", "lain", at=AT)

    assert not key_file.exists()
    away.rename(key_file)
    assert store.get("T1", "sandi") == MARKER
    assert store.names("T1") == ["sandi"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"rahasia", b"rahasia" * 9, b"\xff\xfe", b"=" * 44])
def test_file_without_a_key_is_one_line_that_does_not_quote_it(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secrets.key"
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(SecretError, match="holds no key") as refused:
        read_keys(file)

    assert "\n" not in str(refused.value)
    assert "rahasia" not in everything_said(refused.value).replace(str(tmp_path), "")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_key_file_that_others_can_reach_is_refused(key_file: Path, mode: int) -> None:
    key_file.chmod(mode)

    with pytest.raises(SecretError, match="can be read by others; run: chmod 600"):
        read_keys(key_file)


# Rotation


def test_rotation_with_an_added_key(store: SecretStore, engine: Engine, key_file: Path) -> None:
    old = key_file.read_text()
    for name in ("a", "b", "c"):
        store.put("T1", name, MARKER + name, at=AT)
    before = ciphertexts(engine)

    assert add_key(key_file) == 2
    assert store.get("T1", "a") == MARKER + "a"
    assert store.rotate() == 3

    assert set(ciphertexts(engine)) & set(before) == set()
    assert key_file.stat().st_mode & 0o777 == 0o600
    new, kept = key_file.read_text().split()
    assert kept == old.strip()
    key_file.write_text(f"{new}\n")
    assert [store.get("T1", name) for name in ("a", "b", "c")] == [MARKER + name for name in ("a", "b", "c")]
    key_file.write_text(old)
    with pytest.raises(SecretError, match="another key"):
        store.get("T1", "a")


def test_rotation_that_meets_an_unreadable_row_changes_nothing(
    store: SecretStore, engine: Engine, key_file: Path
) -> None:
    store.put("T1", "a", MARKER, at=AT)
    store.put("T1", "b", MARKER, at=AT)
    with engine.begin() as connection:
        connection.execute(update(secret).where(secret.c.name == "b").values(ciphertext="x"))
    before = ciphertexts(engine)
    add_key(key_file)

    with pytest.raises(SecretError, match="T1 b: encrypted with another key"):
        store.rotate()

    assert ciphertexts(engine) == before


def test_key_is_added_to_a_sound_file_only(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="no key of the secret store"):
        add_key(tmp_path / "none")
    file = tmp_path / "secrets.key"
    file.write_text("x")
    file.chmod(0o600)
    with pytest.raises(SecretError, match="holds no key"):
        add_key(file)

    assert file.read_text() == "x"


def test_key_added_through_a_link_leaves_the_link(key_file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.key"
    link.symlink_to(key_file)

    add_key(link)

    assert link.is_symlink()
    assert len(key_file.read_text().split()) == 2
    assert list(key_file.parent.iterdir()) == [key_file]
