"""A person at Airflow's pages, in headless Chromium: logs in, opens gates, answers, takes pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 860}
_QUIET = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
_PATIENCE = 30_000


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start Chromium and end it again."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Officer:
    """One person with one window."""

    page: Page
    url: str

    @classmethod
    def log_in(
        cls, browser: Browser, url: str, username: str, password: str, *, size: dict[str, int] | None = None
    ) -> Officer:
        """Open a window and log in."""
        context = browser.new_context(viewport=size or DESKTOP, locale="id-ID", timezone_id="Asia/Jakarta")  # type: ignore[arg-type]  # a size
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(f"{url}/auth/login/")
        page.get_by_label("Username").or_(page.locator("#username")).first.fill(username)
        page.locator("#password").fill(password)
        page.locator("input[type=submit], button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/auth/login" not in address)
        return cls(page, url)

    def open_gate(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Open a gate's own page."""
        self.page.goto(f"{self.url}/dags/{dag_id}/runs/{run_id}/tasks/{task_id}/required_actions")

    def follow_graph(self, dag_id: str, run_id: str) -> None:
        """Open a run's graph, drawn downwards as on the SOP's sheet, and fit it into the window."""
        self.page.evaluate(f"localStorage.setItem('direction-{dag_id}', JSON.stringify('DOWN'))")
        self.page.goto(f"{self.url}/dags/{dag_id}/runs/{run_id}")
        self.page.get_by_label("Show Graph (Press g)").first.click()
        self.page.get_by_label("Collapse Details Panel").first.click()
        self.page.locator(".react-flow__node").first.wait_for()
        self.page.wait_for_timeout(1500)
        self.page.locator(".react-flow__controls-fitview").click()
        self.page.wait_for_timeout(1500)

    def see_grid(self) -> None:
        """Go back to the grid beside the details."""
        self.page.get_by_label("Show Grid (Press g)").first.click()

    def press(self, button: str) -> None:
        """Press a gate's button."""
        self.page.get_by_role("button", name=button, exact=True).first.click()

    def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=_PATIENCE)

    def picture(self, file: Path, *, whole: bool = False) -> None:
        """Take a picture."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(1200)
        self.page.screenshot(path=str(file), full_page=whole)
