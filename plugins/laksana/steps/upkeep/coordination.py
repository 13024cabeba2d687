"""More resources for servers: asked for in the owner's name, or added for the request that is there (ruling R10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from laksana.errors import LaksanaError, RequestRefusedError
from laksana.intake.submission import Door
from laksana.posts.holders import APPLICANT
from laksana.provisioning.playbooks import PLAN
from laksana.registry.services import Service
from laksana.request_rules import request_rules
from laksana.steps.case import Outcome
from laksana.steps.playbook_runs import run_playbooks
from laksana.steps.services import SERVICES
from laksana.steps.services.growth import VpsResource
from laksana.steps.upkeep.resources import services_over
from laksana.steps.upkeep.rounds import asked_growth, origin_of, service_at

if TYPE_CHECKING:
    from laksana.steps.case import Case

FILED = "permohonan yang diajukan"
_GROWTH, _SOURCE = "resource-vps", "pemeliharaan"
_SHARE = 0.5
"""Part of what a server has that is proposed on top of it."""
_FIELDS = {"memory": ("tambah_memori_mb", "memory_mb", 256), "disk": ("tambah_disk_gb", "disk_gb", 1)}
"""Resource → field of the request, size in the registry, and what its proposals are multiples of."""


def coordinate(case: Case) -> Outcome:
    """Ask for more resources in the owners' names, or find that a request for them is what started this case."""
    if asked_growth(case):
        return _take_up(case)
    filed: list[dict[str, str]] = []
    refused: list[dict[str, str]] = []
    for key in services_over(case):
        service = service_at(case, key)
        if service is not None:
            number, reason = _file(case, service)
            (filed if number else refused).append({"layanan": key, "pemilik": service.owner, "tiket": number,
                                                   "alasan": reason})  # fmt: skip
    record = {"diajukan": filed, "tidak_dapat_diajukan": refused}
    case.casefile.put(FILED, record, step=case.step.no, attempt=case.attempt, at=case.now)
    parts = [f"{item['layanan'].partition('/')[2]} (tiket {item['tiket']})" for item in filed]
    text = "permohonan penambahan resource diajukan untuk pemilik: " + (", ".join(parts) or "tidak ada")
    text += "".join(f"; {item['layanan'].partition('/')[2]}: {item['alasan']}" for item in refused)
    return Outcome("diajukan", text, dict.fromkeys(case.step.output, record))


def of_request(case: Case) -> Case:
    """Return the case as its request sees it: the request's ticket and form, this SOP's step."""
    origin = origin_of(case)
    ticket = case.office.desk.get(origin.ticket) if origin else case.ticket
    return replace(case, ticket=ticket, service=_GROWTH)


def growth_of() -> VpsResource:
    """Return the kind of service that a request for more resources is about."""
    service = SERVICES[_GROWTH]
    assert isinstance(service, VpsResource)  # noqa: S101  # says so to the type checker
    return service


def _take_up(case: Case) -> Outcome:
    """Keep the server from other growths and measure it, before anything is added."""
    asked, service = of_request(case), growth_of()
    step = next(step for step in case.spec.langkah if step.work.kind == "konfigurasi_tambahan")
    verdict = service.claim(asked, {}, {})  # a request for the compute centre finds what its capacity check reserved
    record: dict[str, Any] = {"permohonan": asked.ticket.number}
    outputs = dict.fromkeys(case.step.output, record)
    if verdict.reasons:
        reason = "; ".join(verdict.reasons)
        case.casefile.refuse(reason, step=case.step.no, attempt=case.attempt, at=case.now)
        return Outcome("ditolak", f"tidak dapat dipenuhi: {reason}", outputs)
    service.planned(asked, run_playbooks(replace(asked, step=step), PLAN).facts)
    return Outcome("diminta", f"penambahan menurut permohonan {asked.ticket.number}", outputs)


def _file(case: Case, service: Service) -> tuple[str, str]:
    """File the request for one server; return its ticket, or why it could not be filed."""
    office, slug = case.office, case.step.work.text("sop")
    spec = office.spec(slug)
    applicant, key = _login_of(case, service.owner), f"{case.ticket.number}/{service.name}"
    # What a broken try of this step has filed is not waited for: it may be that its run was never started.
    waiting = "" if office.desk.find(_SOURCE, applicant, key) else _under_way(case, slug, service)
    if waiting:
        return waiting, ""
    try:
        made = Door(office.desk, office.airflow()).submit(
            slug, spec.formulir, _form(case, service), rules=request_rules(office, applicant=applicant),
            source=_SOURCE, applicant=applicant, key=key, at=office.now(),
        )  # fmt: skip
    except RequestRefusedError as error:
        return "", "; ".join(problem.message for problem in error.problems)
    except LaksanaError as error:
        if not case.is_last_try:
            raise
        return "", str(error)
    return made.ticket, ""


def _form(case: Case, service: Service) -> dict[str, Any]:
    """Return the request: half as much again of what runs out, by this maintenance's own report."""
    seen = case.office.observations.of_case(case.ticket.number, "resource")[f"{service.kind}/{service.name}"]
    over = [name for name, percent in seen.record["percent"].items() if percent > seen.record["batas"]]
    more = {
        field: max(unit, round(int(service.specification.get(size, 0)) * _SHARE / unit) * unit)
        for name, (field, size, unit) in _FIELDS.items()
        if name in over
    }
    use = ", ".join(f"{name} {seen.record['percent'][name]:.0f} persen" for name in over)
    return {
        "perangkat_daerah": service.owner, "pic_nama": service.contact or service.owner,
        "pic_telepon": service.phone or "00000000", "nama_vps": service.name, **more,
        "keperluan": f"Pemeliharaan {case.ticket.number}: pemakaian {use} melampaui batas atas",
        "nota_dinas_nomor": case.ticket.number, "nota_dinas_tanggal": case.today.isoformat(),
    }  # fmt: skip


def _login_of(case: Case, owner: str) -> str:
    """Return the login that asks for an agency, empty where it has none: then the post of the applicants answers."""
    people = case.office.holders.of_role(APPLICANT, case.today)
    return next((person.username for person in people if person.agency.casefold() == owner.casefold()), "")


def _under_way(case: Case, slug: str, service: Service) -> str:
    """Return the ticket of a request for the same server that is not closed yet."""
    for ticket in case.office.desk.open_ones(slug):
        if ticket.data.get("nama_vps") == service.name:
            return ticket.number
    return ""
