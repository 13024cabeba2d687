"""The words that an SOP file may use: kinds of work with their outcomes, checks, values for playbooks. Pure."""

from __future__ import annotations

from laksana.spec.model import SELALU, Step

OUTCOMES: dict[str, frozenset[str]] = {
    "terima_permohonan": frozenset({SELALU, "cabut"}),
    "periksa": frozenset({"lulus", "ditolak"}),
    "terapkan": frozenset({SELALU}),
    "uji": frozenset({"lulus", "gagal", "tolak"}),
    "tentukan_letak": frozenset({"pdn", "lokal", "ditolak"}),
    "tambah_resource": frozenset({SELALU}),
    "berita_acara": frozenset({SELALU}),
    "konsep_surat": frozenset({SELALU}),
    "tanda_tangan": frozenset({"setujui", "kembalikan"}),
    "unggah_balasan": frozenset({SELALU}),
    "akses": frozenset({SELALU}),
    "periksa_status": frozenset({"up", "down"}),
    "aktifkan": frozenset({SELALU}),
    "periksa_cadangan": frozenset({"segar", "usang"}),
    "perbarui_cadangan": frozenset({SELALU}),
    "periksa_resource": frozenset({"cukup", "melampaui"}),
    "tambah_kuota": frozenset({SELALU}),
    "koordinasi": frozenset({"diajukan", "diminta", "ditolak"}),
    "konfigurasi_tambahan": frozenset({"selesai", "tolak"}),
    "jalankan_sop": frozenset({"selesai", "tolak"}),
    "laporan_rutin": frozenset({SELALU}),
    "validasi": frozenset({"setujui", "kembalikan"}),
    "arsip": frozenset({SELALU}),
    "rekap_layanan": frozenset({SELALU}),
    "laporan_rapat": frozenset({SELALU}),
    "konsep_rekomendasi": frozenset({SELALU}),
}
"""Outcomes that each kind of work can have; a gate's are its buttons."""
WAYS_BACK: dict[str, frozenset[str]] = {
    **dict.fromkeys(OUTCOMES, frozenset()),
    "uji": frozenset({"gagal"}),
    "tanda_tangan": frozenset({"kembalikan"}),
    "validasi": frozenset({"kembalikan"}),
}
"""Outcomes that may lead back: only these can be left out once the returns are used up; a gate's buttons all can."""
FORM_RULES = frozenset({
    "alamat-tujuan",
    "instansi-pemohon",
    "nama-akun-bebas",
    "nama-belum-terdaftar",
    "nama-situs-bebas",
    "nama-vps-bebas",
    "ada-tambahan",
    "vps-milik-pemohon",
})  # fmt: skip
"""Rules that a form's field may name under ``x-aturan``."""
CHECKS: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"sub-domain"}),
    "hosting": frozenset({"hosting"}),
    "vps-pusat-komputasi": frozenset({"kapasitas"}),
    "vps-pdn": frozenset({"spesifikasi"}),
    "resource-vps": frozenset({"kapasitas"}),
}
"""For each kind of service: the checks and tests that its steps may name."""
PLAYBOOK_SOURCES: dict[str, frozenset[str]] = {
    "pengaturan": frozenset({"dns_server", "dns_zone", "hosting_address", "proxy_address"}),
    "kasus": frozenset({"nama", "tiket"}),
    "rahasia": frozenset({"sandi", "sandi_awal", "sandi_basis_data"}),
}
"""What a playbook's variable may come from besides form, reservation and answers; no setting that may be secret."""
RESERVED_VALUES: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"target", "port"}),
    "hosting": frozenset({"user", "quota_mb", "database", "site"}),
    "vps-pusat-komputasi": frozenset({"address", "vcpu", "memory_mb", "disk_gb", "user"}),
    "vps-pdn": frozenset({"vcpu", "memory_mb", "disk_gb", "stack", "host_key"}),
    "resource-vps": frozenset({
        "name", "address", "port", "host_key", "vcpu", "memory_mb", "disk_gb", "old_vcpu", "old_memory_mb",
        "old_disk_gb",
    }),
}  # fmt: skip
"""For each kind of service: the values of its reservation (``pemesanan``) that a playbook may get."""
SERVICE_VALUES: dict[str, frozenset[str]] = {
    "sub-domain": frozenset({"nama", "tiket", "label", "target", "port"}),
    "hosting": frozenset({"nama", "tiket", "site", "quota_mb", "database", "kuota_baru"}),
    "vps-pusat-komputasi": frozenset({"nama", "tiket", "address", "port", "host_key"}),
    "vps-pdn": frozenset({"nama", "tiket", "address", "port", "host_key", "units"}),
}
"""For each kind of service: what a playbook of a routine SOP may get of one (``layanan``)."""
REFUSING = frozenset({"tolak", "ditolak", "cabut"})
"""Outcomes after which a case is refused; any other outcome of the same attempt takes the refusal back."""
IN_LETTER = "x-surat"
"""Key of a form's field whose value the reply shows."""
NAMES_IT = "nama"
"""Value of that key at the one field of the request form that names what is asked for; the others have ``rincian``."""
ADDRESSED = "perangkat_daerah"
"""Field of the request form that replies and minutes are addressed by."""
ROUTINE = frozenset({"monitoring", "pemeliharaan"})
"""Kinds of SOPs that nobody hands in: the calendar, another SOP or a person starts them."""
ROUTINE_WORK = frozenset({
    "akses", "periksa_status", "aktifkan", "periksa_cadangan", "perbarui_cadangan", "periksa_resource", "tambah_kuota",
    "koordinasi", "tambah_resource", "konfigurasi_tambahan", "laporan_rutin", "validasi", "arsip",
})  # fmt: skip
OWN_VARIABLES = frozenset({"perbarui_cadangan"})
"""Work whose playbook gets its variables from the office itself: repository, keys and paths of a backup."""
NEEDED_BEFORE = {
    "aktifkan": "periksa_status",
    "perbarui_cadangan": "periksa_cadangan",
    "koordinasi": "periksa_resource",
    "tambah_kuota": "periksa_resource",
    "tambah_resource": "koordinasi",
    "konfigurasi_tambahan": "koordinasi",
    "validasi": "laporan_rutin",
    "arsip": "validasi",
}
"""Work → the work without whose findings it has nothing to do."""
EVALUATION = "evaluasi"
"""Kind of the SOP that looks at all the others; the calendar or a person starts it."""
EVALUATION_WORK = frozenset({"rekap_layanan", "laporan_rapat", "konsep_rekomendasi"})
"""Work of evaluations alone; besides it they have gates, and a validation and an archive as the routine SOPs."""
EVALUATION_NEEDS = {
    "laporan_rapat": "rekap_layanan",
    "konsep_rekomendasi": "rekap_layanan",
    "validasi": "konsep_rekomendasi",
    "arsip": "validasi",
}
"""Work of an evaluation → the work that must go before it."""
EVALUATION_ANSWERS: dict[str, frozenset[str]] = {
    "laporan_rapat": frozenset({"tanggal_rapat", "peserta", "masukan", "tingkat_kepuasan", "kesesuaian_waktu"}),
    "konsep_rekomendasi": frozenset({
        "tanggal_rapat", "masukan", "tingkat_kepuasan", "kesesuaian_waktu", "hasil_analisa",
    }),
}  # fmt: skip
"""Work of an evaluation → fields of earlier gates that its paper is written from."""


def outcomes_of(step: Step) -> frozenset[str]:
    """Return the outcomes that a step can have."""
    if step.work.kind == "gerbang":
        return frozenset(choice.hasil for choice in step.work.choices)
    return OUTCOMES[step.work.kind]
