"""Imports run one way, each third party has its door, and Airflow's loader meets nothing it should not execute."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PLUGINS = REPOSITORY / "plugins"
PRODUCT = PLUGINS / "laksana"

FOUNDATION = {"errors", "records", "settings", "database", "airflow_client", "typesetting"}
GROUND = {"spec", "worktime", "posts"}
ROOMS = {
    "archive", "backups", "bpmn", "casefile", "checks", "documents", "engine", "evaluation", "gates", "intake", "lint",
    "monitoring", "notices", "provisioning", "registry", "secretstore", "servicedesk", "sheets", "versions",
}  # fmt: skip
COMPOSITION = {"office", "request_rules", "secret_rules", "casestatus"}
LAYERS = [FOUNDATION, GROUND, ROOMS, COMPOSITION, {"steps"}, {"building"}, {"webservice", "cli"}]
"""Lowest first; a part imports from lower layers, from itself, and in the lowest and in composition from its own."""

AIRFLOW = {"building/", "steps/operators/", "engine/", "webservice/"}
DOORS = {
    "ansible_runner": {"provisioning/runner.py"},
    "typst": {"typesetting.py"},
    "pyhanko": {"documents/signing/pades.py", "documents/verifying.py"},
    "pyhanko_certvalidator": {"documents/verifying.py"},
    "cryptography": {"documents/signing/authority.py", "documents/signing/keys.py", "secretstore/store.py"},
    "requests": {"airflow_client.py", "checks/hosting.py", "checks/reachability.py", "provisioning/providers/"},
    "dns": {"checks/dns_answers.py"},
    "jsonschema_rs": {"spec/quick_look.py"},
    "holidays": {"worktime/days_off.py"},
    "boto3": {"archive/s3.py"},
    "botocore": {"archive/s3.py"},
    "great_expectations": {"checks/backups.py"},
    "pandas": {"checks/backups.py"},
    "rich": {"cli/output.py"},
    "fastapi": {"webservice/"},
    "alembic": {"database/"},
}
ATTIC_NAMES = {"utils", "helpers", "common", "base", "manager", "core"}


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(PRODUCT.rglob("*.py")))


def place_of(file: Path) -> str:
    return file.relative_to(PRODUCT).as_posix()


def part_of(place: str) -> str:
    return place.split("/", maxsplit=1)[0].removesuffix(".py")


@cache
def imports_of(file: Path) -> frozenset[str]:
    """Return the absolute names of all that a module imports, at its head or inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place_of(file)}: relative import"
            module = str(node.module)
            found.update(f"{module}.{alias.name}" for alias in node.names) if module == "laksana" else found.add(module)
    return frozenset(found)


def own_imports() -> Iterator[tuple[str, str, str]]:
    """Yield module, its part, and the part of Laksana that it imports."""
    for file in modules():
        for name in imports_of(file):
            if name.startswith("laksana."):
                yield place_of(file), part_of(place_of(file)), name.split(".")[1]


def layer_of(part: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if part in layer)


def test_every_part_has_its_layer() -> None:
    parts = {part_of(place_of(file)) for file in modules()} - {"__init__"}

    assert parts == set().union(*LAYERS)


def test_imports_run_one_way() -> None:
    wrong = [
        f"{place} imports {target}"
        for place, part, target in own_imports()
        if part != target and layer_of(target) >= layer_of(part) and not _among_equals(part, target)
    ]

    assert wrong == []


def _among_equals(part: str, target: str) -> bool:
    """Tell whether two parts of one layer may meet: foundations stand on each other, and so do compositions."""
    return any({part, target} <= layer for layer in (FOUNDATION, COMPOSITION))


def test_rooms_do_not_import_each_other() -> None:
    wrong = [
        f"{place} imports {target}"
        for place, part, target in own_imports()
        if part in ROOMS | GROUND and target in ROOMS and part != target
    ]

    assert wrong == []


def test_foundation_does_not_run_in_circles() -> None:
    edges = {(part, target) for _, part, target in own_imports() if part in FOUNDATION | COMPOSITION and part != target}

    assert [edge for edge in edges if edge[::-1] in edges] == []


def test_airflow_is_imported_only_where_it_must_be() -> None:
    found = {place_of(file) for file in modules() if any(_is(name, "airflow") for name in imports_of(file))}

    assert {place for place in found if not place.startswith(tuple(AIRFLOW))} == set()


@pytest.mark.parametrize("library", sorted(DOORS))
def test_third_party_has_one_door(library: str) -> None:
    found = {place_of(file) for file in modules() if any(_is(name, library) for name in imports_of(file))}

    assert {place for place in found if not place.startswith(tuple(DOORS[library]))} == set()
    assert found, f"nobody imports {library}: take it off the list"


def _is(name: str, library: str) -> bool:
    return name == library or name.startswith(f"{library}.")


def test_no_module_is_named_like_the_standard_library_or_an_attic() -> None:
    names = {file.stem for file in modules()} | {folder.name for folder in PRODUCT.rglob("*") if folder.is_dir()}

    assert names & (set(sys.stdlib_module_names) - {"__init__"}) == set()
    assert names & ATTIC_NAMES == set()


def test_airflows_plugin_loader_is_kept_out_of_the_package() -> None:
    assert (PLUGINS / ".airflowignore").read_text(encoding="utf-8").split() == ["laksana/"]
    assert [file.name for file in PLUGINS.glob("*.py")] == ["laksana_plugin.py"]


def test_every_sop_has_its_dag_file_and_every_dag_file_its_sop() -> None:
    specs = {file.stem for file in (REPOSITORY / "include" / "sop_specs").glob("*.yaml")}
    dags = {
        file.stem.replace("_", "-"): file.read_text(encoding="utf-8") for file in (REPOSITORY / "dags").glob("*.py")
    }

    assert set(dags) == specs
    for slug, text in dags.items():
        assert f'sop_dag("{slug}")' in text
        # Airflow passes over a file that does not hold both words.
        assert "dag" in text.lower()
        assert "airflow" in text.lower()
