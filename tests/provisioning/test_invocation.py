"""Extra variables are plain data and are written so that Ansible treats them as such."""

import json
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.template import is_trusted_as_template
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from laksana.errors import ProvisioningError
from laksana.provisioning.invocation import variables_as_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def as_ansible_reads(variables: dict[str, Any], folder: Path) -> Any:
    """Load the variables the way ansible-playbook loads the file of ``-e @file``."""
    path = folder / "extravars"
    path.write_text(variables_as_yaml(variables), encoding="utf-8")
    return DataLoader().load_from_file(str(path), cache="none", trusted_as_template=True)


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in strings(item)]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=plain)
@example(value=["007", "no", "", "~", "null", "=", "1e3", "0x1f", "2026-01-01", "12:30", "<<", "{{ x }}", "\x85\ufeff"])
@example(value={"no": "yes", "1": "{{ 7*7 }}", "": ""})
def test_ansible_reads_the_very_same_values_and_trusts_none(value: Any, tmp_path: Path) -> None:
    found = as_ansible_reads({"x": value}, tmp_path)["x"]
    assert found == value
    assert json.dumps(found) == json.dumps(value)  # 1 is not True, nor 7 "7"
    assert not any(is_trusted_as_template(text) for text in strings(found))


def test_no_variables_are_an_empty_mapping(tmp_path: Path) -> None:
    assert as_ansible_reads({}, tmp_path) == {}


@pytest.mark.parametrize("name", ["", "a-b", "1a", "a b", "ä", "a.b"])
def test_name_that_is_no_variable_name_is_refused(name: str) -> None:
    with pytest.raises(ProvisioningError, match="variable name"):
        variables_as_yaml({name: "x"})


@pytest.mark.parametrize("value", [object(), b"x", {1, 2}, {"a": [object()]}])
def test_value_that_is_no_plain_data_is_refused_with_its_place(value: Any) -> None:
    with pytest.raises(ProvisioningError, match=r"variable x.*is no plain data"):
        variables_as_yaml({"x": value})


def test_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(ProvisioningError, match="no valid Unicode"):
        variables_as_yaml({"x": "\ud800"})
