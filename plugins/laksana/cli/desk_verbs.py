"""``laksana request …`` and ``laksana gate …``: what an applicant hands in and what an approver answers."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from pathlib import Path
from typing import Any

from laksana.airflow_client import AirflowClient
from laksana.casestatus import case_status
from laksana.cli.output import print_json, print_table
from laksana.errors import GateError, IntakeError, RequestRefusedError
from laksana.intake.forms import parse_form
from laksana.intake.submission import Door
from laksana.office import Office
from laksana.posts.holders import APPLICANT
from laksana.request_rules import request_rules
from laksana.settings import current

Topics = Any


def add_to(topics: Topics) -> None:
    """Add the topics ``request`` and ``gate``."""
    request = topics.add_parser("request", help="requests and their tickets").add_subparsers(
        required=True, metavar="VERB"
    )
    submit = request.add_parser("submit", help="hand in a request")
    submit.add_argument("slug", help="which SOP, e.g. permohonan-sub-domain")
    submit.add_argument("--data", required=True, type=Path, metavar="FILE", help="the form as a JSON object")
    submit.add_argument(
        "--as",
        dest="applicant",
        default="",
        metavar="USER",
        help="applicant's login (default: the one holder of the post)",
    )
    submit.add_argument("--key", default="", help="idempotency key; without it the same form is the same request")
    submit.add_argument("--json", action="store_true", help="print JSON")
    submit.set_defaults(run=run_submit)
    status = request.add_parser("status", help="how far a request is")
    status.add_argument("ticket")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=run_status)
    listing = request.add_parser("list", help="the newest requests")
    listing.add_argument("--status", default="", help="only of this status")
    listing.add_argument("--json", action="store_true", help="print JSON")
    listing.set_defaults(run=run_requests)
    resume = request.add_parser("resume", help="start the runs that could not be started when they were handed in")
    resume.set_defaults(run=run_resume)
    gate = topics.add_parser("gate", help="open gates").add_subparsers(required=True, metavar="VERB")
    gates = gate.add_parser("list", help="gates that wait for an answer, with who may give it")
    gates.add_argument("--json", action="store_true", help="print JSON")
    gates.set_defaults(run=run_gates)
    answer = gate.add_parser("answer", help="answer a gate under a user's own rights, by way of Airflow's REST API")
    answer.add_argument("id", help="DAG/RUN/TASK as printed by gate list")
    answer.add_argument("--as", dest="user", required=True, metavar="USER", help="login that answers")
    answer.add_argument("--outcome", required=True, help="setujui, kembalikan, tolak, teruskan, terima, …")
    answer.add_argument("--note", default="", help="reason; needed for kembalikan and tolak")
    answer.add_argument(
        "--field", action="append", default=[], metavar="NAME=VALUE", help="a further field of the gate's form"
    )
    answer.add_argument(
        "--password-file", type=Path, help="file with the user's password (default: asked on the terminal)"
    )
    answer.add_argument("--json", action="store_true", help="print JSON")
    answer.set_defaults(run=run_answer)


def run_submit(options: argparse.Namespace) -> int:
    """Hand in a request and print its ticket."""
    office = Office(current())
    spec = office.spec(options.slug)
    if not spec.formulir:
        raise IntakeError(
            f"{spec.slug}: SOP rutin berjalan tanpa pemohon (jalankan dengan: laksana round start {spec.slug})"
        )
    try:
        body = options.data.read_bytes()
    except OSError as error:
        raise IntakeError(f"{options.data}: tidak dapat dibaca ({error.strerror}); periksa nama berkas") from error
    data, problems = parse_form(body)
    if problems:
        raise RequestRefusedError(problems)
    made = Door(office.desk, office.airflow()).submit(
        spec.slug, spec.formulir, data, rules=request_rules(office), source="cli",
        applicant=_applicant(office, options.applicant), key=options.key, at=office.now(),
    )  # fmt: skip
    found = {"ticket": made.ticket, "dag_id": made.dag_id, "run_id": made.run_id, "status": made.status}
    print_json(found) if options.json else print(f"Tiket {made.ticket} ({made.status})")
    return 0


def _applicant(office: Office, wanted: str) -> str:
    """Return who hands in: who is named, or the one holder of the applicants' post."""
    holders = sorted(office.holders.logins(APPLICANT, office.today()))
    if wanted in holders:
        return wanted
    if not wanted and len(holders) == 1:
        return holders[0]
    known = ", ".join(holders) or "belum ada"
    raise IntakeError(f"--as {wanted or '(kosong)'}: bukan pemohon terdaftar (pemohon terdaftar: {known})")


def run_status(options: argparse.Namespace) -> int:
    """Print how far a request is."""
    office = Office(current())
    found = case_status(office, options.ticket, now=office.now())
    if options.json:
        print_json(found)
        return 0
    version = f" (versi SOP {found['versi'][:12]})" if found["versi"] else ""
    print(f"{found['ticket']}: {found['status']}{version}")
    print_table(
        ["No", "Kegiatan", "Pelaksana", "Mulai", "Selesai", "Tepat waktu", "Hasil"],
        [
            (s["no"], s["kegiatan"][:60], s["pelaksana"], s["mulai"], s["selesai"], s["tepat_waktu"], s["hasil"])
            for s in found["langkah"]
        ],
    )
    return 0


def run_requests(options: argparse.Namespace) -> int:
    """Print the newest requests."""
    tickets = Office(current()).desk.list(status=options.status)
    if options.json:
        print_json([{"ticket": t.number, "slug": t.slug, "status": t.status, "dibuka": t.opened_at} for t in tickets])
    else:
        print_table(["Tiket", "SOP", "Status", "Dibuka"], [(t.number, t.slug, t.status, t.opened_at) for t in tickets])
    return 0


def run_resume(options: argparse.Namespace) -> int:  # noqa: ARG001  # every verb has the same signature
    """Start what could not be started; one that fails does not hold back the others."""
    office = Office(current())
    door = Door(office.desk, office.airflow())
    failed = 0
    for ticket in office.desk.waiting():
        try:
            door.start(ticket)
            print(f"{ticket.number}: dimulai")
        except IntakeError as error:
            failed += 1
            print(f"{ticket.number}: {error}", file=sys.stderr)
    return 1 if failed else 0


def run_gates(options: argparse.Namespace) -> int:
    """Print the gates that wait."""
    office = Office(current())
    today = office.today()
    found = []
    for gate in office.airflow().open_gates():
        ti = gate["task_instance"]
        assigned = [item["id"] for item in gate["assigned_users"]]
        roles = [item.partition(":")[2] for item in assigned if item.startswith("role:")]
        people = [person.username for role in roles for person in office.holders.of_role(role, today)]
        people += [item.partition(":")[2] for item in assigned if item.startswith("user:")]
        barred = {item.partition(":")[2] for item in assigned if item.startswith("not:")}
        found.append(
            {
                "id": f"{ti['dag_id']}/{ti['dag_run_id']}/{ti['task_id']}",
                "judul": gate["subject"],
                "pilihan": [option.lower() for option in gate["options"]],
                "peran": roles,
                "pemegang": [name for name in people if name not in barred],
                "dibuka": gate["created_at"],
            }
        )
    if options.json:
        print_json(found)
    else:
        print_table(
            ["Id", "Judul", "Pilihan", "Pemegang"],
            [(g["id"], g["judul"], ", ".join(g["pilihan"]), ", ".join(g["pemegang"])) for g in found],
        )
    return 0


def run_answer(options: argparse.Namespace) -> int:
    """Answer a gate as a user."""
    parts = options.id.split("/")
    if len(parts) != 3:  # noqa: PLR2004  # DAG, run, task
        raise GateError(f"{options.id!r} is no gate id (allowed: DAG/RUN/TASK as printed by: laksana gate list)")
    settings = current()
    client = AirflowClient(settings.airflow_api_url, options.user, _password(options))
    gates = [g for g in client.open_gates(parts[0], parts[1]) if g["task_instance"]["task_id"] == parts[2]]
    if not gates:
        raise GateError(f"{options.id}: no such gate waits for an answer (see: laksana gate list)")
    values = {name: field.get("value") for name, field in gates[0]["params"].items()}
    for pair in options.field:
        name, _, text = pair.partition("=")
        if name not in values:
            raise GateError(f"--field {name}: the gate has no such field (allowed: {', '.join(values) or 'none'})")
        is_number = "integer" in str(gates[0]["params"][name]) and re.fullmatch(r"-?[0-9]{1,9}", text, re.ASCII)
        values[name] = int(text) if is_number else text
    if options.note:
        if "catatan" not in values:
            raise GateError("--note: this gate takes no note (leave it out)")
        values["catatan"] = options.note
    done = client.answer_gate(parts[0], parts[1], parts[2], options.outcome.capitalize(), values)
    print_json(done) if options.json else print(f"{options.id}: {options.outcome}")
    return 0


def _password(options: argparse.Namespace) -> str:
    if options.password_file is None:
        return getpass.getpass(f"Password of {options.user}: ")
    try:
        return str(options.password_file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise GateError(f"--password-file {options.password_file}: can't be read ({error.strerror})") from error
