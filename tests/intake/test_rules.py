"""Rules beyond the schema, with the real checks and a real registry."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from laksana.errors import Problem
from laksana.office import Office
from laksana.posts.holders import Holding
from laksana.registry.services import Service
from laksana.request_rules import request_rules
from laksana.settings import Settings
from laksana.spec import list_specs
from laksana.spec.vocabulary import FORM_RULES

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


def target_rule(**settings: object) -> list[str]:
    rule = request_rules(Office(Settings(**settings)))["alamat-tujuan"]  # type: ignore[arg-type]  # each test sets its own
    found = [rule(address, {}) for address in ("10.77.0.13", "192.0.2.7", "8.8.8.8", "127.0.0.1", "224.0.0.1")]
    return ["" if problem is None else _line(problem) for problem in found]


def _line(problem: Problem) -> str:
    assert problem.key == "alamat_tujuan"
    assert problem.hint.startswith("yang diterima: ")
    return problem.message


def test_target_must_lie_in_an_allowed_network() -> None:
    found = target_rule(target_networks="10.77.0.0/24, 8.8.8.0/24")

    assert found[0] == found[2] == ""
    assert "jaringan yang diizinkan" in found[1]
    assert found[3]
    assert found[4]


def test_private_target_is_refused_where_it_must_be_public() -> None:
    found = target_rule(target_networks="", target_must_be_public=True)

    assert "publik" in found[0]
    assert "publik" in found[1]
    assert found[2] == ""


def test_any_machine_will_do_where_nothing_is_said() -> None:
    found = target_rule(target_networks="")

    assert found[:3] == ["", "", ""]
    assert all(found[3:])


@pytest.mark.parametrize(("own_ticket", "free"), [("", False), ("SD-2026-000002", False), ("SD-2026-000001", True)])
def test_registered_name_is_taken_for_all_but_its_own_ticket(clean_database: str, own_ticket: str, free: bool) -> None:
    office = Office(Settings(database_url=clean_database))
    name = "perikanan.gresikkab.go.id"
    office.registry.reserve(Service("subdomain", name, "Dinas", "Siti", {}, "proxy", "SD-2026-000001", "dipesan", AT))

    problem = request_rules(office, own_ticket=own_ticket)["nama-belum-terdaftar"]("perikanan", {})

    assert (problem is None) is free
    assert problem is None or (problem.key, problem.message) == ("label", f"nama {name} sudah dipakai")


def test_removed_name_is_free_again(clean_database: str) -> None:
    office = Office(Settings(database_url=clean_database))
    wanted = Service("subdomain", "perikanan.gresikkab.go.id", "Dinas", "Siti", {}, "proxy", "SD-1", "dipesan", AT)
    office.registry.reserve(wanted)
    office.registry.remove(wanted.kind, wanted.name, ticket="SD-1", at=AT)

    assert request_rules(office)["nama-belum-terdaftar"]("perikanan", {}) is None


def test_the_rules_of_the_spec_are_all_there() -> None:
    specs = list_specs(Path(__file__).parents[2] / "include" / "sop_specs")[0]
    fields = [field for spec in specs for field in spec.formulir.get("properties", {}).values()]
    named = {field["x-aturan"] for field in fields if "x-aturan" in field}

    assert named == set(request_rules(Office(Settings()))) == FORM_RULES


@pytest.mark.parametrize(
    ("agency", "asks_for", "allowed"),
    [
        ("Dinas Perikanan", "dinas perikanan", True),
        ("Dinas Pertanian", "Dinas Perikanan", False),
        ("", "Dinas X", True),
    ],
)
def test_request_is_for_the_agency_of_the_login(clean_database: str, agency: str, asks_for: str, allowed: bool) -> None:
    office = Office(Settings(database_url=clean_database))
    office.holders.enter([
        Holding(role="kabid-spbe", username="siti", name="Siti", rank="", nip="", agency=agency,
                valid_from=date(2026, 1, 1)),
    ])  # fmt: skip

    problem = request_rules(office, applicant="siti")["instansi-pemohon"](asks_for, {})

    assert (problem is None) is allowed
    assert problem is None or (problem.key, problem.hint) == ("perangkat_daerah", "isi Dinas Pertanian")
