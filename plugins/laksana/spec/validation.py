"""Turns a file's data into the model, or says everything that is wrong with it at once."""

from __future__ import annotations

from typing import Any

from laksana.errors import SpecError
from laksana.spec.digest import digest_of
from laksana.spec.model import Deviation, Edge, Requirement, Spec, Step, StepSource, Work
from laksana.spec.quick_look import fits_structure
from laksana.spec.reading import Source
from laksana.spec.rules import check_rules
from laksana.spec.structure_faults import structure_faults

_IDENTITY = (
    "penerbit", "disahkan_oleh", "tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif", "tujuan", "dasar_hukum",
    "keterkaitan", "kualifikasi_pelaksana", "peralatan", "peringatan", "pencatatan",
)  # fmt: skip


def build_spec(source: Source) -> Spec:
    """Validate a file's data and build the model.

    Raises:
        SpecError: with every problem found.
    """
    if not fits_structure(source.data):
        problems = structure_faults(source)
        if problems:
            raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    spec = _model(source)
    problems = check_rules(spec, source)
    if problems:
        raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    return spec


def _model(source: Source) -> Spec:
    """Build the frozen model from data of the right structure."""
    data: dict[str, Any] = source.data
    return Spec(
        slug=data["slug"],
        urutan=data["urutan"],
        nomor=data["nomor"],
        judul=data["judul"],
        layanan=data["layanan"],
        jenis=data["jenis"],
        identity={key: data[key] for key in _IDENTITY},
        pelaksana=tuple(data["pelaksana"]),
        langkah=tuple(_step(item) for item in data["langkah"]),
        formulir=data.get("formulir", {}),
        playbook_variables=data.get("variabel_playbook", {}),
        penyimpangan=tuple(Deviation(**item) for item in data.get("penyimpangan", [])),
        jenis_layanan=data.get("jenis_layanan", ""),
        digest=digest_of(data),
        file=source.file,
    )


def _step(item: dict[str, Any]) -> Step:
    """Build one step."""
    (kind, settings), *_ = item["kerja"].items()
    return Step(
        no=item["no"],
        kegiatan=item["kegiatan"],
        pelaksana=item["pelaksana"],
        pelaksana_dasar=item["pelaksana_dasar"],
        kelengkapan=tuple(
            Requirement(entry["nama"], entry["asal"], "pada_penolakan" in entry, "bila_dilewati" in entry)
            for entry in item["kelengkapan"]
        ),
        waktu=item["waktu"],
        output=tuple(item["output"]),
        work=Work(kind, settings),
        lanjut=tuple(Edge(entry["bila"], entry["ke"], entry.get("paling_banyak", 0)) for entry in item["lanjut"]),
        source=_step_source(item["sumber"]) if "sumber" in item else None,
    )


def _step_source(item: dict[str, Any]) -> StepSource:
    """Build what the document says of a step."""
    names = {key: tuple(item[key]) for key in ("kelengkapan", "output") if key in item}
    ways = tuple(Edge(entry["bila"], entry["ke"]) for entry in item["lanjut"]) if "lanjut" in item else None
    return StepSource(item.get("kegiatan"), lanjut=ways, **names)
