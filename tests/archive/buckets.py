"""Buckets of the lab's object store, and a client of it that is not ours."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import boto3
from botocore.exceptions import ClientError

from laksana.archive.s3 import Bucket
from laksana.settings import Settings

_DEFAULT = Settings()


@contextmanager
def fresh_bucket() -> Iterator[Bucket]:
    """Describe a bucket that nobody has used, and remove it afterwards: each one takes room of the store's own."""
    bucket = Bucket(
        name=f"arsip-{uuid.uuid4().hex[:12]}", url=_DEFAULT.s3_url, region=_DEFAULT.s3_region,
        access_key_file=_DEFAULT.s3_access_key_file, secret_key_file=_DEFAULT.s3_secret_key_file,
        ca_file=_DEFAULT.s3_ca_file,
    )  # fmt: skip
    yield bucket
    with suppress(ClientError):  # never made, or locked: that one stays
        _remove(bucket.name)


def _remove(name: str) -> None:
    client = plain_client()
    found = client.list_object_versions(Bucket=name)
    for item in found.get("Versions", []) + found.get("DeleteMarkers", []):
        client.delete_object(Bucket=name, Key=item["Key"], VersionId=item["VersionId"])
    client.delete_bucket(Bucket=name)


def plain_client() -> Any:
    """Return a client as anybody would open it."""
    return boto3.client(
        "s3", endpoint_url=_DEFAULT.s3_url, region_name=_DEFAULT.s3_region, verify=_DEFAULT.s3_ca_file,
        aws_access_key_id=_DEFAULT.s3_access_key_file.read_text(),
        aws_secret_access_key=_DEFAULT.s3_secret_key_file.read_text(),
    )  # fmt: skip
