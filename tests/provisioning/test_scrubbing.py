"""Secrets leave no trace, in whatever form they would stand there."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from laksana.provisioning.scrubbing import HIDDEN, Scrubber

SECRET = 'p@ss "wörd"\\x'  # noqa: S105  # planted to be looked for


def test_text_loses_the_secret_as_it_is_and_as_json_writes_it() -> None:
    text = f"a {SECRET} b {json.dumps(SECRET)} c {json.dumps(SECRET, ensure_ascii=False)}"

    assert Scrubber([SECRET]).text(text) == f'a {HIDDEN} b "{HIDDEN}" c "{HIDDEN}"'


def test_data_loses_it_in_keys_values_and_lists() -> None:
    scrubbed = Scrubber([SECRET]).data({SECRET: [SECRET, {"cmd": f"x={SECRET}"}], "n": 3, "none": None})

    assert scrubbed == {HIDDEN: [HIDDEN, {"cmd": f"x={HIDDEN}"}], "n": 3, "none": None}


def test_longer_secret_goes_before_one_that_it_contains() -> None:
    assert Scrubber(["abcd", "abcdef"]).text("abcdef abcd") == f"{HIDDEN} {HIDDEN}"


def test_empty_and_tiny_values_hide_nothing() -> None:
    assert Scrubber(["", "a"]).text("banana") == "banana"


@given(st.text(min_size=4, max_size=40).filter(lambda text: text not in HIDDEN), st.text(), st.text())
def test_no_secret_stays(secret: str, before: str, after: str) -> None:
    scrubbed = Scrubber([secret]).data({"key": f"{before} {secret} {after}"})["key"]

    assert secret not in scrubbed.replace(HIDDEN, "\0") or secret in f"{before} \0 {after}"
