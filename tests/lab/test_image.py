"""The base image's name and list."""

from __future__ import annotations

from pathlib import Path

from tests.lab.image import image_path, read_packages


def test_comments_order_and_repeats_do_not_count(tmp_path: Path) -> None:
    source = tmp_path / "packages.txt"
    source.write_text("# a list\nsudo\ncurl # fetches\n\nsudo\n")

    assert read_packages(source) == ("curl", "sudo")


def test_another_list_is_another_image() -> None:
    assert image_path(("curl",)) != image_path(("curl", "sudo"))
