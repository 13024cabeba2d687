"""A hand-over happens once, whoever asks how often at the same time, and where it fails nothing is lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import OperationalError

from laksana.database.tables import handover, secret
from laksana.errors import SecretError
from laksana.secretstore.handover import (
    BY_CODE,
    CODE_LOCKED,
    CODE_NONE,
    CODE_OUT,
    EXPIRED,
    MOST_WRONG_CODES,
    NONE,
    OPEN,
    SHOWN,
    HandoverClosedError,
    Handovers,
    Shown,
)
from laksana.secretstore.store import SecretStore
from tests.secretstore.test_store import swap
from tests.secretstore.traces import MARKER, everything_kept, everything_said
from tests.stack.waiting import wait_for

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
UNTIL = AT + timedelta(days=7)
ITEMS = (("Kata sandi FTPS", "sandi"), ("Kata sandi basis data", "sandi-basis-data"))
WRONG = "AAAA-AAAA-AAAA-AAAA"
VALUES = [MARKER, f"{MARKER}Db"]


@pytest.fixture
def offered(store: SecretStore, handovers: Handovers) -> Handovers:
    for (_, name), value in zip(ITEMS, VALUES, strict=True):
        store.put("T1", name, value, at=AT)
    handovers.offer("T1", ITEMS, at=AT, until=UNTIL)
    return handovers


def values(shown: list[Shown]) -> list[str]:
    return [item.value for item in shown]


def count_secrets(engine: Engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(secret)).all())


def test_nothing_is_there_before_the_offer(handovers: Handovers) -> None:
    assert handovers.state("T1", at=AT).state == NONE
    with pytest.raises(HandoverClosedError):
        handovers.reveal("T1", by="kabid.spbe", at=AT)
    with pytest.raises(SecretError, match="there is nothing to hand over"):
        handovers.renew("T1", at=AT, until=UNTIL)


def test_offered_secrets_are_named_and_not_shown(offered: Handovers) -> None:
    found = offered.state("T1", at=AT)

    assert (found.state, found.code, found.until) == (OPEN, CODE_NONE, UNTIL)
    assert found.labels == ("Kata sandi FTPS", "Kata sandi basis data")
    assert MARKER not in repr(found)


def test_revealed_secrets_are_gone_for_good(offered: Handovers, engine: Engine) -> None:
    shown = offered.reveal("T1", by="kabid.spbe", at=AT)

    assert [(item.label, item.value) for item in shown] == [
        (label, value) for (label, _), value in zip(ITEMS, VALUES, strict=True)
    ]
    assert MARKER not in f"{shown!r} {shown}"
    found = offered.state("T1", at=AT)
    assert (found.state, found.shown_at, found.shown_to) == (SHOWN, AT, "kabid.spbe")
    assert count_secrets(engine) == 0
    with pytest.raises(HandoverClosedError) as refused:
        offered.reveal("T1", by="kabid.spbe", at=AT)
    assert MARKER not in everything_said(refused.value)
    with pytest.raises(SecretError, match=r"handed over already to kabid\.spbe"):
        offered.renew("T1", at=AT, until=UNTIL)
    assert MARKER not in everything_kept(engine)


def test_kept_secrets_stay_for_the_office_and_are_still_shown_once(store: SecretStore, handovers: Handovers) -> None:
    for (_, name), value in zip(ITEMS, VALUES, strict=True):
        store.put("T1", name, value, at=AT)
    handovers.offer("T1", ITEMS, at=AT, until=UNTIL, keep={"sandi"})

    assert values(handovers.reveal("T1", by="kabid.spbe", at=AT)) == VALUES
    assert store.names("T1") == ["sandi"]
    with pytest.raises(HandoverClosedError):
        handovers.reveal("T1", by="kabid.spbe", at=AT)


def test_other_tickets_and_other_secrets_are_left_alone(offered: Handovers, store: SecretStore) -> None:
    store.put("T1", "sandi-awal", "x", at=AT)
    store.put("T2", "sandi", "y", at=AT)

    offered.reveal("T1", by="kabid.spbe", at=AT)

    assert (store.names("T1"), store.names("T2")) == (["sandi-awal"], ["sandi"])


def test_offer_again_changes_nothing_even_after_the_fetch(offered: Handovers) -> None:
    later = UNTIL + timedelta(days=7)
    offered.offer("T1", ITEMS, at=AT, until=later)
    assert offered.state("T1", at=AT).until == UNTIL

    offered.reveal("T1", by="kabid.spbe", at=AT)
    offered.offer("T1", ITEMS, at=AT, until=later)
    assert offered.state("T1", at=AT).state == SHOWN


@pytest.mark.parametrize(("minutes", "state"), [(-1, OPEN), (0, EXPIRED), (1, EXPIRED)])
def test_end_of_the_time(offered: Handovers, engine: Engine, minutes: int, state: str) -> None:
    at = UNTIL + timedelta(minutes=minutes)

    assert offered.state("T1", at=at).state == state
    if state == EXPIRED:
        with pytest.raises(HandoverClosedError):
            offered.reveal("T1", by="kabid.spbe", at=at)
        assert count_secrets(engine) == 2
        assert offered.state("T1", at=at).shown_at is None
    else:
        assert values(offered.reveal("T1", by="kabid.spbe", at=at)) == VALUES


# The one-time code


def test_renewing_gives_a_code_and_more_time(offered: Handovers, engine: Engine) -> None:
    late, later = UNTIL + timedelta(days=1), UNTIL + timedelta(days=8)

    code = offered.renew("T1", at=late, until=later)

    assert re.fullmatch(r"([A-HJ-NP-Z2-9]{4}-){3}[A-HJ-NP-Z2-9]{4}", code)
    found = offered.state("T1", at=late)
    assert (found.state, found.code, found.until) == (OPEN, CODE_OUT, later)
    kept = everything_kept(engine)
    assert code not in kept
    assert code.replace("-", "") not in kept
    assert code not in repr(found)
    assert values(offered.reveal_by_code("T1", code, at=late)) == VALUES
    assert (offered.state("T1", at=late).shown_to, count_secrets(engine)) == (BY_CODE, 0)
    with pytest.raises(HandoverClosedError):
        offered.reveal_by_code("T1", code, at=late)


def test_code_is_read_as_people_type_it(offered: Handovers) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)

    assert values(offered.reveal_by_code("T1", f"  {code.lower().replace('-', ' ')}\n", at=AT)) == VALUES


def test_each_code_is_new_and_voids_the_one_before(offered: Handovers) -> None:
    codes = [offered.renew("T1", at=AT, until=UNTIL) for _ in range(3)]

    assert len(set(codes)) == 3
    for old in codes[:2]:
        with pytest.raises(HandoverClosedError):
            offered.reveal_by_code("T1", old, at=AT)
    assert values(offered.reveal_by_code("T1", codes[2], at=AT)) == VALUES


def test_without_a_code_out_no_code_opens(offered: Handovers) -> None:
    for code in ("", WRONG):
        with pytest.raises(HandoverClosedError):
            offered.reveal_by_code("T1", code, at=AT)

    assert offered.state("T1", at=AT).state == OPEN


def test_code_of_another_ticket_does_not_open(offered: Handovers, store: SecretStore) -> None:
    store.put("T2", "sandi", "x", at=AT)
    offered.offer("T2", ITEMS[:1], at=AT, until=UNTIL)
    code = offered.renew("T2", at=AT, until=UNTIL)
    offered.renew("T1", at=AT, until=UNTIL)

    with pytest.raises(HandoverClosedError):
        offered.reveal_by_code("T1", code, at=AT)


def test_too_many_wrong_codes_lock_the_right_one_out_but_not_the_login(offered: Handovers) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)
    for _ in range(MOST_WRONG_CODES):
        assert offered.state("T1", at=AT).code == CODE_OUT
        with pytest.raises(HandoverClosedError):
            offered.reveal_by_code("T1", WRONG, at=AT)

    assert offered.state("T1", at=AT).code == CODE_LOCKED
    with pytest.raises(HandoverClosedError):
        offered.reveal_by_code("T1", code, at=AT)
    assert values(offered.reveal("T1", by="kabid.spbe", at=AT)) == VALUES


def test_locked_code_can_be_renewed(offered: Handovers) -> None:
    offered.renew("T1", at=AT, until=UNTIL)
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(HandoverClosedError):
            offered.reveal_by_code("T1", WRONG, at=AT)

    code = offered.renew("T1", at=AT, until=UNTIL)

    assert values(offered.reveal_by_code("T1", code, at=AT)) == VALUES


def test_wrong_codes_from_many_at_once_are_all_counted(offered: Handovers, engine: Engine) -> None:
    offered.renew("T1", at=AT, until=UNTIL)

    at_once(12, lambda: offered.reveal_by_code("T1", WRONG, at=AT))

    with engine.connect() as connection:
        assert connection.scalar(select(handover.c.wrong_codes)) == MOST_WRONG_CODES


def test_code_ends_with_the_time_and_with_the_fetch_by_login(offered: Handovers, engine: Engine) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)
    with pytest.raises(HandoverClosedError):
        offered.reveal_by_code("T1", code, at=UNTIL)
    assert count_secrets(engine) == 2

    offered.reveal("T1", by="kabid.spbe", at=AT)

    assert offered.state("T1", at=AT).code == CODE_NONE
    with pytest.raises(HandoverClosedError):
        offered.reveal_by_code("T1", code, at=AT)


def test_refusals_by_code_read_alike(offered: Handovers) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)
    said = set()
    for ticket, given, at in [("T1", WRONG, AT), ("T9", code, AT), ("T1", code, UNTIL)]:
        with pytest.raises(HandoverClosedError) as refused:
            offered.reveal_by_code(ticket, given, at=at)
        said.add(str(refused.value).replace(ticket, "T"))
        assert code not in everything_said(refused.value)

    assert len(said) == 1


# Many at once, and what breaks in between


def at_once(number: int, fetch: Callable[[], list[Shown]]) -> list[list[Shown] | None]:
    """Fetch in so many threads at the same moment; None stands for a refusal."""
    together = threading.Barrier(number)

    def run(_: int) -> list[Shown] | None:
        together.wait()
        try:
            return fetch()
        except HandoverClosedError:
            return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def test_of_many_at_once_exactly_one_gets_it(offered: Handovers, engine: Engine) -> None:
    got = [shown for shown in at_once(24, lambda: offered.reveal("T1", by="kabid.spbe", at=AT)) if shown is not None]

    assert [values(shown) for shown in got] == [VALUES]
    assert count_secrets(engine) == 0


def test_of_login_and_code_at_once_exactly_one_gets_it(offered: Handovers) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)
    ways = [lambda: offered.reveal("T1", by="kabid.spbe", at=AT), lambda: offered.reveal_by_code("T1", code, at=AT)] * 8
    turns = iter(ways)
    lock = threading.Lock()

    def fetch() -> list[Shown]:
        with lock:
            way = next(turns)
        return way()

    assert [values(shown) for shown in at_once(16, fetch) if shown is not None] == [VALUES]


def test_process_that_dies_after_the_commit_has_used_the_one_time(offered: Handovers, engine: Engine) -> None:
    """What was returned never reached anybody: nobody gets it a second time, and the state says when it was taken."""
    offered.reveal("T1", by="kabid.spbe", at=AT)

    anew = Handovers(engine, SecretStore(engine, Path("none")))
    with pytest.raises(HandoverClosedError):
        anew.reveal("T1", by="kabid.spbe", at=AT + timedelta(minutes=1))
    assert anew.state("T1", at=AT).shown_at == AT


def test_connection_that_dies_before_the_commit_has_used_nothing(offered: Handovers, engine: Engine) -> None:
    with engine.begin() as holding:
        holding.execute(select(handover).with_for_update())
        with ThreadPoolExecutor(1) as pool:
            fetching = pool.submit(offered.reveal, "T1", by="kabid.spbe", at=AT)
            wait_for("the fetch to wait for the row", lambda: kill_waiting(engine), 20)
            with pytest.raises(OperationalError) as broken:
                fetching.result(timeout=20)

    assert MARKER not in everything_said(broken.value)
    assert offered.state("T1", at=AT).state == OPEN
    assert values(offered.reveal("T1", by="kabid.spbe", at=AT)) == VALUES


def kill_waiting(engine: Engine) -> bool:
    """End the session that waits for a row's lock; tell whether there was one."""
    waiting = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with engine.connect() as connection:
        return connection.execute(text(waiting)).first() is not None


def test_wrong_key_loses_nothing_and_names_no_secret(offered: Handovers, engine: Engine, key_file: Path) -> None:
    code = offered.renew("T1", at=AT, until=UNTIL)
    right = key_file.read_bytes()
    key_file.write_bytes(Fernet.generate_key())
    fetches = [
        lambda: offered.reveal("T1", by="kabid.spbe", at=AT),
        lambda: offered.reveal_by_code("T1", code, at=AT),
    ]
    for fetch in fetches:
        with pytest.raises(SecretError, match="another key") as refused:
            fetch()
        assert not isinstance(refused.value, HandoverClosedError)
        assert MARKER not in everything_said(refused.value)
        assert code not in everything_said(refused.value)
    found = offered.state("T1", at=AT)
    assert (found.state, found.code, count_secrets(engine)) == (OPEN, CODE_OUT, 2)

    key_file.unlink()
    with pytest.raises(SecretError, match="bring it back from its copy"):
        offered.reveal("T1", by="kabid.spbe", at=AT)

    key_file.write_bytes(right)
    key_file.chmod(0o600)
    assert values(offered.reveal_by_code("T1", code, at=AT)) == VALUES


def test_one_unreadable_secret_keeps_all_of_them(offered: Handovers, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(secret).where(secret.c.name == "sandi-basis-data").values(ciphertext="x"))

    with pytest.raises(SecretError, match="damaged"):
        offered.reveal("T1", by="kabid.spbe", at=AT)

    assert offered.state("T1", at=AT).state == OPEN
    assert count_secrets(engine) == 2


def test_swapped_rows_are_not_handed_over(offered: Handovers, engine: Engine, store: SecretStore) -> None:
    store.put("T2", "sandi", "sandi milik tiket lain", at=AT)
    swap(engine, ("T2", "sandi"), ("T1", "sandi"))

    with pytest.raises(SecretError, match="another case's secret") as refused:
        offered.reveal("T1", by="kabid.spbe", at=AT)

    assert "milik tiket lain" not in everything_said(refused.value)
    assert offered.state("T1", at=AT).state == OPEN


def test_rotation_between_offer_and_fetch_changes_nothing_for_the_applicant(
    offered: Handovers, store: SecretStore, key_file: Path
) -> None:
    key_file.write_text(f"{Fernet.generate_key().decode()}\n{key_file.read_text()}")
    store.rotate()
    key_file.write_text(key_file.read_text().splitlines()[0])

    assert values(offered.reveal("T1", by="kabid.spbe", at=AT)) == VALUES
