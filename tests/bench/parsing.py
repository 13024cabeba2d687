"""What it costs to turn specs into DAGs: all shipped ones and 1,000, against dag-factory and against Airflow alone.

The peers build the same tasks with the same dependencies out of operators that do nothing, and check nothing; we read
and validate the whole spec and build what really runs. Each measurement is a fresh process, by turns; CPU time, median.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.bench.parsing_corpus import write_graphs, write_loaders, write_specs
from tests.demo.__main__ import say
from tests.stack.configuration import REPOSITORY

SHIPPED = REPOSITORY / "include" / "sop_specs"
MANY = 1000
WHO = {"ours": "ours", "texts": "dag-factory", "factory": "dag-factory, no texts", "bare": "Airflow alone"}
"""Who builds → what the page calls it."""
START_SLUG = "permohonan-vps-pdn"
"""The SOP whose task starts: the longest spec."""
_REPEATS = {"few": 9, "many": 3, "start": 3}
_COUNTS = ("dags", "tasks", "edges")


def measure_parsing() -> dict[str, Any]:
    """Time building, few and many, and the start of a task."""
    folder = Path(tempfile.mkdtemp(prefix="laksana-bench-"))
    try:
        bench = ParseBench(folder)
        few = bench.building(len(list(SHIPPED.glob("*.yaml"))), _REPEATS["few"])
        many = bench.building(MANY, _REPEATS["many"])
        return {"building": [few, many], "start": bench.starts(few["dags"])} | against(few, many)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def against(few: Mapping[str, Any], many: Mapping[str, Any]) -> dict[str, float]:
    """Say how we stand to the peers, and how the time of one spec grows with their number."""
    return {
        "ratio_few": round(few["ours_ms"] / few["texts_ms"], 2),
        "ratio_many": round(many["ours_ms"] / many["texts_ms"], 2),
        "growth": round((many["ours_ms"] / many["dags"]) / (few["ours_ms"] / few["dags"]), 2),
    }


class ParseBench:
    """Starts the processes that are measured."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def building(self, count: int, repeats: int) -> dict[str, Any]:
        """Time all who build, by turns, on as many specs."""
        specs, lean, full = (self._folder / f"{name}-{count}" for name in ("specs", "graphs", "texts"))
        write_specs(SHIPPED, specs, count)
        graphs = self._child(("graphs", str(specs)), specs)
        write_graphs(graphs, lean, texts=False)
        write_graphs(graphs, full, texts=True)
        folders = {"ours": specs, "texts": full, "factory": lean, "bare": lean}
        found: dict[str, list[dict[str, Any]]] = {who: [] for who in WHO}
        for _ in range(repeats):
            for who in WHO:
                found[who].append(self._child(("build", who, str(folders[who])), specs))
        return row_of(found)

    def starts(self, count: int) -> list[dict[str, Any]]:
        """Time the start of a task: its own file or one for all, few and many specs, with byte code and without."""
        rows = []
        for number, slug in ((count, START_SLUG), (MANY, self._slug_of_many())):
            files = write_loaders(self._folder / f"loaders-{number}", slug)
            for name, file in files.items():
                for compiled in (True, False):
                    # Without byte code all is compiled anew, which takes so long that once says enough.
                    repeats = _REPEATS["start"] if compiled else 1
                    rows.append(self.start(file, slug, number, compiled=compiled, repeats=repeats) | {"file": name})
                    say(f"start: {rows[-1]}")
        return rows

    def start(self, file: Path, slug: str, count: int, *, compiled: bool = True, repeats: int = 1) -> dict[str, Any]:
        """Time the start of one task."""
        specs = self._folder / f"specs-{count}"
        runs = [self._child(("start", str(file), slug), specs, compiled=compiled) for _ in range(repeats)]
        return {
            "specs": count, "dags": runs[0]["dags"], "byte_code": compiled, "import_ms": middle(runs, "import_s"),
            "parse_ms": middle(runs, "parse_s"), "airflow_ms": middle(runs, "airflow_s"),
        }  # fmt: skip

    def _slug_of_many(self) -> str:
        return min(file.stem for file in (self._folder / f"specs-{MANY}").glob(f"{START_SLUG}-*.yaml"))

    def _child(self, arguments: Iterable[str], specs: Path, *, compiled: bool = True) -> Any:
        """Run one measurement; without byte code Python is shown an empty place for it and may not write there."""
        environment = environment_for(self._folder, specs)
        if not compiled:
            environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(self._folder / "no-byte-code")}
        command = [sys.executable, "-m", "tests.bench.parsing_child", *arguments]
        done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench: {' '.join(command)}: {done.stderr[-2000:]}")
        return json.loads(done.stdout.splitlines()[-1])


def environment_for(folder: Path, specs: Path) -> dict[str, str]:
    """Return the environment of a measurement: an Airflow home of its own, little logging, no statistics sent."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AIRFLOW", "LAKSANA_", "PYTHON"))}
    return kept | {
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT": "0",  # counts by the clock, which others' work slows
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__DAG_FACTORY__ENABLE_TELEMETRY": "False",
        "LAKSANA_SPECS_DIR": str(specs),
        "PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY / "plugins", REPOSITORY))),
    }


def row_of(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Put what all builders took for the same graphs into one row.

    Raises:
        SystemExit: they did not build the same.
    """
    built = {who: {tuple(run[key] for key in _COUNTS) for run in runs} for who, runs in found.items()}
    if len(set().union(*built.values())) != 1:
        raise SystemExit(f"bench: not the same graphs: {built}")
    row: dict[str, Any] = dict(zip(_COUNTS, next(iter(built["ours"])), strict=True))
    for who, runs in found.items():
        row[f"{who}_ms"] = middle(runs, "build_s")
        row[f"{who}_import_ms"] = middle(runs, "import_s")
    row["airflow_import_ms"] = middle([run for runs in found.values() for run in runs], "airflow_s")
    say(f"parsing: {row}")
    return row


def middle(runs: Iterable[Mapping[str, Any]], key: str) -> float:
    """Return the median of a time, in milliseconds."""
    return round(statistics.median(run[key] for run in runs) * 1000, 1)


def parsing_section(found: Mapping[str, Any]) -> str:
    """Write the measurements as a section of the page."""
    rows = "\n".join(
        f"| {row['dags']} | {row['tasks']} | {row['edges']} | "
        + " | ".join(f"{row[f'{who}_ms']:.0f} ({row[f'{who}_ms'] / row['tasks']:.3f})" for who in WHO)
        + f" | {row['ours_ms'] / row['texts_ms']:.2f} | {row['ours_ms'] / row['factory_ms']:.2f} |"
        for row in found["building"]
    )
    few = found["building"][0]
    starts = "\n".join(
        f"| {_FILES[row['file']]} | {row['specs']} | {'yes' if row['byte_code'] else 'no'} | {row['import_ms']:.0f} "
        f"| {row['parse_ms']:.0f} | {row['import_ms'] + row['parse_ms']:.0f} |"
        for row in found["start"]
    )
    return _SECTION.format(
        rows=rows, starts=starts, growth=found["growth"], airflow=few["airflow_import_ms"],
        imports=", ".join(f"{WHO[who]} {few[f'{who}_import_ms']:.0f}" for who in ("ours", "texts")),
    )  # fmt: skip


_FILES = {"own": "its own file", "asking": "one file for all, which asks whose turn it is", "all": "one file for all"}
_SECTION = """## Specs to DAGs

Milliseconds of CPU, in brackets those of a task; median of fresh processes by turns, after what they import. We read
and validate the specs and build what runs. The peers build the same tasks and dependencies out of operators that do
nothing, from YAML of their own: dag-factory 1.1.0 with the name and the notes that our tasks show in Airflow, and
without any text; *Airflow alone* without texts by hand (C reader, nothing checked), which is the floor.

| SOPs | tasks | dependencies | ours | dag-factory | dag-factory, no texts | Airflow alone | ratio | ratio, no texts |
|---|---|---|---|---|---|---|---|---|
{rows}

One spec of 1,000 takes {growth} times one of the shipped. Imports before that: Airflow {airflow:.0f}, then {imports}.

What the start of a task pays to have its DAG, beyond what Airflow imports for any task:

| file that is parsed | SOPs | byte code | imports | parsing | together |
|---|---|---|---|---|---|
{starts}
"""
