"""Folders of specs to parse, and the same task graphs written for the peers.

A folder of 1,000 specs holds the shipped ones in turn, each with a number in its slug, its title, its activities and
its form's titles, so that nothing of one can be taken over from another by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml

Graph = Mapping[str, Mapping[str, Any]]
"""Task id → ids of the tasks ``before`` it, and its ``texts``: the name and the notes that Airflow shows."""
EMPTY = "airflow.providers.standard.operators.empty.EmptyOperator"
_NUMBERED = re.compile(r"^( *(?:- )?(?:slug|judul|kegiatan|title): )(\S.*[^'\"\s])$", re.MULTILINE)
_LOADER = '''"""One file for the Airflow DAGs of all SOPs."""

from airflow.sdk import get_parsing_context
from laksana.building.dag import sop_dag
from laksana.settings import current

asked = {asked}
for file in sorted(current().specs_dir.glob("*.yaml")):
    if asked is None or asked == file.stem:
        globals()[file.stem] = sop_dag(file.stem)
'''
_OWN = '''"""Airflow DAG of one SOP."""

from laksana.building.dag import sop_dag

dag = sop_dag("{slug}")
'''


def write_specs(shipped: Path, folder: Path, count: int) -> None:
    """Fill a folder with as many specs: the shipped ones as they are, or numbered ones where more are wanted."""
    files = sorted(shipped.glob("*.yaml"))
    folder.mkdir()
    for number, file in enumerate(islice(cycle(files), count)):
        text = file.read_text(encoding="utf-8")
        if count <= len(files):
            (folder / file.name).write_text(text, encoding="utf-8")
        else:
            (folder / f"{file.stem}-{number:04d}.yaml").write_text(numbered(text, number), encoding="utf-8")


def numbered(text: str, number: int) -> str:
    """Give a spec's text a number, so that it is another SOP of the same shape."""
    text = re.sub(r"^urutan: \d+$", f"urutan: {number + 1}", text, flags=re.MULTILINE)
    return _NUMBERED.sub(lambda found: f"{found[1]}{found[2]}{'-' if found[1] == 'slug: ' else ' '}{number:04d}", text)


def write_graphs(graphs: Mapping[str, Graph], folder: Path, *, texts: bool) -> None:
    """Write task graphs as dag-factory reads them, one file a DAG, each task an operator that does nothing."""
    folder.mkdir()
    for dag_id, graph in graphs.items():
        config = {dag_id: factory_config(graph, texts=texts)}
        text = yaml.dump(config, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        (folder / f"{dag_id}.yaml").write_text(text, encoding="utf-8")


def factory_config(graph: Graph, *, texts: bool) -> dict[str, Any]:
    """Return what dag-factory needs for a task graph, and no more; with the tasks' texts where they are wanted."""
    return {
        "default_args": {"owner": "bench", "start_date": "2026-01-01"},
        "schedule": None,
        "catchup": False,
        "tasks": [
            {
                "task_id": task_id,
                "operator": EMPTY,
                **(task["texts"] if texts else {}),
                **({"dependencies": task["before"]} if task["before"] else {}),
            }
            for task_id, task in graph.items()
        ],
    }


def write_loaders(folder: Path, slug: str) -> dict[str, Path]:
    """Write the files that a task's start may have to parse: its own DAG's, or one for all, which may ask.

    Returns:
        what it is called → file.
    """
    folder.mkdir()
    texts = {
        "own": _OWN.format(slug=slug),
        "asking": _LOADER.format(asked="get_parsing_context().dag_id"),
        "all": _LOADER.format(asked="None"),
    }
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.py" for name in texts}
