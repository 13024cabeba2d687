"""Every rule finds what it is for, at its place, and leaves alone what only looks like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from laksana.lint.rules import RULES
from laksana.lint.sops import Sop
from laksana.spec.model import Edge, Requirement, StepSource
from tests.lint.making import POST, found, sop, step

CHECK = ("periksa", {"pemeriksaan": "uji"})
AGE = ("periksa_cadangan", {"umur": "1 Bulan"})
OLD = ("periksa_cadangan", {"umur": "3 Bulan"})
OTHER = ("jalankan_sop", {"sop": "lain"})
BACK = ("jalankan_sop", {"sop": "uji"})
A, B = "Naskah", "Hasil"
LAST = step("Mengarsipkan naskah")


def jump(*, past: bool) -> Sop:
    """Return an SOP whose first step may go on at the third, which needs what the second makes, or the first."""
    ways = [("ya", 2), ("tidak", 3)]
    first = step("Memeriksa naskah", ways=ways, makes=[A])
    return sop(first, step(makes=[B], needs=[A]), step("Menandatangani", needs=[B if past else A]), LAST)


def worded(text: str, *ways: tuple[str, int | str]) -> Sop:
    """Return an SOP whose second step has these words and ways."""
    return sop(step(), step(text, ways=ways), step(), LAST)


def branches(*, meets: bool) -> Sop:
    """Return an SOP of two branches, steps 2 and 3, of which the first leads on in the second, or to step 4."""
    after = 4 if meets else 3
    head = step("Memeriksa letak", makes=[A], ways=[("pdn", 2), ("lokal", 3)])
    return sop(head, step(makes=["Lain"], ways=[("selalu", after)]), step(needs=[A], makes=[B]), LAST)


def called(*steps_of_the_other: object, time: str = "10 Menit", **identity: object) -> tuple[Sop, ...]:
    """Return an SOP that calls another one of these steps in its first step."""
    caller = sop(step("Menjalankan SOP", work=OTHER, waktu=time), LAST, keterkaitan=["SOP Lain"], **identity)
    return caller, sop(*steps_of_the_other, slug="lain", judul="SOP LAIN", layanan="Lain")  # type: ignore[arg-type]


def aged(own: tuple[str, dict[str, str]]) -> tuple[Sop, ...]:
    caller = sop(step("Mengecek cadangan", work=own), step(work=OTHER), LAST)
    return caller, sop(step(work=OLD), LAST, slug="lain", judul="SOP LAIN")


def shared(output: str, activity: str = "Membuat dokumen") -> tuple[Sop, ...]:
    return sop(step(activity, makes=[output]), LAST, layanan="VPS PDN"), sop(
        step(), LAST, slug="lain", layanan="Akun Hosting"
    )


def refusing() -> Sop:
    """Return an SOP whose document knows no refusal; the one that runs refuses, past step 2 that makes what 3 needs."""
    check = step("Memeriksa", ways=[("lulus", 2), ("ditolak", 3)], source=StepSource(lanjut=(Edge("selalu", 2),)))
    return sop(check, step(makes=[B]), step("Membuat konsep", needs=[B]), LAST)


def waiting(*, optional: bool = False, past: int = 3, outcome: str = "tidak", refusal: bool = False) -> Sop:
    """Return an SOP whose first step may lead to another than the second, which makes what the third needs."""
    third = step("Membuat konsep", needs=[B])
    needed = Requirement(B, "langkah", refusal, optional)
    first = step("Memilah", ways=[("ya", 2), (outcome, past)])
    return sop(first, step(makes=[B]), replace(third, kelengkapan=(needed,)), LAST)


def named(title: str) -> tuple[Sop, ...]:
    """Return an SOP whose Kelengkapan names another SOP."""
    return sop(step(tools=[title]), LAST), sop(LAST, slug="lain", judul="SOP LAYANAN (INDUK) LAIN")


def departing(*deviations: tuple[str, int]) -> Sop:
    return sop(step(source=StepSource(kegiatan="Mengerjakan")), LAST, deviations=deviations)


def numbered(nomor: str) -> tuple[Sop, ...]:
    one, other = sop(LAST), sop(LAST, slug="lain", judul="SOP LAIN")
    spec = replace(other.spec, nomor=nomor)
    return one, replace(other, spec=spec, document=spec)


CASES: dict[str, tuple[tuple[Sop, ...], int, tuple[Sop, ...]]] = {
    "jump-past-input": ((jump(past=True),), 1, (jump(past=False),)),
    "flow-against-text": (
        (worded("Mengecek. Apabila ada, ke langkah 4", ("selalu", 3)),), 2,
        (worded("Mengecek. Apabila ada, ke langkah 4", ("ya", 4), ("tidak", 3)),),
    ),
    "label-against-text": (
        (worded("Mengecek. Apabila sudah ada, ke langkah 4", ("ya", 3), ("tidak", 4)),), 2,
        (worded("Mengecek. Apabila tidak ada, ke langkah 4", ("ya", 3), ("tidak", 4)),),
    ),
    "input-not-on-every-way": ((refusing(),), 3, (jump(past=False),)),
    "check-without-way-out": (
        (sop(step("Mengecek", work=CHECK), LAST),), 1,
        (sop(step("Mengecek", work=CHECK, ways=[("lulus", 2), ("ditolak", 3)]), step(), LAST),),
    ),
    "disposition-without-refusal": (
        (sop(step("Menerima dan mendisposisi surat"), LAST),), 1, (sop(step("Menerima disposisi surat"), LAST),),
    ),
    "approval-without-way-back": (
        (sop(step(), step("Menyetujui konsep"), LAST),), 2,
        (sop(step(), step("Menyetujui konsep", ways=[("ya", 3), ("tidak", 1)]), LAST),),
    ),
    "loop-without-bound": (
        (worded("Menguji. Apabila gagal, kembali ke langkah 1", ("ya", 3), ("tidak", 1)),), 2,
        (worded("Menguji. Apabila gagal, kembali ke langkah 1 paling banyak 3 kali", ("ya", 3), ("tidak", 1)),),
    ),
    "branch-falls-through": ((branches(meets=False),), 2, (branches(meets=True),)),
    "call-cycle": (called(step(work=BACK), LAST), 1, called(step(), LAST)),
    "threshold-differs": (aged(AGE), 1, aged(OLD)),
    "threshold-against-text": (
        (sop(step("Mengecek cadangan kurang dari 3 bulan", work=AGE), LAST),), 1,
        (sop(step("Mengecek cadangan kurang dari 1 bulan", work=AGE), LAST),),
    ),
    "call-too-long": (called(step(waktu="1 Hari"), LAST), 1, called(step(), LAST, time="20 Menit")),
    "input-unmade": (
        (sop(step(makes=["Dokumentasi VPS terkonfigurasi"]), step(needs=["Dokumentasi aplikasi terkonfigurasi"])),), 2,
        (sop(step(makes=["Dokumentasi VPS"]), step(needs=["dokumentasi vps"])),),
    ),
    "foreign-name": (
        shared("Dokumentasi Resource Hosting"), 1, shared("Dokumentasi Resource Hosting", "Membuat Hosting"),
    ),
    "tool-not-listed": ((sop(step(tools=["Printer"]), LAST),), 1, (sop(step(tools=["komputer", "SOP Lain"]), LAST),)),
    "output-unused": ((sop(step(makes=[A]), LAST),), 1, (sop(step(makes=[A]), step(needs=[A])),)),
    "related-missing": (
        (sop(step(work=OTHER), LAST), sop(LAST, slug="lain", judul="SOP LAIN")), 1, called(LAST),
    ),
    "related-unknown": ((sop(LAST, keterkaitan=["SOP Hilang"]),), 0, (sop(LAST, keterkaitan=["SOP Layanan (X) Uji"]),)),
    "noun-for-act": ((sop(step("Pengumpulan data"), LAST),), 1, (sop(step("Mengumpulkan data"), LAST),)),
    "two-acts": (
        (sop(step("Menerima dan memeriksa surat"), LAST),), 1, (sop(step("Memeriksa surat dan naskah"), LAST),),
    ),
    "performer-in-activity": (
        (sop(step(f"{POST} membuat laporan"), LAST),), 1, (sop(step(f"Membuat laporan {POST}an"), LAST),),
    ),
    "first-column": (
        (sop(step(by="Kepala"), LAST, posts=[POST, "Kepala"]),), 0,
        (sop(step(by="Kepala"), LAST, posts=["Kepala", POST]),),
    ),
    "column-order": (
        (sop(step(), step(by="Kepala"), step(by="Analis"), posts=[POST, "Analis", "Kepala"]),), 0,
        (sop(step(), step(by="Kepala"), step(by="Analis"), posts=[POST, "Kepala", "Analis"]),),
    ),
    "column-without-step": (
        (sop(step(), LAST, posts=[POST, "Kepala"]),), 0, (sop(step(), step(by="Kepala"), posts=[POST, "Kepala"]),),
    ),
    "performer-twice": (
        (sop(LAST, posts=["Analis Sistem Informasi", "Analisis Sistem Informasi"]),), 0,
        (sop(LAST, posts=["Kabid TI", "Kabid SPBE"]),),
    ),
    "warning-without-condition": (
        (sop(LAST, peringatan="Hati-hati."),), 0, (sop(LAST, peringatan="Diselesaikan paling lambat 3 hari."),),
    ),
    "empty-field": ((sop(LAST, tanggal_efektif=None),), 0, (sop(LAST),)),
    "sheet-too-large": ((sop(*[step()] * 21),), 0, (sop(*[step()] * 20),)),
}  # fmt: skip
CASES |= {
    "input-lost": ((waiting(),), 3, (waiting(past=4),)),
    "call-unknown": (
        (sop(step(work=OTHER), LAST),), 1, (sop(step(work=OTHER), LAST), sop(LAST, slug="lain", judul="SOP LAIN")),
    ),
    "sop-named-otherwise": (named("SOP Lain Baru"), 1, named("SOP lain")),
    "standard-missing": (
        (sop(step(makes=[A], tools=["Komputer"]), step(needs=[A])),), 2,
        (sop(step(makes=[A], tools=["Komputer"]), step(needs=[A], makes=[B])),),
    ),
    "way-to-nowhere": (
        (sop(step(source=StepSource(lanjut=(Edge("ya", 3),))), LAST),), 1,
        (sop(step(source=StepSource(lanjut=(Edge("ya", 2),))), LAST),),
    ),
    "departure-without-reason": ((departing(("R1", 2)),), 1, (departing(("R1", 1)),)),
    "dates-out-of-order": (
        (sop(LAST, tanggal_revisi="2022-12-31"),), 0, (sop(LAST, tanggal_revisi="2023-01-01", tanggal_efektif=None),),
    ),
    "number-twice": (numbered("1"), 0, numbered("2")),
}  # fmt: skip
"""Rule → SOPs in which it finds something, the step at which it does, and SOPs in which it finds nothing."""


def test_every_rule_has_its_case() -> None:
    assert set(CASES) == {rule.code for rule in RULES}


@pytest.mark.parametrize("code", CASES)
def test_rule_finds_what_it_is_for(code: str) -> None:
    sops, at, _ = CASES[code]

    findings = found(*sops, code=code)

    assert [finding.step for finding in findings] == [at]
    assert findings[0].message
    assert findings[0].hint
    assert "\n" not in findings[0].as_line()


@pytest.mark.parametrize("code", CASES)
def test_rule_leaves_alone_what_only_looks_like_it(code: str) -> None:
    *_, near = CASES[code]

    assert found(*near, code=code) == []


def test_ruling_at_the_step_accepts_a_finding_and_says_why() -> None:
    bare = worded("Menguji. Apabila gagal, kembali ke langkah 1", ("ya", 3), ("tidak", 1))
    ruled = sop(*bare.spec.langkah, deviations=[("R6", 2), ("R7", 1), ("R7", 2)])
    elsewhere = sop(*bare.spec.langkah, deviations=[("R7", 3)])

    (accepted,) = found(ruled, code="loop-without-bound")
    (open_one,) = found(elsewhere, code="loop-without-bound")

    assert accepted.accepted is not None
    assert (accepted.accepted.ruling, accepted.accepted.reason) == ("R7", "alasan")
    assert open_one.accepted is None


def test_jump_is_accepted_by_a_ruling_at_either_end() -> None:
    past = jump(past=True)

    for at in (1, 3):
        (finding,) = found(sop(*past.spec.langkah, deviations=[("R3", at)]), code="jump-past-input")
        assert finding.accepted is not None


def test_document_is_looked_at_and_not_what_runs() -> None:
    ways = [("setujui", 3), ("kembalikan", 1)]
    mended = step("Menyetujui konsep", ways=ways, source=StepSource(lanjut=(Edge("selalu", 3),)))

    (finding,) = found(sop(step(), mended, LAST), code="approval-without-way-back")

    assert finding.key == "langkah[1].sumber.lanjut"


def test_called_sops_time_counts_what_it_calls_itself_but_not_its_caller() -> None:
    third = ("jalankan_sop", {"sop": "ketiga"})
    caller = sop(step(work=OTHER, waktu="20 Menit"), LAST)
    second = sop(step(work=BACK, waktu="5 Menit"), step(work=third, waktu="5 Menit"), slug="lain", judul="SOP LAIN")
    slow = sop(step(waktu="2 Jam", ways=[("ya", 2), ("tidak", 3)]), step(waktu="1 Hari"), step(), slug="ketiga")

    (finding,) = found(caller, second, slow, code="call-too-long")

    assert (
        "can never be kept: lain takes 135 minutes in the best case, 585 minutes (1.3 working days)" in finding.message
    )


def test_longer_cycles_are_named_with_their_way() -> None:
    third = ("jalankan_sop", {"sop": "ketiga"})
    second, last = sop(step(work=third), LAST, slug="lain"), sop(step(work=BACK), LAST, slug="ketiga")
    sops = [sop(step(work=OTHER), LAST), second, last]

    (finding,) = found(*sops, code="call-cycle")

    assert finding.written == "lain > ketiga"


def test_web_of_calls_is_looked_through_at_once() -> None:
    """Fourteen SOPs, each of which calls all others: the chains among them are more than could be gone through."""
    slugs = [f"sop-{number}" for number in range(14)]
    web = [
        sop(*(step(work=("jalankan_sop", {"sop": name})) for name in slugs if name != slug), slug=slug)
        for slug in slugs
    ]

    findings = found(*web, code="call-cycle")

    assert sorted(finding.written for finding in findings) == sorted(slugs[1:])


def test_only_what_keeps_an_sop_from_running_is_an_error() -> None:
    assert {rule.code for rule in RULES if rule.is_error} == {"input-lost", "call-unknown"}
    assert [rule.code for rule in RULES if rule.is_error and rule.rulings] == []


@pytest.mark.parametrize(
    ("flow", "lost"),
    [
        (waiting(outcome="tolak"), True),
        (waiting(outcome="tolak", refusal=True), False),
        (waiting(outcome="tidak", refusal=True), True),
        (waiting(outcome="tidak", optional=True), False),
        (waiting(outcome="tolak", optional=True), False),
    ],
)
def test_input_may_be_lost_where_the_spec_lets_the_step_do_without(flow: Sop, lost: bool) -> None:
    assert bool(found(flow, code="input-lost")) is lost


def test_label_ya_is_wrong_where_the_condition_is_that_something_is_not_so() -> None:
    wrong = worded("Mengecek. Apabila belum ada, ke langkah 4", ("ya", 4), ("tidak", 3))
    compared = worded("Mengecek. Apabila kurang dari 1 bulan, ke langkah 4", ("ya", 4), ("tidak", 3))

    assert [finding.allowed for finding in found(wrong, code="label-against-text")] == ["tidak"]
    assert found(compared, code="label-against-text") == []


def test_check_of_a_gate_has_to_have_its_ways_too() -> None:
    alone = sop(step("Memeriksa berkas", makes=[A]), LAST)
    decided = sop(step("Memeriksa berkas", makes=[A]), step("Menyetujui hasil pengecekan", needs=[A]), LAST)

    assert [finding.step for finding in found(alone, code="check-without-way-out")] == [1]
    assert [finding.step for finding in found(decided, code="check-without-way-out")] == [2]


def test_bound_in_the_data_ends_a_loop() -> None:
    """A new SOP's sheet need not tell in words what its flow says."""
    bounded = replace(step("Mengesahkan naskah"), lanjut=(Edge("setujui", 3), Edge("kembalikan", 1, 3)))

    assert found(sop(step(), bounded, LAST), code="loop-without-bound") == []


def test_performer_is_known_in_the_spelling_of_another_sop() -> None:
    own = sop(LAST, posts=[POST, "Kementerian Kominfo"])
    theirs = sop(LAST, slug="lain", judul="SOP LAIN", posts=["Petugas Loket", "Kemkominfo"])

    (finding,) = found(own, theirs, code="performer-twice")

    assert (finding.written, finding.allowed) == ("Kementerian Kominfo", "Kemkominfo")
