"""The doors for requests: Laksana's HTTP endpoint, Airflow's own trigger, and who may read tickets and documents."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scenarios.case import SLUG, Case, ServiceOffice, fresh_label, request_form
from tests.scenarios.endings import GRANTED
from tests.scenarios.people import OTHER_APPLICANT, anonymous
from tests.stack.waiting import wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.lab]


def close_quickly(case: Case) -> None:
    """End a case by the shortest way, so that no gate of it stays behind."""
    case.answer("kabid-ti", "Tolak", catatan="Selesai diuji")


def runs_of_label(office: ServiceOffice, label: str) -> list[str]:
    """Return the runs that were started for a label."""
    path = f"/api/v2/dags/{SLUG}/dagRuns"
    found = office.people["admin"].get(path, limit=100, order_by="-run_after").json()["dag_runs"]
    return [run["dag_run_id"] for run in found if run["conf"].get("label") == label]


def tickets_of_label(office: ServiceOffice, label: str) -> list[str]:
    """Return the tickets that were opened for a label."""
    return [ticket.number for ticket in office.office.desk.list(limit=1000) if ticket.data.get("label") == label]


def test_same_key_gives_the_same_ticket_and_one_run(office: ServiceOffice) -> None:
    form, key = request_form(), uuid.uuid4().hex

    first, second = office.send(form, key=key), office.send(form, key=key)

    assert (first.status_code, second.status_code) == (202, 200)
    made = first.json()
    assert (made["dag_id"], made["run_id"]) == (SLUG, made["ticket"])
    assert second.json()["ticket"] == made["ticket"]
    assert runs_of_label(office, form["label"]) == tickets_of_label(office, form["label"]) == [made["ticket"]]
    close_quickly(Case(office, made["ticket"], made["run_id"], form["label"]))


def test_eight_senders_of_the_same_key_at_once_open_one_ticket_and_one_run(office: ServiceOffice) -> None:
    form, key, together = request_form(), uuid.uuid4().hex, threading.Barrier(8)

    def send(_: int) -> tuple[int, str]:
        together.wait()
        answer = office.send(form, key=key)
        return answer.status_code, answer.json().get("ticket", answer.text)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))

    assert sorted(status for status, _ in answers) == [200] * 7 + [202], answers
    (ticket,) = {number for _, number in answers}
    assert runs_of_label(office, form["label"]) == tickets_of_label(office, form["label"]) == [ticket]
    close_quickly(Case(office, ticket, ticket, form["label"]))


@pytest.mark.parametrize("body", [b"", b"{", b"label=x", b"[]", b'"x"', b"\xff\xfe", b"{" + b" " * 70_000 + b"}"])
def test_body_that_is_no_json_object_is_refused(office: ServiceOffice, body: bytes) -> None:
    answer = office.send(None, data=body)

    assert answer.status_code == 400
    assert "permohonan" in answer.json()["detail"]


def test_form_with_faults_is_refused_with_every_fault_in_words(office: ServiceOffice) -> None:
    label = fresh_label()
    form = request_form(f"{label}!", pic_telepon="nol delapan", alamat_tujuan="192.0.2.1", nota_dinas_tanggal="kemarin")
    del form["keperluan"]

    answer = office.send({**form, "lable": "x"})

    problems = answer.json()["masalah"]
    assert answer.status_code == 422
    assert [problem["isian"] for problem in problems] == [
        "pic_telepon", "label", "alamat_tujuan", "keperluan", "nota_dinas_tanggal", "lable",
    ]  # fmt: skip
    assert all(problem["pesan"] and problem["petunjuk"] for problem in problems)
    assert "Keperluan belum diisi" in answer.json()["detail"]
    assert tickets_of_label(office, f"{label}!") == []


def test_name_of_a_living_service_is_refused_at_the_door(office: ServiceOffice, granted: Case) -> None:
    answer = office.send(request_form(granted.label))

    assert (answer.status_code, answer.json()["masalah"][0]["isian"]) == (422, "label")
    assert "sudah dipakai" in answer.json()["detail"]


def test_nobody_but_applicants_hands_in(office: ServiceOffice) -> None:
    url = f"{office.stack.api_url}/laksana/api/permohonan/{SLUG}"

    assert anonymous("POST", url, json=request_form()).status_code == 401
    answers = {who: office.send(request_form(), who=who).status_code for who in ("kabid-ti", "admin", "auditor")}
    assert answers == dict.fromkeys(answers, 403)
    assert office.people["pemohon"].call("POST", "/laksana/api/permohonan/tidak-ada", json={}).status_code == 404


def test_tickets_and_documents_are_their_applicant_s(office: ServiceOffice, granted: Case) -> None:
    letter = granted.letter()
    key = letter.path.relative_to(office.settings.state_dir / "archive")
    ticket, document = f"/laksana/api/tiket/{granted.ticket}", f"/laksana/berkas/{key}"

    own = office.people["pemohon"].get(document)
    assert (own.status_code, own.content) == (200, letter.path.read_bytes())
    assert own.headers["Content-Type"] == "application/pdf"
    assert office.people["pemohon"].get(ticket).json()["status"] == "selesai"
    for stranger in (OTHER_APPLICANT, "admin"):
        answers = [office.people[stranger].get(path).status_code for path in (ticket, document)]
        assert answers == [404, 404]
    urls = [f"{office.stack.api_url}{path}" for path in (ticket, document)]
    assert [anonymous("GET", url).status_code for url in urls] == [401, 401]
    for outside in (f"{key}/../../../../../secrets/admin.password", "../secrets/admin.password", f"{key}x"):
        assert office.people["pemohon"].get(f"/laksana/berkas/{outside}").status_code == 404


def test_run_of_airflow_s_own_trigger_gets_a_ticket(office: ServiceOffice) -> None:
    form, run_id = request_form(), f"manual-{uuid.uuid4().hex[:12]}"
    body = {"dag_run_id": run_id, "logical_date": None, "conf": form}

    made = office.people["admin"].call("POST", f"/api/v2/dags/{SLUG}/dagRuns", json=body)

    assert made.status_code == 200, made.text
    (ticket,) = wait_for("its ticket", lambda: tickets_of_label(office, form["label"]), 30)
    case = Case(office, ticket, run_id, form["label"])
    case.answer("kabid-ti", "Tolak", catatan="Ajukan melalui portal")
    case.sign_and_receive()
    assert case.decisions() == [("kabid.ti", "tolak"), *GRANTED[1:]]
    assert case.status()["status"] == "selesai"
    assert case.letter().is_valid


@pytest.mark.parametrize(
    "change", [{"label": "Tidak Boleh"}, {"label": "www"}, {"alamat_tujuan": "bukan alamat"}, {"port_tujuan": 0}]
)
def test_airflow_s_own_trigger_refuses_a_bad_form(office: ServiceOffice, change: dict[str, object]) -> None:
    body = {"logical_date": None, "conf": request_form() | change}

    assert office.people["admin"].call("POST", f"/api/v2/dags/{SLUG}/dagRuns", json=body).status_code == 400
