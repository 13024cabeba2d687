"""Extra variables are plain data and are written so that Ansible treats them as such."""

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.errors import ProvisioningError
from laksana.provisioning.invocation import variables_as_yaml

texts = st.text(st.characters(exclude_categories=["Cs"]))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


class Unsafe(str):
    """A string that came with the tag."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """Reads the tag as Ansible does."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in strings(item)]


@settings(deadline=None)
@given(value=plain)
def test_every_string_comes_back_the_same_and_tagged(value: Any) -> None:
    found = yaml.load(variables_as_yaml({"x": value}), Loader)["x"]  # noqa: S506  # a safe loader with one more tag
    assert found == value
    assert all(isinstance(text, Unsafe) for text in strings(found))


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
