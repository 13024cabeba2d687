"""``laksana request``: refusals are one line in Bahasa Indonesia and make nothing; a good request is never lost."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from laksana.database.connection import open_database
from laksana.posts.holders import Holders, Holding
from laksana.servicedesk.builtin import BuiltinDesk
from tests.cli.conftest import Laksana
from tests.demo.samples import form_of

SLUG = "permohonan-sub-domain"
SAMPLE = form_of("perikanan", on=date(2026, 11, 23))
APPLICANT_OF_TESTS = Holding("kabid-spbe", "kabid.spbe", "Retno", "", "", "Dinas Perikanan", date(2026, 1, 1))


@pytest.fixture
def desk(clean_database: str) -> BuiltinDesk:
    Holders(open_database(clean_database)).enter([APPLICANT_OF_TESTS])
    return BuiltinDesk(open_database(clean_database), "Asia/Jakarta")


def written(folder: Path, data: object) -> str:
    file = folder / "isian.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        ({**SAMPLE, "label": "WWW"}, ["label: Nama sub domain tidak dapat diterima"]),
        (
            {**SAMPLE, "alamat_tujuan": "8.8.8.8"},
            ["alamat_tujuan: Alamat IP tujuan dalam jaringan yang diizinkan: 8.8.8.8"],
        ),
        ({**SAMPLE, "labl": "x"}, ["labl: isian 'labl' tidak dikenal (mungkin maksudnya label)"]),
        (
            {**SAMPLE, "label": "-a", "port_tujuan": 0},
            ["label: Nama sub", "port_tujuan: Port aplikasi tidak dapat diterima: 0"],
        ),
        ("[]", ["isi permohonan harus berupa objek JSON"]),
        ("{label}", ["baris 1: isi permohonan bukan JSON yang benar"]),
        ("", ["isi permohonan kosong"]),
    ],
)
def test_refusal_is_one_line_a_field_and_makes_no_ticket(
    laksana: Laksana, desk: BuiltinDesk, clean_database: str, tmp_path: Path, data: object, lines: list[str]
) -> None:
    done = laksana("request", "submit", SLUG, "--data", written(tmp_path, data), "--json", database_url=clean_database)
    said = done.errors.removeprefix("laksana: ").splitlines()

    assert (done.status, done.output) == (1, "")
    assert len(said) == len(lines)
    assert all(line.startswith(start) for line, start in zip(said, lines, strict=True))
    assert desk.list() == []


def test_missing_file_is_one_line(laksana: Laksana) -> None:
    done = laksana("request", "submit", SLUG, "--data", "tidak-ada.json")

    assert done.status == 1
    assert done.errors.startswith("laksana: tidak-ada.json: tidak dapat dibaca")


def test_unknown_sop_names_the_known_ones(laksana: Laksana, tmp_path: Path) -> None:
    done = laksana("request", "submit", "permohonan-subdomain", "--data", written(tmp_path, SAMPLE))

    assert done.status == 1
    assert "(known: evaluasi-" in done.errors
    assert "permohonan-akun-hosting, " in done.errors
    assert "permohonan-sub-domain" in done.errors


def test_routine_sop_takes_no_request_and_the_line_says_how_it_starts(
    laksana: Laksana, desk: BuiltinDesk, clean_database: str, tmp_path: Path
) -> None:
    submit = ("request", "submit", "monitoring-vps-pdn", "--data", written(tmp_path, {}), "--json")
    done = laksana(*submit, database_url=clean_database)

    assert (done.status, done.output, done.errors.count("\n")) == (1, "", 1)
    assert "SOP rutin berjalan tanpa pemohon" in done.errors
    assert "laksana round start monitoring-vps-pdn" in done.errors
    assert desk.list() == []


def test_request_is_kept_while_airflow_is_down(
    laksana: Laksana, desk: BuiltinDesk, clean_database: str, tmp_path: Path
) -> None:
    submit = ("request", "submit", SLUG, "--data", written(tmp_path, SAMPLE), "--key", "k1", "--json")
    first = laksana(*submit, database_url=clean_database)
    second = laksana(*submit, database_url=clean_database)
    resumed = laksana("request", "resume", database_url=clean_database)

    assert (first.status, second.status, resumed.status) == (1, 1, 1)
    assert "Permohonan tercatat dengan tiket SD-" in first.errors
    assert second.errors == first.errors
    (ticket,) = desk.waiting()
    assert ticket.data["port_tujuan"] == 80
    assert resumed.errors.startswith(f"{ticket.number}: ")
    assert "rahasia-uji" not in first.errors + resumed.errors


def test_list_prints_tickets(laksana: Laksana, desk: BuiltinDesk, clean_database: str, tmp_path: Path) -> None:
    laksana("request", "submit", SLUG, "--data", written(tmp_path, SAMPLE), database_url=clean_database)

    done = laksana("request", "list", "--json", database_url=clean_database)

    assert [(row["slug"], row["status"]) for row in done.json()] == [(SLUG, "diterima")]
    assert [row["ticket"] for row in done.json()] == [ticket.number for ticket in desk.list()]


def test_unknown_ticket_is_one_line(laksana: Laksana, clean_database: str) -> None:
    done = laksana("request", "status", "SD-1", "--json", database_url=clean_database)

    assert (done.status, done.output) == (1, "")
    assert "ticket 'SD-1' is not known to the service desk" in done.errors


def test_gate_id_of_the_wrong_form_is_refused(laksana: Laksana) -> None:
    done = laksana("gate", "answer", "a/b", "--as", "kabid.ti", "--outcome", "setujui")

    assert done.status == 1
    assert "'a/b' is no gate id" in done.errors


def test_database_that_is_down_is_one_line_without_its_password(laksana: Laksana) -> None:
    done = laksana("request", "list")

    assert (done.status, done.output) == (1, "")
    assert done.errors.startswith("laksana: the database refused: ")
    assert done.errors.count("\n") == 1
    assert "sandi-uji" not in done.errors


def test_database_without_tables_says_how_to_make_them(laksana: Laksana, database_url: str) -> None:
    done = laksana("request", "list", database_url=database_url.rsplit("/", 1)[0] + "/postgres")

    assert done.status == 1
    assert done.errors.endswith("(run: laksana database migrate)\n")


def test_who_holds_no_post_of_the_applicants_hands_nothing_in(
    laksana: Laksana, desk: BuiltinDesk, clean_database: str, tmp_path: Path
) -> None:
    file = written(tmp_path, SAMPLE)

    done = laksana("request", "submit", SLUG, "--data", file, "--as", "kabid.ti", database_url=clean_database)

    assert done.status == 1
    assert "bukan pemohon terdaftar (pemohon terdaftar: kabid.spbe)" in done.errors
    assert desk.list() == []
