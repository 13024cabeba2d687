"""The inbox: gates that wait for whoever is logged in, in Bahasa Indonesia, made for a phone; works without JavaScript.

An answer goes to Airflow's own REST API under the person's own token, so that rights, rules and the record are the same
as in the Airflow UI. User text is shown literally: Markdown without HTML, templates with escaping.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from markdown_it import MarkdownIt
from markupsafe import Markup

from laksana.engine.assignment import may_answer
from laksana.posts.holders import Holders

PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable("image")
_LONG = 200
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Field:
    """One field of a gate's form."""

    name: str
    title: str
    hint: str
    value: str
    input: str
    """HTML input type."""
    choices: tuple[str, ...] = ()
    long: bool = False
    rows: int = 4


@dataclass(frozen=True)
class Task:
    """One gate that waits."""

    id: str
    """``dag/run/task``."""
    subject: str
    html: Markup
    since: str
    options: tuple[str, ...]
    fields: tuple[Field, ...]


def tasks_for(
    gates: Iterable[Mapping[str, Any]], username: str, holders: Holders, on: date, zone: ZoneInfo
) -> list[tuple[Task, Mapping[str, Any]]]:
    """Return the gates that a person may answer, oldest first, each with what Airflow says of it."""

    @cache
    def names(role: str) -> frozenset[str]:
        return holders.logins(role, on)

    mine = [gate for gate in gates if may_answer([str(item["id"]) for item in gate["assigned_users"]], username, names)]
    return [(task_of(gate, zone), gate) for gate in mine]


def task_of(gate: Mapping[str, Any], zone: ZoneInfo) -> Task:
    """Turn what Airflow says of a gate into what a person sees."""
    ti = gate["task_instance"]
    since = datetime.fromisoformat(str(gate["created_at"])).astimezone(zone)
    return Task(
        id=f"{ti['dag_id']}/{ti['dag_run_id']}/{ti['task_id']}",
        subject=str(gate["subject"]),
        html=Markup(_MARKDOWN.render(str(gate["body"] or ""))),  # noqa: S704  # rendered with HTML off
        since=since.strftime("%d-%m-%Y pukul %H.%M"),
        options=tuple(gate["options"]),
        fields=tuple(_field(name, item) for name, item in gate["params"].items()),
    )


def read_answer(body: bytes, gate: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the pressed button and the form's values, typed as the gate's form wants them; empty ones are nothing."""
    given = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    option = given.pop("pilihan", "")
    values: dict[str, Any] = {}
    for name, item in gate["params"].items():
        text = given.get(name, "").replace("\r\n", "\n").strip()
        is_number = "integer" in item["schema"].get("type", ())
        values[name] = (int(text) if is_number and _NUMBER.fullmatch(text) else text) if text else None
    return option, values


def list_page(tasks: list[Task], *, username: str, root: str, done: bool) -> str:
    """Render the list."""
    return PAGES.get_template("tugas.html").render(tasks=tasks, username=username, root=root, done=done)


def answer_page(task: Task, *, username: str, root: str, error: str = "") -> str:
    """Render one gate with its form."""
    return PAGES.get_template("jawab.html").render(task=task, username=username, root=root, error=error)


def with_values(task: Task, values: Mapping[str, Any]) -> Task:
    """Return the task with what the person typed, so that a refused answer need not be typed again."""
    typed = {name: "" if value is None else str(value) for name, value in values.items()}
    fields = tuple(replace(field, value=typed.get(field.name, "")) for field in task.fields)
    return replace(task, fields=fields)


def _field(name: str, item: Mapping[str, Any]) -> Field:
    schema = item["schema"]
    value = "" if item.get("value") is None else str(item["value"])
    kind = "number" if "integer" in schema.get("type", ()) else "date" if schema.get("format") == "date" else "text"
    long = schema.get("format") == "multiline" or int(schema.get("maxLength", 0)) > _LONG
    return Field(
        name=name,
        title=str(schema.get("title", name)),
        hint=str(item.get("description") or schema.get("description") or ""),
        value=value,
        input=kind,
        choices=tuple(str(choice) for choice in schema.get("enum", ()) if choice is not None),
        long=long,
        rows=max(4, min(24, value.count("\n") + len(value) // 60)),
    )
