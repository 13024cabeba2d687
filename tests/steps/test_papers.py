"""Letters, minutes and reports of every kind of service, drawn from a case: what stands in them and what must not."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from laksana.office import Office
from laksana.posts.holders import Holding
from laksana.records import CheckItem, CheckReport
from laksana.registry.services import ACTIVE, RESERVED, Service
from laksana.secretstore.store import make_key_file
from laksana.settings import Settings
from laksana.spec import list_specs
from laksana.steps.case import Case
from laksana.steps.kinds import WORK
from laksana.steps.letters import letter_facts
from laksana.steps.services.growth import BEFORE, MEASURED
from tests.demo import samples

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
SPECS = Path(__file__).parents[2] / "include" / "sop_specs"
FORMS: dict[str, Callable[[str, date], dict[str, Any]]] = {
    "permohonan-sub-domain": lambda name, on: samples.form_of(name, on=on),
    "permohonan-akun-hosting": samples.hosting_form,
    "permohonan-fasilitasi-pusat-komputasi": samples.vps_local_form,
    "permohonan-vps-pdn": samples.vps_pdn_form,
    "permohonan-penambahan-resource-vps": samples.resource_form,
}
SERVER = {"address": "10.78.0.21", "port": 22, "user": "perikanan", "vcpu": 1, "memory_mb": 512, "disk_gb": 4}
ROWS: dict[str, tuple[str, str, str, dict[str, Any]]] = {
    "permohonan-akun-hosting": ("hosting", "perikanan", "hosting", {"user": "perikanan", "ftp_port": 21}),
    "permohonan-fasilitasi-pusat-komputasi": ("vps", "perikanan", "pusat-komputasi", SERVER),
    "permohonan-vps-pdn": ("vps", "perikanan", "pdn", SERVER),
    "permohonan-penambahan-resource-vps": ("vps", "perikanan", "pusat-komputasi", SERVER),
}
SEEN = {
    "permohonan-sub-domain": ["perikanan.gresikkab.go.id", "10.77.0.13"],
    "permohonan-akun-hosting": ["http://perikanan.gresikkab.go.id/", "hosting.gresikkab.go.id porta 21", "64 MB"],
    "permohonan-fasilitasi-pusat-komputasi": ["10.78.0.21 porta 22", "1 vCPU, memori 512 MB, disk 4 GB"],
    "permohonan-vps-pdn": ["10.78.0.21 porta 22", "Pusat Data Nasional", "nginx-php"],
    "permohonan-penambahan-resource-vps": ["1 vCPU, memori 512 MB, disk 4 GB", "2 vCPU, memori 768 MB, disk 6 GB"],
}
"""What the granting letter of each SOP must say."""
EVIDENCE = CheckReport((CheckItem("Masuk melalui SSH", passed=True, expected="dapat masuk", found="dapat masuk"),))


@pytest.fixture(params=sorted(FORMS))
def case(request: pytest.FixtureRequest, clean_database: str, tmp_path: Path) -> Case:
    slug = str(request.param)
    settings = Settings(
        database_url=clean_database, specs_dir=SPECS, state_dir=tmp_path, secrets_key_file=tmp_path / "secrets.key",
        public_url="https://layanan.gresikkab.go.id",
    )  # fmt: skip
    make_key_file(settings.secrets_key_file)
    office = Office(settings)
    office.holders.enter([_holding(role) for role in ("kabid-ti", "analis-sistem-informasi")])
    spec = office.spec(slug)
    ticket, _ = office.desk.open(
        slug, FORMS[slug]("perikanan", DAY), source="cli", applicant="kabid.spbe", key="k", at=AT
    )
    if slug in ROWS:
        kind, name, place, specification = ROWS[slug]
        grows = slug == "permohonan-penambahan-resource-vps"
        office.registry.enter([
            Service(kind, name, "Dinas Perikanan", "Siti Aminah", specification, place,
                    "SD-2026-009999" if grows else ticket.number, ACTIVE if grows else RESERVED, AT),
        ])  # fmt: skip
    draft = next(step for step in spec.langkah if step.work.kind == "konsep_surat")
    made = Case(office, spec, draft, 1, ticket, ticket.run_id, draft.task_id, 1, AT)
    sizes = {"vcpu": 1, "memory_mb": 512, "disk_gb": 4}
    made.casefile.put(BEFORE, sizes, step=5, attempt=1, at=AT)
    measured = {"before": sizes, "after": {"vcpu": 2, "memory_mb": 740, "disk_gb": 5.8}, "restarted": False}
    made.casefile.put(MEASURED, measured, step=6, attempt=1, at=AT)
    return made


def _holding(role: str) -> Holding:
    return Holding(
        role=role, username=role, name="Agus Priyambodo, S.Kom.", rank="Pembina (IV/a)", nip="197809212003121002",
        agency="Dinas Komunikasi dan Informatika", valid_from=date(2026, 1, 1),
    )  # fmt: skip


def text_of(case: Case, key: str) -> str:
    path = case.office.settings.state_dir / "archive" / key
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(done.stdout.split())


def test_every_sop_with_a_letter_is_here() -> None:
    assert set(FORMS) == {spec.slug for spec in list_specs(SPECS)[0] if spec.formulir}


def test_granting_letter_says_what_was_made_and_where_the_password_is(case: Case) -> None:
    outcome = WORK["konsep_surat"](case)
    (record,) = outcome.outputs.values()
    text = text_of(case, record["dokumen"]["key"])

    assert [word for word in SEEN[case.spec.slug] if word not in text] == []
    assert "{" not in text
    with_password = case.spec.slug not in {"permohonan-sub-domain", "permohonan-penambahan-resource-vps"}
    address = f"https://layanan.gresikkab.go.id/laksana/sandi/{case.ticket.number}"
    assert (address in text.replace(" ", "")) == with_password
    assert ("30 November 2026" in text) == with_password


def test_refusing_letter_gives_the_reason_and_lets_the_reservation_go(case: Case) -> None:
    case.casefile.refuse("memori tidak mencukupi: diminta 9 MB, tersedia 1 MB", step=3, attempt=1, at=AT)
    outcome = WORK["konsep_surat"](case)
    (record,) = outcome.outputs.values()
    text = text_of(case, record["dokumen"]["key"])

    assert "Memori tidak mencukupi: diminta 9 MB, tersedia 1 MB" in text
    assert "/laksana/sandi/" not in text
    assert [row for row in case.office.registry.list() if row.ticket == case.ticket.number] == []


def test_term_of_the_hand_over_stays_as_it_was_first_offered(case: Case) -> None:
    if not letter_facts(case, signer=_signer(case), number="", on=None).granted:
        pytest.fail("the case is granted")
    case.office.handovers.offer(case.ticket.number, [("Kata sandi", "sandi")], at=AT, until=AT.replace(month=12, day=5))
    later = replace(case, now=AT.replace(day=29))

    paragraphs = " ".join(letter_facts(later, signer=_signer(case), number="", on=None).paragraphs)

    assert ("5 Desember 2026" in paragraphs) == ("/laksana/sandi/" in paragraphs)


def _signer(case: Case) -> Any:
    return case.office.holders.of_role("kabid-ti", DAY)[0]


def test_minutes_name_the_work_and_carry_the_evidence(case: Case) -> None:
    step = next((step for step in case.spec.langkah if step.work.kind == "berita_acara"), None)
    if step is None:
        assert case.spec.slug in {"permohonan-sub-domain", "permohonan-penambahan-resource-vps"}
        return
    tested = next(item.no for item in case.spec.langkah if item.work.kind == "uji")
    case.casefile.put(f"hasil uji langkah {tested}", EVIDENCE.to_json(), step=tested, attempt=1, at=AT)
    outcome = WORK["berita_acara"](replace(case, step=step))

    text = text_of(case, outcome.outputs["Berita Acara Penyelesaian Pekerjaan"]["dokumen"]["key"])
    assert "BERITA ACARA PENYELESAIAN PEKERJAAN" in text
    assert "Senin" in text
    assert "Masuk melalui SSH" in text
    assert "Dinas Perikanan" in text
