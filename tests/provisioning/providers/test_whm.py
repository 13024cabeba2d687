"""The client of WHM's API by itself: what it sends, and how it reads accounts and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laksana.provisioning.providers.calls import FarSide, Place
from laksana.provisioning.providers.evidence import Evidence, scrubber_of
from laksana.provisioning.providers.faults import FarSideError
from laksana.provisioning.providers.whm import Account, Databases, NewAccount, WhmServer
from tests.doubles.serving import Fault, served
from tests.doubles.tls import TestAuthority
from tests.doubles.whm import TOKEN, WhmDouble
from tests.provisioning.providers.conftest import QUICK

NEW = NewAccount("perikanan", "perikanan.gresikkab.go.id", "x@gresikkab.go.id", 512, "a&b=c d")


@pytest.fixture
def double(authority: TestAuthority) -> Iterator[WhmDouble]:
    with served(WhmDouble(authority.server)) as server:
        yield server


@pytest.fixture
def server(double: WhmDouble, authority: TestAuthority, tmp_path: Path) -> Iterator[WhmServer]:
    place = Place("WHM", double.address, f"whm root:{TOKEN}", "LAKSANA_X", str(authority.certificate))
    with FarSide(place, QUICK, Evidence(tmp_path, scrubber_of([])), cancelled=lambda: False) as far:
        yield WhmServer(far)


def test_every_call_is_a_form_of_version_one(server: WhmServer, double: WhmDouble) -> None:
    server.create(NEW)
    server.set_quota("perikanan", 1024)
    Databases(server, "perikanan").create("perikanan_db")
    server.remove("perikanan")

    assert [call.path for call in double.calls] == [
        "/json-api/createacct", "/json-api/editquota", "/json-api/uapi_cpanel", "/json-api/removeacct",
    ]  # fmt: skip
    assert {call.method for call in double.calls} == {"POST"}
    assert all(call.query == {} and call.body["api.version"] == "1" for call in double.calls)
    assert double.calls[0].body["password"] == "a&b=c d"  # noqa: S105  # as it was given


def test_account_is_read_by_login_and_by_domain(server: WhmServer, double: WhmDouble) -> None:
    double.put("perikanan", "perikanan.gresikkab.go.id", email="x@gresikkab.go.id")
    wanted = Account(
        "perikanan", "perikanan.gresikkab.go.id", "x@gresikkab.go.id", 512, "/home/perikanan", suspended=False
    )

    assert server.account(user="perikanan") == wanted
    assert server.account(domain="perikanan.gresikkab.go.id") == wanted
    assert server.account(user="other") is None


def test_limit_and_partition_are_read_as_the_server_writes_them(server: WhmServer, double: WhmDouble) -> None:
    row = '{"user":"a","domain":"a.go.id","disklimit":"unlimited","partition":"home2","suspended":"1"}'
    double.faults.append(
        Fault("", status=200, body=f'{{"metadata":{{"result":1}},"data":{{"acct":[{row}]}}}}'.encode())
    )

    assert server.account(user="a") == Account("a", "a.go.id", "", None, "/home2/a", suspended=True)


def test_other_refusal_is_not_taken_for_a_missing_account(server: WhmServer, double: WhmDouble) -> None:
    body = b'{"metadata":{"result":0,"reason":"You do not have permission to view this account."}}'
    double.faults.append(Fault("", status=200, body=body))

    with pytest.raises(FarSideError, match="WHM menolak: You do not have permission"):
        server.account(user="perikanan")


def test_refusal_of_the_old_form_is_read(server: WhmServer, double: WhmDouble) -> None:
    double.faults.append(Fault("", status=400, body=b'{"cpanelresult":{"error":"Bad function"}}'))

    with pytest.raises(FarSideError, match="WHM menolak: Bad function"):
        server.set_quota("perikanan", 1)


def test_refusal_without_reasons_says_its_status(server: WhmServer, double: WhmDouble) -> None:
    double.faults.append(Fault("", status=404, body=b"nothing here"))

    with pytest.raises(FarSideError, match="WHM menolak: HTTP 404"):
        server.remove("perikanan")


def test_databases_and_their_users_are_read(server: WhmServer, double: WhmDouble) -> None:
    double.put("perikanan", "perikanan.gresikkab.go.id")
    databases = Databases(server, "perikanan")
    databases.create("perikanan_a")
    databases.create("perikanan_b")
    databases.create_user("perikanan_u", "geheim")
    databases.grant("perikanan_b", "perikanan_u")

    assert databases.prefix() == "perikanan_"
    assert databases.holders() == {"perikanan_a": frozenset(), "perikanan_b": frozenset({"perikanan_u"})}
    assert databases.users() == {"perikanan_u"}
