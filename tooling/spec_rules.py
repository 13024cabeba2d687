"""Says what the fields of an SOP file take for granted of each other, from the words that the rules go by."""

from __future__ import annotations

from laksana.spec.vocabulary import (
    ADDRESSED,
    CHECKS,
    EVALUATION_ANSWERS,
    EVALUATION_NEEDS,
    FORM_RULES,
    NEEDED_BEFORE,
    PLAYBOOK_SOURCES,
    RESERVED_VALUES,
    SERVICE_VALUES,
)

_PLACES = (
    "a field of the form (`formulir.<field>`)",
    "an answer at one of the SOP's gates (`jawaban.<field>`)",
    "what the case reserved (`pemesanan.<value>`)",
    "the service of a routine SOP (`layanan.<value>`)",
)


def rules_between_fields() -> str:
    """Say what the fields take for granted of each other."""
    places = [f"`{place}.{key}`" for place, keys in PLAYBOOK_SOURCES.items() for key in sorted(keys)]
    answers = "; ".join(f"`{kind}`: {_names(fields)}" for kind, fields in EVALUATION_ANSWERS.items())
    rules = [
        "`slug` is the file's name. Steps are numbered 1, 2, 3 … in the order in which they stand.",
        "Each `pelaksana` of a step, each `pemutus` and `dicatat_oleh` is in the list `pelaksana`, in the same words.",
        "`lanjut` has one way for each outcome of the step's work; `cabut` only where a step leads back to it.",
        "Every step is reached, and at least one way leads to `selesai`.",
        "A way back (to the step itself or an earlier one) carries `paling_banyak`; others don't.",
        "A step has one way back at most, ways back don't overlap, and the step has another way on.",
        "An input with `asal: langkah` is an output of an earlier step, by the same name (capitals don't count).",
        "An input with `asal: formulir` needs `formulir`.",
        f"In routine SOPs {_needs(NEEDED_BEFORE)}.",
        f"In an evaluation {_needs(EVALUATION_NEEDS)} before it.",
        f"In an evaluation, earlier gates ask for (`wajib_isian`): {answers}.",
        f"Checks (`pemeriksaan`) and tests (`pengujian`), by `jenis_layanan`: {_by_service(CHECKS)}.",
        "Without `jenis_layanan` people do the work, at gates: no `periksa`, `terapkan`, `uji` or `tentukan_letak`.",
        f"An SOP with `konsep_surat` or `berita_acara` requires the field `{ADDRESSED}`: papers are addressed by it.",
        "With `konsep_surat`, a gate's buttons `tolak` and `ditolak` have `wajib_catatan: true`: the reply says why.",
        "One field of `formulir` at most has `x-surat: nama`, only without `jenis_layanan`; no gate's field has it.",
        "A field that `required` (or `wajib_isian`) names is declared.",
        "In `formulir`, a field that is not required has a `default`.",
        f"`x-aturan` of a field is one of {_names(FORM_RULES)}.",
        "Every playbook that a step names has its variables under `variabel_playbook`.",
        f"A variable's value comes from {', '.join(_PLACES)}, or from {', '.join(places)}.",
        f"What a case reserves, by `jenis_layanan`: {_by_service(RESERVED_VALUES)}.",
        f"What is known of a service, by `jenis_layanan`: {_by_service(SERVICE_VALUES)}.",
    ]
    return "\n".join(f"- {rule}" for rule in rules)


def _needs(before: dict[str, str]) -> str:
    return ", ".join(f"`{kind}` needs `{needed}`" for kind, needed in before.items())


def _names(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _by_service(values: dict[str, frozenset[str]]) -> str:
    return "; ".join(f"{kind}: {_names(names)}" for kind, names in values.items())
