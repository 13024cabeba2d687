"""Is there room: use of every service against the SOP's upper limit, and more quota where the ministry has given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.checks.inside import resource_report
from laksana.errors import ProvisioningError
from laksana.monitoring.observations import QUOTA, RESOURCES
from laksana.provisioning.playbooks import APPLY
from laksana.registry.services import SETTLED, Growth, Service, Shortage
from laksana.spec.model import SELALU
from laksana.steps.case import Outcome
from laksana.steps.upkeep.kinds import kept_of
from laksana.steps.upkeep.looking import brief, keep, run_for
from laksana.steps.upkeep.rounds import asked_growth, named, scope_of, service_at

if TYPE_CHECKING:
    from laksana.steps.case import Case

_ROUND_TO_MB = 16


def services_to_measure(case: Case) -> list[str]:
    """Return the services whose use is measured: all of the round."""
    return scope_of(case)


def measure(case: Case, key: str) -> None:
    """Measure the use of one service against the upper limit; one that lets nobody look is kept without figures."""
    service = service_at(case, key)
    if service is None:
        return
    percent = dict(kept_of(case).look(case.office, service, now=case.now).resources)
    report = resource_report(percent, limit_percent=limit_of(case))
    record = {"percent": percent, "batas": limit_of(case), "alasan": list(report.reasons())}
    keep(case, key, RESOURCES, passed=report.passed, record=record)


def conclude_resources(case: Case) -> Outcome:
    """Say which services use more than the upper limit; a request for more leads on whatever they use (ruling R10)."""
    seen = case.office.observations.of_case(case.ticket.number, RESOURCES, step=case.step.no)
    over = services_over(case)
    unseen = [key for key in scope_of(case) if key not in seen or not seen[key].record["percent"]]
    text = f"{len(over)} melampaui batas atas {limit_of(case)} %" + (f": {named(over)}" if over else "")
    if unseen:
        text += f"; {len(unseen)} tidak dapat diukur: {named(unseen)}"
    record = {"melampaui": over, "batas": limit_of(case), "tidak_terukur": unseen}
    leads_on = over or asked_growth(case)
    return Outcome("melampaui" if leads_on else "cukup", text, dict.fromkeys(case.step.output, record))


def services_over(case: Case) -> list[str]:
    """Return the services that this case saw above the upper limit."""
    step = next(step.no for step in case.spec.langkah if step.work.kind == "periksa_resource")
    seen = case.office.observations.of_case(case.ticket.number, RESOURCES, step=step)
    return [key for key in scope_of(case) if key in seen and not seen[key].passed]


def limit_of(case: Case) -> int:
    """Return the SOP's upper limit in percent."""
    step = next(step for step in case.spec.langkah if step.work.kind == "periksa_resource")
    return int(step.work.settings["batas_atas"])


def raise_quota(case: Case, key: str) -> None:
    """Give a hosting account the share more that was asked for (SOP 3 step 9), and measure it again."""
    service = service_at(case, key)
    if service is None:
        return
    quota = int(service.specification["quota_mb"])
    growth, reason = _claim(case, service, quota)
    settled = growth is not None and growth.state == SETTLED  # by a try of this task that was killed behind it
    more = growth.growth["quota_mb"] if growth is not None else 0
    new = quota if settled else quota + more
    if growth is not None:
        reason = _grow(case, service, new)
    after = kept_of(case).look(case.office, service, now=case.office.now()).resources
    sizes = {"sebelum_mb": new - more, "sesudah_mb": new - more if reason else new}
    keep(case, key, QUOTA, passed=not reason, record={**sizes, "percent": dict(after), "alasan": reason})


def conclude_quota(case: Case) -> Outcome:
    """Say which accounts got more room, and which did not and why."""
    seen = case.office.observations.of_case(case.ticket.number, QUOTA, step=case.step.no)
    grown = [key for key in seen if seen[key].passed]
    failed = [f"{seen[key].name}: {seen[key].record['alasan']}" for key in seen if not seen[key].passed]
    broken = [key for key in services_over(case) if key not in seen and service_at(case, key) is not None]
    failed += [f"{named([key])}: gangguan teknis" for key in broken]
    text = f"kuota {len(grown)} akun ditambah" + (f": {named(grown)}" if grown else "")
    text += f"; gagal: {'; '.join(failed)}" if failed else ""
    record = {"ditambah": {key: dict(seen[key].record) for key in grown}, "gagal": failed}
    return Outcome(SELALU, text, dict.fromkeys(case.step.output, record))


def _claim(case: Case, service: Service, quota: int) -> tuple[Growth | None, str]:
    """Reserve more room on the hosting host; return the growth, or why there is none."""
    share = int(case.answer("tambahan_persen") or 0)
    more = max(_ROUND_TO_MB, round(quota * share / 100 / _ROUND_TO_MB) * _ROUND_TO_MB)
    found = case.office.registry.reserve_growth(
        service.kind, service.name, ticket=_growth_ticket(case, service), growth={"quota_mb": more},
        limits={"quota_mb": case.office.settings.hosting_capacity_mb}, at=case.now,
    )  # fmt: skip
    if isinstance(found, Shortage):
        return None, found.as_words()
    return found, "" if found is not None else "akun sudah tidak terdaftar"


def _grow(case: Case, service: Service, new: int) -> str:
    """Carry a reserved growth out and enter it in the registry, or let it go; return why nothing came of it."""
    try:
        done = run_for(case, service, case.step.work.playbooks[0], APPLY, kuota_baru=new)
    except ProvisioningError:
        if case.is_last_try:  # else every later round would find this growth still under way
            _settle(case, service, done_ok=False)
        raise
    _settle(case, service, done_ok=done.ok)
    return "" if done.ok else str(brief(done)["alasan"])


def _settle(case: Case, service: Service, *, done_ok: bool) -> None:
    """Enter the new quota in the registry, or let its reservation go."""
    act = case.office.registry.settle_growth if done_ok else case.office.registry.drop_growth
    act(service.kind, service.name, ticket=_growth_ticket(case, service), at=case.now)


def _growth_ticket(case: Case, service: Service) -> str:
    """Name a growth of this round: a case may let many accounts grow, each once."""
    return f"{case.ticket.number}:{service.name}"
