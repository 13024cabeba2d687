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
