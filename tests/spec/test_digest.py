"""The digest is the version of an SOP: its data counts, comments and layout don't."""

from __future__ import annotations

from pathlib import Path

import yaml

from laksana.spec import load_spec
from laksana.spec.reading import read_yaml

FILE = Path(__file__).parents[1] / "specs" / "valid" / "contoh-gerbang.yaml"


def digest_of_text(folder: Path, text: str) -> str:
    file = folder / FILE.name
    file.write_text(text, encoding="utf-8")
    return load_spec(file).digest


def test_comments_and_layout_make_no_new_version(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    rewritten = "# lain\n\n" + yaml.safe_dump(read_yaml(text, FILE.name).data, sort_keys=True, width=60)

    assert digest_of_text(tmp_path, rewritten) == load_spec(FILE).digest


def test_any_change_of_data_makes_a_new_version(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    changed = [
        text.replace("10 Menit", "11 Menit", 1),
        text.replace("Petugas", "Petugas Loket"),
        text + "      x-a: b\n",
    ]

    digests = {digest_of_text(tmp_path, item) for item in [text, *changed]}

    assert len(digests) == 4


def test_order_of_steps_counts(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")

    assert (
        digest_of_text(tmp_path, text.replace("[Pemohon, Petugas, Kepala]", "[Petugas, Pemohon, Kepala]"))
        != load_spec(FILE).digest
    )
