"""Turns a file's data into the model, or says everything that is wrong with it at once."""

from __future__ import annotations

import difflib
import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from laksana.errors import Problem, SpecError
from laksana.spec.digest import digest_of
from laksana.spec.model import Deviation, Edge, Requirement, Spec, Step, Work
from laksana.spec.reading import Source
from laksana.spec.rules import check_rules

_IDENTITY = (
    "penerbit", "disahkan_oleh", "tanggal_pembuatan", "tanggal_revisi", "tanggal_efektif", "tujuan", "dasar_hukum",
    "keterkaitan", "kualifikasi_pelaksana", "peralatan", "peringatan", "pencatatan",
)  # fmt: skip


def build_spec(source: Source) -> Spec:
    """Validate a file's data and build the model.

    Raises:
        SpecError: with every problem found.
    """
    problems = [_in_words(source, error) for error in _structure().iter_errors(source.data)]
    if problems:
        raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    spec = _model(source)
    problems = check_rules(spec, source)
    if problems:
        raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    return spec


@cache
def _structure() -> Draft202012Validator:
    """Return the validator of an SOP file's structure."""
    text = (Path(__file__).parent / "structure.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def _in_words(source: Source, error: ValidationError) -> Problem:
    """Say a structural fault in one line: what is there, what is allowed, how to mend it."""
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        allowed = sorted(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(allowed))
        close = difflib.get_close_matches(unknown[0], allowed, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(allowed)}"
        return source.problem((*path, unknown[0]), "unknown-key", f"unknown key {unknown[0]!r}", hint)
    if error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return source.problem(path, "missing-key", f"{', '.join(missing)} is missing", "add it")
    found = json.dumps(error.instance, ensure_ascii=False)
    found = found if len(found) <= 60 else found[:57] + "..."
    allowed_text = {
        "enum": lambda: f"one of {', '.join(map(str, error.validator_value))}",
        "type": lambda: f"type {error.validator_value}",
        "pattern": lambda: f"text like {error.validator_value}",
        "minItems": lambda: f"at least {error.validator_value} entries",
        "maxProperties": lambda: "exactly one kind of work",
        "minProperties": lambda: "exactly one kind of work",
    }.get(str(error.validator), lambda: f"{error.validator} {json.dumps(error.validator_value)[:60]}")()
    return source.problem(path, str(error.validator), f"{found} is not allowed here", f"allowed: {allowed_text}")


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
            Requirement(entry["nama"], entry["asal"], "pada_penolakan" in entry) for entry in item["kelengkapan"]
        ),
        waktu=item["waktu"],
        output=tuple(item["output"]),
        work=Work(kind, settings),
        lanjut=tuple(Edge(entry["bila"], entry["ke"], entry.get("paling_banyak", 0)) for entry in item["lanjut"]),
    )
