"""Whatever somebody saves as an SOP file: problems of one line each, or an SOP that the linter can look at."""

from __future__ import annotations

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from laksana.lint import lint, read_sops

SPECS = Path(__file__).parents[1] / "specs" / "valid"
SHIPPED = Path(__file__).parents[2] / "include" / "sop_specs"
BOUNDED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TEMPLATES = [
    yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in (
        *sorted(SPECS.glob("*.yaml")),
        SHIPPED / "permohonan-vps-pdn.yaml",
        SHIPPED / "pemeliharaan-vps-pdn.yaml",
    )
]
JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**20), st.floats(allow_nan=True), st.text(max_size=12),
    st.sampled_from([[], {}, "selalu", "selesai", 0, "1 Menit", "Hari", "\x85", "\ud7ff", ["x"], {"bila": "selalu"}]),
)  # fmt: skip


def look(content: bytes) -> None:
    """Read and lint a file of this content; both must come to an end that can be printed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contoh.yaml"
        file.write_bytes(content)
        sops, problems = read_sops([file])
        findings = lint(sops, {sop.spec.slug: sop for sop in sops})
    assert len(sops) + bool(problems) == 1
    for line in [*(problem.as_line() for problem in problems), *(finding.as_line() for finding in findings)]:
        assert len(line.splitlines()) == 1, line


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of all nodes below the root."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [found for key, value in inner for found in ((*path, key), *places(value, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """Return a good file in which some nodes are gone, are something else, or stand twice."""
    data = deepcopy(draw(st.sampled_from(TEMPLATES)))
    data["slug"] = "contoh"
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(data)))
        holder = data
        for key in way:
            holder = holder[key]
        act = draw(st.sampled_from(["remove", "replace", "double", "swap"]))
        if act == "remove":
            del holder[last]
        elif act == "replace":
            holder[last] = draw(JUNK)
        elif act == "double" and isinstance(holder, list):
            holder.insert(last, deepcopy(holder[last]))
        elif isinstance(holder, list):
            holder.reverse()
        else:
            holder[draw(st.text(max_size=6))] = holder.pop(last)
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()


@BOUNDED
@given(st.binary(max_size=200))
def test_bytes(content: bytes) -> None:
    look(content)


@BOUNDED
@given(st.text(alphabet=" \t\n-:[]{}'\"|>&*!%@#,?abc0", max_size=120))
def test_what_looks_like_yaml(text: str) -> None:
    look(text.encode())


@settings(BOUNDED, max_examples=150)
@given(mutated())
def test_file_with_faults(content: bytes) -> None:
    look(content)
