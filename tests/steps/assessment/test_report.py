"""An evaluation's papers: the meeting's report, the draft that goes back, the report that is archived once."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime

import pytest

from laksana.errors import CaseFileError
from laksana.servicedesk.api import Ticket
from laksana.steps.assessment.report import MEETING, report_meeting
from laksana.steps.opening import finish
from laksana.steps.upkeep.reporting import archive_report, draft_report
from tests.steps.assessment.evaluation import ADVISED, MET, at_step, decided, met
from tests.steps.upkeep.estate import Estate

OUTAGE = datetime(2026, 8, 4, 9, tzinfo=UTC)


def text_of(estate: Estate, key: str) -> str:
    path = estate.folder / "archive" / key
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def drafted(estate: Estate, ticket: Ticket, *, attempt: int = 1, **advised: str) -> str:
    """Write the recommendation, draft the report, return the draft's text."""
    case = at_step(estate, ticket, 5, attempt=attempt)
    decided(case, "konsep_rekomendasi", "kirim", **(advised or ADVISED))
    outcome = draft_report(case)
    finish(case, outcome)
    return text_of(estate, outcome.outputs["Konsep rekomendasi perbaikan layanan Pusat Data"]["dokumen"]["key"])


def test_meetings_report_says_who_came_and_what_they_said(estate: Estate, ticket: Ticket) -> None:
    estate.office.outages.begin("hosting", "pangan", ticket="T1", cause="mati", at=OUTAGE)
    met(estate, ticket)
    case = at_step(estate, ticket, 4)

    outcome = report_meeting(case)

    record = outcome.outputs["Tingkat kepuasan layanan Pusat Data"]
    text = text_of(estate, record["dokumen"]["key"])
    assert record["tingkat_kepuasan"] == "puas"
    assert case.casefile.get(MEETING).record == record
    assert "Pada 20 November 2026 telah diselenggarakan rapat koordinasi evaluasi Layanan Pusat Data" in text
    assert "Peserta rapat Dinas Perikanan Dinas Sosial" in text
    assert "Masukan dan saran Kuota disk ditambah Berita pemeliharaan lebih awal" in text
    assert "Tingkat kepuasan : puas" in text
    assert "1, pulih 0" in text
    assert "tidak ada yang selesai" in text
    assert "Rina Analis" in text


def test_draft_says_recap_analysis_voices_and_recommendations(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)

    text = drafted(estate, ticket)

    assert "LAPORAN EVALUASI LAYANAN PUSAT DATA" in text
    assert "DRAF, belum divalidasi" in text
    assert "untuk masa 1 Juli 2026 sampai 30 September 2026" in text
    assert "tidak ada gangguan" in text
    assert "Perbaikan terlalu lama." in text
    assert "Kuota disk ditambah" in text
    assert "Berita pemeliharaan lebih awal" in text
    assert "Umumkan pemeliharaan tiga hari sebelumnya." in text
    assert "Diterima" not in text


def test_returned_recommendation_is_drafted_anew(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)
    drafted(estate, ticket)
    decided(at_step(estate, ticket, 6), "validasi", "kembalikan", note="Sebutkan biayanya")

    text = drafted(estate, ticket, attempt=2, rekomendasi="Tambah disk, biaya 40 juta.")

    assert "Tambah disk, biaya 40 juta." in text
    assert "Umumkan pemeliharaan" not in text


def test_report_is_archived_once_approved_and_received(estate: Estate, ticket: Ticket) -> None:
    met(estate, ticket)
    drafted(estate, ticket)
    with pytest.raises(CaseFileError):
        archive_report(at_step(estate, ticket, 8))
    decided(at_step(estate, ticket, 6), "validasi", "setujui")
    decided(at_step(estate, ticket, 7), "gerbang", "terima")

    first, again = (archive_report(at_step(estate, ticket, 8)) for _ in range(2))

    key = first.outputs["File PDF pada Server"]["dokumen"]["key"]
    text = text_of(estate, key)
    assert (first.status, again.outputs) == ("selesai", first.outputs)
    assert "DRAF" not in text
    assert "Diterima Bambang Kepala, 25 November 2026" in text
    assert "Agus Kabid" in text
    assert "Bayu Pranata" in text
    assert [item.key for item in estate.office.desk.get(ticket.number).documents] == [key]


def test_date_that_is_none_stands_as_it_was_written(estate: Estate, ticket: Ticket) -> None:
    """A spec of the office's own need not ask for a date."""
    met(estate, ticket)
    decided(at_step(estate, ticket, 3), "gerbang", "terselenggara", **{**MET, "tanggal_rapat": "Senin lalu"})

    assert "Pada Senin lalu telah" in text_of(
        estate,
        report_meeting(at_step(estate, ticket, 4)).outputs["Tingkat kepuasan layanan Pusat Data"]["dokumen"]["key"],
    )
