"""The demo's cases: what is asked for, what is done to the hosts before, and what the scripted people answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Sample:
    """One case of ``make demo-auto CASE=…``."""

    name: str
    label: str
    """Name asked for; empty means a fresh one each time."""
    host_down: str = ""
    """Host that is stopped before."""
    ends: str = "selesai"
    granted: bool = True
    after_failures: str = "Tolak"


SAMPLES = {
    "granted": Sample("granted", ""),
    "taken": Sample("taken", "dinkes", granted=False),
    "unreachable": Sample("unreachable", "", host_down="app1", granted=False),
}


def form_of(label: str, *, on: date) -> dict[str, Any]:
    """Return the sample request."""
    return {
        "perangkat_daerah": "Dinas Perikanan",
        "pic_nama": "Siti Aminah",
        "pic_telepon": "081234567890",
        "pic_email": "siti@example.go.id",
        "label": label,
        "alamat_tujuan": "10.77.0.13",
        "keperluan": "Situs layanan informasi perikanan",
        "nota_dinas_nomor": "523/117/437.56/2026",
        "nota_dinas_tanggal": on.isoformat(),
    }
