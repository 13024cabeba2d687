"""One playbook run as it is asked for; its variables are data, and this module sees to it that Ansible agrees.

Ansible treats strings of an extra-vars file as templates: an applicant's ``{{ lookup('pipe', 'id') }}`` would run on
the controller. The whole document is therefore tagged ``!unsafe``, which Ansible never evaluates. The tag must not
stand at the single strings: there Ansible guesses the type anew, and the label ``007`` would become the number 7,
``no`` a False and the empty text nothing at all.
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
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Further extra variables, whose values are taken out of all that the run leaves behind."""
    check: bool = False
    """True where nothing may be changed (Ansible's check mode)."""
    timeout: int = 900
    """Seconds after which the run is stopped."""
    limit: str | None = None
    """Host pattern that narrows the inventory."""


def variables_as_yaml(variables: Mapping[str, Any]) -> str:
    """Write extra variables as YAML whose strings are marked as data.

    Raises:
        ProvisioningError: a name is no variable name, or a value is no plain data.
    """
    for name in variables:
        if not (isinstance(name, str) and name.isascii() and name.isidentifier()):
            raise ProvisioningError(f"variable name {name!r}: allowed are letters, digits and underscores")
    plain = {name: _plain(value, name) for name, value in variables.items()}
    return "--- !unsafe\n" + yaml.dump(plain, Dumper=_DataDumper, allow_unicode=False, sort_keys=False, width=4096)


class _DataDumper(yaml.SafeDumper):
    """Writes every text in double quotes, so that it can be read as nothing but text, and repeated values in full."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write no anchors."""
        del data
        return True


_DataDumper.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def _plain(value: Any, where: str) -> Any:
    """Return the value as plain data, refusing what is none."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ProvisioningError(f"variable {where}: holds characters that are no valid Unicode text") from error
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    raise ProvisioningError(
        f"variable {where}: {type(value).__name__} is no plain data (allowed: text, number, true/false, list, mapping)"
    )
