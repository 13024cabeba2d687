"""Reads the YAML files that the office edits; refuses what is no mapping, with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from laksana.errors import DocumentError


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file holds.

    Raises:
        DocumentError: the file is missing, no YAML, or no mapping.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: can't be read ({error})") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark else str(path)
        raise DocumentError(f"{place}: no valid YAML: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(data, dict):
        raise DocumentError(f"{path}: holds no mapping (needed: keys with values)")
    return data
