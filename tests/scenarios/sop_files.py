"""A small office of its own for the tests of versions: SOPs of gates only, whose files a test changes under way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from laksana.spec.reading import read_yaml
from tests.versions.folders import EXAMPLE

SLUG, OTHER, GONE = "contoh-gerbang", "contoh-lain", "contoh-lama"


def old_sop(slug: str = SLUG) -> dict[str, Any]:
    """Return the SOP that the first cases begin with."""
    data: dict[str, Any] = read_yaml(EXAMPLE, slug).data
    people = ["Pemohon", "Kabid TI", "Pranata Komputer Ahli Muda"]
    data |= {"slug": slug, "judul": f"SOP {slug.upper()}", "pelaksana": people}
    for step, person in enumerate(people[1:], 1):
        data["langkah"][step]["pelaksana"] = person
    data["formulir"]["properties"]["nota_dinas_nomor"] = {"type": "string", "title": "Nota dinas", "maxLength": 60}
    data["formulir"]["required"].append("nota_dinas_nomor")
    return data


def new_sop() -> dict[str, Any]:
    """Return its next version: a step more, another name and button of a step, a further field of the form."""
    data = old_sop()
    request, gate, work, receipt = data["langkah"]
    gate["kerja"]["gerbang"]["pilihan"][0]["hasil"] = "setujui"
    gate["kerja"]["gerbang"]["pertanyaan"] = "Setujui permohonan?"
    gate["lanjut"][0] = {"bila": "setujui", "ke": 3}
    check = {
        "no": 3, "kegiatan": "Memeriksa kelengkapan", "pelaksana": "Kabid TI", "pelaksana_dasar": "tanda",
        "kelengkapan": [{"nama": "Disposisi", "asal": "langkah"}], "waktu": "1 Jam", "output": ["Catatan periksa"],
        "kerja": {"gerbang": {"pertanyaan": "Sudah lengkap?", "pilihan": [{"hasil": "lengkap"}]}},
        "lanjut": [{"bila": "lengkap", "ke": 4}],
    }  # fmt: skip
    work |= {"no": 4, "kegiatan": "Melaksanakan pekerjaan", "lanjut": [{"bila": "sudah", "ke": 5}]}
    work["kerja"]["gerbang"]["pertanyaan"] = "Pekerjaan selesai dilaksanakan?"
    request["lanjut"][1]["ke"] = 5
    receipt["no"] = 5
    data["langkah"] = [request, gate, check, work, receipt]
    data["formulir"]["properties"]["lokasi"] = {"type": "string", "title": "Lokasi", "maxLength": 100}
    data["formulir"]["required"].append("lokasi")
    return data


def write(folder: Path, data: dict[str, Any]) -> None:
    """Write an SOP file as an editor does: whole."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / "draft"
    draft.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    draft.replace(folder / f"{data['slug']}.yaml")
