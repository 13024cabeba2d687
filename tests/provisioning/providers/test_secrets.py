"""Tokens and passwords are in nothing that a run gives back, logs or leaves behind, however it ends."""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from laksana.provisioning.providers.evidence import scrubber_of
from laksana.records import PlaybookOutcome
from tests.doubles import cloudflare, whm
from tests.doubles.serving import ALWAYS, Fault
from tests.provisioning.providers.conftest import DATABASE_PASSWORD, PASSWORD, Dns, Hosting

MARKERS = [
    form
    for secret in (cloudflare.TOKEN, whm.TOKEN, PASSWORD, DATABASE_PASSWORD)
    for form in {secret, quote(secret), quote_plus(secret), secret.replace("&", "&amp;")}
]
VERBS = ("plan", "apply", "verify", "apply", "undo")
FAULTS = [
    Fault("", status=500, times=ALWAYS),
    Fault("", hang=True, times=ALWAYS),
    Fault("", drop=True, times=ALWAYS),
    Fault("", status=403, times=ALWAYS),
    Fault("", status=429, times=ALWAYS),
    Fault("", status=200, body=b"<html>", times=ALWAYS),
    Fault("", status=302, headers={"Location": "/x"}, times=ALWAYS),
    Fault("", status=400, body="; ".join(MARKERS).join(['{"success":false,"why":"', '"}']).encode(), times=ALWAYS),
]


def search(outcomes: list[PlaybookOutcome], caplog: pytest.LogCaptureFixture, folder: Path) -> list[str]:
    """Return the markers that stand in outcomes, logs or files."""
    texts = [repr(outcomes), *(str(outcome.to_json()) for outcome in outcomes), caplog.text]
    texts += [file.read_text() for file in folder.rglob("*") if file.is_file()]
    assert len(texts) > len(outcomes) + 2, "no evidence was searched"
    return [marker for marker in MARKERS if any(marker in text for text in texts)]


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("number", range(len(FAULTS) + 1))
def test_dns_shows_no_secret(dns: Dns, caplog: pytest.LogCaptureFixture, number: int, after: int) -> None:
    dns.double.faults += [Fault(**vars(fault) | {"after": after}) for fault in FAULTS[number : number + 1]]
    with caplog.at_level(logging.DEBUG):
        outcomes = [dns.run(verb) for verb in VERBS]

    assert search(outcomes, caplog, dns.settings.state_dir) == []
    assert "urllib3" in caplog.text


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("number", range(len(FAULTS) + 1))
def test_hosting_shows_no_secret(hosting: Hosting, caplog: pytest.LogCaptureFixture, number: int, after: int) -> None:
    hosting.double.faults += [Fault(**vars(fault) | {"after": after}) for fault in FAULTS[number : number + 1]]
    with caplog.at_level(logging.DEBUG):
        outcomes = [hosting.run(verb) for verb in VERBS]

    assert search(outcomes, caplog, hosting.settings.state_dir) == []
    assert "urllib3" in caplog.text


def test_far_side_that_repeats_every_secret_is_scrubbed(hosting: Hosting, caplog: pytest.LogCaptureFixture) -> None:
    hosting.double.refusal = f"{whm.TOKEN}, {PASSWORD}, {quote_plus(DATABASE_PASSWORD)}"
    outcome = hosting.run("apply")

    assert outcome.failures[0].message == "WHM menolak: [rahasia], [rahasia], [rahasia]"
    assert search([outcome], caplog, hosting.settings.state_dir) == []


def test_evidence_is_its_owners_alone(hosting: Hosting) -> None:
    folder = Path(hosting.run("plan").evidence)

    assert {file.stat().st_mode & 0o077 for file in (folder, *folder.iterdir())} == {0}


def test_secret_is_known_in_every_form_it_may_be_repeated_in() -> None:
    scrubber = scrubber_of(["", 'a&b "c"/é'])

    for text in ('a&b "c"/é', "a%26b%20%22c%22/%C3%A9", "a%26b+%22c%22%2F%C3%A9", "a&amp;b &quot;c&quot;/é"):
        assert scrubber.text(f"<{text}>") == "<[rahasia]>"
    assert scrubber.text("nothing") == "nothing"
