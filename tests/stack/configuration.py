"""Every setting of the stack as environment variables, each measured one with its reason; starts nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.stack.keys import generated_secret
from tests.stack.ports import LOOPBACK

REPOSITORY = Path(__file__).resolve().parents[2]
PRODUCT_DAGS = REPOSITORY / "dags"


@dataclass(frozen=True)
class Ports:
    """Where the stack listens on 127.0.0.1."""

    api: int
    postgres: int
    worker_log: int
    trigger_log: int


def api_url(ports: Ports) -> str:
    """Return the base address of Airflow's API server."""
    return f"http://{LOOPBACK}:{ports.api}"


def configuration(state_dir: Path, ports: Ports, databases: tuple[str, str], dags: Sequence[Path]) -> dict[str, str]:
    """Return the variables that Airflow's processes and Laksana's command need.

    Secrets are among them: they go into environments, never into arguments or logs.

    Args:
        state_dir: folder of the instance.
        ports: where it listens.
        databases: addresses of Airflow's and of Laksana's database.
        dags: folders of DAG files, each becomes a bundle; the product's is the bundle of the SOPs.
    """
    airflow_url, laksana_url = databases
    return {
        "AIRFLOW_HOME": str(state_dir / "airflow"),
        "TZ": "Asia/Jakarta",
        **_secrets(state_dir / "secrets"),
        **_core(dags, airflow_url, state_dir),
        **_addresses(ports),
        **_pace(),
        **_laksana(state_dir, ports, laksana_url),
    }


def _secrets(secrets: Path) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__FERNET_KEY": generated_secret(secrets / "fernet.key"),
        "AIRFLOW__API__SECRET_KEY": generated_secret(secrets / "session.key"),
        # All processes sign and check each other's tokens with it; HS512 wants 64 bytes.
        "AIRFLOW__API_AUTH__JWT_SECRET": generated_secret(secrets / "jwt.key", size=64),
    }


def _core(dags: Sequence[Path], airflow_url: str, state_dir: Path) -> dict[str, str]:
    bundles = [_bundle(number, folder) for number, folder in enumerate(dags)]
    return {
        "AIRFLOW__CORE__EXECUTOR": "laksana.engine.executor.LaksanaLocalExecutor",
        "AIRFLOW__CORE__AUTH_MANAGER": "laksana.engine.auth.LaksanaFabAuthManager",
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags[0]),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        # Without it all instances of the machine would share one folder under /tmp.
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH": str(state_dir / "airflow" / "bundles"),
        # Airflow's cleaner of unused copies ends the scheduler where a copy is gone already; they are small.
        "AIRFLOW__DAG_PROCESSOR__STALE_BUNDLE_CLEANUP_INTERVAL": "0",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Jakarta",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        # Two cores: a task is one supervisor and one task process of some 150 MB each.
        "AIRFLOW__CORE__PARALLELISM": "8",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": airflow_url,
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state_dir / "logs" / "tasks"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }


def _bundle(number: int, folder: Path) -> dict[str, object]:
    """Return a bundle: running cases keep the version of an SOP that they began with, other DAGs are a plain folder."""
    if folder == PRODUCT_DAGS:
        return {"name": "sop", "classpath": "laksana.building.bundle.SopBundle", "kwargs": {}}
    classpath = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return {"name": f"dags-{number}" if number else "dags", "classpath": classpath, "kwargs": {"path": str(folder)}}


def _addresses(ports: Ports) -> dict[str, str]:
    return {
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(ports.api),
        "AIRFLOW__API__BASE_URL": api_url(ports),
        # One worker: the second would cost an import of 3 s at start and 300 MB, and two cores have no use for it.
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{api_url(ports)}/execution/",
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(ports.worker_log),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(ports.trigger_log),
    }


def _pace() -> dict[str, str]:
    return {
        # Answer of a gate to the next task's start: 2.0 s by default, 0.7 s with these two.
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # A task whose worker and scheduler were both killed is found after 20 s instead of 5 minutes.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        # What a killed scheduler left queued is taken over after 15 to 30 s instead of 5 minutes.
        "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "15",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "15",
        "AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        "AIRFLOW__SCHEDULER__JOB_HEARTBEAT_SEC": "2",
        "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "2",
        # A new DAG file is seen after at most 5 s; a changed one too, and it is stored at once.
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "AIRFLOW__DAG_PROCESSOR__BUNDLE_REFRESH_CHECK_INTERVAL": "2",
        "AIRFLOW__CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": "1",
        # A right that is taken away ends after 2 s instead of 30 s.
        "AIRFLOW__FAB__CACHE_TTL": "2",
    }


def _laksana(state_dir: Path, ports: Ports, laksana_url: str) -> dict[str, str]:
    return {
        "LAKSANA_DATABASE_URL": laksana_url,
        "LAKSANA_STATE_DIR": str(state_dir),
        "LAKSANA_SPECS_DIR": str(REPOSITORY / "include" / "sop_specs"),
        "LAKSANA_LETTERS_DIR": str(REPOSITORY / "include" / "letters"),
        "LAKSANA_PLAYBOOKS_DIR": str(REPOSITORY / "playbooks"),
        "LAKSANA_AIRFLOW_API_URL": api_url(ports),
        "LAKSANA_PUBLIC_URL": api_url(ports),
        "LAKSANA_AIRFLOW_API_USER": "laksana",
        "LAKSANA_AIRFLOW_API_PASSWORD_FILE": str(state_dir / "secrets" / "laksana.password"),
        # The demo's machines stay in the lab: an installation of the tests must not give their addresses away again.
        "LAKSANA_VPS_ADDRESSES": "10.78.0.20-10.78.0.99" if "demo" in state_dir.name else "10.78.0.100-10.78.0.199",
        # The lab's machines are emulated: what they share is this machine's two processors anyway.
        "LAKSANA_VPS_OVERCOMMIT": "16",
        "LAKSANA_SIGNING_DIR": str(state_dir / "signing"),
        "LAKSANA_SECRETS_KEY_FILE": str(state_dir / "secrets" / "secrets.key"),
        "LAKSANA_BACKUP_KEY_FILE": str(state_dir / "secrets" / "backups.key"),
        "LAKSANA_BACKUP_BUCKET": f"cadangan-{state_dir.name}",
        # Rounds of the calendar would come in between; where they are meant, the test gives a time.
        "LAKSANA_MONITORING_TIME": "",
        "LAKSANA_MAINTENANCE_TIME": "",
        "LAKSANA_EVALUATION_TIME": "",
    }
