"""Reports of made-up rounds: of one service, of a few, and of two hundred."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from laksana.documents.routine_report import Bar, BarChart, Curve, RoutineReport, Table
from laksana.records import Person

WIB = timezone(timedelta(hours=7))
ANALYST = Person(
    username="analis", name="RINA WULANDARI, S.Kom.", role="analis-sistem-informasi",
    position="Analis Sistem Informasi", nip="199001012015032001",
)  # fmt: skip
VALIDATOR = Person(
    username="prakom", name="AGUS PRASETYO, S.T.", role="pranata-komputer-ahli-muda",
    position="Pranata Komputer Ahli Muda", nip="198505052010011002",
)  # fmt: skip
MONTH = 30.4375


def small_report() -> RoutineReport:
    """Return the draft of a round over one service, with which nothing is wrong."""
    return RoutineReport(
        title="Laporan Data Back Up dan Monitoring Hosting", ticket="MON-2026-000001",
        at=datetime(2026, 11, 23, 7, 41, tzinfo=WIB),
        summary=(("Layanan diperiksa", "1"), ("Down saat diperiksa", "0"), ("Diaktifkan kembali", "0"),
                 ("Tetap down", "0"), ("Cadangan", "1 segar"), ("Melampaui batas atas 80 %", "0")),
        paragraphs=("Menurut SOP Monitoring Hosting (nomor 8) telah diperiksa 1 akun hosting.",),
        tables=(Table("Layanan yang down", ("Layanan", "Pemilik"), ()),),
        ages=BarChart("Umur cadangan", (Bar("satudata", 2.0, over=False, shown="2 hari"),), MONTH, "batas 1 bulan"),
        uses=(Curve("satudata (disk)", ((0.0, 61.0),)),), use_limit=80.0, in_order=("satudata",), performer=ANALYST,
    )  # fmt: skip


def usual_report() -> RoutineReport:
    """Return the draft of a round over twenty services, of which some are not in order."""
    names = [f"dinas-{number:02}.gresikkab.go.id" for number in range(1, 21)]
    ages = [2, 1, 40, 100, 3, 0, *[number % 9 for number in range(14)]]
    return replace(
        small_report(),
        summary=(("Layanan diperiksa", "20"), ("Down saat diperiksa", f"2: {names[0]}, {names[1]}"),
                 ("Diaktifkan kembali", f"1: {names[0]}"), ("Tetap down", f"1: {names[1]}"),
                 ("Cadangan", "16 segar, 2 usang, 1 rusak, 1 tidak ada"), ("Melampaui batas atas 80 %", "1")),
        paragraphs=("Menurut SOP Monitoring Hosting (nomor 8) telah diperiksa 20 akun hosting.",
                    "Gangguan pada akun pertama disebabkan oleh layanan web yang berhenti setelah pembaruan paket."),
        tables=_tables(names),
        ages=_ages(names, ages), uses=_uses(names), in_order=tuple(names[6:]),
        attachments=(("Rincian pemeriksaan cadangan",
                      "https://layanan.gresikkab.go.id/laksana/berkas/2026/monitoring-hosting/MON-2026-000001/c.html"),),
    )  # fmt: skip


def large_report() -> RoutineReport:
    """Return the validated report of a round over two hundred services, half of which are not in order."""
    names = [f"layanan-{number:03}.kecamatan-contoh.gresikkab.go.id" for number in range(1, 201)]
    return replace(
        usual_report(),
        summary=(("Layanan diperiksa", "200"), ("Down saat diperiksa", f"100: {', '.join(names[:8])} dan 92 lainnya")),
        tables=_tables(names[:100]), ages=_ages(names, [number % 130 for number in range(200)]),
        uses=_uses(names), in_order=tuple(names[100:]), validator=VALIDATOR, validated_on="24 November 2026",
    )  # fmt: skip


def _ages(names: list[str], ages: list[int]) -> BarChart:
    bars = (Bar(name, float(age), over=age > MONTH, shown=f"{age} hari") for name, age in zip(names, ages, strict=True))
    return BarChart("Umur cadangan", tuple(bars), MONTH, "batas 1 bulan")


def _uses(names: list[str]) -> tuple[Curve, ...]:
    return tuple(
        Curve(f"{name} (disk)", tuple((float(day), 95.0 - place / 3 - (60 - day) / 4) for day in range(0, 61, 5)))
        for place, name in enumerate(names)
    )


def _tables(names: list[str]) -> tuple[Table, ...]:
    down = names if len(names) > 20 else names[:2]
    reason = "HTTPS: tidak ada jawaban dalam 5 detik (seharusnya 200); layanan nginx: inactive (seharusnya active)"
    owner = "Badan Perencanaan Pembangunan Daerah"
    return (
        Table("Layanan yang down", ("Layanan", "Pemilik", "Ditemukan", "Tindakan", "Keadaan"),
              tuple((name, owner, reason, "diaktifkan kembali", "up") for name in down),
              widths=(1.4, 1.2, 2.6, 1.7, 0.8)),
        Table("Gangguan", ("Layanan", "Terlihat down sejak", "Sampai", "Lamanya"),
              tuple((name, "23-11-2026 07.30", "23-11-2026 09.35", "2 jam 5 menit") for name in down),
              "Dihitung sejak pertama kali terlihat down."),
        Table("Cadangan yang tidak beres", ("Layanan", "Cadangan terakhir", "Ukuran", "Keadaan", "Keterangan"),
              tuple((name, "14-10-2026 01.00", "1,2 GB", "usang", "berumur 40 hari, batas 1 bulan")
                    for name in names[2:4]), widths=(1.4, 1.1, 0.7, 0.8, 2.8)),
    )  # fmt: skip
