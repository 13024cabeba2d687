"""The DAG of SOP 11, drawn once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk import DAG

from laksana.building.dag import sop_dag
from laksana.spec import load_spec
from laksana.spec.model import Spec

SLUG = "permohonan-sub-domain"


@pytest.fixture(scope="session")
def spec() -> Spec:
    return load_spec(Path(__file__).parents[2] / "include" / "sop_specs" / f"{SLUG}.yaml")


@pytest.fixture(scope="session")
def dag() -> DAG:
    return sop_dag(SLUG)
