"""What a round's report says, chapter by chapter, out of what the case saw and did."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from laksana.documents.routine_report import (
    Bar,
    BarChart,
    Curve,
    Table,
    bytes_in_words,
    duration_in_words,
)
from laksana.monitoring.observations import QUOTA, RESOURCES, STATUS, Observation
from laksana.steps.upkeep.backups import JUDGED, RENEWED, judgements
from laksana.steps.upkeep.coordination import FILED, growth_of, of_request
from laksana.steps.upkeep.looking import report_of
from laksana.steps.upkeep.repairs import Repairs, repairs_of
from laksana.steps.upkeep.rounds import (
    CALLED,
    SCOPE,
    asked_growth,
    evidence_tickets,
    named,
    origin_of,
    scope_of,
    service_at,
)

if TYPE_CHECKING:
    from laksana.steps.case import Case

_HISTORY = timedelta(days=180)
_DAYS_A_MONTH = 365.25 / 12
"""Only for the length of a line in a chart; what is too old is judged by calendar months."""
_STATES = {"segar": "segar", "usang": "usang", "rusak": "rusak", "tidak-ada": "tidak ada"}


def summary(case: Case) -> tuple[tuple[str, str], ...]:
    """Return the report's first glance."""
    rows = [("Layanan diperiksa", str(len(scope_of(case))))]
    held = case.casefile.get(SCOPE).record["dilewati"]
    if held:
        rows.append(("Ditangani putaran lain", named(list(held))))
    rows += _status_rows(case) if _has(case, "periksa_status") else []
    rows += _backup_rows(case) if _has(case, "periksa_cadangan") else []
    rows += _resource_rows(case) if _has(case, "periksa_resource") else []
    called = [item.record for item in case.casefile.all() if item.name.startswith(CALLED) and item.record["tiket"]]
    rows += [("SOP yang dijalankan", f"tiket {item['tiket']}: {item['hasil']}") for item in called]
    return tuple(rows)


def tables(case: Case) -> tuple[Table, ...]:
    """Return the tables; those without rows are left out by the paper."""
    return (_down(case), _outages(case), _backups(case), _over(case), _quotas(case), _grown(case), _filed(case))


def charts(case: Case) -> tuple[BarChart | None, tuple[Curve, ...], float]:
    """Return the backups' ages, the uses over time, and the upper limit of use."""
    return _ages(case), _uses(case), _limit(case)


def in_order(case: Case) -> tuple[str, ...]:
    """Name the services about which there is nothing to say."""
    said = {row[0] for table in (_down(case), _backups(case), _over(case)) for row in table.rows}
    return tuple(name for key in scope_of(case) if (name := key.partition("/")[2]) not in said)


def _has(case: Case, kind: str) -> bool:
    return any(step.work.kind == kind for step in case.spec.langkah)


def _seen(case: Case, what: str) -> dict[str, Observation]:
    return case.office.observations.of_case(case.ticket.number, what)


def _repairs(case: Case) -> Repairs:
    """Return what this round, and those that it called, brought up again."""
    called = [item.record["tiket"] for item in case.casefile.all() if item.name.startswith(CALLED)]
    origin = origin_of(case)
    own = [number for number in called if number and (origin is None or number != origin.ticket)]
    return repairs_of(case.office, case.ticket.number, own)


def _status_rows(case: Case) -> list[tuple[str, str]]:
    status, repairs = _seen(case, STATUS), _repairs(case)
    down = [key for key in status if not status[key].passed]
    repaired = [key for key in down if key in repairs.repaired]
    left = [key for key in down if key not in repairs.up]
    found = [("Down saat diperiksa", down), ("Diaktifkan kembali", repaired), ("Tetap down", left)]
    return [(label, _counted(keys)) for label, keys in found]


def _backup_rows(case: Case) -> list[tuple[str, str]]:
    judged = judgements(case, JUDGED)
    counts = Counter(item.state for item in judged.values())
    text = ", ".join(f"{counts[state]} {word}" for state, word in _STATES.items() if counts[state])
    rows = [("Cadangan", text or "tidak ada yang perlu diperiksa")]
    renewed = judgements(case, RENEWED)
    if renewed:
        fresh = [key for key, item in renewed.items() if item.state == "segar"]
        rows.append(("Cadangan diperbarui", f"{_counted(fresh)} dari {len(renewed)}"))
    return rows


def _resource_rows(case: Case) -> list[tuple[str, str]]:
    seen = _seen(case, RESOURCES)
    over = [key for key in seen if not seen[key].passed]
    return [(f"Melampaui batas atas {_limit(case):g} %", _counted(over))]


def _down(case: Case) -> Table:
    repairs = _repairs(case)
    rows = [
        (_name(key), _owner(case, key), "; ".join(report_of(seen).reasons()), _treatment(repairs, key),
         "up" if key in repairs.up else "tetap down")
        for key, seen in _seen(case, STATUS).items()
        if not seen.passed
    ]  # fmt: skip
    head = ("Layanan", "Pemilik", "Ditemukan", "Tindakan", "Keadaan")
    return Table("Layanan yang down", head, tuple(rows), widths=(1.4, 1.2, 2.6, 1.7, 0.8))


def _treatment(repairs: Repairs, key: str) -> str:
    """Say what was done about a service that was down."""
    if key in repairs.repaired:
        return "diaktifkan kembali"
    later = "kemudian up dengan sendirinya" if key in repairs.up else ""
    failed = f"gagal: {repairs.tried[key].record['playbook']['alasan']}" if key in repairs.tried else ""
    return "; ".join(filter(None, (failed, later))) or "belum ditangani"


def _outages(case: Case) -> Table:
    rows = []
    for item in case.office.outages.of_case(case.ticket.number):
        until = item.ended_at or case.now
        length = duration_in_words(round((until - item.began_at).total_seconds() / 60))
        ended = _clock(case, item.ended_at) if item.ended_at else "masih berlangsung"
        rows.append((item.name, _clock(case, item.began_at), ended, length))
    head = ("Layanan", "Terlihat down sejak", "Sampai", "Lamanya")
    return Table("Gangguan", head, tuple(rows), "Dihitung sejak pertama kali terlihat down.")


def _backups(case: Case) -> Table:
    judged, renewed = judgements(case, JUDGED), judgements(case, RENEWED)
    rows = []
    for key, item in judged.items():
        if item.state == "segar":
            continue
        newest = _clock(case, datetime.fromisoformat(item.newest_at)) if item.newest_at else "tidak ada"
        after = renewed.get(key)
        now = f"setelah diperbarui: {_STATES[after.state]}" if after else ""
        rows.append((_name(key), newest, bytes_in_words(item.size), _STATES[item.state],
                     "; ".join([*item.reasons, *filter(None, [now])])))  # fmt: skip
    head = ("Layanan", "Cadangan terakhir", "Ukuran", "Keadaan", "Keterangan")
    return Table("Cadangan yang tidak beres", head, tuple(rows), widths=(1.4, 1.1, 0.7, 0.8, 2.8))


def _over(case: Case) -> Table:
    seen = _seen(case, RESOURCES)
    rows = [
        (_name(key), _owner(case, key), "; ".join(item.record.get("alasan", ())))
        for key, item in seen.items()
        if not item.passed
    ]
    return Table("Resource yang melampaui batas atas", ("Layanan", "Pemilik", "Pemakaian"), tuple(rows))


def _quotas(case: Case) -> Table:
    rows = [
        (_name(key), f"{item.record['sebelum_mb']} MB", f"{item.record['sesudah_mb']} MB",
         str(item.record["alasan"]) or "ditambah")
        for key, item in _seen(case, QUOTA).items()
    ]  # fmt: skip
    return Table("Penambahan kuota", ("Layanan", "Sebelum", "Sesudah", "Hasil"), tuple(rows))


def _grown(case: Case) -> Table:
    """Show what was measured before and after where a request for more resources was carried out."""
    head = ("Resource", "Sebelum", "Sesudah")
    if not asked_growth(case):
        return Table("Penambahan resource", head, ())
    asked, service = of_request(case), growth_of()
    measured = service.measured(asked)
    labels = {"vcpu": "vCPU", "memory_mb": "Memori (MB)", "disk_gb": "Disk (GB)"}
    rows = tuple(
        (label, str(measured["before"].get(key, "-")), str(measured["after"].get(key, "-")))
        for key, label in labels.items()
        if measured["after"]
    )
    return Table(f"Penambahan resource {service.name(asked)}", head, rows, f"Permohonan {asked.ticket.number}.")


def _filed(case: Case) -> Table:
    item = case.casefile.find(FILED)
    found = [*item.record["diajukan"], *item.record["tidak_dapat_diajukan"]] if item else []
    rows = tuple((_name(entry["layanan"]), entry["pemilik"], entry["tiket"] or entry["alasan"]) for entry in found)
    return Table("Permohonan penambahan resource", ("Layanan", "Pemilik", "Tiket"), rows)


def _ages(case: Case) -> BarChart | None:
    items = {**judgements(case, JUDGED), **judgements(case, RENEWED)}
    if not items:
        return None
    months = next(int(step.work.text("umur").split()[0]) for step in case.spec.langkah if step.work.text("umur"))
    bars = tuple(
        Bar(item.name, float(item.age_days), item.state == "usang", f"{item.age_days} hari")
        for item in items.values()
        if item.age_days >= 0
    )
    return BarChart("Umur cadangan", bars, months * _DAYS_A_MONTH, f"batas {months} bulan")


def _uses(case: Case) -> tuple[Curve, ...]:
    """Return the use over time of the fullest services, of the resource that was fullest in this round."""
    newest = case.office.observations.of_cases(evidence_tickets(case), RESOURCES)
    full = sorted(
        ((max(percent.values()), key, max(percent, key=lambda name: percent[name]))
         for key, item in newest.items()
         if (percent := item.record["percent"])),
        reverse=True,
    )  # fmt: skip
    return tuple(_curve(case, newest[key], resource) for _, key, resource in full)


def _curve(case: Case, newest: Observation, resource: str) -> Curve:
    """Return the use of one service up to this round's look: what later rounds see is not part of its report."""
    since = newest.at - _HISTORY
    looks = case.office.observations.of_service(newest.kind, newest.name, RESOURCES, since=since)
    points = [
        (look.at, look.record["percent"][resource])
        for look in looks
        if look.at <= newest.at and resource in look.record["percent"]
    ]
    first = points[0][0]
    words = {"disk": "disk", "memory": "memori", "quota": "kuota"}
    return Curve(
        f"{newest.name} ({words.get(resource, resource)})",
        tuple(((at - first).total_seconds() / 86_400, float(value)) for at, value in points),
    )


def _limit(case: Case) -> float:
    limits = [step.work.settings["batas_atas"] for step in case.spec.langkah if step.work.kind == "periksa_resource"]
    return float(limits[0]) if limits else 80.0


def _counted(keys: list[str]) -> str:
    return f"{len(keys)}: {named(keys)}" if keys else "0"


def _name(key: str) -> str:
    return key.partition("/")[2]


def _owner(case: Case, key: str) -> str:
    service = service_at(case, key)
    return service.owner if service else "sudah tidak terdaftar"


def _clock(case: Case, moment: datetime) -> str:
    return f"{moment.astimezone(case.local_now.tzinfo):%d-%m-%Y %H.%M}"
