"""Rows of the registry as a file that ``laksana registry import`` reads back, a spreadsheet, or JSON; pure."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

from laksana.registry.estate_columns import COLUMNS, HAS, MORE, ROW_COLUMNS
from laksana.registry.estate_file import guarded
from laksana.registry.model import Service

_BYTE_ORDER_MARK = "\ufeff"


def as_csv(rows: Iterable[Service], *, for_excel: bool = False) -> str:
    """Write rows as CSV, one column for each thing that a kind of service has, and one for all the rest as JSON.

    Args:
        rows: the rows.
        for_excel: true for semicolons and a byte order mark, as Excel wants them in Indonesia.
    """
    file = io.StringIO(newline="")
    file.write(_BYTE_ORDER_MARK if for_excel else "")
    writer = csv.writer(file, delimiter=";" if for_excel else ",", lineterminator="\r\n" if for_excel else "\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = _cells(row)
        writer.writerow([guarded(cells.get(name, "")) for name in COLUMNS])
    return file.getvalue()


def as_json_text(rows: Iterable[Service]) -> str:
    """Write rows as a JSON list."""
    return json.dumps([row.to_json() for row in rows], ensure_ascii=False, indent=2) + "\n"


def _cells(row: Service) -> dict[str, str]:
    """Return a row's cells by column."""
    values = row.to_json()
    cells = {column.name: _as_text(values[column.name]) for column in ROW_COLUMNS}
    own = {key: value for key, value in row.specification.items() if key in HAS.get(row.kind, ()) and _is_plain(value)}
    more = {key: value for key, value in row.specification.items() if key not in own}
    cells |= {key: _as_text(value) for key, value in own.items()}
    return cells | ({MORE.name: json.dumps(more, ensure_ascii=False)} if more else {})


def _is_plain(value: Any) -> bool:
    return value is None or (isinstance(value, str | int) and not isinstance(value, bool))


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
