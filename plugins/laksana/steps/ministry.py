"""SOP 6's adding path (steps 6-9), as it runs inside SOP 10: what the ministry is asked, decides and does, as gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MinistryPart:
    """One gate on the way through the ministry."""

    name: str
    """Task id and kind of the gate."""
    title: str
    """Name in the graph."""
    question: str
    waiting: str
    """What the ticket says meanwhile."""
    choices: tuple[str, ...]
    """Buttons; the first one leads on."""
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Form of the gate; every field is needed to go on."""
    approves: bool = False
    """True where another post than the step's performer answers."""


MINISTRY_PARTS = (
    MinistryPart(
        "e_tiket", "ajukan e-tiket", "Ajukan e-tiket penambahan resource VPS PDN", "menunggu pengajuan e-tiket",
        ("diajukan",),
        {"nomor_e_tiket": {"type": "string", "title": "Nomor e-tiket", "minLength": 3, "maxLength": 60,
                           "pattern": "^[A-Za-z0-9./#_-]+$",
                           "description": "Nomor e-tiket dari layanan Pusat Data Nasional.",
                           "x-petunjuk": "huruf, angka, atau . / # _ -"}},
    ),
    MinistryPart(
        "penilaian", "penilaian Kementerian Kominfo", "Catat hasil penilaian Kementerian Kominfo",
        "menunggu penilaian Kementerian Kominfo", ("dicatat",),
        {"hasil_penilaian": {"type": "string", "title": "Hasil penilaian", "enum": ["disetujui", "ditolak"],
                             "description": "Menurut jawaban pada e-tiket."}},
    ),
    MinistryPart(
        "verifikasi", "verifikasi hasil penilaian", "Setujui hasil penilaian penambahan resource?",
        "menunggu verifikasi hasil penilaian", ("setujui", "tolak"), approves=True,
    ),
    MinistryPart(
        "hasil", "penambahan oleh Kementerian Kominfo", "Catat bahwa Kementerian Kominfo telah menambah resource",
        "menunggu penambahan oleh Kementerian Kominfo", ("ditambahkan",),
    ),
)  # fmt: skip
"""In the order of SOP 6 steps 6, 7, 8 and 9."""
