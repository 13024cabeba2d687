"""Running cases keep the SOP that they began with, new ones take the new: on a real Airflow, with its processes killed.

Needs no hosts: the SOPs are gates only, in a folder of the test's own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laksana.spec import load_spec
from tests.scenarios.case import Case, ServiceOffice
from tests.scenarios.sop_files import GONE, OTHER, SLUG, new_sop, old_sop, write
from tests.stack.configuration import PRODUCT_DAGS
from tests.stack.stack import Stack
from tests.stack.waiting import wait_for

pytestmark = pytest.mark.scenario
FORM = {"keperluan": "Pengujian", "nota_dinas_nomor": "000/1"}
PRANATA = "pranata-komputer-ahli-muda"
OLD_STEPS = ["Mengajukan permohonan", "Menimbang permohonan", "Mengerjakan permohonan", "Menerima hasil"]
NEW_STEPS = [*OLD_STEPS[:2], "Memeriksa kelengkapan", "Melaksanakan pekerjaan", "Menerima hasil"]


@dataclass
class Desk:
    """The installation with its SOP folder, and the cases that were open when SOP files changed."""

    office: ServiceOffice
    specs: Path
    old: Case
    returned: Case
    restarted: Case
    broken: Case
    other: Case
    gone: Case

    def digest(self, slug: str = SLUG) -> str:
        """Return the version that an SOP's file has now."""
        return load_spec(self.specs / f"{slug}.yaml").digest


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceOffice]:
    """An Airflow of its own, whose only SOPs are the test's."""
    specs = tmp_path_factory.mktemp("sop") / "sop_specs"
    for slug in (SLUG, OTHER, GONE):
        write(specs, old_sop(slug))
    instance = Stack(f"test-{os.getpid()}-versions", dags=(PRODUCT_DAGS,), settings={"LAKSANA_SPECS_DIR": str(specs)})
    instance.start()
    made = ServiceOffice(instance)
    yield made
    made.office.database.dispose()
    instance.stop()
    shutil.rmtree(instance.state_dir)


@pytest.fixture(scope="module")
def desk(office: ServiceOffice) -> Desk:
    """Cases that wait at the first gate of the old version; after that, the new version is in force."""
    specs = office.settings.specs_dir
    for slug in (SLUG, OTHER, GONE):
        wait_for(f"DAG {slug}", lambda slug=slug: dag(office, slug), 90)  # type: ignore[misc]  # the loop's own
    cases = [submit(office) for _ in range(4)]
    made = Desk(office, specs, *cases, submit(office, OTHER), submit(office, GONE))
    for case in (*cases, made.other, made.gone):
        case.await_gate("kabid-ti")
    write(specs, new_sop())
    await_version(office, made.digest())
    return made


def submit(office: ServiceOffice, slug: str = SLUG, **more: Any) -> Case:
    return office.request(slug, {**FORM, **more}, name="", kind="")


def dag(office: ServiceOffice, slug: str = SLUG) -> dict[str, Any]:
    answer = office.people["admin"].get(f"/api/v2/dags/{slug}/details")
    return dict(answer.json()) if answer.ok else {}


def await_version(office: ServiceOffice, digest: str) -> None:
    """Wait until Airflow would start new cases by a version: its DAG shows it."""
    mark = f"versi:{digest[:12]}"
    wait_for(f"DAG of {mark}", lambda: mark in [tag["name"] for tag in dag(office)["tags"]], 120)


def finish_old(case: Case) -> None:
    """Go on from the first gate by the old steps to the end."""
    assert case.answer("kabid-ti", "Teruskan").subject.startswith("Teruskan?")
    assert case.answer(PRANATA, "Sudah", jumlah=2).subject.startswith("Sudah dikerjakan?")
    case.answer("pemohon", "Terima")
    case.await_end()


def steps(case: Case) -> list[str]:
    return [step["kegiatan"] for step in case.status()["langkah"]]


def ids(case: Case) -> list[str]:
    return sorted(task for task, row in case.tasks().items() if row["state"] == "success")


def test_old_case_goes_on_by_its_own_steps_to_the_end(desk: Desk) -> None:
    finish_old(desk.old)

    assert ids(desk.old) == [
        "langkah_01_mengajukan_permohonan", "langkah_02_menimbang_permohonan",
        "langkah_03_mengerjakan_permohonan", "langkah_04_menerima_hasil",
    ]  # fmt: skip
    assert steps(desk.old) == OLD_STEPS
    assert desk.old.outcomes() == {1: "selesai", 2: "teruskan", 3: "sudah", 4: "terima"}
    entries = desk.office.office.ledger.entries(desk.old.ticket)
    assert {item.spec_digest for item in entries} == {desk.old.status()["versi"]}


def test_new_case_takes_the_new_steps(desk: Desk) -> None:
    case = submit(desk.office, lokasi="Lantai 2")
    assert case.answer("kabid-ti", "Setujui").subject.startswith("Setujui permohonan?")
    case.answer("kabid-ti", "Lengkap")
    assert case.answer(PRANATA, "Sudah", jumlah=2).subject.startswith("Pekerjaan selesai dilaksanakan?")
    case.answer("pemohon", "Terima")
    case.await_end()

    assert ids(case) == [
        "langkah_01_mengajukan_permohonan", "langkah_02_menimbang_permohonan", "langkah_03_memeriksa_kelengkapan",
        "langkah_04_melaksanakan_pekerjaan", "langkah_05_menerima_hasil",
    ]  # fmt: skip
    assert steps(case) == NEW_STEPS
    assert case.status()["versi"] == desk.digest() != desk.old.status()["versi"]


def test_returned_case_is_completed_by_its_own_form(desk: Desk) -> None:
    case = desk.returned
    case.answer("kabid-ti", "Kembalikan", catatan="Lengkapi keperluan")
    form = case.await_gate("pemohon")

    refused = case.try_answer("pemohon", form, "Kirim", keperluan="Pengujian ulang", lokasi="Lantai 2")
    taken = case.try_answer("pemohon", form, "Kirim", keperluan="Pengujian ulang")

    assert set(form.shown) == set(FORM)
    assert (refused.status_code, taken.status_code) == (422, 200)
    finish_old(case)


def test_old_case_goes_on_after_scheduler_and_worker_were_killed_and_the_copies_are_gone(desk: Desk) -> None:
    stack, case = desk.office.stack, desk.restarted
    shutil.rmtree(stack.state_dir / "airflow" / "bundles" / "sop" / "versions")
    stack.kill("scheduler")
    stack.kill("dag-processor")
    case.answer("kabid-ti", "Teruskan")
    stack.start_process("scheduler")
    stack.start_process("dag-processor")
    stack.await_healthy(90)

    case.await_gate(PRANATA)
    stack.kill("scheduler")
    case.answer(PRANATA, "Sudah", jumlah=1)
    stack.start_process("scheduler")
    stack.await_healthy(90)
    case.answer("pemohon", "Terima")
    case.await_end()

    assert steps(case) == OLD_STEPS


def test_broken_file_stops_no_running_case_and_no_other_sop(desk: Desk) -> None:
    office, file = desk.office, desk.specs / f"{SLUG}.yaml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("waktu: 1 Hari", "waktu: Sehari"), encoding="utf-8")
    errors = lambda: office.people["admin"].get("/api/v2/importErrors").json()["import_errors"]  # noqa: E731  # asked again
    [error] = wait_for("the error in Airflow", errors, 120)

    finish_old(desk.broken)
    finish_old(desk.other)
    by_last_good = submit(office, lokasi="Lantai 2")
    by_last_good.answer("kabid-ti", "Setujui")

    assert f"{file}:" in error["stack_trace"]
    assert "(allowed: a number and Menit, Jam or Hari)" in error["stack_trace"]
    assert steps(by_last_good) == NEW_STEPS
    file.write_text(good, encoding="utf-8")
    wait_for("no error in Airflow", lambda: not errors(), 120)


def test_case_of_a_removed_sop_goes_on_to_its_end(desk: Desk) -> None:
    before = desk.gone.status()["versi"]
    (desk.specs / f"{GONE}.yaml").unlink()
    refused = lambda: desk.office.send(FORM, slug=GONE).status_code == 404  # noqa: E731
    assert wait_for("no new requests", refused, 10)
    bundle = desk.office.stack.state_dir / "airflow" / "bundles" / "sop" / "present" / "dags"
    wait_for(
        "the bundle without the file",
        lambda: "withdrawn=True" in (bundle / f"{GONE.replace('-', '_')}.py").read_text(encoding="utf-8"),
        120,
    )

    finish_old(desk.gone)

    assert desk.gone.status()["versi"] == before
    assert steps(desk.gone) == OLD_STEPS
