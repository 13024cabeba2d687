"""``python -m tests.demo up|auto``: the demo by hand (until Ctrl-C) or by script (prints a JSON summary, exits)."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from laksana.office import Office
from laksana.settings import Settings
from tests.demo.applicant import Account
from tests.demo.approvers import ANALYST, APPLICANT, Approvers, default_script, with_hand_in
from tests.demo.results import Carried, collect_passwords, look_at, measure_server, works
from tests.demo.rounds import carry_out_monitoring
from tests.demo.rounds import is_as_expected as is_found
from tests.demo.samples import SAMPLES, SUBDOMAIN, Sample, form_of
from tests.demo.summary import letter_of
from tests.lab import api as lab
from tests.lab import ministry
from tests.stack.failures import StackError
from tests.stack.people import read_people
from tests.stack.stack import Stack

SLUG = SUBDOMAIN
ROUNDS = "monitoring"
PORT = 8080
LIMIT = 420.0


def say(line: str) -> None:
    """Show progress."""
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    """Run the demo."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    by_hand = verbs.add_parser("up", help="start everything, hand in a sample request, wait for Ctrl-C")
    by_hand.add_argument("--port", type=int, default=PORT)
    auto = verbs.add_parser("auto", help="run a case with scripted people and print a JSON summary")
    auto.add_argument("--case", choices=sorted([*SAMPLES, ROUNDS]), default="granted")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a polite end also takes down what was started
    try:
        if options.verb == "up":
            return demo_by_hand(options.port)
        return demo_of_rounds() if options.case == ROUNDS else demo_by_script(SAMPLES[options.case])
    except (lab.LabError, StackError) as error:
        say(f"demo: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


@contextmanager
def hosts(*, keep: bool) -> Iterator[None]:
    """Have the lab up; take it down at the end if this brought it up and it is not to be kept."""
    missing = lab.missing()
    if missing:
        raise lab.LabError("; ".join(missing))
    was_up = lab.is_up()
    lab.up(say)
    try:
        yield
    finally:
        if not was_up and not keep:
            say("Menghentikan host lab …")
            lab.down()


@contextmanager
def airflow(instance: str, port: int | None) -> Iterator[Stack]:
    """Have Airflow up."""
    stack = Stack(instance, api_port=port, say=say)
    try:
        stack.start()
        yield stack
    finally:
        say("Menghentikan Airflow dan PostgreSQL …")
        stack.stop()


def demo_by_hand(port: int) -> int:
    """Start, hand in, explain, wait."""
    with hosts(keep=False), airflow("demo", port) as stack:
        wait_for_dag(stack)
        label = fresh_label()
        made = submit(stack, form_of(label, on=datetime.now(UTC).date()))
        explain(stack, made["ticket"], label)
        try:
            while all(stack.alive().values()):
                time.sleep(1)
            say("demo: a process of the stack has ended; see the logs under " + str(stack.state_dir / "logs"))
        except KeyboardInterrupt:
            return 0
    return 1


def explain(stack: Stack, ticket: str, label: str) -> None:
    """Print addresses, logins and what to do next."""
    rows = "\n".join(
        f"  {person.username:14} {stack.password(person.username):26} {person.nama}" for person in read_people()
    )
    print(
        f"""
Laksana berjalan.
  Alamat       {stack.api_url}
  Tiket contoh {ticket} — permohonan {label}.gresikkab.go.id

Akun (nama, kata sandi, orang):
{rows}

Langkah berikutnya:
  1. Buka {stack.api_url}/laksana/tugas, masuk sebagai kabid.ti, pilih disposisi, tekan Teruskan.
     (Di halaman Airflow: menu "Tugas saya", atau Browse > Required Actions.)
  2. Setelah kira-kira setengah menit konsep balasan menunggu di tempat yang sama: tekan Setujui.
  3. Masuk sebagai kabid.spbe, nyatakan balasan diterima (Terima).
  4. Lihat hasilnya:  dig @10.77.0.11 {label}.gresikkab.go.id
                      curl -H 'Host: {label}.gresikkab.go.id' http://10.77.0.12/

Tekan Ctrl-C untuk menghentikan semuanya.
""",
        flush=True,
    )


def demo_by_script(sample: Sample) -> int:
    """Run a case to its end and print what it left."""
    begun = time.monotonic()
    with hosts(keep=True), airflow("demo-auto", None) as stack:
        wait_for_dag(stack, sample.slug)
        if sample.kind == "vps" and "pdn" in sample.slug:
            say("Kementerian Kominfo menyerahkan peladen baru …")
            lab.reset_host(ministry.HOST)
        if sample.host_down:
            say(f"Menghentikan host {sample.host_down} …")
            lab.stop_host(sample.host_down)
        try:
            summary = carry_out(stack, sample)[1]
        finally:
            if sample.host_down:
                lab.start_host(sample.host_down)
    summary["seconds"] = round(time.monotonic() - begun, 1)
    print(json.dumps(summary, ensure_ascii=False, indent=2))
    return 0 if is_as_expected(summary, sample) else 1


def demo_of_rounds() -> int:
    """Run the Monitoring SOPs over an estate and print what they found."""
    begun = time.monotonic()
    with hosts(keep=True), airflow("demo-auto", None) as stack:
        wait_for_dag(stack, "monitoring-layanan-hosting")
        found, expected = carry_out_monitoring(stack, say)
    found["seconds"] = round(time.monotonic() - begun, 1)
    print(json.dumps(found, ensure_ascii=False, indent=2))
    if is_found(found, expected):
        return 0
    say(f"demo: seharusnya {json.dumps(expected)}")
    return 1


def carry_out(stack: Stack, sample: Sample) -> tuple[Carried, dict[str, Any]]:
    """Hand in the sample request, let the scripted people work, look at the result; the case before comes first."""
    before = carry_out(stack, SAMPLES[sample.after])[0] if sample.after else None
    sizes = measure_server(before) if before else {}
    name = sample.asked_for or (before.name if before else fresh_label())
    made = submit(stack, sample.form(name, datetime.now(UTC).date()), sample.slug)
    say(f"Tiket {made['ticket']}: {sample.slug} {name}")
    script = partial(default_script, after_failures=sample.after_failures)
    people = Approvers(stack.api_url, stack.password, with_hand_in(script, partial(hand_in, stack)), say=say)
    state = people.work_until_over(made["dag_id"], made["run_id"], seconds=LIMIT)
    settings = Settings.from_environment(stack.environment)
    applicant = Account(stack.api_url, APPLICANT, stack.password(APPLICANT))
    case = collect_passwords(Carried(settings, applicant, made["ticket"], name, sample.kind))
    found = {"before": sizes, "after": measure_server(before)} if before else look_at(case)
    return case, {**describe(stack, case, made, state), "case": sample.name, **found}


def describe(stack: Stack, case: Carried, made: dict[str, Any], state: str) -> dict[str, Any]:
    """Say how a case went and what it left in registry and archive."""
    status = json.loads(command(stack, "request", "status", case.ticket, "--json"))
    office = Office(case.settings)
    spec = office.spec(made["dag_id"])
    reply = next(step.output[0] for step in spec.langkah if step.work.kind == "tanda_tangan")
    record = office.casefile(case.ticket).find(reply)
    steps = [{key: s[key] for key in ("no", "task_ids", "mulai", "selesai", "hasil")} for s in status["langkah"]]
    row = case.row
    return {
        "case": "",
        "ticket": case.ticket,
        "run_id": made["run_id"],
        "run_state": state,
        "name": case.name,
        "registry": json.loads(json.dumps(vars(row), default=str)) if row else None,
        "letter": letter_of(status, case.settings, record.record["nomor"]) if record and status["dokumen"] else None,
        "granted": bool(record and record.record["dikabulkan"]),
        "ticket_status": status["status"],
        "langkah": steps,
        "riwayat": [event["teks"] for event in status["riwayat"]],
    }


def is_as_expected(summary: dict[str, Any], sample: Sample) -> bool:
    """Tell whether the case ended as the sample says."""
    letter = summary["letter"]
    fine = summary["run_state"] == "success" and summary["ticket_status"] == sample.ends
    fine = fine and letter is not None and letter["signature_valid"] and summary["granted"] == sample.granted
    return fine and (not sample.granted or (works(summary) and summary["registry"] is not None))


def hand_in(stack: Stack, ticket: str) -> None:
    """Hand in the password that the ministry gave, on its page, as the analyst."""
    password = ministry.initial_password()
    analyst = Account(stack.api_url, ANALYST, stack.password(ANALYST))
    answer = analyst.post(f"/laksana/rahasia/{ticket}/sandi-awal", {"sandi": password, "ulang": password})
    if not answer.ok:
        raise StackError(f"{ticket}: the initial password was not taken: {answer.status_code}")
    say(f"  {ANALYST} menyerahkan kata sandi awal")


def submit(stack: Stack, form: dict[str, Any], slug: str = SLUG) -> dict[str, Any]:
    """Hand in a request with the ``laksana`` command."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(form, file)
        file.flush()
        key = f"demo-{datetime.now(UTC).isoformat()}"
        found: dict[str, Any] = json.loads(
            command(stack, "request", "submit", slug, "--data", file.name, "--key", key, "--json")
        )
    return found


def command(stack: Stack, *arguments: str) -> str:
    """Run the ``laksana`` command against the stack and return what it prints."""
    program = Path(sys.executable).with_name("laksana")
    environment = {**os.environ, **stack.environment}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"laksana {' '.join(arguments[:2])} failed: {done.stderr.strip()}")
    return done.stdout


def wait_for_dag(stack: Stack, slug: str = SLUG, seconds: float = 60.0) -> None:
    """Wait until Airflow has taken the SOP in."""
    say("Menunggu Airflow membaca SOP …")
    client = stack.client("laksana")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.get(f"/dags/{slug}")
        if found.ok and not found.json()["is_paused"]:
            return
        time.sleep(0.5)
    errors = stack.client("admin").get("/importErrors").json().get("import_errors", [])
    raise StackError(f"Airflow does not show {slug} after {seconds:.0f} s; import errors: {errors}")


def fresh_label() -> str:
    """Return a name that no earlier demo used, short enough for a login."""
    return f"perikanan{int(time.time()) % 100_000_000:x}"


if __name__ == "__main__":
    sys.exit(main())
