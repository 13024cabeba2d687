"""Refuse extra variables that hold template text, before anything has evaluated them.

An assertion can't do this: reading the variable in its condition already renders it. This action looks at the text as
it came in. It runs on the controller and touches no host.
"""

# ruff: noqa: INP001 - ansible-playbook loads it as a single file beside the playbook

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible.plugins.action import ActionBase

_MARKS = ("{{", "{%", "{#")


def find_template_text(value: Any, path: str) -> Iterator[str]:
    """Yield the path of every string within ``value`` that a template engine would act on."""
    if isinstance(value, str):
        if any(mark in value for mark in _MARKS):
            yield path
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from find_template_text(str(key), f"{path} (key)")
            yield from find_template_text(item, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from find_template_text(item, f"{path}[{index}]")


class ActionModule(ActionBase):
    """Fail where a variable whose name begins with ``prefix`` holds template text."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _VALID_ARGS = frozenset(["prefix"])

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Look at the raw variables and say which ones are refused, without repeating what they hold."""
        result = super().run(tmp, task_vars)
        prefix = self._task.args["prefix"]
        # task_vars holds the text as it was given; whoever reads a variable by a template gets it rendered
        given = {name: value for name, value in (task_vars or {}).items() if name.startswith(prefix)}
        refused = [place for name, value in sorted(given.items()) for place in find_template_text(value, name)]
        result["changed"] = False
        if refused:
            result["failed"] = True
            result["msg"] = f"{', '.join(refused)} holds template text ({' '.join(_MARKS)}); give plain text"
        return result
