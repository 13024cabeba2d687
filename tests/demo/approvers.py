"""Scripted people: look at the open gates over Airflow's REST API and answer them, each under their own login."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from laksana.airflow_client import AirflowClient
from laksana.errors import AirflowApiError
from tests.lab import ministry

PEOPLE = {
    "kabid-spbe": "kabid.spbe",
    "kabid-ti": "kabid.ti",
    "pranata-komputer-ahli-muda": "pranata",
    "analis-sistem-informasi": "analis",
    "kepala-dinas": "kepala.dinas",
}
"""Who answers for a role."""
APPLICANT, ANALYST = PEOPLE["kabid-spbe"], PEOPLE["analis-sistem-informasi"]

MINISTRY = {
    "nomor_e_tiket": "PDN/2026/004711",
    "hasil_penilaian": "disetujui",
    "alamat": "10.77.0.16",
    "porta": 2222,
    "pengguna": ministry.USER,
}
"""What Kementerian Kominfo answers, and hands over, as the analyst records it."""

Script = Callable[[str, Mapping[str, Any]], tuple[str, dict[str, Any]]]
"""Task id and gate → button and form values that differ from what the form shows already."""

CONFLICT = 409


class Approvers:
    """Answers every gate of a run as a script says."""

    def __init__(
        self, url: str, password_of: Callable[[str], str], script: Script, *, say: Callable[[str], None]
    ) -> None:
        self._clients = {name: AirflowClient(url, name, password_of(name)) for name in [*PEOPLE.values(), "laksana"]}
        self._script = script
        self._say = say

    def answer_all(self, dag_id: str, run_id: str) -> int:
        """Answer what is open now in a run and in those that it called, and return how many gates that were.

        ``~`` stands for all SOPs, or all runs.
        """
        done = 0
        for gate in self._clients["laksana"].open_gates():
            asked = gate["task_instance"]
            if not _belongs(asked, dag_id, run_id):
                continue
            task_id = asked["task_id"]
            person = answerer_of(gate)
            option, values = self._script(task_id, gate)
            shown = {name: item.get("value") for name, item in gate["params"].items()}
            try:
                self._clients[person].answer_gate(
                    asked["dag_id"], asked["dag_run_id"], task_id, option, {**shown, **values}
                )
            except AirflowApiError as error:
                if error.status != CONFLICT:
                    raise
                continue
            done += 1
            self._say(f"  {person} menjawab “{option}”: {gate['subject']}")
        return done

    def work_until_over(self, dag_id: str, run_id: str, *, seconds: float) -> str:
        """Answer until the run is over and return its state."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.answer_all(dag_id, run_id)
            state = str(self._clients["laksana"].run(dag_id, run_id)["state"])
            if state in {"success", "failed"}:
                return state
            time.sleep(0.4)
        return "too late"


def _belongs(asked: Mapping[str, Any], dag_id: str, run_id: str) -> bool:
    """Tell whether a gate is one of a run, or of a run that was called by it and bears its ticket's number."""
    found = str(asked["dag_run_id"])
    if run_id == "~" or found.startswith(f"{run_id}-"):
        return True
    return found == run_id and dag_id in {"~", asked["dag_id"]}


def answerer_of(gate: Mapping[str, Any]) -> str:
    """Return the login that answers a gate."""
    assigned = [str(item["id"]) for item in gate["assigned_users"]]
    for item in assigned:
        kind, _, name = item.partition(":")
        if kind == "user":
            return name
        if kind == "role":
            return PEOPLE[name]
    raise ValueError(f"nobody is assigned to {gate['subject']}")


def default_script(
    task_id: str, gate: Mapping[str, Any], *, after_failures: str = "Tolak"
) -> tuple[str, dict[str, Any]]:
    """Forward, approve, sign, receive; after failed tests do as told."""
    if task_id.endswith("_putusan"):
        return after_failures, {"catatan": "Aplikasi belum siap; ajukan kembali setelah peladen hidup."}
    asked = set(gate["params"]) & set(MINISTRY)
    if asked:
        return str(gate["options"][0]), {name: MINISTRY[name] for name in asked}
    if "Teruskan" in gate["options"]:
        return "Teruskan", {
            "instruksi": "Tindak lanjuti sesuai ketentuan",
            "diteruskan_kepada": "Pranata Komputer Ahli Muda",
        }
    return str(gate["options"][0]), {}


def with_hand_in(script: Script, hand_in: Callable[[str], None]) -> Script:
    """Let the analyst hand the ministry's password in before the gate that needs it; it never goes through a gate."""

    def answer(task_id: str, gate: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        if "alamat" in gate["params"]:
            hand_in(str(gate["task_instance"]["dag_run_id"]))
        return script(task_id, gate)

    return answer
