"""The services' main ways, each with the worker killed in the middle of its playbook: what every other test looks at.

A killed worker costs a flow some seconds; a flow of its own for the kill would cost a machine's whole start.
"""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tests.demo import samples
from tests.demo.approvers import MINISTRY
from tests.lab import api as lab
from tests.lab import ministry
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.handover import hand_in_password
from tests.scenarios.killing import playbook_process, worker_above
from tests.stack.waiting import wait_for

HOSTING, HYPERVISOR = "hosting1", "hyper1"
ANALYST, EXPERT = "analis-sistem-informasi", "pranata-komputer-ahli-muda"
Form = Callable[[str, date], dict[str, Any]]


@dataclass(frozen=True)
class Flow:
    """An SOP, with the sample request that scenarios hand in."""

    slug: str
    form: Form
    kind: str
    prefix: str

    def fresh_name(self) -> str:
        """Return a name that nobody has asked for, fit for a login."""
        return f"{self.prefix}{uuid.uuid4().hex[:10]}"

    def hand_in(self, office: ServiceOffice, name: str = "", **changes: Any) -> Case:
        """Hand in a request, for a fresh name unless one is given."""
        name = name or self.fresh_name()
        form = self.form(name, datetime.now(UTC).date()) | changes
        return office.request(self.slug, form, name=name, kind=self.kind)


ACCOUNT = Flow("permohonan-akun-hosting", samples.hosting_form, "hosting", "h")
LOCAL = Flow("permohonan-fasilitasi-pusat-komputasi", samples.vps_local_form, "vps", "v")
PDN = Flow("permohonan-vps-pdn", samples.vps_pdn_form, "vps", "p")
GROWTH = Flow("permohonan-penambahan-resource-vps", samples.resource_form, "vps", "")


def kill_worker(case: Case, run: str, moment: Callable[[], Any], *, seconds: float = 120.0) -> None:
    """Kill the worker above a case's playbook once something has happened on the hosts.

    Args:
        case: the case.
        run: beginning of the run folder's name, e.g. ``langkah-04-apply``.
        moment: tells that the playbook is half-way.
        seconds: how long to wait for that.
    """
    playbook = wait_for(f"{case.ticket}: {run}", lambda: playbook_process(case, run), 120, pause=0.05)
    wait_for(f"{case.ticket}: half of {run}", moment, seconds, pause=0.1)
    os.kill(worker_above(playbook), signal.SIGKILL)
    wait_for(f"{case.ticket}: the playbook gone too", lambda: playbook_process(case, run) != playbook, 15)


def record_ministry(case: Case, *fields: str, option: str) -> None:
    """Record what the ministry said, as the analyst."""
    case.answer(ANALYST, option, **{name: MINISTRY[name] for name in fields})


def carry_out_account(case: Case) -> None:
    """Lead a hosting request to the signature's gate, the worker killed when the login is there."""
    case.forward()
    kill_worker(case, "langkah-04-apply", lambda: lab.run_on(HOSTING, "id", case.label).returncode == 0)
    case.await_gate("kabid-ti", seconds=240)


def carry_out_local(case: Case) -> None:
    """Lead a request for a virtual machine to the signature's gate, the worker killed while the machine starts."""
    case.forward()
    kill_worker(case, "langkah-04-apply", lambda: machine_state(case.label) == "running")
    case.await_gate("kabid-ti", seconds=400)


def carry_out_pdn(case: Case, *, handed_over: str) -> None:
    """Lead a request for a server at the PDN to the signature's gate, killed when the initial password is changed."""
    case.forward()
    record_ministry(case, "nomor_e_tiket", option="Diajukan")
    record_ministry(case, "hasil_penilaian", option="Dicatat")
    case.answer(EXPERT, "Setujui")
    case.await_gate(ANALYST)
    hand_in_password(case, handed_over)
    record_ministry(case, "alamat", "porta", "pengguna", option="Diserahkan")
    ticket = "/var/lib/laksana/office/ticket"
    kill_worker(case, "langkah-08-apply", lambda: lab.run_on(ministry.HOST, "test", "-s", ticket).returncode == 0)
    case.await_gate("kabid-ti", seconds=240)


def carry_out_growth(case: Case, *, processors: int) -> None:
    """Lead a request for more resources to the signature's gate, the worker killed when the processors are there."""
    case.forward()
    maintenance = case.called(6)
    maintenance.await_history("penambahan menurut permohonan", seconds=300)  # it backs the machine up before
    kill_worker(case, "langkah-06-apply", lambda: processors_of(case.label) == processors)
    maintenance.answer(EXPERT, "Setujui")
    case.await_gate("kabid-ti", seconds=240)


def machine_state(name: str) -> str:
    """Return what libvirt says of a machine, empty where it knows none."""
    return lab.run_on(HYPERVISOR, "virsh", "domstate", name).stdout.strip()


def processors_of(name: str) -> int:
    """Return how many processors a running machine has."""
    found = lab.run_on(HYPERVISOR, "virsh", "vcpucount", name, "--current", "--live").stdout.strip()
    return int(found or 0)
