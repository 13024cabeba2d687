"""What is measured is what the page says: the same graphs, valid specs, a task that parses its own DAG only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from laksana.spec import list_specs, load_spec
from tests.bench.parsing import SHIPPED, START_SLUG, WHO, ParseBench, against, environment_for, parsing_section, row_of
from tests.bench.parsing_corpus import EMPTY, factory_config, numbered, write_loaders, write_specs

COUNT = len(list(SHIPPED.glob("*.yaml")))
GRAPH = {
    "a": {"before": [], "texts": {"task_display_name": "1. A", "doc_md": "Satu"}},
    "b": {"before": ["a"], "texts": {"task_display_name": "2. B", "doc_md": "Dua"}},
}


def run(seconds: float, *, dags: int = 2, tasks: int = 10) -> dict[str, Any]:
    return {"dags": dags, "tasks": tasks, "edges": 9, "build_s": seconds, "import_s": 0.1, "airflow_s": 1.0}


def row(ours: float, *, dags: int = 2, tasks: int = 10) -> dict[str, Any]:
    times = dict(zip(WHO, (ours, 0.2, 0.1, 0.05), strict=True))
    return row_of({who: [run(seconds, dags=dags, tasks=tasks)] for who, seconds in times.items()})


def test_few_specs_are_the_shipped_ones(tmp_path: Path) -> None:
    write_specs(SHIPPED, tmp_path / "specs", COUNT)

    assert {file.name: file.read_text() for file in (tmp_path / "specs").iterdir()} == {
        file.name: file.read_text() for file in SHIPPED.glob("*.yaml")
    }


def test_many_specs_are_valid_and_each_another(tmp_path: Path) -> None:
    write_specs(SHIPPED, tmp_path / "specs", COUNT + 2)

    specs, problems = list_specs(tmp_path / "specs")

    assert problems == []
    assert len(specs) == COUNT + 2
    assert len({spec.judul for spec in specs} | {spec.langkah[0].kegiatan for spec in specs}) == 2 * (COUNT + 2)


def test_a_number_changes_texts_but_not_the_flow(tmp_path: Path) -> None:
    shipped = load_spec(SHIPPED / f"{START_SLUG}.yaml")
    file = tmp_path / f"{START_SLUG}-0042.yaml"
    file.write_text(numbered((SHIPPED / f"{START_SLUG}.yaml").read_text(encoding="utf-8"), 42), encoding="utf-8")

    spec = load_spec(file)

    assert (spec.urutan, spec.judul) == (43, f"{shipped.judul} 0042")
    assert [step.lanjut for step in spec.langkah] == [step.lanjut for step in shipped.langkah]
    fields = zip(spec.formulir["properties"].values(), shipped.formulir["properties"].values(), strict=True)
    assert all(mine["title"] == f"{theirs['title']} 0042" for mine, theirs in fields)


@pytest.mark.parametrize("texts", [True, False])
def test_peers_get_the_graph_and_its_texts_where_wanted(texts: bool) -> None:
    first, second = factory_config(GRAPH, texts=texts)["tasks"]

    assert (first["task_id"], first["operator"], second["dependencies"]) == ("a", EMPTY, ["a"])
    assert "dependencies" not in first
    assert second.get("doc_md") == ("Dua" if texts else None)


def test_all_build_the_same_graph_and_a_task_its_own_dag_only(tmp_path: Path) -> None:
    bench = ParseBench(tmp_path)

    built = bench.building(2, 1)
    slug = min(file.stem for file in (tmp_path / "specs-2").glob("*.yaml"))
    loaders = write_loaders(tmp_path / "loaders", slug)

    assert built["dags"] == 2
    assert built["tasks"] > 20
    assert all(built[f"{who}_ms"] > 0 for who in WHO)
    assert {name: bench.start(file, slug, 2)["dags"] for name, file in loaders.items()} == {
        "own": 1, "asking": 1, "all": 2
    }  # fmt: skip


def test_different_graphs_are_no_comparison() -> None:
    with pytest.raises(SystemExit, match="not the same graphs"):
        row_of({"ours": [run(0.1)], "bare": [run(0.1, tasks=11)]})


def test_ratios_are_against_the_same_row_and_growth_is_a_specs() -> None:
    found = against(row(0.08, dags=2), row(0.9, dags=20))

    assert found == {"ratio_few": 0.4, "ratio_many": 4.5, "growth": 1.12}


def test_page_shows_times_of_a_task_and_both_ratios() -> None:
    rows = [row(0.08), row(0.8, dags=20, tasks=100)]
    start = {"file": "own", "specs": 2, "byte_code": True, "import_ms": 40.0, "parse_ms": 15.0, "airflow_ms": 900.0}

    page = parsing_section({"building": rows, "start": [start]} | against(*rows))

    assert "| 2 | 10 | 9 | 80 (8.000) | 200 (20.000) | 100 (10.000) | 50 (5.000) | 0.40 | 0.80 |" in page
    assert "| its own file | 2 | yes | 40 | 15 | 55 |" in page


def test_measured_processes_take_nothing_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "1")
    monkeypatch.setenv("LAKSANA_SPECS_DIR", "/elsewhere")

    environment = environment_for(tmp_path, tmp_path / "specs")

    assert "AIRFLOW__CORE__PARALLELISM" not in environment
    assert environment["LAKSANA_SPECS_DIR"] == str(tmp_path / "specs")
    assert environment["AIRFLOW__DAG_FACTORY__ENABLE_TELEMETRY"] == "False"
