"""Officials at Airflow's own pages: find the gate, read it, answer it, follow the case in the graph."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser

from tests.browser.officer import PHONE, Officer, open_browser
from tests.demo.__main__ import SLUG, fresh_label, submit, wait_for_dag
from tests.demo.samples import form_of
from tests.stack.runs import Run
from tests.stack.stack import Stack
from tests.stack.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.lab]
DISPOSITION = "langkah_02_menerima_dan_mempelajari_disposisi_permohonan"
SIGNATURE = "langkah_07_menyetujui_dan_menandatangani_konsep_nota.putusan"
CASE_LIMIT = 150.0
RECEIPT = "langkah_09_menerima_nota_dinas_balasan_permohonan"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Lend a browser; no longer than a module, since its event loop would be in the way of other tests'."""
    with open_browser() as found:
        yield found


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where pictures go; ``LAKSANA_PICTURES=docs/gambar`` renews those of the documentation."""
    return Path(os.environ.get("LAKSANA_PICTURES") or tmp_path_factory.mktemp("gambar"))


def test_a_case_is_answered_by_pressing_buttons(
    stack: Stack,
    lab: ModuleType,  # noqa: ARG001  # the hosts are needed, not asked
    browser: Browser,
    pictures: Path,
) -> None:
    """Disposition, signature and receipt in the UI, each by its own person; the pictures show what they saw."""
    wait_for_dag(stack)
    ticket = submit(stack, form_of(fresh_label(), on=datetime.now(UTC).date()))["ticket"]
    run = Run(stack.client("laksana"), SLUG, ticket)
    run.await_gate(DISPOSITION, seconds=CASE_LIMIT)
    head = Officer.log_in(browser, stack.api_url, "kabid.ti", stack.password("kabid.ti"))

    head.open_gate(SLUG, ticket, DISPOSITION)
    head.sees("Disposisi permohonan Sub Domain")
    head.sees("Dinas Perikanan")
    head.picture(pictures / "gerbang-disposisi.png")
    head.press("Tolak")
    head.sees("Response failed")
    assert run.task(DISPOSITION)["state"] == "awaiting_input", "a refusal without a reason must leave the gate open"

    head.open_gate(SLUG, ticket, DISPOSITION)  # as a person reloads: the message lies over the buttons
    head.press("Teruskan")
    run.await_gate(SIGNATURE, seconds=CASE_LIMIT)
    head.follow_graph(SLUG, ticket)
    head.picture(pictures / "graf-kasus.png")
    head.see_grid()
    head.open_gate(SLUG, ticket, SIGNATURE)
    head.sees("Buka konsep (PDF)")
    head.picture(pictures / "gerbang-tanda-tangan.png")
    head.press("Setujui")

    run.await_gate(RECEIPT, seconds=CASE_LIMIT)
    applicant = Officer.log_in(browser, stack.api_url, "kabid.spbe", stack.password("kabid.spbe"))
    applicant.open_gate(SLUG, ticket, RECEIPT)
    applicant.sees("Nota Dinas Balasan telah terbit")
    applicant.press("Terima")

    assert run.await_end() == "success"


def test_a_gate_is_answered_on_a_phone_from_the_inbox(
    stack: Stack,
    lab: ModuleType,  # noqa: ARG001  # the hosts are needed, not asked
    browser: Browser,
    pictures: Path,
) -> None:
    """The inbox on a phone's screen: nothing to scroll sideways; a refused answer says why and keeps what was typed."""
    wait_for_dag(stack)
    ticket = submit(stack, form_of(fresh_label(), on=datetime.now(UTC).date()))["ticket"]
    run = Run(stack.client("laksana"), SLUG, ticket)
    run.await_gate(DISPOSITION, seconds=CASE_LIMIT)
    head = Officer.log_in(browser, stack.api_url, "kabid.ti", stack.password("kabid.ti"), size=PHONE)

    head.page.goto(f"{stack.api_url}/laksana/tugas")
    head.picture(pictures / "tugas-telepon.png")
    head.page.get_by_role("link", name=ticket).click()
    head.sees("Dinas Perikanan")
    head.page.get_by_label("Instruksi disposisi").fill("Ditunda dahulu")
    head.page.get_by_role("button", name="Tolak").click()
    head.sees("Alasan wajib diisi")
    head.picture(pictures / "jawab-telepon.png", whole=True)
    assert head.page.get_by_label("Instruksi disposisi").input_value() == "Ditunda dahulu"
    assert run.task(DISPOSITION)["state"] == "awaiting_input"
    wide = head.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], "nobody scrolls sideways on a phone"

    head.page.get_by_label("Catatan / alasan").fill("Anggaran belum tersedia")
    head.page.get_by_role("button", name="Tolak").click()
    head.sees("Jawaban Anda tersimpan")

    wait_for("answered", lambda: run.task(DISPOSITION)["state"] == "success")


def test_the_inbox_sends_strangers_to_the_login_page_and_shows_others_nothing(stack: Stack, browser: Browser) -> None:
    """Without a login there is no page; a person without open tasks sees none."""
    page = browser.new_context().new_page()
    page.goto(f"{stack.api_url}/laksana/tugas")
    assert "/auth/login" in page.url

    auditor = Officer.log_in(browser, stack.api_url, "auditor", stack.password("auditor"))
    auditor.page.goto(f"{stack.api_url}/laksana/tugas")
    auditor.sees("Tidak ada tugas yang menunggu")
