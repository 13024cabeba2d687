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
from tests.demo.approvers import Approvers, default_script
from tests.demo.samples import SAMPLES, Sample, form_of
from tests.demo.summary import ask_dns, fetch, letter_of
from tests.lab import api as lab
from tests.stack.failures import StackError
from tests.stack.people import read_people
from tests.stack.stack import Stack

SLUG = "permohonan-sub-domain"
PAGE = "Aplikasi Contoh Dinas Perikanan"
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
    auto.add_argument("--case", choices=sorted(SAMPLES), default="granted")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # a polite end also takes down what was started
    try:
        return demo_by_hand(options.port) if options.verb == "up" else demo_by_script(SAMPLES[options.case])
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
        wait_for_dag(stack)
        if sample.host_down:
            say(f"Menghentikan host {sample.host_down} …")
            lab.stop_host(sample.host_down)
        try:
            summary = carry_out(stack, sample)
        finally:
            if sample.host_down:
                lab.start_host(sample.host_down)
    summary["seconds"] = round(time.monotonic() - begun, 1)
    print(json.dumps(summary, ensure_ascii=False, indent=2))
    return 0 if is_as_expected(summary, sample) else 1


def carry_out(stack: Stack, sample: Sample) -> dict[str, Any]:
    """Hand in the sample request, let the scripted people work, look at the result."""
    label = sample.label or fresh_label()
    made = submit(stack, form_of(label, on=datetime.now(UTC).date()))
    say(f"Tiket {made['ticket']}: permohonan {label}.gresikkab.go.id")
    script = partial(default_script, after_failures=sample.after_failures)
    people = Approvers(stack.api_url, stack.password, script, say=say)
    state = people.work_until_over(made["dag_id"], made["run_id"], seconds=LIMIT)
    status = json.loads(command(stack, "request", "status", made["ticket"], "--json"))
    settings = Settings.from_environment(stack.environment)
    name = f"{label}.{settings.dns_zone}"
    answer = ask_dns(name, settings.dns_server)
    record = Office(settings).casefile(made["ticket"]).find("Nota Dinas Balasan Permohonan sub domain")
    steps = [{key: s[key] for key in ("no", "task_ids", "mulai", "selesai", "hasil")} for s in status["langkah"]]
    return {
        "case": sample.name,
        "ticket": made["ticket"],
        "run_id": made["run_id"],
        "run_state": state,
        "dns": {"name": name, "answer": answer[0] if answer else None, "server": settings.dns_server},
        "http": fetch(name, settings.proxy_address, PAGE),
        "letter": letter_of(status, settings, record.record["nomor"]) if record and status["dokumen"] else None,
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
    served = summary["dns"]["answer"] is not None and summary["http"]["body_contains"] == PAGE
    return fine and (served or not sample.granted)


def submit(stack: Stack, form: dict[str, Any]) -> dict[str, Any]:
    """Hand in a request with the ``laksana`` command."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(form, file)
        file.flush()
        key = f"demo-{datetime.now(UTC).isoformat()}"
        found: dict[str, Any] = json.loads(
            command(stack, "request", "submit", SLUG, "--data", file.name, "--key", key, "--json")
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


def wait_for_dag(stack: Stack, seconds: float = 60.0) -> None:
    """Wait until Airflow has taken the SOP in."""
    say("Menunggu Airflow membaca SOP …")
    client = stack.client("laksana")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = client.get(f"/dags/{SLUG}")
        if found.ok and not found.json()["is_paused"]:
            return
        time.sleep(0.5)
    errors = stack.client("admin").get("/importErrors").json().get("import_errors", [])
    raise StackError(f"Airflow does not show {SLUG} after {seconds:.0f} s; import errors: {errors}")


def fresh_label() -> str:
    """Return a name that no earlier demo used."""
    return f"perikanan-{int(time.time()) % 100_000_000:x}"


if __name__ == "__main__":
    sys.exit(main())
