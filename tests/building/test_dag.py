"""The drawn DAG: every step is there, every outcome of every task has a way, nobody's gate is open to all."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.definitions.mappedoperator import MappedOperator
from airflow.sdk.definitions.param import ParamsDict
from airflow.sdk.exceptions import ParamValidationError

from laksana.building.attempts import AT_ONCE
from laksana.building.dag import form_params, schedule_of
from laksana.building.kinds import BUILDERS
from laksana.gates.answers import WRITABLE
from laksana.settings import Settings
from laksana.spec.model import SELALU, Spec
from laksana.spec.vocabulary import OUTCOMES
from laksana.steps.kinds import WORK
from laksana.steps.operators import CallOperator, GateOperator, ListOperator, StepOperator
from laksana.steps.questions import DECISIONS, QUESTIONS
from laksana.steps.upkeep.tables import EACH, SELECTIONS
from tests.building.conftest import SPECS
from tests.demo.samples import form_of

STEP_OUTCOMES = {
    "terima_permohonan": {SELALU},
    "periksa": {"lulus", "ditolak"},
    "rencana": {"lulus"},
    "terapkan": {SELALU},
    "uji": {"lulus", "gagal"},
    "batalkan": {"tolak"},
    "tentukan_letak": {"pdn", "lokal", "ditolak"},
    "berita_acara": {SELALU},
    "konsep_surat": {SELALU},
    "tanda_tangan": {"setujui"},
    "unggah_balasan": {SELALU},
    "akses": {SELALU},
    "periksa_status": {"up", "down"},
    "aktifkan": {SELALU},
    "periksa_cadangan": {"segar", "usang"},
    "perbarui_cadangan": {SELALU},
    "periksa_resource": {"cukup", "melampaui"},
    "tambah_kuota": {SELALU},
    "koordinasi": {"diajukan", "diminta", "ditolak"},
    "tambah_resource": {SELALU},
    "konfigurasi_tambahan": {SELALU},
    "uji_tambahan": {"selesai", "gagal"},
    "batalkan_tambahan": {"tolak"},
    "laporan_rutin": {SELALU},
    "arsip": {SELALU},
    "rekap_layanan": {SELALU},
    "laporan_rapat": {SELALU},
    "konsep_rekomendasi": {SELALU},
}
"""What each piece of work may come out as."""
HEAVY = {
    "alembic",
    "ansible_runner",
    "boto3",
    "dns",
    "great_expectations",
    "holidays",
    "jsonschema",
    "requests",
    "typst",
}
"""Packages that only work needs."""
CALLED = {"selesai", "tolak"}
"""How an SOP that was called may come out."""
ANALYST = "analis-sistem-informasi"


def tasks_of(dag: DAG) -> dict[str, Any]:
    return dict(dag.task_dict)


def gates_of(dag: DAG) -> list[GateOperator]:
    return [task for task in tasks_of(dag).values() if isinstance(task, GateOperator)]


def gate_outcomes(task: GateOperator) -> set[str]:
    """Return what a gate's decision may come out as."""
    renamed = {
        "perbaikan_permohonan": {"kirim": SELALU},
        "perbaikan_konsep": {"kirim": SELALU},
        "perbaikan_laporan": {"kirim": SELALU},
        "konsep_rekomendasi": {"kirim": SELALU},
    }.get(task.gerbang, {})
    return {renamed.get(item, item) for item in task.pilihan}


def test_every_step_of_the_sheet_is_there(any_dag: DAG, any_spec: Spec) -> None:
    numbers = {int(found[1]) for task_id in tasks_of(any_dag) if (found := re.match(r"langkah_(\d\d)_", task_id))}

    assert numbers == {step.no for step in any_spec.langkah}
    assert all(task_id.startswith("langkah_") for task_id in tasks_of(any_dag))


def test_first_task_is_the_first_step(dag: DAG) -> None:
    assert [task.task_id for task in dag.roots] == ["langkah_01_mengajukan_nota_dinas_permohonan_sub"]
    assert {task.task_id[:10] for task in dag.leaves} == {"langkah_09"}


def test_work_and_questions_are_exactly_what_is_drawn(all_dags: list[DAG]) -> None:
    drawn = [task for dag in all_dags for task in tasks_of(dag).values()]

    worked = {task.kerja for task in drawn if isinstance(task, StepOperator) and not isinstance(task, CallOperator)}
    mapped = {task.partial_kwargs["kerja"] for task in drawn if isinstance(task, MappedOperator)}
    assert worked == set(WORK) == set(STEP_OUTCOMES)
    assert {task.kerja for task in drawn if isinstance(task, ListOperator)} == mapped == set(SELECTIONS) == set(EACH)
    assert {task.gerbang for dag in all_dags for task in gates_of(dag)} == set(QUESTIONS) == set(DECISIONS)
    assert set(BUILDERS) == {*OUTCOMES, "gerbang"}


def test_every_outcome_of_every_task_has_a_way(any_dag: DAG, any_spec: Spec) -> None:
    last = f"langkah_{len(any_spec.langkah):02d}"
    for task in tasks_of(any_dag).values():
        if isinstance(task, ListOperator | MappedOperator):
            continue  # what comes after them is drawn with them; a test of its own looks at it
        outcomes = gate_outcomes(task) if isinstance(task, GateOperator) else STEP_OUTCOMES.get(task.kerja, CALLED)
        if task.ways:
            assert set(task.ways) == outcomes, task.task_id
            assert set(task.ways.values()) == task.downstream_task_ids, task.task_id
        else:
            assert len(outcomes) == 1, task.task_id
            assert len(task.downstream_task_ids) == (0 if task.task_id.startswith(last) else 1), task.task_id


def test_every_gate_has_an_assignee_of_the_office(any_dag: DAG, any_spec: Spec) -> None:
    roles = {step.role for step in any_spec.langkah} - {"kementerian-kominfo"}

    for gate in gates_of(any_dag):
        assert [user["id"] for user in gate.assigned_users] == [f"role:{gate.peran}"]
        assert gate.peran in roles


def test_silence_never_decides(any_dag: DAG) -> None:
    for gate in gates_of(any_dag):
        assert gate.defaults is None
        assert gate.execution_timeout is None
        assert not gate.multiple


def test_last_attempt_offers_no_return(dag: DAG) -> None:
    offered = {gate.task_id: gate.pilihan for gate in gates_of(dag)}
    stem = "langkah_02_menerima_dan_mempelajari_disposisi_permohonan"

    assert offered[stem] == ["teruskan", "kembalikan", "tolak"]
    assert offered[f"{stem}_percobaan_4"] == ["teruskan", "tolak"]
    assert f"{stem}_percobaan_5" not in offered


def test_person_decides_after_the_third_failed_test_and_undo_follows_the_fourth(dag: DAG) -> None:
    stem = "langkah_05_melakukan_tes_sub_domain"
    ways = {task.task_id: dict(task.ways) for task in tasks_of(dag).values() if task.task_id.startswith(stem)}

    assert set(ways) == {
        stem, *(f"{stem}_percobaan_{number}" for number in (2, 3, 4)), f"{stem}_percobaan_3_putusan",
        f"{stem}_percobaan_3_batalkan", f"{stem}_percobaan_4_batalkan",
    }  # fmt: skip
    assert ways[f"{stem}_percobaan_3"]["gagal"] == f"{stem}_percobaan_3_putusan"
    assert ways[f"{stem}_percobaan_3_putusan"] == {
        "ulang": "langkah_04_membuat_sub_domain_dengan_ip_percobaan_4",
        "tolak": f"{stem}_percobaan_3_batalkan",
    }
    assert ways[f"{stem}_percobaan_4"]["gagal"] == f"{stem}_percobaan_4_batalkan"


def test_dag_states_its_version_and_deviations(any_dag: DAG, any_spec: Spec) -> None:
    text = str(any_dag.doc_md)

    assert any_spec.digest[:12] in text
    assert all(item.ruling in text and item.alasan in text for item in any_spec.penyimpangan)
    assert all(f"| {step.no} | {step.kegiatan} |" in text for step in any_spec.langkah)


def test_trigger_form_takes_the_sample(spec: Spec) -> None:
    params = ParamsDict(form_params(spec))
    params.update(form_of("perikanan", on=date(2026, 11, 23)))

    params.validate()

    assert params["port_tujuan"] == 80


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", "Perikanan"),
        ("label", "www"),
        ("label", "xn--abc"),
        ("alamat_tujuan", "999.1.1.1"),
        ("port_tujuan", 0),
        ("port_tujuan", "80"),
        ("nota_dinas_tanggal", "23-11-2026"),
        ("pic_telepon", "telepon"),
    ],
)
def test_trigger_form_refuses_bad_values(spec: Spec, field: str, value: object) -> None:
    params = ParamsDict(form_params(spec))

    with pytest.raises(ParamValidationError):
        params.update({**form_of("perikanan", on=date(2026, 11, 23)), field: value})


def test_trigger_form_needs_its_required_fields(spec: Spec) -> None:
    with pytest.raises(ParamValidationError):
        ParamsDict(form_params(spec)).validate()


def test_texts_that_reach_a_letter_hold_only_what_its_fonts_show(any_dag: DAG) -> None:
    for gate in gates_of(any_dag):
        for name in {"catatan", "isi"} & set(gate.form):
            assert gate.form[name]["pattern"] == WRITABLE


def test_step_through_services_concludes_when_all_of_them_are_done(dags: dict[str, DAG]) -> None:
    tasks = dags["monitoring-layanan-hosting"].task_dict
    stem = "langkah_02_melakukan_pengecekan_status_hosting"
    listing, each, conclude = (tasks[f"{stem}.{name}"] for name in ("daftar", "tiap", "simpulan"))

    assert listing.downstream_task_ids == {each.task_id, conclude.task_id}
    assert each.downstream_task_ids == {conclude.task_id}
    assert conclude.trigger_rule == "all_done"
    assert each.partial_kwargs["max_active_tis_per_dagrun"] == AT_ONCE
    assert each.partial_kwargs["execution_timeout"] is not None


def test_case_near_its_end_does_not_wait_behind_all_new_ones(any_dag: DAG) -> None:
    """Airflow's own rule weighs a task by all that may follow it: cases would starve before their last steps."""
    assert {task.weight_rule for task in tasks_of(any_dag).values()} == {"absolute"}


def test_growth_goes_by_the_maintenance_of_its_place(dags: dict[str, DAG]) -> None:
    request = dags["permohonan-penambahan-resource-vps"]
    called = {task.langkah: task for task in tasks_of(request).values() if isinstance(task, CallOperator)}
    specs = {no: SPECS[request.dag_id].step(no).work.text("sop") for no in called}

    assert specs == {4: "pemeliharaan-vps-pdn", 6: "pemeliharaan-layanan-fasilitasi-pusat-komputasi"}
    assert all(set(task.ways) == {"selesai", "tolak"} for task in called.values())


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (("07.30", "08.00", ""), {"monitoring", "pemeliharaan"}),
        (("07.30", "", ""), {"monitoring"}),
        (("", "", "08.00"), {"evaluasi"}),
        (("", "", ""), set()),
    ],
)
def test_calendar_starts_what_the_settings_give_a_time(times: tuple[str, str, str], expected: set[str]) -> None:
    settings = replace(Settings(), monitoring_time=times[0], maintenance_time=times[1], evaluation_time=times[2])

    assert {spec.jenis for spec in SPECS.values() if schedule_of(spec, settings) is not None} == expected


def test_ministry_steps_are_answered_by_who_records_them(dags: dict[str, DAG]) -> None:
    gates = [gate for gate in gates_of(dags["permohonan-vps-pdn"]) if gate.langkah in {5, 7}]
    routine = {gate.langkah: gate.peran for gate in gates_of(dags["pemeliharaan-vps-pdn"]) if gate.langkah < 11}

    assert {gate.langkah: gate.peran for gate in gates} == dict.fromkeys((5, 7), "analis-sistem-informasi")
    assert routine == {6: ANALYST, 7: ANALYST, 8: "pranata-komputer-ahli-muda", 9: ANALYST}


def test_tasks_do_not_carry_the_request_form(any_dag: DAG, any_spec: Spec) -> None:
    """Airflow would copy it into each; what a task sees of it is merged in when it runs."""
    form = set(any_spec.formulir.get("properties", {}))

    assert set(any_dag.params) == form
    assert [
        task.task_id for task in any_dag.tasks if set(task.params) & form and not isinstance(task, GateOperator)
    ] == []


def test_drawing_loads_no_library_that_only_work_needs() -> None:
    """Each parse and each task's start pays for what is imported here; a task that works imports the rest itself."""
    program = (
        "import sys, airflow.sdk, airflow.providers.standard.operators.hitl; before = set(sys.modules);"
        "from laksana.building.dag import sop_dag; sop_dag('permohonan-vps-pdn'); sop_dag('monitoring-vps-pdn');"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before}, 'laksana.office' in sys.modules)"
    )

    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "plugins")}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)

    *loaded, office = done.stdout.split()
    assert "jsonschema_rs" in loaded
    assert HEAVY.isdisjoint(loaded)
    assert office == "False"
