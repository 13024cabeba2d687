"""Prints the longest modules and functions of the product, so that they are seen; informs, never fails."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 3


def main() -> None:
    """Print the tails."""
    modules: list[tuple[int, str]] = []
    functions: list[tuple[int, str]] = []
    for file in sorted((ROOT / "plugins").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        name = str(file.relative_to(ROOT / "plugins"))
        modules.append((text.count("\n"), name))
        found = [
            node for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        functions.extend(((node.end_lineno or node.lineno) - node.lineno + 1, f"{name}:{node.name}") for node in found)
    for what, rows in (("modules", modules), ("functions", functions)):
        tail = ", ".join(f"{name} {lines}" for lines, name in sorted(rows, reverse=True)[:SHOWN])
        print(f"check: longest {what}: {tail}")


if __name__ == "__main__":
    main()
