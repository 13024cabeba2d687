"""The DAGs of the office's SOPs, each drawn once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk import DAG

from laksana.building.dag import sop_dag
from laksana.spec import list_specs
from laksana.spec.model import Spec

SLUG = "permohonan-sub-domain"
SPECS = {spec.slug: spec for spec in list_specs(Path(__file__).parents[2] / "include" / "sop_specs")[0]}


@pytest.fixture(scope="session")
def dags() -> dict[str, DAG]:
    return {slug: sop_dag(slug) for slug in SPECS}


@pytest.fixture(scope="session")
def all_dags(dags: dict[str, DAG]) -> list[DAG]:
    return list(dags.values())


@pytest.fixture(params=sorted(SPECS))
def any_spec(request: pytest.FixtureRequest) -> Spec:
    return SPECS[request.param]


@pytest.fixture
def any_dag(dags: dict[str, DAG], any_spec: Spec) -> DAG:
    return dags[any_spec.slug]


@pytest.fixture(scope="session")
def spec() -> Spec:
    return SPECS[SLUG]


@pytest.fixture(scope="session")
def dag(dags: dict[str, DAG]) -> DAG:
    return dags[SLUG]
