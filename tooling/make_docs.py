"""Writes the reference pages that stand in the code already: settings, errors, and the SOP file; a test compares them.

Run ``python tooling/make_docs.py`` after changing a docstring, a setting or the structure of an SOP file.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ROOT / "plugins" / "laksana"
MARK = "<!-- Made by tooling/make_docs.py from the code; change it there. -->"
KINDS = "kerja"


def main() -> None:
    """Write every page."""
    for file, text in pages().items():
        (ROOT / "docs" / file).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the pages by file name under ``docs/``."""
    return {"settings.md": settings_page(), "errors.md": errors_page(), "spec.md": spec_page(), "lint.md": lint_page()}


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


def spec_page() -> str:
    """Describe an SOP file: its keys, a step's keys, and each kind of work with its settings and outcomes."""
    schema = json.loads((PRODUCT / "spec" / "structure.json").read_text(encoding="utf-8"))
    definitions = schema["$defs"]
    step = definitions["step"]
    outcomes = _outcomes()
    parts = [
        _table(schema, definitions),
        "## A step (`langkah`)",
        _table(step, definitions),
        "## Kinds of work (`kerja`)",
    ]
    for kind in definitions[KINDS]["properties"]:
        comes_out = ", ".join(f"`{name}`" for name in sorted(outcomes.get(kind, ()))) or "its buttons (`pilihan`)"
        parts += [f"### `{kind}`", f"Outcomes: {comes_out}.", _table(definitions[kind], definitions)]
    parts += ["## A deviation from the source (`penyimpangan`)", _table(definitions["deviation"], definitions)]
    parts += ["## Rules between the fields", _rules()]
    lead = (
        "One YAML file under `include/sop_specs/` is one SOP. Unknown keys are errors, and so are anchors, aliases,\n"
        "tags and duplicate keys. `laksana spec lint` says what is wrong, with file, line and mend."
    )
    return _page("The SOP file", lead, "\n\n".join(parts))


def _rules() -> str:
    """List the names that the rules between fields allow."""
    tree = _tree("spec/vocabulary.py")
    rules = ", ".join(f"`{name}`" for name in sorted(_constant(tree, "FORM_RULES")))
    sources = [
        f"`{place}.{key}`" for place, keys in _constant(tree, "PLAYBOOK_SOURCES").items() for key in sorted(keys)
    ]
    reserved = _by_service(_constant(tree, "RESERVED_VALUES"))
    checks = _by_service(_constant(tree, "CHECKS"))
    return (
        f"- A form field's `x-aturan` is one of {rules}; `x-petunjuk` is the hint, `x-contoh` an example.\n"
        "- A playbook's variable comes from a field of the form (`formulir.<field>`), from an answer at one of the\n"
        "  SOP's gates (`jawaban.<field>`), from what the case reserved (`pemesanan.<value>`), or from\n"
        f"  {', '.join(sources)}.\n"
        f"- What a case reserves, by `jenis_layanan`: {reserved}.\n"
        f"- Checks and tests, by `jenis_layanan`: {checks}.\n"
        "- A way back carries `paling_banyak`; ways back don't overlap, and each step has one at most.\n"
        "- A step's inputs with `asal: langkah` are outputs of earlier steps."
    )


def _by_service(values: dict[str, frozenset[str]]) -> str:
    """Write names by the kind of service that has them."""
    return "; ".join(f"{kind}: {', '.join(f'`{name}`' for name in sorted(names))}" for kind, names in values.items())


def _outcomes() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = _constant(_tree("spec/vocabulary.py"), "OUTCOMES")
    return found


def _constant(tree: ast.Module, name: str) -> Any:
    """Return the value of a constant of literals and frozensets."""
    for node in tree.body:
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and target.id == name and isinstance(node, (ast.Assign, ast.AnnAssign)):
            return _value(node.value)
    raise LookupError(name)


def _value(node: ast.expr | None) -> Any:
    if isinstance(node, ast.Call):
        return frozenset(_value(node.args[0])) if node.args else frozenset()
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Set):
        return {_value(item) for item in node.elts}
    if isinstance(node, ast.Name):
        return _constant(_tree("spec/model.py"), node.id)
    return ast.literal_eval(node) if node is not None else None


def _table(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    if not schema.get("properties"):
        return "It has no settings: write `{}`."
    rows = [
        f"| `{name}` | {'yes' if name in schema.get('required', []) else 'no'} | {_cell(_says(item, definitions))} |"
        for name, item in schema["properties"].items()
    ]
    return "| Key | Needed | Value |\n|---|---|---|\n" + "\n".join(rows)


def _says(item: dict[str, Any], definitions: dict[str, Any]) -> str:  # noqa: PLR0911  # one line a sort of value
    """Say in words what a value may be."""
    if "description" in item:
        return str(item["description"])
    if "$ref" in item:
        name = item["$ref"].rsplit("/", 1)[1]
        named = {
            "text": "text",
            "texts": "list of texts",
            "date": "date like 2023-07-10",
            "name": "text up to 200 letters",
        }
        return named.get(name) or _says(definitions[name], definitions)
    if "enum" in item:
        return "one of " + ", ".join(f"`{value}`" for value in item["enum"])
    if "const" in item:
        return f"`{json.dumps(item['const'])}`"
    if item.get("type") == "array":
        return f"list: {_says(item['items'], definitions)}"
    if item.get("type") == "object" and "properties" in item:
        return "`" + "`, `".join(item["properties"]) + "`"
    if "pattern" in item:
        return f"text like `{item['pattern']}`"
    words = {"integer": "whole number", "string": "text", "boolean": "`true` or `false`", "object": "keys of your own"}
    bounds = [
        f"from {item['minimum']}" if "minimum" in item else "",
        f"to {item['maximum']}" if "maximum" in item else "",
    ]
    return " ".join([words[item["type"]], *filter(None, bounds)])


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
