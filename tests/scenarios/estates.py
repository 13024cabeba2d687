"""The services that the routine's scenarios look at, made once, with what is wrong with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from laksana.registry.services import Service
from tests.demo.estate import Estate
from tests.scenarios.case import Case, ServiceOffice

OWNER = "Dinas Perikanan"


@dataclass
class Kept:
    """An estate under the rounds' eyes."""

    at: ServiceOffice
    estate: Estate
    mark: str
    lost: Service
    """A server at the PDN where nobody answers."""
    second: Case | None = None
    """A round that was started while another was working on the same accounts."""

    def start(self, slug: str, services: Sequence[Service]) -> Case:
        """Start a routine SOP for services, as a person does, and return its case."""
        run_id = f"skenario-{uuid.uuid4().hex[:10]}"
        keys = [f"{row.kind}/{row.name}" for row in services]
        self.at.office.airflow().start_run(slug, run_id, {"layanan": keys})
        return self.at.case_of(slug, run_id)
