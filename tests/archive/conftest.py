"""A bucket of the lab's object store for one test."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from laksana.archive.s3 import Bucket
from tests.archive.buckets import fresh_bucket


@pytest.fixture
def bucket(lab: ModuleType) -> Iterator[Bucket]:  # noqa: ARG001  # the store must be up
    """Describe a bucket of the lab's store that nobody has used; it is not made yet."""
    with fresh_bucket() as bucket:
        yield bucket
