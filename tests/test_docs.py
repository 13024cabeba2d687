"""The reference pages are those that the code makes today, and name everything there is."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from laksana import errors
from laksana.settings import Settings
from laksana.spec.vocabulary import OUTCOMES

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / "docs"


@pytest.fixture(scope="module")
def make_docs() -> ModuleType:
    place = importlib.util.spec_from_file_location("make_docs", REPOSITORY / "tooling" / "make_docs.py")
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    place.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["settings.md", "errors.md", "spec.md", "lint.md"])
def test_page_is_up_to_date(make_docs: ModuleType, page: str) -> None:
    assert (DOCS / page).read_text(encoding="utf-8") == make_docs.pages()[page], "run: python tooling/make_docs.py"


def test_every_setting_is_described() -> None:
    text = (DOCS / "settings.md").read_text(encoding="utf-8")

    assert [field.name for field in fields(Settings) if f"| `LAKSANA_{field.name.upper()}` | " not in text] == []
    assert "|  |" not in text


def test_every_error_is_described() -> None:
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    families = [name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, Exception)]

    assert [name for name in families if f"| `{name}` | " not in text] == []
    assert "|  |" not in text


def test_error_tree_in_the_code_names_every_family() -> None:
    families = [name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, Exception)]

    assert [name for name in families if name not in str(errors.__doc__)] == []


def test_every_kind_of_work_is_described_with_its_outcomes() -> None:
    text = (DOCS / "spec.md").read_text(encoding="utf-8")
    structure = json.loads((REPOSITORY / "plugins/laksana/spec/structure.json").read_text(encoding="utf-8"))
    kinds = structure["$defs"]["kerja"]["properties"]

    assert [kind for kind in kinds if f"### `{kind}`" not in text] == []
    for kind, outcomes in OUTCOMES.items():
        section = text.partition(f"### `{kind}`")[2].partition("###")[0]
        assert [outcome for outcome in outcomes if f"`{outcome}`" not in section] == [], kind


def test_every_key_of_an_sop_file_is_described_with_its_meaning() -> None:
    text = (DOCS / "spec.md").read_text(encoding="utf-8")
    structure = json.loads((REPOSITORY / "plugins/laksana/spec/structure.json").read_text(encoding="utf-8"))
    tables = [structure, *structure["$defs"].values()]
    keys = {name for table in tables for name in table.get("properties", {})} - set(OUTCOMES) - {"gerbang"}

    assert [key for key in keys if f"| `{key}` | " not in text] == []
    assert [line for line in text.splitlines() if line.startswith("| `") and "|  |" in line.removesuffix("|  |")] == []


def test_examples_of_the_sop_page_stand_in_real_files() -> None:
    text = (DOCS / "spec.md").read_text(encoding="utf-8")
    folders = [REPOSITORY / "include" / "sop_specs", REPOSITORY / "tests" / "specs" / "valid"]
    real = {file.stem: _without_indents(file.read_text(encoding="utf-8")) for at in folders for file in at.glob("*")}
    examples = text.split("\n\nFrom `")[1:]

    assert len(examples) > len(OUTCOMES)
    for example in examples:
        stem, _, rest = example.partition("`")
        shown = rest.partition("```yaml\n")[2].partition("\n```")[0]
        # A kind of work stands with its ways: two parts of one file, which need not be neighbours.
        parts = shown.split("\nlanjut:\n")
        assert all(_without_indents(part) in real[stem] for part in parts), shown


def _without_indents(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines())
