"""Writes the reference pages that stand in the code already: settings, errors, and the SOP file; a test compares them.

Run ``python tooling/make_docs.py`` after changing a docstring, a setting or the structure of an SOP file.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, it finds only what stands beside it

from tooling.spec_page import spec_page  # noqa: E402  # see above

PRODUCT = ROOT / "plugins" / "laksana"
MARK = "<!-- Made by tooling/make_docs.py from the code; change it there. -->"


def main() -> None:
    """Write every page."""
    for file, text in pages().items():
        (ROOT / "docs" / file).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the pages by file name under ``docs/``."""
    return {
        "settings.md": settings_page(),
        "errors.md": errors_page(),
        "spec.md": _page("The SOP file", *spec_page()),
        "lint.md": lint_page(),
    }


def settings_page() -> str:
    """Describe every setting, from the class and the strings under its fields."""
    tree = _tree("settings.py")
    rows = [
        f"| `LAKSANA_{name.upper()}` | {_cell(text)} | `{_default(default)}` |"
        for name, default, text in _fields(_class(tree, "Settings"))
    ]
    lead = ast.get_docstring(tree) or ""
    return _page("Settings", lead, "| Variable | Meaning | Default |\n|---|---|---|\n" + "\n".join(rows))


def errors_page() -> str:
    """Describe every error, from its docstring."""
    tree = _tree("errors.py")
    rows = [
        f"| `{node.name}` | {', '.join(f'`{ast.unparse(parent)}`' for parent in node.bases)} | {_cell(_doc(node))} |"
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Error")
    ]
    rooms = [f"| `{name}` | {parents} | {_cell(text)} |" for name, parents, text in sorted(_room_errors())]
    lead = (
        "Every exception that Laksana raises on purpose is a `LaksanaError`; its text is one line that a person can\n"
        "act on. A “no” (a refusal, a failed check, an invalid signature) is never an exception but a record."
    )
    table = "| Error | Is a | Meaning |\n|---|---|---|\n" + "\n".join([*rows, *rooms])
    return _page("Errors", lead, table)


def lint_page() -> str:
    """Describe every rule of the linter, from their table."""
    from laksana.lint.rules import RULES

    rows = [
        f"| `{rule.code}` | {'error' if rule.is_error else 'warning'} | {_cell(rule.meaning)} "
        f"| {', '.join(rule.rulings)} | {rule.standard} |"
        for rule in RULES
    ]
    lead = (
        "`laksana spec lint` refuses files that can't be read as an SOP (errors, [spec.md](spec.md)), SOPs that would\n"
        "stand still (errors), and warns of SOPs that can't be kept as they are written. The warnings look at the SOP\n"
        "of the office's document: what a step's `sumber` says goes before what the step says. A warning that an\n"
        "entry of `penyimpangan` covers, by its ruling and at its step, is shown as accepted, with the reason. Times\n"
        "are working minutes; a day has 450, and of SOPs that call each other no more than four are counted inside\n"
        "one another."
    )
    table = "| Code | Severity | Found where | Accepted by | From |\n|---|---|---|---|---|\n" + "\n".join(rows)
    return _page("What the linter finds", lead, table)


def _room_errors() -> Iterator[tuple[str, str, str]]:
    """Yield the errors that rooms add to their families."""
    for file in sorted(PRODUCT.rglob("*.py")):
        if file.name == "errors.py":
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                yield node.name, ", ".join(f"`{ast.unparse(parent)}`" for parent in node.bases), _doc(node)


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.expr, str]]:
    """Yield the fields of a dataclass with the string under each."""
    for item, below in zip(node.body, node.body[1:], strict=False):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and item.value is not None:
            text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
            yield item.target.id, item.value, str(text)


def _default(node: ast.expr) -> str:
    """Write a default as one would set it."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.BinOp):
        return f"{_default(node.left)}/{_default(node.right)}".removeprefix("_PROJECT/")
    if isinstance(node, ast.Call):
        return _default(node.args[0] if node.args else node.keywords[0].value)
    return ast.unparse(node)


def _tree(place: str) -> ast.Module:
    return ast.parse((PRODUCT / place).read_text(encoding="utf-8"))


def _class(tree: ast.Module, name: str) -> ast.ClassDef:
    return next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)


def _doc(node: ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").splitlines()[0]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("``", "`").replace("|", "\\|")


def _page(title: str, lead: str, body: str) -> str:
    return f"# {title}\n\n{MARK}\n\n{lead.replace('``', '`')}\n\n{body}\n"


if __name__ == "__main__":
    main()
