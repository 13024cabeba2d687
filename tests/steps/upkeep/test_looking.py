"""Up or down: what is seen begins and ends outages, and what is down is brought up and looked at once more."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any

from laksana.monitoring.observations import ACTIVATION, RESOURCES, STATUS
from laksana.provisioning.invocation import Invocation
from laksana.records import PlaybookOutcome
from laksana.steps.case import Case
from laksana.steps.upkeep import looking
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.rounds import begin_round
from tests.steps.upkeep.estate import AT, DONE, FAILED, SERVERS, Estate

INSIDE: dict[str, Any] = {"disk_percent": 40.0, "memory_percent": 30.0, "units": {}, "units_failed": []}


class Greeting(socketserver.BaseRequestHandler):
    """Greets as SSH does."""

    def handle(self) -> None:
        self.request.sendall(b"SSH-2.0-uji\r\n")


class Reusing(socketserver.ThreadingTCPServer):
    """A server that may begin where another one has just ended."""

    allow_reuse_address = daemon_threads = True


@contextmanager
def ssh_at(port: int = 0) -> Iterator[int]:
    """Let SSH answer on a port of this machine."""
    with Reusing(("127.0.0.1", port), Greeting) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    with closing(socket()) as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Starting:
    """A playbook that starts the server which it is run for."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._up = ssh_at(port)
        self.invocations: list[Invocation] = []

    def run(self, invocation: Invocation, workspace_dir: Path, *, cancelled: Callable[[], bool]) -> PlaybookOutcome:
        del workspace_dir, cancelled
        self.invocations.append(invocation)
        self._up.__enter__()
        return DONE

    def stop(self) -> None:
        self._up.__exit__(None, None, None)


def looked(estate: Estate, run_id: str = "r1", *, days: int = 0) -> Case:
    """Return a round of servers that has looked at each of them."""
    case = estate.case(estate.ticket(SERVERS, run_id), "periksa_status", now=AT + timedelta(days=days))
    begin_round(case, kept_of(case))
    for key in looking.services_to_look_at(case):
        looking.look_at(case, key)
    return case


def test_up_and_down_are_told_apart_and_named(estate: Estate) -> None:
    estate.inside("127.0.0.1", **INSIDE)
    with ssh_at() as port:
        up, down = estate.server("arsip", port=port), estate.server("lelang")
        case = looked(estate)

    outcome = looking.conclude_status(case)

    assert (outcome.hasil, outcome.keterangan) == ("down", "1 up, 1 down: lelang")
    assert looking.services_to_activate(case) == [down]
    uses = estate.office.observations.of_case(case.ticket.number, RESOURCES)
    assert {key: item.record for key, item in uses.items()} == {up: {"percent": {"disk": 40.0, "memory": 30.0}}}
    (outage,) = estate.office.outages.open_ones()
    assert (outage.service, outage.found_by, outage.began_at) == (down, case.ticket.number, AT)
    assert "menolak koneksi" in outage.cause


def test_server_that_answers_outside_and_lets_nobody_in_is_down(estate: Estate) -> None:
    with ssh_at() as port:
        key = estate.server("arsip", port=port)
        case = looked(estate)

    assert looking.services_to_activate(case) == [key]


def test_all_up_leads_past_reactivation(estate: Estate) -> None:
    assert looking.conclude_status(looked(estate)).hasil == "up"


def test_what_a_broken_task_left_unseen_is_named(estate: Estate) -> None:
    estate.server("lelang")
    case = estate.case(estate.ticket(SERVERS, "r1"), "periksa_status")
    begin_round(case, kept_of(case))

    outcome = looking.conclude_status(case)

    assert outcome.keterangan == "0 up, 0 down; 1 tidak dapat diperiksa karena gangguan teknis: lelang"
    (record,) = outcome.outputs.values()
    assert record["tidak_terperiksa"] == ["vps/lelang"]


def test_server_that_its_playbook_starts_is_up_again_and_its_outage_mended(estate: Estate) -> None:
    port = free_port()
    key, dead = estate.server("arsip", port=port), estate.server("lelang")
    estate.inside("127.0.0.1", **INSIDE)
    ticket = looked(estate).ticket
    starting = Starting(port)
    estate.run_by(starting)
    case = estate.case(ticket, "aktifkan")
    try:
        looking.activate(case, key)
    finally:
        starting.stop()
    estate.play(FAILED)
    looking.activate(estate.case(ticket, "aktifkan"), dead)

    outcome = looking.conclude_activation(case)

    (invocation,) = starting.invocations
    assert invocation.variables["vps_local_active_name"] == "arsip"
    assert outcome.keterangan == "1 diaktifkan kembali: arsip; tetap down: lelang"
    (mended,) = estate.office.outages.of_service("vps", "arsip")
    assert (mended.ended_by, mended.repaired, mended.ended_at is None) == (ticket.number, True, False)
    assert [item.service for item in estate.office.outages.open_ones()] == [dead]
    seen = estate.office.observations.of_case(ticket.number, ACTIVATION)
    assert seen[dead].record["playbook"] == {
        "nama": "vps_local_active", "status": "failed", "perubahan": 0, "detik": 1.0, "alasan": "disk penuh"
    }  # fmt: skip


def test_outage_lasts_until_a_later_round_sees_the_service_up(estate: Estate) -> None:
    estate.inside("127.0.0.1", **INSIDE)
    port = free_port()
    estate.server("arsip", port=port)
    first = looked(estate)
    estate.state_of(first.ticket, 200, "success")
    with ssh_at(port):
        later = looked(estate, "r2", days=1)

    (outage,) = estate.office.outages.of_service("vps", "arsip")
    assert (outage.found_by, outage.ended_by, outage.repaired) == (first.ticket.number, later.ticket.number, False)
    assert outage.ended_at == AT + timedelta(days=1)


def test_retry_of_a_look_counts_once_with_what_it_saw_last(estate: Estate) -> None:
    estate.inside("127.0.0.1", **INSIDE)
    port = free_port()
    key = estate.server("arsip", port=port)
    case = looked(estate)
    with ssh_at(port):
        looking.look_at(case, key)

    looks = estate.office.observations.of_service("vps", "arsip", STATUS, since=AT)
    assert [item.passed for item in looks] == [True]
    assert estate.office.outages.open_ones() == []
