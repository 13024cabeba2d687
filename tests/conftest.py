"""What every test shares: an Airflow home for the session, and fixtures that lend a database or a whole Airflow."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile

import pytest

_AIRFLOW_HOME = tempfile.mkdtemp(prefix="laksana-tests-airflow-")

# Airflow reads these when it is first imported; without them it would write to the home folder of who runs the tests.
os.environ["AIRFLOW_HOME"] = _AIRFLOW_HOME
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__DEFAULT_TIMEZONE"] = "Asia/Jakarta"
os.environ["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] = "False"
os.environ["AIRFLOW__API_AUTH__JWT_SECRET"] = secrets.token_urlsafe(64)

pytest_plugins = ["tests.lab.fixtures", "tests.stack.fixtures"]


def pytest_unconfigure(config: pytest.Config) -> None:  # noqa: ARG001  # the hook's own signature
    """Remove the session's Airflow home."""
    shutil.rmtree(_AIRFLOW_HOME, ignore_errors=True)
