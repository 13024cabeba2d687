"""The demo's cases: what is asked for, what is done to the hosts before, and what the scripted people answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

Form = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """One case of ``make demo-auto CASE=…``."""

    name: str
    slug: str
    form: Callable[[str, date], Form]
    """Name asked for and date → the request."""
    kind: str
    """Kind of the registry's row."""
    asked_for: str = ""
    """Name asked for; empty means a fresh one each time, or that of the case before."""
    after: str = ""
    """Case that is carried out before, for what it makes."""
    host_down: str = ""
    """Host that is stopped before."""
    ends: str = "selesai"
    granted: bool = True
    after_failures: str = "Tolak"


def form_of(label: str, *, on: date) -> Form:
    """Return the sample request for a sub-domain."""
    return {
        **_applicant(on),
        "label": label,
        "alamat_tujuan": "10.77.0.13",
        "keperluan": "Situs layanan informasi perikanan",
    }


def hosting_form(name: str, on: date) -> Form:
    """Return the sample request for a hosting account with a database."""
    return {
        **_applicant(on), "label": name, "pengguna": name, "kuota_mb": 64, "basis_data": "mariadb",
        "keperluan": "Situs layanan informasi perikanan",
    }  # fmt: skip


def vps_local_form(name: str, on: date) -> Form:
    """Return the sample request for a virtual server of the compute centre."""
    return {
        **_applicant(on), "nama_vps": name, "vcpu": 1, "memori_mb": 512, "disk_gb": 4, "pengguna": "perikanan",
        "keperluan": "Peladen aplikasi perizinan kapal",
    }  # fmt: skip


def vps_pdn_form(name: str, on: date) -> Form:
    """Return the sample request for a virtual server of the national data centre."""
    return {
        **_applicant(on), "nama_vps": name, "vcpu": 1, "memori_mb": 1024, "disk_gb": 8, "perangkat_lunak": "nginx-php",
        "keperluan": "Peladen aplikasi perizinan kapal",
    }  # fmt: skip


def resource_form(name: str, on: date) -> Form:
    """Return the sample request for more resources."""
    return {
        **_applicant(on), "nama_vps": name, "tambah_vcpu": 1, "tambah_memori_mb": 256, "tambah_disk_gb": 2,
        "keperluan": "Pengguna aplikasi bertambah",
    }  # fmt: skip


def _applicant(on: date) -> Form:
    return {
        "perangkat_daerah": "Dinas Perikanan",
        "pic_nama": "Siti Aminah",
        "pic_telepon": "081234567890",
        "pic_email": "siti@example.go.id",
        "nota_dinas_nomor": "523/117/437.56/2026",
        "nota_dinas_tanggal": on.isoformat(),
    }


def _subdomain(label: str, on: date) -> Form:
    return form_of(label, on=on)


SUBDOMAIN = "permohonan-sub-domain"
SAMPLES = {
    sample.name: sample
    for sample in (
        Sample("granted", SUBDOMAIN, _subdomain, "subdomain"),
        Sample("taken", SUBDOMAIN, _subdomain, "subdomain", asked_for="dinkes", granted=False),
        Sample("unreachable", SUBDOMAIN, _subdomain, "subdomain", host_down="app1", granted=False),
        Sample("hosting", "permohonan-akun-hosting", hosting_form, "hosting"),
        Sample("vps-local", "permohonan-fasilitasi-pusat-komputasi", vps_local_form, "vps"),
        Sample("vps-pdn", "permohonan-vps-pdn", vps_pdn_form, "vps"),
        Sample("resource", "permohonan-penambahan-resource-vps", resource_form, "vps", after="vps-local"),
    )
}
