"""What changed between two versions of an SOP, in the words of its sheet. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from laksana.spec.diff_forms import request_form_differs
from laksana.spec.diff_steps import match_steps, renumbering, steps_differ
from laksana.spec.diff_ways import Renumbering
from laksana.spec.diff_words import Difference, Place, names_differ, value_differs
from laksana.spec.model import Deviation, Spec
from laksana.spec.pairing import in_order, pair, words_in_common

_HEAD = {
    "slug": "Nama berkas", "urutan": "Urutan", "nomor": "Nomor SOP", "judul": "Nama SOP", "layanan": "Layanan",
    "jenis": "Jenis SOP", "jenis_layanan": "Jenis layanan",
}  # fmt: skip
_IDENTITY = {
    "penerbit": "Penerbit", "disahkan_oleh": "Disahkan oleh", "tanggal_pembuatan": "Tanggal pembuatan",
    "tanggal_revisi": "Tanggal revisi", "tanggal_efektif": "Tanggal efektif", "tujuan": "Tujuan",
    "dasar_hukum": "Dasar hukum", "keterkaitan": "Keterkaitan", "kualifikasi_pelaksana": "Kualifikasi pelaksana",
    "peralatan": "Peralatan/perlengkapan", "peringatan": "Peringatan", "pencatatan": "Pencatatan dan pendataan",
}  # fmt: skip
"""Names of the identity block's fields on the sheet."""


def differences(old: Spec, new: Spec) -> list[Difference]:
    """Return all that changed, in the order of the sheet; empty where nothing did but layout and comments."""
    pairs = match_steps(old, new)
    return [
        *_identity(old, new),
        *steps_differ(old, new, pairs),
        *request_form_differs(Place("formulir"), old.formulir, new.formulir),
        *_playbooks(old, new),
        *_deviations(old, new, renumbering(old, new, pairs)),
    ]


def _identity(old: Spec, new: Spec) -> Iterator[Difference]:
    place = Place("identitas")
    for key, label in _HEAD.items():
        yield from value_differs(place, key, f"{label}:", getattr(old, key), getattr(new, key))
    for key, label in _IDENTITY.items():
        before, after = old.identity[key], new.identity[key]
        if isinstance(before, list) and isinstance(after, list):
            yield from names_differ(place, key, f"{label}:", before, after)
        else:
            yield from value_differs(place, key, f"{label}:", before, after)
    yield from names_differ(place, "pelaksana", "Pelaksana:", old.pelaksana, new.pelaksana)


def _playbooks(old: Spec, new: Spec) -> Iterator[Difference]:
    place = Place("playbook")
    before, after = old.playbook_variables, new.playbook_variables
    for name in dict.fromkeys([*before, *after]):
        if name not in after or name not in before:
            word = "dihapus" if name in before else "baru"
            yield place.says(name, before.get(name), after.get(name), f"variabel playbook '{name}' {word}")
            continue
        for key in dict.fromkeys([*before[name], *after[name]]):
            label = f"variabel playbook '{name}': {key}"
            yield from value_differs(place, f"{name}.{key}", label, before[name].get(key), after[name].get(key))


def _deviations(old: Spec, new: Spec, moves: Renumbering) -> Iterator[Difference]:
    place = Place("penyimpangan")
    pairs = pair(old.penyimpangan, new.penyimpangan, _likeness)
    for i, j in pairs:
        was, now = old.penyimpangan[i], new.penyimpangan[j]
        label = f"penyimpangan {_named(now)}:"
        for key in ("ruling", "sumber", "spek", "alasan"):
            yield from value_differs(place, key, f"{label} {key}", getattr(was, key), getattr(now, key))
        if moves.numbers.get(was.langkah) != now.langkah:
            yield from value_differs(place, "langkah", f"{label} langkah", was.langkah, now.langkah)
    for i, item in enumerate(old.penyimpangan):
        if i not in {before for before, _ in pairs}:
            yield place.says("", item.spek, None, f"penyimpangan {_named(item)} dihapus: {item.spek}")
    for j, item in enumerate(new.penyimpangan):
        if j not in {after for _, after in pairs}:
            yield place.says("", None, item.spek, f"penyimpangan {_named(item)} baru: {item.spek} ({item.alasan})")
    if not in_order(pairs):
        yield place.says("", None, None, "urutan penyimpangan berubah")


def _named(item: Deviation) -> str:
    return f"{item.ruling} pada langkah {item.langkah}"


def _likeness(old: Deviation, new: Deviation) -> float:
    """Weigh the ruling and the three texts; the step's number changes with every renumbering."""
    texts = (words_in_common(getattr(old, key), getattr(new, key)) for key in ("sumber", "spek", "alasan"))
    return 0.25 * (old.ruling == new.ruling) + 0.25 * sum(texts)
