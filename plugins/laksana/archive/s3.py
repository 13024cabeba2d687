"""An archive in a bucket of an S3 server; refuses to overwrite, and hands out no document that was changed.

A key is written on the condition that it holds nothing yet, which the server decides: of two writers one wins. The hash
travels with the object as its metadata. The bucket keeps versions: who writes or deletes past this class leaves a
trace, which ``verify`` names. Where the bucket has a lock, nobody can delete a version before its time.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError, SSLError

from laksana.archive.keys import check_key
from laksana.archive.manifest import receipt
from laksana.errors import ArchiveError, Problem
from laksana.records import StoredDocument

_HASH = "sha256"
_RESTORE = "pulihkan dari cadangan"
_MISSING = frozenset({"NoSuchKey", "404"})
_NO_BUCKET = frozenset({"NoSuchBucket", "404"})
_KEY_HINT = "the key is refused; see the files of LAKSANA_S3_ACCESS_KEY_FILE and LAKSANA_S3_SECRET_KEY_FILE"
_HINTS = {
    "NoSuchBucket": "there is no such bucket; see LAKSANA_ARCHIVE_BUCKET, it is made with the first document",
    "InvalidBucketName": "LAKSANA_ARCHIVE_BUCKET is no name of a bucket (3-63 lower-case letters, digits, hyphens)",
    "InvalidBucketState": "the bucket was made without a lock; set LAKSANA_ARCHIVE_LOCK_DAYS=0 or name a new bucket",
    "BucketAlreadyExists": "the bucket is somebody else's; set LAKSANA_ARCHIVE_BUCKET to another name",
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "403"), _KEY_HINT),
}
# Short, and no proxy of the environment gets between.
_CONNECTION = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"}, proxies={})


@dataclass(frozen=True)
class Bucket:
    """Where the archive lies, and what opens it."""

    name: str
    url: str
    region: str
    access_key_file: Path
    secret_key_file: Path
    ca_file: str = ""
    """Certificate of the server's authority where it is a private one."""
    lock_days: int = 0
    """Days for which a document can't be deleted; 0 locks nothing."""
    page_size: int = 1000
    """How many keys to ask for at once."""


class S3Archive:
    """Keeps documents as objects; the bucket is made with the first document."""

    def __init__(self, bucket: Bucket) -> None:
        """Keep the place; nothing is opened yet."""
        self._bucket = bucket

    def put(self, key: str, data: bytes, media_type: str) -> StoredDocument:
        """Store a document once; see ``Archive``."""
        entry = receipt(check_key(key), data, media_type)
        with self._told(key, allow=frozenset({"PreconditionFailed"})):
            self._prepared.put_object(
                Bucket=self._bucket.name, Key=key, Body=data, ContentType=media_type, IfNoneMatch="*",
                Metadata={_HASH: entry.sha256},
            )  # fmt: skip
            return entry
        kept, found = self._fetch(key)
        if found != data:
            raise ArchiveError(
                f"archive {self._place(key)}: already holds other bytes (sha256 {kept.sha256[:12]}…, new "
                f"{entry.sha256[:12]}…); an archived document is never replaced, store under another name"
            )
        return kept

    def read(self, key: str) -> bytes:
        """Return a document's bytes, checked against its hash; see ``Archive``."""
        entry, data = self._fetch(check_key(key))
        if not _agrees(entry, data):
            raise ArchiveError(f"archive {self._place(key)}: is not what was archived (restore it from a backup)")
        return data

    def list(self, prefix: str) -> Sequence[StoredDocument]:
        """Return the receipts under a prefix; see ``Archive``."""
        pages = self._pages("list_objects_v2", prefix, allow=_NO_BUCKET)
        return [self._head(key) for key in sorted(item["Key"] for page in pages for item in page.get("Contents", []))]

    def verify(self) -> Sequence[Problem]:
        """Hash every document anew, and look for what was written or deleted past this class; see ``Archive``."""
        versions: Counter[str] = Counter()
        deleted: dict[str, bool] = {}
        for page in self._pages("list_object_versions", ""):
            versions.update(item["Key"] for item in page.get("Versions", []))
            for marker in page.get("DeleteMarkers", []):
                deleted[marker["Key"]] = deleted.get(marker["Key"], False) or marker["IsLatest"]
        problems = (self._problem(key, versions[key], deleted.get(key)) for key in sorted({*versions, *deleted}))
        return [problem for problem in problems if problem]

    def ensure_bucket(self) -> None:
        """Make the bucket where it is missing, with versions and its lock; a bucket that has them is left as it is."""
        bucket, client = self._bucket, self._client
        there = False
        with self._told("", allow=_NO_BUCKET):
            client.head_bucket(Bucket=bucket.name)
            there = True
        if not there:
            with self._told("", allow=frozenset({"BucketAlreadyOwnedByYou"})):
                client.create_bucket(Bucket=bucket.name, ObjectLockEnabledForBucket=bucket.lock_days > 0)
        with self._told(""):
            if client.get_bucket_versioning(Bucket=bucket.name).get("Status") != "Enabled":
                client.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
        if bucket.lock_days:
            self._lock()

    def _lock(self) -> None:
        """Give the bucket its lock unless it has that one."""
        rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": self._bucket.lock_days}}
        found: dict[str, Any] = {}
        with self._told("", allow=frozenset({"ObjectLockConfigurationNotFoundError"})):
            found = self._client.get_object_lock_configuration(Bucket=self._bucket.name)["ObjectLockConfiguration"]
        if found.get("Rule") != rule:
            with self._told(""):
                self._client.put_object_lock_configuration(
                    Bucket=self._bucket.name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
                )

    @cached_property
    def _prepared(self) -> Any:
        """The client of a bucket that is there."""
        self.ensure_bucket()
        return self._client

    @cached_property
    def _client(self) -> Any:
        bucket = self._bucket
        if bucket.ca_file and not Path(bucket.ca_file).is_file():
            raise ArchiveError(f"{bucket.ca_file}: no such certificate; set LAKSANA_S3_CA_FILE to the authority's")
        try:
            return boto3.client(
                "s3", endpoint_url=bucket.url, region_name=bucket.region, config=_CONNECTION,
                aws_access_key_id=_line_of(bucket.access_key_file),
                aws_secret_access_key=_line_of(bucket.secret_key_file), verify=bucket.ca_file or True,
            )  # fmt: skip
        except (ValueError, BotoCoreError):
            raise ArchiveError(
                f"LAKSANA_S3_URL={bucket.url!r}, LAKSANA_S3_REGION={bucket.region!r}: no S3 server can be meant "
                "(needed: an address like https://s3.example.go.id:8333, and a region like gresik)"
            ) from None

    def _fetch(self, key: str) -> tuple[StoredDocument, bytes]:
        """Return an object's bytes, and the receipt that it was stored with."""
        with self._told(key):
            answer = self._client.get_object(Bucket=self._bucket.name, Key=key)
            return _receipt_in(key, answer), answer["Body"].read()

    def _head(self, key: str) -> StoredDocument:
        with self._told(key):
            return _receipt_in(key, self._client.head_object(Bucket=self._bucket.name, Key=key))

    def _pages(self, operation: str, prefix: str, *, allow: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list; none where the refusal is allowed."""
        with self._told(prefix, allow=allow):
            yield from self._client.get_paginator(operation).paginate(
                Bucket=self._bucket.name, Prefix=prefix, PaginationConfig={"PageSize": self._bucket.page_size}
            )

    def _problem(self, key: str, versions: int, deleted: bool | None) -> Problem | None:
        """Say what is wrong with a document; ``deleted`` is whether a deletion, if there was one, is the last word."""
        if deleted:
            return Problem("hilang", "dokumen dihapus dari arsip", _RESTORE, file=key)
        if versions > 1 or deleted is not None:
            return Problem("berubah", "dokumen diganti sesudah diarsipkan", _RESTORE, file=key)
        entry, data = self._fetch(key)
        if not entry.sha256:
            return Problem("tak-terdaftar", "berkas tanpa hash: bukan dokumen yang diarsipkan", _RESTORE, file=key)
        if not _agrees(entry, data):
            return Problem("berubah", "isi dokumen tidak sama dengan yang diarsipkan", _RESTORE, file=key)
        return None

    def _place(self, key: str) -> str:
        return f"s3://{self._bucket.name}/{key}"

    @contextmanager
    def _told(self, key: str, *, allow: frozenset[str] = frozenset()) -> Iterator[None]:
        """Turn what S3 refuses into one line; what is allowed ends the block and nothing more."""
        try:
            yield
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code not in allow:
                raise ArchiveError(f"archive {self._place(key)}: {_refusal(code)}") from None
        except ParamValidationError:
            raise ArchiveError(f"archive {self._place(key)}: {_HINTS['InvalidBucketName']}") from None
        except SSLError:
            raise ArchiveError(
                f"archive {self._place(key)}: the certificate of {self._bucket.url} is not trusted; "
                "set LAKSANA_S3_CA_FILE to the certificate of the authority that signed it"
            ) from None
        except BotoCoreError as error:
            raise ArchiveError(
                f"archive {self._place(key)}: {self._bucket.url} can't be reached ({type(error).__name__}); "
                "see that the S3 server runs and LAKSANA_S3_URL names it"
            ) from None


def _refusal(code: str) -> str:
    """Say what a server's refusal means."""
    if code in _MISSING:
        return "no such document"
    return f"S3 refused it ({code}); {_HINTS.get(code, 'see the log of the S3 server')}"


def _receipt_in(key: str, answer: dict[str, Any]) -> StoredDocument:
    """Return the receipt that an object carries; its hash is empty where somebody else stored it."""
    found = answer.get("Metadata", {}).get(_HASH, "")
    return StoredDocument(key, found, int(answer["ContentLength"]), answer.get("ContentType", ""))


def _agrees(entry: StoredDocument, data: bytes) -> bool:
    """Whether bytes are those of a receipt."""
    return entry.sha256 == hashlib.sha256(data).hexdigest()


def _line_of(file: Path) -> str:
    """Read a file that holds one line."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ArchiveError(f"{file}: can't be read ({error.strerror}); put the key file back") from error
