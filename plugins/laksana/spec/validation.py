"""Turns a file's data into the model, or says everything that is wrong with it at once."""

from __future__ import annotations

import difflib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from laksana.errors import Problem, SpecError
from laksana.spec.digest import digest_of
from laksana.spec.model import Deviation, Edge, Requirement, Spec, Step, StepSource, Work
from laksana.spec.quick_look import fits_structure, schema_text
from laksana.spec.reading import Path, Source
from laksana.spec.rules import check_rules

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_SHOWN = 60
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
        faults = _structure().iter_errors(source.data)
        problems = [problem for error in faults for problem in _in_words(source, error)]
        if problems:
            raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    spec = _model(source)
    problems = check_rules(spec, source)
    if problems:
        raise SpecError(sorted(problems, key=lambda problem: (problem.line, problem.key)))
    return spec


@cache
def _structure() -> Draft202012Validator:
    """Return the validator that explains what is wrong with an SOP file's structure."""
    from jsonschema import Draft202012Validator

    schema = json.loads(schema_text())
    # What outcomes a kind of work has stands there for editors; the rules between fields say it better.
    del schema["$defs"]["step"]["allOf"]
    return Draft202012Validator(schema)


def _in_words(source: Source, error: ValidationError) -> list[Problem]:
    """Say a structural fault, one line each: what is there, what is allowed, how to mend it."""
    path = tuple(error.absolute_path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        return _unknown_keys(source, path, sorted(schema.get("properties", {})))
    if error.validator == "required":
        missing = [key for key in rule if key not in _at(source.data, path)]
        return [source.problem(path, "missing-key", f"{', '.join(missing)} is missing", "add it")]
    found = json.dumps(error.instance, ensure_ascii=False)
    found = found if len(found) <= _SHOWN else found[: _SHOWN - 3] + "..."
    allowed = schema.get("x-allowed") or _allowed(str(error.validator), rule)
    return [source.problem(path, str(error.validator), f"{found} is not allowed here", f"allowed: {allowed}")]


def _unknown_keys(source: Source, path: Path, allowed: list[str]) -> list[Problem]:
    """Name every key that does not belong there, with the one that was probably meant."""
    problems = []
    for key in _at(source.data, path):
        if key in allowed:
            continue
        close = difflib.get_close_matches(key, allowed, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(allowed) or 'nothing, write {}'}"
        problems.append(source.problem((*path, key), "unknown-key", f"unknown key {key!r}", hint))
    return problems


def _allowed(validator: str, rule: Any) -> str:
    """Say what a structural rule allows."""
    if validator in {"maxProperties", "minProperties"}:
        return "exactly one kind of work"
    if validator == "enum":
        return f"one of {', '.join(map(str, rule))}"
    words = {"type": "type {}", "pattern": "text like {}", "minItems": "at least {} entries"}
    return words.get(validator, f"{validator} {{}}").format(rule)


def _at(data: Any, path: Path) -> Any:
    """Return the data at a key path."""
    for part in path:
        data = data[part]
    return data


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
