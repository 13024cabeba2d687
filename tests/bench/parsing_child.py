"""``python -m tests.bench.parsing_child``: what is measured in a process of its own; the last line it prints is JSON.

CPU time of this process, so that others on the machine hardly count. What was imported is frozen for the garbage
collector before DAGs are built, as Airflow does before it forks the processes that parse.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Builder = Callable[[Path], Iterable[Any]]


def main() -> int:
    """Do what the first argument names with the others."""
    task, *arguments = sys.argv[1:]
    print(json.dumps(TASKS[task](*arguments)))
    return 0


def graphs(folder: str) -> dict[str, dict[str, Any]]:
    """Return the task graphs of a folder of specs, as ``parsing_corpus`` writes them down."""
    return {dag.dag_id: {task.task_id: described(task) for task in dag.tasks} for dag in ours()(Path(folder))}


def described(task: Any) -> dict[str, Any]:
    """Return what stands before a task, and the texts that Airflow shows of it."""
    settings = task.partial_kwargs if task.is_mapped else vars(task)
    texts = {"task_display_name": task.task_display_name, "doc_md": settings["doc_md"]}
    return {"before": sorted(task.upstream_task_ids), "texts": texts}


def build(who: str, folder: str) -> dict[str, Any]:
    """Time the imports and then the building of a folder's DAGs."""
    airflow_s = timed(import_airflow)[0]
    import_s, builder = timed(BUILDERS[who])
    gc.collect()
    gc.freeze()
    build_s, dags = timed(lambda: list(builder(Path(folder))))
    tasks = [task for dag in dags for task in dag.tasks]
    return {
        "airflow_s": airflow_s, "import_s": import_s, "build_s": build_s, "dags": len(dags), "tasks": len(tasks),
        "edges": sum(len(task.upstream_task_ids) for task in tasks),
    }  # fmt: skip


def start(file: str, dag_id: str) -> dict[str, Any]:
    """Time what the start of a task does with a DAG's file, after what every task of any DAG imports."""
    airflow_s = timed(import_task_runner)[0]
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.sdk.definitions._internal.dag_parsing_context import _airflow_parsing_context_manager

    gc.collect()
    gc.freeze()
    import_s = timed(ours)[0]
    with _airflow_parsing_context_manager(dag_id=dag_id, task_id="bench"):
        parse_s, bag = timed(lambda: BundleDagBag(
            dag_folder=file, safe_mode=False, load_op_links=False, bundle_path=Path(file).parent, bundle_name="bench"
        ))  # fmt: skip
    if dag_id not in bag.dags:
        raise SystemExit(f"bench: {file} has no {dag_id}: {bag.import_errors}")
    return {"airflow_s": airflow_s, "import_s": import_s, "parse_s": parse_s, "dags": len(bag.dags)}


def import_airflow() -> None:
    """Import what every file with a DAG imports, and the operator that the peers' graphs are made of."""
    import airflow.providers.standard.operators.empty
    import airflow.sdk

    _ = airflow.sdk.DAG, airflow.sdk.TaskGroup, airflow.sdk.BaseOperator


def import_task_runner() -> None:
    """Import what the process of a task has imported before it parses the file."""
    import airflow.dag_processing.dagbag
    import airflow.sdk.execution_time.task_runner

    _ = airflow


def ours() -> Builder:
    """Import our side."""
    from laksana.building.dag import sop_dag

    return lambda folder: [sop_dag(file.stem) for file in sorted(folder.glob("*.yaml"))]


def factory() -> Builder:
    """Import dag-factory."""
    from airflow.sdk import DAG
    from dagfactory import load_yaml_dags

    def load(folder: Path) -> list[Any]:
        found: dict[str, Any] = {}
        load_yaml_dags(found, dags_folder=str(folder), defaults_config_path=str(folder))
        return [dag for dag in found.values() if isinstance(dag, DAG)]

    return load


def bare() -> Builder:
    """Import what the least work takes: the C reader of YAML and Airflow's own interface, nothing checked."""
    import yaml
    from airflow.providers.standard.operators.empty import EmptyOperator
    from airflow.sdk import DAG

    def load(folder: Path) -> list[Any]:
        dags = []
        for file in sorted(folder.glob("*.yaml")):
            ((dag_id, config),) = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).items()
            with DAG(dag_id, schedule=None, catchup=False) as dag:
                tasks = {item["task_id"]: EmptyOperator(task_id=item["task_id"]) for item in config["tasks"]}
                for item in config["tasks"]:
                    for before in item.get("dependencies", ()):
                        tasks[before] >> tasks[item["task_id"]]
            dags.append(dag)
        return dags

    return load


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds of CPU that something takes, and what it gives."""
    begun = time.process_time()
    result = act()
    return time.process_time() - begun, result


BUILDERS: dict[str, Callable[[], Builder]] = {"ours": ours, "factory": factory, "texts": factory, "bare": bare}
"""Who builds → imports it and returns what builds a folder's DAGs; ``texts``: dag-factory on graphs with texts."""
TASKS: dict[str, Callable[..., Any]] = {"graphs": graphs, "build": build, "start": start}

if __name__ == "__main__":
    sys.exit(main())
