"""An SOP's nodes and flows are those that its spec implies, counted from the spec."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from laksana.bpmn.drawing import KINDS, draw
from laksana.bpmn.elements import CALL, END, GATEWAY, SCRIPT, SERVICE, START, TIMER, USER, Process
from laksana.spec.model import Spec
from laksana.spec.vocabulary import OUTCOMES
from tests.building.conftest import SPECS


def named(process: Process, name: str) -> str:
    return process.node(name).name


def counted(spec: Spec) -> Counter[str]:
    """Count a spec's elements from its steps alone."""
    count: Counter[str] = Counter({START: 1, END: 1})
    loops = [(int(step.way_back.ke), step.no) for step in spec.langkah if step.way_back]
    calls = [step for step in spec.langkah if step.work.kind == "jalankan_sop"]
    count[SCRIPT] += bool(loops or calls) + len(loops)
    for step in spec.langkah:
        kind = step.work.kind
        activity = KINDS.get(kind, SERVICE)
        inside = any(first <= step.no <= last for first, last in loops)
        revised = inside and kind in {"konsep_surat", "laporan_rutin"}
        timed = (activity != SERVICE) + revised
        count += Counter({activity: 1}) + Counter({USER: int(revised), TIMER: timed, END: timed})
        targets = {edge.ke for edge in step.lanjut}
        if kind == "uji":  # the test's result; attempts left; the person's decision; the undo
            count += Counter({GATEWAY: 3, USER: 1, SERVICE: 1})
        elif kind == "konfigurasi_tambahan":
            count += Counter({GATEWAY: 1, SERVICE: 1})
        elif len(targets) > 1:
            count[GATEWAY] += 1
        if kind == "jalankan_sop" and spec.jenis != "permohonan":
            count[GATEWAY] += 1
    return count


def test_elements_are_those_that_the_spec_implies(any_spec: Spec) -> None:
    assert Counter(node.kind for node in draw(any_spec).nodes) == counted(any_spec)


def test_lanes_are_the_performers_and_steps_stand_in_theirs(any_spec: Spec) -> None:
    process = draw(any_spec)

    assert process.lanes == any_spec.pelaksana
    for step in any_spec.langkah:
        assert process.lanes[process.node(f"langkah_{step.no:02d}").lane] == step.pelaksana


def test_every_flow_leads_from_a_node_to_another(any_spec: Spec) -> None:
    process = draw(any_spec)
    nodes = {node.id for node in process.nodes}

    assert len(nodes) == len(process.nodes)
    assert len({flow.id for flow in process.flows}) == len(process.flows)
    assert {end for flow in process.flows for end in (flow.source, flow.target)} <= nodes


def test_only_gateways_choose(any_spec: Spec) -> None:
    process = draw(any_spec)

    for node in process.nodes:
        leaving = [flow for flow in process.flows if flow.source == node.id]
        if node.kind == GATEWAY:
            assert len(leaving) > 1
            assert all(flow.name and bool(flow.condition) != flow.default for flow in leaving)
            assert sum(flow.default for flow in leaving) <= 1
        else:
            assert len(leaving) == (0 if node.kind == END else 1)
            assert not any(flow.condition or flow.default for flow in leaving)


def test_no_decision_of_a_person_has_a_default(any_spec: Spec) -> None:
    process = draw(any_spec)

    for flow in process.flows:
        asked = {f.source for f in process.flows if f.target == flow.source and process.node(f.source).kind == USER}
        if flow.default and any(flow.source == f"{name}_hasil" for name in asked):
            assert any_spec.step(process.node(flow.source).step).work.kind == "terima_permohonan"


def test_every_kind_of_work_has_its_activity() -> None:
    assert set(KINDS) <= {*OUTCOMES, "gerbang"}
    assert set(KINDS.values()) == {USER, CALL}


@pytest.mark.parametrize(
    ("source", "target", "condition"),
    [
        ("langkah_02_hasil", "langkah_03", "hasil == 'teruskan'"),
        ("langkah_02_hasil", "langkah_02_hitung", "hasil == 'kembalikan' and percobaan_01_02 <= 3"),
        ("langkah_02_hasil", "langkah_06", "hasil == 'tolak'"),
        ("langkah_01_hasil", "langkah_06", "hasil == 'cabut' and percobaan_01_02 > 1"),
        ("langkah_05_gagal", "langkah_05_hitung", "percobaan_04_05 < 3"),
        ("langkah_05_gagal", "langkah_05_putusan", "percobaan_04_05 == 3"),
        ("langkah_05_gagal", "langkah_05_tarik_kembali", ""),
        ("langkah_05_hitung", "langkah_04", ""),
        ("langkah_07_hitung", "langkah_06_perbaikan", ""),
    ],
)
def test_flows_of_sop_11(source: str, target: str, condition: str) -> None:
    flows = {(flow.source, flow.target): flow for flow in draw(SPECS["permohonan-sub-domain"]).flows}

    assert flows[source, target].condition == condition


def test_outcomes_with_one_target_are_one_flow() -> None:
    flows = {(flow.source, flow.target): flow for flow in draw(SPECS["pemeliharaan-vps-pdn"]).flows}

    assert flows["langkah_05_hasil", "langkah_11"].name == "Diajukan / Ditolak"
    assert flows["langkah_05_hasil", "langkah_11"].condition == "hasil in ('diajukan', 'ditolak')"


def test_step_of_the_ministry_is_done_by_who_records_it() -> None:
    node = draw(SPECS["permohonan-vps-pdn"]).node("langkah_05")

    assert node.detail["owner"] == "analis-sistem-informasi"
    assert "Dicatat oleh: Analis Sistem Informasi" in node.documentation


@pytest.mark.parametrize(
    ("name", "shown"),
    [("langkah_03", "3. Melakukan Pengecekan Letak VPS"), ("langkah_04_waktu", "4 Hari")],
)
def test_names_of_sop_10(name: str, shown: str) -> None:
    assert named(draw(SPECS["permohonan-penambahan-resource-vps"]), name) == shown


@pytest.mark.parametrize(
    ("slug", "name", "duration"),
    [
        ("permohonan-penambahan-resource-vps", "langkah_04_waktu", "P4D"),
        ("permohonan-penambahan-resource-vps", "langkah_06_waktu", "PT360M"),
    ],
)
def test_standard_times_are_durations(slug: str, name: str, duration: str) -> None:
    assert draw(SPECS[slug]).node(name).detail["duration"] == duration


def test_very_long_activity_is_cut_at_a_word() -> None:
    spec = SPECS["permohonan-sub-domain"]
    step = replace(spec.langkah[3], kegiatan="Mengerjakan " + "sesuatu " * 60)
    node = draw(replace(spec, langkah=(*spec.langkah[:3], step, *spec.langkah[4:]))).node("langkah_04")

    assert node.name.startswith("4. Mengerjakan sesuatu ")
    assert node.name.endswith("sesuatu …")
    assert len(node.name) <= 150
    assert step.kegiatan in node.documentation
