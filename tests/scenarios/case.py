"""The words in which the scenarios are told: hand in, wait for a gate, answer it, look at what is there.

Everything goes through the doors that people use (the HTTP endpoint, Airflow's REST API); what is looked at afterwards
are hosts, documents, ledger and registry. Every wait has an end, and says at its end how the run stands.
"""

from __future__ import annotations

import subprocess
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from laksana.casestatus import case_status
from laksana.errors import ServiceDeskError
from laksana.office import Office
from laksana.registry.services import Service
from laksana.settings import Settings
from tests.demo.samples import SUBDOMAIN, form_of
from tests.scenarios.hosts import ZONE
from tests.scenarios.letter import SignedLetter, read_letter
from tests.scenarios.people import LOGINS, People
from tests.stack.failures import StackError
from tests.stack.stack import Stack
from tests.stack.waiting import wait_for

SLUG = SUBDOMAIN
FORWARD = {"instruksi": "Tindak lanjuti sesuai ketentuan", "diteruskan_kepada": "Pranata Komputer Ahli Muda"}
GATE_SECONDS = 120.0
END_SECONDS = 120.0
_OVER = frozenset({"success", "failed"})


def fresh_label() -> str:
    """Return a label that nobody has asked for."""
    return f"skn-{uuid.uuid4().hex[:10]}"


def request_form(label: str = "", **changes: Any) -> dict[str, Any]:
    """Return a request in good order, for a fresh name unless one is given."""
    return form_of(label or fresh_label(), on=datetime.now(UTC).date()) | changes


@dataclass(frozen=True)
class Gate:
    """A gate that waits for an answer."""

    dag_id: str
    task_id: str
    step: int
    options: tuple[str, ...]
    shown: dict[str, Any]
    """The form's values as they are prefilled."""
    assigned: tuple[str, ...]
    subject: str
    body: str

    def is_for(self, role: str) -> bool:
        """Tell whether a role of the SOP, or the applicant, is asked."""
        if role == "pemohon":
            return bool({f"user:{LOGINS[role]}", "role:kabid-spbe"} & set(self.assigned))
        return f"role:{role}" in self.assigned


class ServiceOffice:
    """The whole installation, seen from its doors."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.people = People(stack)
        self.settings = Settings.from_environment(stack.environment)
        self.office = Office(self.settings)
        self.strangers: set[str] = set()
        """Accounts and machines that the hosts had before, of earlier sessions."""

    def send(
        self, form: Any, *, slug: str = SLUG, who: str = "pemohon", key: str = "", **options: Any
    ) -> requests.Response:
        """Hand in a request at the HTTP endpoint and return the bare answer."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        content = options or {"json": form}
        return self.people[who].call("POST", f"/laksana/api/permohonan/{slug}", headers=headers, **content)

    def submit(self, label: str = "", **changes: Any) -> Case:
        """Hand in a request in good order; it is accepted."""
        form = request_form(label, **changes)
        answer = self.send(form)
        assert answer.status_code == 202, answer.text
        return Case(self, answer.json()["ticket"], answer.json()["run_id"], str(form["label"]))

    def request(self, slug: str, form: dict[str, Any], *, name: str, kind: str) -> Case:
        """Hand in a request of any SOP; it is accepted."""
        answer = self.send(form, slug=slug)
        assert answer.status_code == 202, answer.text
        return Case(self, answer.json()["ticket"], answer.json()["run_id"], name, slug, kind)

    def case_of(self, slug: str, run_id: str, label: str = "", *, seconds: float = GATE_SECONDS) -> Case:
        """Wait until a run has its ticket, and return its case."""

        def begun() -> str:
            try:
                return self.office.desk.of_run(slug, run_id).number
            except ServiceDeskError:
                return ""

        return Case(self, wait_for(f"{slug} {run_id}: a ticket", begun, seconds, pause=0.2), run_id, label, slug)

    def open_gates(self, run_id: str = "~") -> list[tuple[str, Gate]]:
        """Return the gates that wait now, with their runs."""
        path = f"/api/v2/dags/~/dagRuns/{run_id}/hitlDetails"
        found = self.people["laksana"].get(path, state="awaiting_input", response_received="false", limit=100)
        found.raise_for_status()
        rows = [row["task_instance"] | {"row": row} for row in found.json()["hitl_details"]]
        ours = [item for item in rows if item["task_id"].startswith("langkah_")]  # the stack's own tests have gates too
        return [(item["dag_run_id"], _gate(item["row"])) for item in ours]

    def send_answer(self, who: str, run_id: str, gate: Gate, option: str, **fields: Any) -> requests.Response:
        """Answer a gate under someone's rights and return the bare answer."""
        path = f"/api/v2/dags/{gate.dag_id}/dagRuns/{run_id}/taskInstances/{gate.task_id}/-1/hitlDetails"
        body = {"chosen_options": [option], "params_input": {**gate.shown, **fields}}
        return self.people[who].call("PATCH", path, json=body)


@dataclass(frozen=True)
class Case:
    """One request on its way."""

    at: ServiceOffice
    ticket: str
    run_id: str
    label: str
    """What was asked for, as the form names it."""
    slug: str = SLUG
    kind: str = "subdomain"
    """Kind of its row in the registry."""

    @property
    def fqdn(self) -> str:
        """The full name asked for."""
        return f"{self.label}.{ZONE}"

    @property
    def reply(self) -> str:
        """What the SOP calls the signed reply."""
        steps = self.at.office.spec(self.slug).langkah
        return next(step.output[0] for step in steps if step.work.kind == "tanda_tangan")

    def called(self, step: int, *, seconds: float = GATE_SECONDS) -> Case:
        """Wait until a step has called another SOP, and return that SOP's case."""
        slug = self.at.office.spec(self.slug).step(step).work.text("sop")
        return self.at.case_of(slug, f"{self.ticket}-{step:02d}", self.label, seconds=seconds)

    def await_gate(self, role: str = "", *, seconds: float = GATE_SECONDS) -> Gate:
        """Wait for the gate that comes next; where a role is given, it is that role's."""
        gate = wait_for(f"{self.ticket}: a gate", self._open_gate, seconds, pause=0.2)
        assert not role or gate.is_for(role), f"{role} expected, asked are {gate.assigned}: {gate.subject}"
        return gate

    def answer(self, role: str, option: str, **fields: Any) -> Gate:
        """Wait for the gate of a role and answer it; the answer is accepted."""
        gate = self.await_gate(role)
        answered = self.try_answer(role, gate, option, **fields)
        assert answered.status_code == 200, answered.text
        return gate

    def try_answer(self, who: str, gate: Gate, option: str, **fields: Any) -> requests.Response:
        """Answer a gate under someone's rights and return the bare answer."""
        return self.at.send_answer(who, self.run_id, gate, option, **fields)

    def forward(self) -> None:
        """Kabid TI forwards the request to be worked on."""
        self.answer("kabid-ti", "Teruskan", **FORWARD)

    def sign_and_receive(self) -> None:
        """Kabid TI signs the reply, the applicant confirms that it came, the run ends."""
        self.answer("kabid-ti", "Setujui")
        self.answer("pemohon", "Terima")
        self.await_end()

    def await_end(self, seconds: float = END_SECONDS) -> None:
        """Wait until the run is over; it has succeeded."""
        state = wait_for(
            f"{self.ticket}: end of the run", lambda: (s := self.state()) in _OVER and s, seconds, pause=0.3
        )
        assert state == "success", self._failures()

    def await_try(self, task: str, number: int, seconds: float = 90.0) -> None:
        """Wait until a task has been begun for the n-th time."""
        wait_for(f"{self.ticket}: try {number} of {task}", lambda: self.tries(task) >= number, seconds, pause=0.2)

    def await_status(self, status: str, seconds: float = 30.0) -> None:
        """Wait until the ticket has a status."""
        wait_for(f"{self.ticket}: {status}", lambda: self.at.office.desk.get(self.ticket).status == status, seconds)

    def await_history(self, text: str, seconds: float = 60.0) -> None:
        """Wait until the ticket's history says something."""
        wait_for(f"{self.ticket}: {text!r}", lambda: text in self.history(), seconds, pause=0.3)

    def state(self) -> str:
        """Return the run's state."""
        return str(self._get("")["state"])

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Return the tasks that were not skipped, by their ids."""
        rows = self._get("/taskInstances?limit=100")["task_instances"]
        return {row["task_id"]: row for row in rows if row["state"] not in {None, "skipped"}}

    def tries(self, task: str) -> int:
        """Return how often a task, named by the beginning of its id and its end, was begun."""
        return int(self.task(task).get("try_number") or 0)

    def task(self, stem: str) -> dict[str, Any]:
        """Return the task whose id is ``langkah_NN…`` and, after a blank, ends so; empty while it has not begun."""
        head, _, tail = stem.partition(" ")
        found = [row for name, row in self.tasks().items() if name.startswith(head) and name.endswith(tail)]
        return min(found, key=lambda row: len(row["task_id"]), default={})

    def log(self, stem: str, number: int = 1) -> str:
        """Return the log of one try of a task."""
        path = f"/taskInstances/{self.task(stem)['task_id']}/logs/{number}?full_content=true"
        return str(self._get(path)["content"])

    def status(self) -> dict[str, Any]:
        """Return the case's status as ``laksana request status`` shows it."""
        return case_status(self.at.office, self.ticket, now=datetime.now(UTC))

    def history(self) -> str:
        """Return the ticket's history, one event a line."""
        return "\n".join(text for _, _, text in self.at.office.desk.get(self.ticket).history)

    def outcomes(self) -> dict[int, str]:
        """Return each step's outcome."""
        return {step["no"]: step["hasil"] for step in self.status()["langkah"]}

    def decisions(self) -> list[tuple[str, str]]:
        """Return who decided what, from the ledger."""
        return [(item.answered_by, item.outcome) for item in self.at.office.ledger.entries(self.ticket)]

    def letter(self) -> SignedLetter:
        """Return the signed reply."""
        record = self.at.office.casefile(self.ticket).get(self.reply).record
        document = self.at.office.desk.get(self.ticket).documents[-1]
        assert document.key == record["dokumen"]["key"]
        return read_letter(self.at.settings.state_dir / "archive" / document.key, record["nomor"], self.at.settings)

    def secret(self, name: str) -> str:
        """Return a secret of the case from the store, past every rule: for tests that look where it must not stand."""
        return self.at.office.secrets.get(self.ticket, name)

    def text_of(self, key: str) -> str:
        """Return the text of a paper in the archive."""
        path = self.at.settings.state_dir / "archive" / key
        done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
        return " ".join(done.stdout.split())

    def service(self) -> Service | None:
        """Return the registry's living row of the name."""
        return self.at.office.registry.find(self.kind, self.fqdn if self.kind == "subdomain" else self.label)

    def services(self) -> list[Service]:
        """Return every row of the registry that the case made."""
        rows = self.at.office.registry.list(living=False)
        return [row for row in rows if row.ticket == self.ticket]

    def playbook_runs(self) -> list[str]:
        """Return the folders of the case's playbook runs."""
        folder = self.at.settings.state_dir / "runs" / self.ticket
        return sorted(item.name for item in folder.iterdir()) if folder.is_dir() else []

    def _open_gate(self) -> Gate | None:
        gates = [gate for _, gate in self.at.open_gates(self.run_id) if gate.dag_id == self.slug]
        assert len(gates) <= 1, f"{self.ticket}: more than one gate is open: {[gate.task_id for gate in gates]}"
        if gates:
            return gates[0]
        if self.state() in _OVER:
            raise StackError(f"{self.ticket}: the run is over while a gate is waited for: {self._failures()}")
        return None

    def _failures(self) -> str:
        failed = [name for name, row in self.tasks().items() if row["state"] in {"failed", "upstream_failed"}]
        tails = [f"{name}:\n{self.log(name, self.tasks()[name]['try_number'])[-2000:]}" for name in failed[:2]]
        return "\n".join([f"run {self.state()}, failed: {failed}", *tails])

    def _get(self, path: str) -> dict[str, Any]:
        url = f"/api/v2/dags/{self.slug}/dagRuns/{self.run_id}{path}"
        found = self.at.people["admin"].call("GET", url, headers={"Accept": "application/json"})
        found.raise_for_status()
        return dict(found.json())


def _gate(row: dict[str, Any]) -> Gate:
    task_id = row["task_instance"]["task_id"]
    return Gate(
        dag_id=row["task_instance"]["dag_id"],
        task_id=task_id,
        step=int(task_id.split("_")[1]),
        options=tuple(row["options"]),
        shown={name: item.get("value") for name, item in row["params"].items()},
        assigned=tuple(str(item["id"]) for item in row["assigned_users"]),
        subject=row["subject"],
        body=row["body"],
    )
