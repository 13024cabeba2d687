"""One playbook run as it is asked for; its variables are data, and this module sees to it that Ansible agrees.

Ansible treats strings of an extra-vars file as templates: an applicant's ``{{ lookup('pipe', 'id') }}`` would run on
the controller. Every string is therefore written with the tag ``!unsafe``, which Ansible never evaluates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from laksana.errors import ProvisioningError


@dataclass(frozen=True)
class Invocation:
    """A playbook run as it is asked for."""

    playbook: str
    """Path of the playbook."""
    inventory: Path
    """Inventory file or folder."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Extra variables: plain data; strings are never evaluated as templates."""
    check: bool = False
    """True where nothing may be changed (Ansible's check mode)."""
    timeout: int = 900
    """Seconds after which the run is stopped."""
    limit: str | None = None
    """Host pattern that narrows the inventory."""


def variables_as_yaml(variables: Mapping[str, Any]) -> str:
    """Write extra variables as YAML in which every string is marked as data.

    Raises:
        ProvisioningError: a name is no variable name, or a value is no plain data.
    """
    for name in variables:
        if not (isinstance(name, str) and name.isascii() and name.isidentifier()):
            raise ProvisioningError(f"variable name {name!r}: allowed are letters, digits and underscores")
    plain = {name: _plain(value, name) for name, value in variables.items()}
    return yaml.dump(plain, Dumper=_DataDumper, allow_unicode=False, sort_keys=True, width=4096)


class _Text(str):
    """A string value (not a key) on its way into YAML."""

    __slots__ = ()


class _DataDumper(yaml.SafeDumper):
    """Writes string values with the tag that stops Ansible from evaluating them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write repeated values in full; anchors would tie a tag to the wrong one."""
        del data
        return True


_DataDumper.add_representer(_Text, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def _plain(value: Any, where: str) -> Any:
    """Return the value with its strings marked, refusing what is no plain data."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ProvisioningError(f"variable {where}: holds characters that are no valid Unicode text") from error
        return _Text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise ProvisioningError(
        f"variable {where}: {type(value).__name__} is no plain data (allowed: text, number, true/false, list, mapping)"
    )
