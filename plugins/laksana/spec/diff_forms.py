"""What changed in a form: the request's, or a gate's. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from laksana.spec.diff_words import Difference, Place, names_differ, shown, value_differs

Fields = Mapping[str, Any]

_LABELS = {
    "title": "judul", "description": "keterangan", "type": "jenis nilai", "enum": "pilihan", "default": "nilai awal",
    "minLength": "panjang paling sedikit", "maxLength": "panjang paling banyak", "minimum": "nilai terkecil",
    "maximum": "nilai terbesar", "pattern": "pola", "format": "bentuk", "x-aturan": "aturan", "x-petunjuk": "petunjuk",
    "x-contoh": "contoh", "x-surat": "dalam surat", "minItems": "paling sedikit", "maxItems": "paling banyak",
    "not": "kecuali",
}  # fmt: skip
_PARTS = frozenset({"properties", "required"})


def request_form_differs(place: Place, old: Fields, new: Fields) -> Iterator[Difference]:
    """Say what changed in a request form, a JSON schema of an object; an empty one is none."""
    if bool(old) != bool(new):
        words = "Formulir permohonan baru" if new else "Formulir permohonan dihapus"
        yield place.says("formulir", old or None, new or None, words)
        return
    yield from fields_differ(
        place,
        "formulir",
        "formulir",
        (old.get("properties", {}), old.get("required", ())),
        (new.get("properties", {}), new.get("required", ())),
    )
    for key in _keys(old, new):
        if key not in _PARTS:
            yield from value_differs(place, f"formulir.{key}", f"formulir: {key}", old.get(key), new.get(key))


def fields_differ(
    place: Place, kunci: str, label: str, old: tuple[Fields, Iterable[str]], new: tuple[Fields, Iterable[str]]
) -> Iterator[Difference]:
    """Say which fields came, went or changed; each side is its fields and the names of those that are required."""
    (before, had_to), (after, has_to) = (old[0], set(old[1])), (new[0], set(new[1]))
    renamed = _renamed(before, after)
    for name, schema in before.items():
        if name not in after and name not in renamed:
            yield place.says(f"{kunci}.{name}", schema, None, f"{label}: isian {_named(name, schema)} dihapus")
    for name, schema in after.items():
        earlier = name if name in before else next((a for a, b in renamed.items() if b == name), None)
        where = f"{label}: isian {_named(name, schema)}"
        if earlier is None:
            yield place.says(f"{kunci}.{name}", None, schema, f"{where} baru{', wajib' if name in has_to else ''}")
            continue
        if earlier != name:
            yield place.says(f"{kunci}.{name}", earlier, name, f"{where} semula bernama '{earlier}'")
        if (earlier in had_to) != (name in has_to):
            words = "kini wajib" if name in has_to else "tidak lagi wajib"
            yield place.says(f"{kunci}.{name}", earlier in had_to, name in has_to, f"{where} {words}")
        yield from _field_differs(place, f"{kunci}.{name}", where, before[earlier], schema)
    shared = [name for name in before if name in after]
    if shared != [name for name in after if name in before]:
        yield place.says(kunci, list(before), list(after), f"{label}: urutan isian berubah")


def _field_differs(place: Place, kunci: str, where: str, old: Any, new: Any) -> Iterator[Difference]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        yield from value_differs(place, kunci, where, old, new)
        return
    for key in _keys(old, new):
        label = f"{where}: {_LABELS.get(key, key)}"
        before, after = old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _field_differs(place, f"{kunci}.{key}", label, before, after)
        elif isinstance(before, list) and isinstance(after, list):
            yield from names_differ(place, f"{kunci}.{key}", label, before, after)
        elif key in old and key in new:
            yield from value_differs(place, f"{kunci}.{key}", label, before, after)
        elif key in old:
            yield place.says(f"{kunci}.{key}", before, None, f"{label} {shown(before)} dihapus")
        else:
            yield place.says(f"{kunci}.{key}", None, after, f"{label} {shown(after)} baru")


def _renamed(old: Fields, new: Fields) -> dict[str, str]:
    """Return fields that only got another name: all that is said of them is the same."""
    found: dict[str, str] = {}
    for name, schema in old.items():
        if name in new:
            continue
        same = (key for key, other in new.items() if key not in old and key not in found.values() and other == schema)
        later = next(same, None)
        if later is not None:
            found[name] = later
    return found


def _named(name: str, schema: Any) -> str:
    title = schema.get("title") if isinstance(schema, Mapping) else None
    return f"'{title}' ({name})" if title else f"'{name}'"


def _keys(old: Fields, new: Fields) -> list[str]:
    return list(dict.fromkeys([*old, *new]))
