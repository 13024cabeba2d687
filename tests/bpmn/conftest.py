"""The office's SOPs, drawn once as DAGs and as BPMN for all tests of this room."""

from __future__ import annotations

import pytest
from airflow.sdk import DAG

from laksana.bpmn import bpmn_xml
from laksana.building.dag import sop_dag
from laksana.spec.model import Spec
from tests.bpmn.engine import Engine
from tests.building.conftest import SPECS


@pytest.fixture(scope="session")
def dags() -> dict[str, DAG]:
    return {slug: sop_dag(slug) for slug in SPECS}


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return {slug: bpmn_xml(spec) for slug, spec in SPECS.items()}


@pytest.fixture(scope="session")
def engine(files: dict[str, bytes]) -> Engine:
    return Engine(files.values())


@pytest.fixture(params=sorted(SPECS))
def any_spec(request: pytest.FixtureRequest) -> Spec:
    return SPECS[request.param]


@pytest.fixture
def any_dag(dags: dict[str, DAG], any_spec: Spec) -> DAG:
    return dags[any_spec.slug]


@pytest.fixture
def any_file(files: dict[str, bytes], any_spec: Spec) -> bytes:
    return files[any_spec.slug]
