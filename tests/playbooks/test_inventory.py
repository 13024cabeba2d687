"""The inventories beside the playbooks: what an office copies has all that the playbooks ask for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.playbooks.playbook import PLAYBOOKS

_OF_A_RUN = {"guest", "handed_over"}
"""Groups that playbooks make themselves, for servers that are in no inventory."""
_OF_PLAYBOOKS = {"office_public_key_file"}


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@pytest.mark.parametrize("name", ["example", "lab"])
def test_inventory_has_every_group_that_a_playbook_works_on(name: str) -> None:
    named = [play["hosts"] for path in PLAYBOOKS.glob("*.yml") for play in _read(path)]
    # One that is chosen at run time names both groups that it may be.
    wanted = {group for text in named for group in (re.findall(r"ternary\('(\w+)', '(\w+)'\)", text) or [(text,)])[0]}

    groups = _read(PLAYBOOKS / "inventory" / name / "hosts.yml")["all"]["children"]

    assert wanted - _OF_A_RUN - set(groups) == set()
    assert all(group["hosts"] for group in groups.values())


@pytest.mark.parametrize("name", ["example", "lab"])
def test_inventory_sets_only_what_a_role_or_playbook_knows(name: str) -> None:
    specs = [_read(path) for path in PLAYBOOKS.glob("roles/*/meta/argument_specs.yml")]
    known = {option for spec in specs for option in spec["argument_specs"]["main"]["options"]} | _OF_PLAYBOOKS

    folder = PLAYBOOKS / "inventory" / name / "group_vars"
    given = {variable for path in folder.glob("*.yml") for variable in _read(path)}

    assert {variable for variable in given - known if not variable.startswith("ansible_")} == set()
    assert given >= _OF_PLAYBOOKS
