"""A hosting account on a WHM server: the four verbs, whose an account is, databases, and the far side's faults."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import ProviderError
from laksana.provisioning.providers.hosting_account import contact_of
from laksana.records import PlaybookOutcome
from tests.doubles.serving import ALWAYS, Fault
from tests.doubles.tls import make_authority
from tests.provisioning.providers.conftest import DATABASE_PASSWORD, OTHER, PASSWORD, TICKET, Hosting

USER, SITE = "perikanan", "perikanan.gresikkab.go.id"
MINE = f"laksana-{TICKET}@gresikkab.go.id"
FACTS = {"user": USER, "home": "/home/perikanan", "quota_mb": 512, "database": "perikanan_db", "ftp_port": 21}
ACCOUNT = f"user: {USER}\nticket: {TICKET}\nsite: {SITE}\nquota_mb: 512\ndatabase: mariadb\n"


def why(outcome: PlaybookOutcome) -> str:
    """Return the one reason of an outcome that is not ok."""
    assert not outcome.ok
    assert len(outcome.failures) == 1
    message = outcome.failures[0].message
    assert "\n" not in message
    return message


def tasks(outcome: PlaybookOutcome) -> list[str]:
    return [change.task for change in outcome.changes]


def test_plan_shows_account_and_database_and_changes_nothing(hosting: Hosting) -> None:
    first, second = hosting.run("plan"), hosting.run("plan")

    assert first.ok
    assert first.check_mode
    assert first.playbook == "hosting_account"
    assert tasks(first) == [
        "The account exists", "The database exists", "Its user has all rights on it and on nothing else",
    ]  # fmt: skip
    assert (first.changes[0].host, first.changes[0].before, first.changes[0].after) == ("whm", "", ACCOUNT)
    assert first.changed == 3
    assert first.digest() == second.digest()
    assert hosting.double.changes() == 0
    assert first.facts == FACTS | {"database": USER}


def test_apply_makes_the_account_with_its_database(hosting: Hosting) -> None:
    outcome = hosting.run("apply")

    assert outcome.ok
    assert outcome.changed == 3
    assert outcome.facts == FACTS
    account = hosting.double.accounts[USER]
    assert (account.domain, account.email, account.quota, account.password) == (SITE, MINE, 512, PASSWORD)
    assert account.databases == {"perikanan_db": {"perikanan_db"}}
    assert account.database_users == {"perikanan_db": DATABASE_PASSWORD}


def test_account_gets_no_shell_and_its_password_is_not_shown(hosting: Hosting) -> None:
    hosting.run("apply")
    (call,) = [call for call in hosting.double.calls if call.path.endswith("createacct")]

    assert call.body["hasshell"] == "0"
    assert call.body["showpass"] == "n"


def test_account_without_database_asks_for_none(hosting: Hosting) -> None:
    outcome = hosting.run("apply", hosting_account_database="tidak")

    assert tasks(outcome) == ["The account exists"]
    assert outcome.facts == FACTS | {"database": "tidak"}
    assert hosting.double.asked("uapi") == 0
    assert hosting.run("verify", hosting_account_database="tidak").ok


def test_server_without_prefixes_names_the_database_like_the_login(hosting: Hosting) -> None:
    hosting.double.prefixing = False

    assert hosting.run("apply").facts["database"] == USER
    assert hosting.double.accounts[USER].databases == {USER: {USER}}


def test_second_apply_changes_nothing_and_keeps_passwords(hosting: Hosting) -> None:
    hosting.run("apply")
    before = hosting.double.changes()
    hosting.double.accounts[USER].password = "chosen-by-its-owner"  # noqa: S105  # so is this
    again = hosting.run("apply")

    assert again.ok
    assert again.changed == 0
    assert again.facts == FACTS
    assert hosting.double.changes() == before
    assert hosting.double.accounts[USER].password == "chosen-by-its-owner"  # noqa: S105  # see above


def test_quota_is_changed_where_it_differs(hosting: Hosting) -> None:
    hosting.run("apply")
    found = hosting.run("verify", hosting_account_quota_mb=1024)
    outcome = hosting.run("apply", hosting_account_quota_mb=1024)

    assert why(found) == "kuota akun perikanan 512 MB, seharusnya 1024 MB"
    assert (outcome.changes[0].before, outcome.changes[0].after) == ("quota_mb: 512\n", "quota_mb: 1024\n")
    assert outcome.facts["quota_mb"] == 1024
    assert hosting.double.accounts[USER].quota == 1024


def test_unlimited_account_gets_its_quota(hosting: Hosting) -> None:
    hosting.run("apply")
    hosting.double.accounts[USER].quota = 0

    assert "tanpa batas" in why(hosting.run("verify"))
    assert hosting.run("apply").changes[0].before == "quota_mb: unlimited\n"
    assert hosting.double.accounts[USER].quota == 512


@pytest.mark.parametrize("missing", ["database", "user", "rights"])
def test_what_is_missing_of_the_database_is_made(hosting: Hosting, missing: str) -> None:
    hosting.run("apply")
    account = hosting.double.accounts[USER]
    if missing == "database":
        account.databases.clear()
    if missing == "user":
        account.database_users.clear()
    account.databases.update({name: set() for name in account.databases})

    assert "basis data perikanan_db" in why(hosting.run("verify"))
    assert hosting.run("apply").changed == (2 if missing == "database" else 1)
    assert account.databases == {"perikanan_db": {"perikanan_db"}}
    assert account.database_users == {"perikanan_db": DATABASE_PASSWORD}
    assert hosting.run("verify").ok


@pytest.mark.parametrize("email", ["", "someone@gresikkab.go.id", contact_of(OTHER, "gresikkab.go.id")])
def test_anothers_account_is_refused_and_never_removed(hosting: Hosting, email: str) -> None:
    hosting.double.put(USER, SITE, email=email)
    outcomes = [hosting.run("plan"), hosting.run("apply")]
    undone = hosting.run("undo")

    assert all("bukan milik tiket ini" in why(outcome) for outcome in outcomes)
    assert undone.ok
    assert undone.changed == 0
    assert hosting.double.changes() == 0
    assert hosting.run("verify").status == "failed"


def test_site_of_another_account_is_refused_already_in_the_plan(hosting: Hosting) -> None:
    hosting.double.put("other", SITE)

    assert "sudah dipakai akun other" in why(hosting.run("plan"))
    assert hosting.double.changes() == 0


def test_own_account_of_another_site_is_refused(hosting: Hosting) -> None:
    hosting.double.put(USER, "lama.gresikkab.go.id", email=MINE)

    assert "lama.gresikkab.go.id" in why(hosting.run("apply"))
    assert hosting.double.changes() == 0


def test_contact_address_counts_whatever_its_case(hosting: Hosting) -> None:
    hosting.run("apply")
    hosting.double.accounts[USER].email = MINE.lower()

    assert hosting.run("verify").ok
    assert hosting.run("undo").changed == 1


def test_verify_finds_what_is_wrong(hosting: Hosting) -> None:
    missing = hosting.run("verify")
    hosting.run("apply")
    hosting.double.accounts[USER].suspended = 1
    hosting.double.accounts[USER].domain = "lain.gresikkab.go.id"
    found = hosting.run("verify")

    assert why(missing) == "akun perikanan tidak ada di WHM"
    assert [failure.message for failure in found.failures] == [
        "situs akun perikanan adalah lain.gresikkab.go.id, seharusnya perikanan.gresikkab.go.id",
        "akun perikanan sedang ditangguhkan",
    ]
    assert found.facts["user"] == USER


def test_verify_of_what_is_right_changes_nothing(hosting: Hosting) -> None:
    hosting.run("apply")
    before = hosting.double.changes()

    assert hosting.run("verify").ok
    assert hosting.double.changes() == before


def test_undo_removes_the_account_and_again_changes_nothing(hosting: Hosting) -> None:
    hosting.double.put("other", "other.gresikkab.go.id")
    hosting.run("apply")
    undone, again = hosting.run("undo"), hosting.run("undo")

    assert tasks(undone) == ["The account is gone"]
    assert list(hosting.double.accounts) == ["other"]
    assert undone.facts == {}
    assert again.ok
    assert again.changed == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hosting_account_user", "Perikanan"),
        ("hosting_account_user", "ab"),
        ("hosting_account_name", "perikanan"),
        ("hosting_account_quota_mb", 9),
        ("hosting_account_quota_mb", "12 MB"),
        ("hosting_account_ticket", "x y"),
        ("hosting_account_database", "oracle"),
    ],
)
def test_ill_formed_value_is_refused_before_anything_is_asked(hosting: Hosting, name: str, value: Any) -> None:
    outcome = hosting.run("apply", **{name: value})

    assert f"isian tidak sah: {name}" in why(outcome)
    assert hosting.double.calls == []


@pytest.mark.parametrize("name", ["hosting_account_password", "hosting_account_database_password"])
def test_missing_password_is_refused_before_the_server_makes_one_up(hosting: Hosting, name: str) -> None:
    outcome = hosting.run("apply", **{name: ""})

    assert name in why(outcome)
    assert "createacct" not in hosting.double.functions() or name.endswith("database_password")
    assert "create_user" not in hosting.double.functions()


def test_wrong_token_is_said_to_be_refused(hosting: Hosting) -> None:
    hosting.settings.whm_token_file.write_text("another-token")
    outcome = hosting.run("apply")

    assert outcome.status == "failed"
    assert "menolak token (HTTP 403)" in why(outcome)
    assert "LAKSANA_WHM_TOKEN_FILE" in why(outcome)
    assert len(hosting.double.calls) == 1


def test_unauthorized_is_said_to_be_refused(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("accountsummary", status=401))

    assert "menolak token (HTTP 401)" in why(hosting.run("plan"))


def test_rate_limit_is_waited_for(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("createacct", status=429, headers={"Retry-After": "1"}))
    outcome = hosting.run("apply")
    first, second = (call.at for call in hosting.double.calls if "createacct" in call.path)

    assert outcome.ok
    assert second - first >= 1


def test_rate_limit_that_does_not_end_is_unreachable(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("createacct", times=ALWAYS, status=429))
    outcome = hosting.run("apply")

    assert outcome.status == "unreachable"
    assert "HTTP 429" in why(outcome)
    assert hosting.double.accounts == {}
    assert hosting.double.asked("createacct") == 3


def test_login_that_was_taken_meanwhile_is_refused(hosting: Hosting) -> None:
    hosting.double.put(USER, SITE, email="someone@gresikkab.go.id")
    absent = b'{"metadata":{"result":0,"reason":"Account does not exist.","command":"accountsummary","version":1}}'
    hosting.double.faults.append(Fault("accountsummary", times=2, status=200, body=absent))
    outcome = hosting.run("apply")

    assert "bukan milik tiket ini" in why(outcome)
    assert hosting.double.asked("createacct") == 1
    assert hosting.double.accounts[USER].email == "someone@gresikkab.go.id"


@pytest.mark.parametrize("status", [500, 503])
def test_server_error_once_is_outlived(hosting: Hosting, status: int) -> None:
    names = ["accountsummary", "createacct", "uapi_cpanel", "removeacct"]
    hosting.double.faults += [Fault(name, status=status) for name in names]

    assert hosting.run("apply").changed == 3
    assert hosting.run("undo").changed == 1
    assert hosting.double.accounts == {}


def test_server_error_always_is_unreachable(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("createacct", times=ALWAYS, status=500))
    outcome = hosting.run("apply")

    assert outcome.status == "unreachable"
    assert outcome.failures[0].task == "The account exists"
    assert outcome.failures[0].unreachable
    assert hosting.double.asked("createacct") == 3


@pytest.mark.parametrize("fault", [{"hang": True}, {"drop": True}, {"status": 500}, {"status": 200, "body": b"<html>"}])
@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("function", ["createacct", "create_database", "create_user", "set_privileges", "removeacct"])
def test_what_ended_unclearly_is_not_done_twice(
    hosting: Hosting, function: str, fault: dict[str, Any], *, carried_out: bool
) -> None:
    if function == "removeacct":
        hosting.run("apply")
    where, after = (function, 0) if "acct" in function else ("uapi_cpanel", ORDER[function])
    hosting.double.faults.append(Fault(where, after=after, carried_out=carried_out, **fault))
    outcome = hosting.run("undo" if function == "removeacct" else "apply")
    asked = sum(name.startswith(function) for name in hosting.double.functions())

    assert outcome.ok
    assert outcome.changed == (1 if function == "removeacct" else 3)
    assert hosting.run("verify").ok == (function != "removeacct")
    assert asked == (1 if carried_out and function != "set_privileges" else 2)


ORDER = {"create_database": 1, "create_user": 3, "set_privileges": 4}
"""Calls of UAPI before each, in a first apply: restrictions, database, users, user, rights."""


def test_apply_after_a_broken_one_makes_the_rest(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("uapi_cpanel", times=ALWAYS, after=1, status=503))
    broken = hosting.run("apply")
    hosting.double.faults.clear()
    outcome = hosting.run("apply")

    assert tasks(broken) == ["The account exists"]
    assert broken.status == "unreachable"
    assert outcome.changed == 2
    assert hosting.run("verify").ok


def test_undo_after_a_broken_apply_leaves_nothing(hosting: Hosting) -> None:
    hosting.double.faults.append(Fault("uapi_cpanel", times=ALWAYS, status=503))
    hosting.run("apply")

    assert hosting.run("undo").changed == 1
    assert hosting.double.accounts == {}


def test_refusal_by_uapi_is_given_on(hosting: Hosting) -> None:
    said = {"uapi": {"status": 0, "data": None, "errors": ["You have reached your limit of databases."]}}
    body = json.dumps({"metadata": {"result": 1, "reason": "OK"}, "data": said}).encode()
    hosting.double.faults.append(Fault("uapi_cpanel", after=1, status=200, body=body))

    assert "You have reached your limit of databases." in why(hosting.run("apply"))


def test_refusal_is_given_on_without_the_password_it_repeats(hosting: Hosting) -> None:
    hosting.double.refusal = f"The password “{PASSWORD}” is too weak.\nChoose another."
    outcome = hosting.run("apply")

    assert why(outcome) == "WHM menolak: The password “[rahasia]” is too weak. Choose another."


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"metadata":{"result":1}}',
        b'{"metadata":{"result":1},"data":{"acct":[]}}',
        b'{"metadata":{"result":1},"data":{"acct":[{"user":1}]}}',
        b'{"metadata":{"result":0,"reason":"License expired"}}',
    ],
)
def test_answer_of_another_shape_is_refused(hosting: Hosting, body: bytes) -> None:
    hosting.double.faults.append(Fault("accountsummary", times=ALWAYS, status=200, body=body))
    outcome = hosting.run("apply")

    assert outcome.status == "failed"
    assert why(outcome)
    assert hosting.double.changes() == 0


@pytest.mark.parametrize("data", ["null", "[1]", '[{"name":"x"}]', '{"status":2}'])
def test_databases_of_another_shape_are_refused(hosting: Hosting, data: str) -> None:
    hosting.run("apply")
    body = f'{{"metadata":{{"result":1}},"data":{{"uapi":{{"status":1,"data":{data}}}}}}}'.encode()
    hosting.double.faults.append(Fault("uapi_cpanel", status=200, body=body))

    assert "API yang diumumkan" in why(hosting.run("apply"))


def test_server_whose_certificate_another_authority_signed_gets_no_token(hosting: Hosting, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    hosting.settings = replace(hosting.settings, whm_ca_file=make_authority(tmp_path / "other").certificate)
    outcome = hosting.run("apply")

    assert outcome.status == "failed"
    assert why(outcome) == "sertifikat WHM tidak dapat dipercaya; periksa LAKSANA_WHM_CA_FILE"
    assert hosting.double.calls == []


def test_cancelled_run_asks_nothing(hosting: Hosting) -> None:
    assert hosting.run("apply", cancelled=True).status == "cancelled"
    assert hosting.double.calls == []


@pytest.mark.parametrize("setting", ["whm_token_file", "whm_ca_file"])
def test_missing_file_is_a_broken_setup(hosting: Hosting, tmp_path: Path, setting: str) -> None:
    hosting.settings = replace(hosting.settings, **{setting: tmp_path / "nothing"})

    with pytest.raises(ProviderError, match=f"LAKSANA_{setting.upper()}"):
        hosting.run("plan")


@pytest.mark.parametrize(
    ("ticket", "local"),
    [("SD-2026-000001", "laksana-SD-2026-000001"), ("a.b/c_d", "laksana-a_2eb_2fc_5fd")],
)
def test_contact_address_bears_the_ticket(ticket: str, local: str) -> None:
    assert contact_of(ticket, "gresikkab.go.id") == f"{local}@gresikkab.go.id"


def test_contact_address_of_a_long_ticket_is_no_longer_than_addresses_may_be() -> None:
    assert len(contact_of("A" * 80, "x.go.id").split("@")[0]) <= 64


def test_different_tickets_have_different_contact_addresses() -> None:
    tickets = ["a.b", "a_2eb", "a-b", "a/b", "A" * 80, "A" * 79, "A" * 79 + "B"]

    assert len({contact_of(ticket, "x.go.id") for ticket in tickets}) == len(tickets)
