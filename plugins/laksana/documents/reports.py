"""Papers about work that was done: the minutes of its completion, the report of a meeting; as data and as PDF."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from laksana.documents.dates import indonesian_date
from laksana.documents.letters import post_of
from laksana.documents.office import read_office
from laksana.documents.rendering import compile_template
from laksana.documents.spelling import day_in_words
from laksana.records import CheckReport, Person, WorkReport

TEMPLATE = "laporan-pekerjaan.typ"
_DONE = ("Pekerjaan", "Dilaksanakan oleh", "Tanggal", "Hasil")


def minutes_of_completion(  # noqa: PLR0913  # all are keywords
    *, ticket: str, service: str, agency: str, performer: Person, on: date, rows: tuple[tuple[str, str], ...],
    evidence: CheckReport | None, done: tuple[tuple[str, str, str, str], ...] = (),
) -> WorkReport:  # fmt: skip
    """Return the Berita Acara Penyelesaian Pekerjaan of a request that was carried out.

    Args:
        ticket: number of the case.
        service: what the SOP is about.
        agency: who asked.
        performer: who signs the minutes.
        on: their date.
        rows: what was made, by label.
        evidence: the test of it; none where people did the work and there is nothing to test.
        done: what people did in that case: work, who, day, how it came out.
    """
    opening = (
        f"Pada {day_in_words(on)}, yang bertanda tangan di bawah ini selaku {post_of(performer)} menyatakan bahwa "
        f"pekerjaan {service} untuk {agency} menurut tiket {ticket} telah selesai dikerjakan, dengan rincian:"
    )
    return WorkReport(
        title="Berita Acara Penyelesaian Pekerjaan", ticket=ticket, date=on.isoformat(), paragraphs=(opening,),
        rows=rows, tables=(_evidence(evidence) if evidence else (_DONE, *done),),
        closing="Demikian berita acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.",
        signer=_signer(performer),
    )  # fmt: skip


def meeting_report(  # noqa: PLR0913  # all are keywords
    *, ticket: str, subject: str, period: str, on: date, held_on: str, present: tuple[str, ...],
    rows: tuple[tuple[str, str], ...], said: tuple[str, ...], writer: Person,
) -> WorkReport:  # fmt: skip
    """Return the report of a coordination meeting: who came, what was laid before them, what they said."""
    opening = (
        f"Pada {held_on} telah diselenggarakan rapat koordinasi {subject} untuk masa {period} menurut tiket {ticket}. "
        "Yang disampaikan dan dinyatakan dalam rapat:"
    )
    tables = (("Peserta rapat", present), ("Masukan dan saran", said))
    return WorkReport(
        title="Laporan Rapat Koordinasi", ticket=ticket, date=on.isoformat(), paragraphs=(opening,), rows=rows,
        tables=tuple(((head,), *((line,) for line in lines)) for head, lines in tables if lines),
        closing="Demikian laporan ini dibuat sebagai bahan penyusunan rekomendasi perbaikan layanan.",
        signer=_signer(writer),
    )  # fmt: skip


def render_report(report: WorkReport, *, letters_dir: Path) -> bytes:
    """Render minutes or a report as PDF/A.

    Raises:
        DocumentError: the template or its data can't be rendered.
    """
    office = read_office(letters_dir)
    day = date.fromisoformat(report.date)
    data = {
        "judul": report.title,
        "tiket": report.ticket,
        "huruf": list(office.fonts),
        "kop": {
            "pemerintah": office.government, "perangkat_daerah": office.agency, "alamat": list(office.address),
            "lambang": office.emblem,
        },
        "paragraf": list(report.paragraphs),
        "rincian": [list(row) for row in report.rows],
        "tabel": [{"kepala": list(table[0]), "baris": [list(row) for row in table[1:]]} for table in report.tables],
        "penutup": report.closing,
        "tempat_tanggal": f"{office.place}, {indonesian_date(day)}",
        "ttd": report.signer,
    }  # fmt: skip
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return compile_template(letters_dir, TEMPLATE, {"laporan": data}, at=at)


def _evidence(report: CheckReport) -> tuple[tuple[str, ...], ...]:
    rows = ((item.name, item.expected, item.found, "lulus" if item.passed else "tidak") for item in report.items)
    return (("Yang diuji", "Seharusnya", "Ditemukan", "Hasil"), *rows)


def _signer(person: Person) -> dict[str, str]:
    nip = f"NIP {person.nip}" if person.nip else ""
    return {"jabatan": post_of(person), "nama": person.name, "keterangan": nip}
