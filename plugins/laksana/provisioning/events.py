"""Reads Ansible's events: what changed, what failed and in which words; pure, and blind to tasks under ``no_log``."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from laksana.provisioning.messages import explain, raw_message
from laksana.records import Change, TaskFailure

LONGEST_TEXT = 4_000
"""Characters of a change's before and after that are kept; what comes after is cut and said so."""

_DONE = frozenset({"runner_on_ok", "runner_item_on_ok"})
_FAILED = frozenset({"runner_on_failed", "runner_item_on_failed", "runner_on_unreachable"})
_KEPT = _DONE | _FAILED | {"runner_on_skipped", "runner_retry", "playbook_on_stats", "playbook_on_no_hosts_matched"}
_NOISE = frozenset({"invocation", "stdout_lines", "stderr_lines", "ansible_facts", "results", "exception"})
_TELLING = (
    *("zone", "record", "type", "value", "ttl", "name", "dest", "path", "cmd", "argv", "_raw_params"),
    *("method", "url", "state", "enabled"),
)
_COUNTED = {"failures": False, "dark": True}
"""Ansible's sums at the end of a run of what failed and was not tolerated, and whether it failed by not answering."""


class _Place(NamedTuple):
    """Where something failed; a loop fails several times in one place."""

    host: str
    task_uuid: str
    unreachable: bool


class EventReader:
    """Takes the events of one run in order and keeps what the outcome needs."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.changed = 0
        self.hosts_reached = False
        self.facts: dict[str, Any] = {}
        self._order: dict[str, int] = {}
        self._changes: list[tuple[int, str, Change]] = []
        self._failures: dict[_Place, list[TaskFailure]] = {}
        self._errors: list[str] = []

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes by task, and by host within a task: the same plan reads the same on every run."""
        return tuple(change for _, _, change in sorted(self._changes, key=lambda item: item[:2]))

    @property
    def failures(self) -> tuple[TaskFailure, ...]:
        """Return the failed tasks, without those whose failure was ignored, tolerated or rescued."""
        return tuple(failure for failures in self._failures.values() for failure in failures)

    @property
    def errors(self) -> str:
        """Return what Ansible said outside of any task: a broken playbook, a missing file."""
        return "\n".join(self._errors)

    def take(self, event: Mapping[str, Any]) -> dict[str, Any] | None:
        """Note one event and return it in short for the evidence, or nothing where it tells nothing."""
        kind = str(event.get("event", ""))
        data = event.get("event_data") or {}
        if kind in {"verbose", "error"}:
            self._note_line(str(event.get("stdout", "")))
            return None
        if kind not in _KEPT:
            return None
        result = data.get("res") or {}
        if kind == "playbook_on_stats":
            self.hosts_reached = bool(data.get("processed"))
            self.facts = dict((data.get("artifact_data") or {}).get("laksana") or {})
            self.changed = max(self.changed, sum((data.get("changed") or {}).values()))
            self._drop_tolerated(data)
        elif kind in _DONE:
            self._note_change(data, result)
        elif kind in _FAILED:
            self._note_failure(kind, data, result)
        return _short(kind, event, data, result)

    def _note_line(self, line: str) -> None:
        """Keep the errors among Ansible's loose lines."""
        if "ERROR" in line:
            self._errors.append(line.split("]:", 1)[-1].removeprefix("ERROR!").strip())

    def _note_change(self, data: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Keep a change; a loop's items came before its sum, which is left out."""
        if not result.get("changed") or "results" in result or "censored" in result:
            return
        before, after = _difference(result)
        task, host = _task_name(data, result), str(data.get("host", ""))
        position = self._order.setdefault(str(data.get("task_uuid", "")), len(self._order))
        self._changes.append((position, host, Change(host, task, _cut(before), _cut(after))))

    def _note_failure(self, kind: str, data: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Keep a failure in words; a loop's items came before its sum, which is left out."""
        host, unreachable = str(data.get("host", "")), kind == "runner_on_unreachable"
        place = _Place(host, str(data.get("task_uuid", "")), unreachable)
        if data.get("ignore_errors"):  # said of the sum, not of the items before it
            self._failures.pop(place, None)
        elif "results" not in result or place not in self._failures:
            failure = TaskFailure(host, _task_name(data, result), explain(raw_message(result), host=host), unreachable)
            self._failures.setdefault(place, []).append(failure)

    def _drop_tolerated(self, sums: Mapping[str, Any]) -> None:
        """Drop a host's earlier failures when the run's sums count fewer.

        No event says at its time that a failure will be rescued, or that a host need not have answered; but a host's
        part of the run ends with the failure that was not, so the last ones count.
        """
        for name, unreachable in _COUNTED.items():
            counts = sums.get(name) or {}
            for host in {place.host for place in self._failures}:
                places = [place for place in self._failures if (place.host, place.unreachable) == (host, unreachable)]
                for place in places[: max(0, len(places) - counts.get(host, 0))]:
                    del self._failures[place]


def _short(kind: str, event: Mapping[str, Any], data: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's evidence: when, what, where, and the raw result without its noise."""
    short: dict[str, Any] = {"at": event.get("created", ""), "event": kind}
    short |= {key: data[key] for key in ("host", "task", "task_action", "ignore_errors") if data.get(key)}
    if kind == "playbook_on_stats":
        short |= {key: data.get(key) for key in ("ok", "changed", "failures", "dark", "skipped", "rescued", "ignored")}
    kept = {key: value for key, value in result.items() if key not in _NOISE and not key.startswith("_ansible")}
    return short | ({"result": kept} if kept else {})


def _task_name(data: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the task's name, with the item where it is one of a loop."""
    name = str(data.get("task", ""))
    label = result.get("_ansible_item_label")
    return name if label is None else f"{name} ({_text(label).strip()})"


def _difference(result: Mapping[str, Any]) -> tuple[str, str]:
    """Return before and after; without a diff, the telling part of what the module was asked to do."""
    diffs = result.get("diff") or []
    befores: list[str] = []
    afters: list[str] = []
    for diff in diffs if isinstance(diffs, list) else [diffs]:
        if not isinstance(diff, Mapping):
            continue
        before, after = _differing_lines(diff.get("before", ""), diff.get("after", diff.get("prepared", "")))
        befores.append(before)
        afters.append(after)
    before, after = "".join(befores), "".join(afters)
    if before or after:
        return before, after
    return "", _asked(result)


def _differing_lines(before: Any, after: Any) -> tuple[str, str]:
    """Return the lines that go and the lines that come; what stays is another case's and would differ by tomorrow."""
    old, new = _text(before).splitlines(keepends=True), _text(after).splitlines(keepends=True)
    gone: list[str] = []
    come: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            gone += old[a:b]
            come += new[c:d]
    return "".join(gone), "".join(come)


def _asked(result: Mapping[str, Any]) -> str:
    """Say what a module without diff was asked to do; times and temporary names would differ on every run."""
    sources: tuple[Mapping[str, Any], ...] = ((result.get("invocation") or {}).get("module_args") or {}, result)
    lines = []
    for key in _TELLING:
        value = next((source[key] for source in sources if source.get(key) not in (None, "", [])), None)
        if value is not None and not isinstance(value, Mapping):
            lines.append(f"{key}: {_text(value)}")
    return "\n".join(lines)


def _text(value: Any) -> str:
    """Return a value as text, mappings and lists as stable JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _cut(text: str) -> str:
    """Return a text of bounded length that says what was cut."""
    if len(text) <= LONGEST_TEXT:
        return text
    digest = hashlib.sha256(
        text.encode("utf-8", "replace")
    ).hexdigest()  # plans that differ further on must differ here
    return f"{text[:LONGEST_TEXT]}\n[… {len(text) - LONGEST_TEXT} karakter lagi, sha256 {digest}]"
