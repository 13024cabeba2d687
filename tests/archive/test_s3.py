"""The archive in a bucket, seen from outside by a client that is not ours, and with the server in the way."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from laksana.archive.s3 import Bucket, S3Archive
from laksana.errors import ArchiveError
from laksana.office import Office
from laksana.settings import Settings
from tests.archive.buckets import plain_client

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("lab")]
KEY = "2026/monitoring-layanan-hosting/SD-2026-000007/08-laporan.pdf"
OTHER_KEY = "2026/monitoring-layanan-hosting/SD-2026-000008/08-laporan.pdf"
PDF = "application/pdf"


@pytest.fixture
def archive(bucket: Bucket) -> S3Archive:
    archive = S3Archive(bucket)
    archive.put(KEY, b"isi", PDF)
    archive.put(OTHER_KEY, b"isi lain", PDF)
    return archive


@pytest.fixture
def outsider() -> Any:
    return plain_client()


def found_by(archive: S3Archive) -> list[tuple[str, str]]:
    return [(problem.code, problem.file) for problem in archive.verify()]


def test_another_client_reads_what_was_stored(bucket: Bucket, outsider: Any) -> None:
    receipt = S3Archive(bucket).put(KEY, b"isi", PDF)

    found = outsider.get_object(Bucket=bucket.name, Key=KEY)

    assert (found["Body"].read(), found["ContentType"]) == (b"isi", PDF)
    assert found["Metadata"] == {"sha256": receipt.sha256}
    assert outsider.get_bucket_versioning(Bucket=bucket.name)["Status"] == "Enabled"


def test_of_many_writers_of_one_key_exactly_one_wins(bucket: Bucket, outsider: Any) -> None:
    def put(number: int) -> str:
        data = f"isi {number}".encode()
        try:
            S3Archive(bucket).put(KEY, data, PDF)
        except ArchiveError as error:
            return str(error)
        return data.decode()

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(put, range(8)))

    (won,) = [text for text in said if text.startswith("isi ")]
    assert sum("already holds other bytes" in text for text in said) == 7
    assert S3Archive(bucket).read(KEY) == won.encode()
    assert len(outsider.list_object_versions(Bucket=bucket.name)["Versions"]) == 1


def test_writers_of_the_same_bytes_all_get_the_receipt(bucket: Bucket) -> None:
    with ThreadPoolExecutor(4) as pool:
        receipts = list(pool.map(lambda _: S3Archive(bucket).put(KEY, b"isi", PDF), range(4)))

    assert set(receipts) == {S3Archive(bucket).put(KEY, b"isi", PDF)}


def test_lists_of_many_pages_are_complete(bucket: Bucket) -> None:
    archive = S3Archive(replace(bucket, page_size=2))
    keys = [f"2026/sop/T{number}/01-x.pdf" for number in range(5)]
    receipts = [archive.put(key, key.encode(), PDF) for key in keys]

    assert list(archive.list("2026/sop/")) == receipts
    assert list(archive.verify()) == []


def test_bytes_that_do_not_agree_with_their_hash_are_named_and_not_handed_out(bucket: Bucket, outsider: Any) -> None:
    archive = S3Archive(bucket)
    archive.ensure_bucket()
    outsider.put_object(Bucket=bucket.name, Key=KEY, Body=b"Isi", Metadata={"sha256": "0" * 64})

    with pytest.raises(ArchiveError, match="is not what was archived"):
        archive.read(KEY)
    assert found_by(archive) == [("berubah", KEY)]


def test_document_that_was_replaced_with_a_hash_to_match_is_named(
    archive: S3Archive, bucket: Bucket, outsider: Any
) -> None:
    outsider.put_object(
        Bucket=bucket.name, Key=KEY, Body=b"Isi", Metadata={"sha256": hashlib.sha256(b"Isi").hexdigest()}
    )

    assert found_by(archive) == [("berubah", KEY)]


def test_deleted_document_is_named(archive: S3Archive, bucket: Bucket, outsider: Any) -> None:
    outsider.delete_object(Bucket=bucket.name, Key=KEY)

    assert found_by(archive) == [("hilang", KEY)]
    archive.put(KEY, b"isi", PDF)
    assert found_by(archive) == [("berubah", KEY)]


def test_object_that_is_no_document_is_named(archive: S3Archive, bucket: Bucket, outsider: Any) -> None:
    outsider.put_object(Bucket=bucket.name, Key="2026/titipan.pdf", Body=b"x")

    assert found_by(archive) == [("tak-terdaftar", "2026/titipan.pdf")]


def test_locked_document_can_be_deleted_by_nobody(bucket: Bucket, outsider: Any) -> None:
    archive = S3Archive(replace(bucket, lock_days=1))
    archive.put(KEY, b"isi", PDF)
    (version,) = outsider.list_object_versions(Bucket=bucket.name)["Versions"]
    place = {"Bucket": bucket.name, "Key": KEY, "VersionId": version["VersionId"]}

    for way in ({}, {"BypassGovernanceRetention": True}):
        with pytest.raises(ClientError, match="AccessDenied"):
            outsider.delete_object(**place, **way)
    assert archive.read(KEY) == b"isi"
    assert outsider.get_object_retention(**place)["Retention"]["Mode"] == "COMPLIANCE"


def test_lock_of_a_bucket_that_is_there_follows_the_setting(bucket: Bucket, outsider: Any) -> None:
    for days in (1, 2, 2):
        S3Archive(replace(bucket, lock_days=days)).ensure_bucket()

    found = outsider.get_object_lock_configuration(Bucket=bucket.name)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"]["Days"] == 2


def test_bucket_without_a_lock_gets_one_for_what_comes(archive: S3Archive, bucket: Bucket, outsider: Any) -> None:
    S3Archive(replace(bucket, lock_days=1)).put("2026/sop/T/01-x.pdf", b"isi", PDF)
    versions = {
        item["Key"]: item["VersionId"] for item in outsider.list_object_versions(Bucket=bucket.name)["Versions"]
    }

    with pytest.raises(ClientError, match="AccessDenied"):
        outsider.delete_object(Bucket=bucket.name, Key="2026/sop/T/01-x.pdf", VersionId=versions["2026/sop/T/01-x.pdf"])
    outsider.delete_object(Bucket=bucket.name, Key=KEY, VersionId=versions[KEY])
    assert len(archive.list("")) == 2


def test_bucket_that_is_not_there_holds_nothing_and_is_not_called_sound(bucket: Bucket) -> None:
    assert list(S3Archive(bucket).list("")) == []
    for ask in (lambda: S3Archive(bucket).read(KEY), lambda: S3Archive(bucket).verify()):
        with pytest.raises(ArchiveError, match=r"\(NoSuchBucket\); .* LAKSANA_ARCHIVE_BUCKET"):
            ask()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "https://10.77.0.17:1"}, r"can't be reached \(EndpointConnectionError\); .* LAKSANA_S3_URL"),
        ({"url": "10.77.0.17"}, "LAKSANA_S3_URL='10.77.0.17'"),
        ({"region": "di gresik"}, "LAKSANA_S3_REGION='di gresik'"),
        ({"ca_file": ""}, r"certificate of .* is not trusted; set LAKSANA_S3_CA_FILE"),
        ({"ca_file": "/nowhere.crt"}, r"/nowhere\.crt: no such certificate; set LAKSANA_S3_CA_FILE"),
        ({"name": "Arsip Kami"}, "LAKSANA_ARCHIVE_BUCKET is no name of a bucket"),
        ({"access_key_file": Path("/nowhere.key")}, r"/nowhere\.key: can't be read"),
    ],
    ids=["no-server", "no-address", "no-region", "no-authority", "no-ca-file", "no-bucket-name", "no-key-file"],
)
def test_wrong_setting_is_said_in_one_line(bucket: Bucket, wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ArchiveError, match=said) as caught:
        S3Archive(replace(bucket, **wrong)).put(KEY, b"isi", PDF)

    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("which", ["access_key_file", "secret_key_file"])
def test_wrong_key_is_refused_without_a_word_of_it(bucket: Bucket, tmp_path: Path, which: str) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("kunci-yang-salah")
    refused = S3Archive(replace(bucket, **{which: wrong}))

    for ask in (lambda: refused.put(KEY, b"isi", PDF), lambda: refused.read(KEY), refused.verify):
        with pytest.raises(ArchiveError, match=r"the key is refused; .* LAKSANA_S3_SECRET_KEY_FILE") as caught:
            ask()
        assert not any(key in str(caught.value) for key in ("kunci-yang-salah", bucket.access_key_file.read_text()))


def test_proxy_of_the_environment_is_not_used(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    assert S3Archive(bucket).put(KEY, b"isi", PDF).size == 3


def test_office_with_a_bucket_keeps_its_documents_there(bucket: Bucket, outsider: Any, tmp_path: Path) -> None:
    settings = Settings(archive_bucket=bucket.name, archive_lock_days=1, state_dir=tmp_path)

    Office(settings).archive.put(KEY, b"isi", PDF)

    assert outsider.get_object(Bucket=bucket.name, Key=KEY)["Body"].read() == b"isi"
    assert outsider.get_object_lock_configuration(Bucket=bucket.name)
    assert list(tmp_path.iterdir()) == []


def test_office_without_a_bucket_keeps_them_in_its_folder(tmp_path: Path) -> None:
    Office(Settings(state_dir=tmp_path)).archive.put(KEY, b"isi", PDF)

    assert (tmp_path / "archive" / KEY).read_bytes() == b"isi"
