"""What changed between two versions: nothing in one and the same, each change once, renumbering once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.spec import list_specs
from laksana.spec.diff import differences
from laksana.spec.model import Edge, Spec
from laksana.spec.reading import read_yaml
from laksana.spec.validation import build_spec

SPECS = {spec.slug: spec for spec in list_specs(Path(__file__).parents[2] / "include" / "sop_specs")[0]}
HOSTING = Path(SPECS["permohonan-akun-hosting"].file).read_text(encoding="utf-8")

WHERE_NONE_IS_NO_TEXT = {
    ".kelengkapan": ("Nota",), ".output": ("Nota",), ".lanjut": (Edge("selalu", 1),)
}  # fmt: skip
Change = tuple[str, Callable[[], Any]]


def changed(*replacements: tuple[str, str]) -> Spec:
    text = HOSTING
    for old, new in replacements:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return build_spec(read_yaml(text, "baru.yaml"))


def said(*replacements: tuple[str, str]) -> list[str]:
    return [found.teks for found in differences(SPECS["permohonan-akun-hosting"], changed(*replacements))]


def single_changes(value: Any, place: str = "") -> Iterator[Change]:
    """Yield every way to change one leaf of a model: where, and how to make the changed model.

    Left out is what is no field of its own: step numbers and the lists of required fields (tried by themselves), the
    file and its digest, and the names under which forms and playbooks keep their entries.
    """
    parts = list(parts_of(value))
    for name, inner, put in parts:
        for where, make in single_changes(inner, place + name):
            yield where, lambda put=put, make=make: put(make())
    if not parts and not is_collection(value):
        yield place, lambda: other_than(value, place)


def is_collection(value: Any) -> bool:
    return isinstance(value, (dict, tuple, list)) or is_dataclass(value)


def parts_of(value: Any) -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
    """Yield the name and value of each part of a model or collection, and how to put another into its place."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.compare and field.name not in {"no", "source"}:
                inner = getattr(value, field.name)
                yield f".{field.name}", inner, lambda other, name=field.name: replace(value, **{name: other})
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in {"required", "wajib_isian"}:
                yield f".{key}", inner, lambda other, key=key: {**value, key: other}
    elif isinstance(value, (tuple, list)):
        for index, inner in enumerate(value):
            yield (
                f"[{index}]",
                inner,
                lambda other, at=index: type(value)([*value[:at], other, *value[at + 1 :]]),
            )


def other_than(leaf: Any, place: str) -> Any:
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int):
        return leaf + 17
    if leaf is None and place in WHERE_NONE_IS_NO_TEXT:
        return WHERE_NONE_IS_NO_TEXT[place]
    return 1 if leaf == "selesai" and place.endswith(".ke") else "sama sekali lain"


@pytest.mark.parametrize("slug", SPECS)
def test_one_version_and_itself_have_no_difference(slug: str) -> None:
    assert differences(SPECS[slug], SPECS[slug]) == []


@pytest.mark.parametrize("slug", SPECS)
def test_every_single_change_is_said_once(slug: str) -> None:
    spec = SPECS[slug]
    wrong = {}
    changes = list(single_changes(spec))
    for place, make in changes:
        found = differences(spec, make())
        if len(found) != 1:
            wrong[place] = [difference.teks for difference in found]

    assert len(changes) > 140
    assert wrong == {}


@pytest.mark.parametrize("slug", SPECS)
def test_every_change_of_what_the_document_says_is_said_once(slug: str) -> None:
    spec = SPECS[slug]
    wrong = {}
    for index, step in enumerate(spec.langkah):
        for place, make in single_changes(step.source) if step.source else ():
            if make() == step.source or ".paling_banyak" in place:
                continue
            steps = tuple(replace(s, source=make()) if at == index else s for at, s in enumerate(spec.langkah))
            found = differences(spec, replace(spec, langkah=steps))
            if len(found) != 1 or not found[0].kunci.startswith("sumber."):
                wrong[f"{index}{place}"] = [difference.teks for difference in found]

    assert wrong == {}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_changed_something_is_said(draw: st.DataObject) -> None:
    old = draw.draw(st.sampled_from(list(SPECS.values())))
    new = old
    for _ in range(draw.draw(st.integers(1, 4))):
        _, make = draw.draw(st.sampled_from(list(single_changes(new))))
        new = make()
    new = replace(new, langkah=tuple(draw.draw(st.permutations(new.langkah))))

    assert bool(differences(old, new)) == (old != new)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(SPECS.values())), st.sampled_from(list(SPECS.values())))
def test_any_two_sops_can_be_compared(old: Spec, new: Spec) -> None:
    found = differences(old, new)

    assert bool(found) == (old != new)
    assert all(difference.teks and "\n" not in difference.teks for difference in found)
    assert len({difference.teks for difference in found}) == len(found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("waktu: 30 Menit", "waktu: 15 Menit", "Langkah 3: waktu 30 Menit menjadi 15 Menit"),
        ("{ bila: ditolak, ke: 7 }", "{ bila: ditolak, ke: 6 }",
         "Langkah 3: alur 'ditolak' menuju langkah 6 (semula langkah 7)"),
        ("ke: 1, paling_banyak: 3", "ke: 1, paling_banyak: 2",
         "Langkah 2: alur 'kembalikan' paling banyak 3 kali menjadi paling banyak 2 kali"),
        ("tanggal_efektif: null", "tanggal_efektif: 2026-01-02", "Tanggal efektif: (kosong) menjadi 2026-01-02"),
        ("  - Web browser\n", "", "Peralatan/perlengkapan: 'Web browser' dihapus"),
        ("pelaksana: Kabid TI", "pelaksana: Kabid SPBE", "Langkah 2: pelaksana 'Kabid TI' menjadi 'Kabid SPBE'"),
        ("{ hasil: kembalikan, wajib_catatan: true }", "{ hasil: kembalikan }",
         "Langkah 2: tombol 'kembalikan': catatan wajib: ya menjadi tidak"),
        ("        pada_penolakan: tidak wajib\n", "",
         "Langkah 7: kelengkapan 'Berita Acara Penyelesaian Pekerjaan': tidak wajib pada penolakan: ya menjadi tidak"),
        ("title: Nama penanggung jawab", "title: Nama narahubung",
         "Formulir: isian 'Nama narahubung' (pic_nama): judul 'Nama penanggung jawab' menjadi 'Nama narahubung'"),
        ("    - pic_telepon\n    - label", "    - label\n    - pic_telepon", None),
        ("kasus.tiket", "kasus.nama",
         "Variabel playbook 'hosting_account': hosting_account_ticket 'kasus.tiket' menjadi 'kasus.nama'"),
        ("langkah: 8", "langkah: 7", "Penyimpangan R6 pada langkah 7: langkah 8 menjadi 7"),
        ("# SOP 1", "# Satu", None),
    ],
)  # fmt: skip
def test_a_change_in_words(old: str, new: str, words: str | None) -> None:
    assert said((old, new)) == ([words] if words else [])


def test_a_button_that_comes_with_its_way() -> None:
    found = said(
        ("{ hasil: terima }", "{ hasil: terima }\n          - { hasil: keberatan, wajib_catatan: true }"),
        ("{ bila: terima, ke: selesai }", "{ bila: terima, ke: selesai }\n      - { bila: keberatan, ke: selesai }"),
    )

    assert found == ["Langkah 10: tombol 'keberatan' baru", "Langkah 10: alur 'keberatan' menuju selesai baru"]


def test_a_field_that_comes_and_must_be_filled_in() -> None:
    found = said(
        ("    - label\n", "    - label\n    - anggaran\n"),
        ("    label:\n      type", "    anggaran:\n      type: integer\n      title: Anggaran\n    label:\n      type"),
    )

    assert found == ["Formulir: isian 'Anggaran' (anggaran) baru, wajib"]


def test_a_field_that_need_not_be_filled_in_any_more() -> None:
    found = said(
        ("    - keperluan\n", ""),
        ("    keperluan:\n", "    keperluan:\n      default: ''\n"),
    )

    assert found == [
        f"Formulir: isian '{title}' (keperluan){rest}"
        for title in ["Keperluan"]
        for rest in [" tidak lagi wajib", ": nilai awal (kosong) baru"]
    ]


def renumbered(spec: Spec, at: int, by: int) -> Spec:
    """Return the SOP with the numbers from ``at`` on moved, in steps and ways."""

    def moved(number: Any) -> Any:
        return number + by if isinstance(number, int) and number >= at else number

    steps = tuple(
        replace(
            step,
            no=moved(step.no),
            lanjut=tuple(replace(edge, ke=moved(edge.ke)) for edge in step.lanjut),
            source=step.source
            and replace(
                step.source,
                lanjut=step.source.lanjut and tuple(replace(edge, ke=moved(edge.ke)) for edge in step.source.lanjut),
            ),
        )
        for step in spec.langkah
    )
    deviations = tuple(replace(item, langkah=moved(item.langkah)) for item in spec.penyimpangan)
    return replace(spec, langkah=steps, penyimpangan=deviations)


@pytest.mark.parametrize("slug", SPECS)
def test_a_step_put_in_is_new_and_renumbers_once(slug: str) -> None:
    old = SPECS[slug]
    shifted = renumbered(old, 4, 1)
    extra = replace(
        old.langkah[2], no=4, kegiatan="Memotret rak peladen", output=("Foto rak",), waktu="5 Menit", source=None
    )
    # The way into the new step is the way that led on to the next one.
    third = tuple(replace(e, ke=4) if e.ke == 5 else e for e in shifted.langkah[2].lanjut)
    steps = (
        *shifted.langkah[:2],
        replace(shifted.langkah[2], lanjut=third),
        extra,
        *shifted.langkah[3:],
    )
    last = len(old.langkah)

    found = [item.teks for item in differences(old, replace(shifted, langkah=steps))]

    assert found == [
        f"Penomoran: langkah 4-{last} menjadi 5-{last + 1}",
        f"Langkah 4 baru: Memotret rak peladen ({extra.pelaksana}, 5 Menit)",
    ]


@pytest.mark.parametrize("slug", SPECS)
def test_a_step_taken_out_is_gone_and_renumbers_once(slug: str) -> None:
    old = SPECS[slug]
    new = renumbered(replace(old, langkah=(*old.langkah[:2], *old.langkah[3:])), 4, -1)
    found = [item.teks for item in differences(old, new)]

    assert found[0] == f"Penomoran: langkah 4-{len(old.langkah)} menjadi 3-{len(old.langkah) - 1}"
    assert f"Langkah 3 dihapus: {old.langkah[2].kegiatan}" in found
    assert [text for text in found[1:] if "dihapus" not in text] == []


def test_steps_that_change_places() -> None:
    old = SPECS["monitoring-layanan-sub-domain"]
    steps = list(old.langkah)
    steps[3], steps[4] = (
        replace(steps[4], no=4, lanjut=steps[3].lanjut),
        replace(steps[3], no=5, lanjut=steps[4].lanjut),
    )

    found = [item.teks for item in differences(old, replace(old, langkah=tuple(steps)))]

    assert found[0] == "Penomoran: langkah 4 menjadi 5, langkah 5 menjadi 4"


def test_another_kind_of_work() -> None:
    old = SPECS["monitoring-layanan-sub-domain"]
    step = replace(old.langkah[0], work=SPECS["permohonan-akun-hosting"].langkah[5].work)

    (found,) = differences(old, replace(old, langkah=(step, *old.langkah[1:])))

    assert found.teks == f"Langkah 1: cara kerja '{old.langkah[0].work.kind}' menjadi 'berita_acara'"


def test_a_reworded_step_stays_the_step() -> None:
    (found,) = differences(
        SPECS["permohonan-akun-hosting"],
        changed(("Membuat Berita Acara Penyelesaian Pekerjaan\n", "Menyusun Berita Acara Penyelesaian Pekerjaan\n")),
    )

    assert (found.bagian, found.langkah, found.kunci) == ("langkah", 6, "kegiatan")
    assert (found.semula, found.menjadi) == (
        "Membuat Berita Acara Penyelesaian Pekerjaan",
        "Menyusun Berita Acara Penyelesaian Pekerjaan",
    )
