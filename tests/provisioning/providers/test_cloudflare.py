"""The client of Cloudflare's API by itself: what it sends, and how it reads pages, rows and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laksana.provisioning.providers.calls import FarSide, Place
from laksana.provisioning.providers.cloudflare import CloudflareZone, Record
from laksana.provisioning.providers.evidence import Evidence, scrubber_of
from laksana.provisioning.providers.faults import FarSideError
from tests.doubles.cloudflare import TOKEN, ZONE_ID, CloudflareDouble
from tests.doubles.serving import ALWAYS, Fault, served
from tests.provisioning.providers.conftest import QUICK

NAME = "app.gresikkab.go.id"
RECORD = Record("", "A", NAME, "10.77.0.12", 300, proxied=False, comment="x")


@pytest.fixture
def double() -> Iterator[CloudflareDouble]:
    with served(CloudflareDouble()) as server:
        yield server


@pytest.fixture
def zone(double: CloudflareDouble, tmp_path: Path) -> Iterator[CloudflareZone]:
    place = Place("Cloudflare", double.url, f"Bearer {TOKEN}", "LAKSANA_X")
    with FarSide(place, QUICK, Evidence(tmp_path, scrubber_of([])), cancelled=lambda: False) as far:
        yield CloudflareZone(far, ZONE_ID)


def test_what_is_made_is_sent_as_json(zone: CloudflareZone, double: CloudflareDouble) -> None:
    made = zone.create(RECORD)
    (call,) = double.calls

    assert made.id in double.records
    assert call.path == f"/client/v4/zones/{ZONE_ID}/dns_records"
    assert call.query == {}
    assert call.body == {
        "type": "A", "name": NAME, "content": "10.77.0.12", "ttl": 300, "proxied": False, "comment": "x",
    }  # fmt: skip


def test_name_is_asked_for_exactly_and_found_whatever_its_case(zone: CloudflareZone, double: CloudflareDouble) -> None:
    double.put("App.Gresikkab.go.id", "10.77.0.12")
    double.put("xapp.gresikkab.go.id", "10.77.0.12")

    assert [record.name for record in zone.records(NAME)] == ["App.Gresikkab.go.id"]
    assert double.calls[0].query == {"name.exact": NAME, "page": "1", "per_page": "100"}


def test_all_pages_are_read_and_no_more(zone: CloudflareZone, double: CloudflareDouble) -> None:
    double.page_limit = 2
    for number in range(5):
        double.put(NAME, f"10.77.0.{number}")

    assert len(zone.records(NAME)) == 5
    assert [call.query["page"] for call in double.calls] == ["1", "2", "3"]


def test_pages_without_end_are_given_up(zone: CloudflareZone, double: CloudflareDouble) -> None:
    row = '{"id":"1","type":"A","name":"x"}'
    body = f'{{"success":true,"result":[{row}],"result_info":{{"total_pages":1000000}}}}'.encode()
    double.faults.append(Fault("GET", times=ALWAYS, status=200, body=body))

    with pytest.raises(FarSideError, match="lebih dari 100 halaman"):
        zone.records(NAME)
    assert len(double.calls) == 100


def test_record_without_comment_reads_as_an_empty_one(zone: CloudflareZone, double: CloudflareDouble) -> None:
    record_id = double.put(NAME, "10.77.0.12")
    double.records[record_id]["comment"] = None

    assert zone.records(NAME)[0].comment == ""


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (10000, "menolak token"),
        (9109, "menolak token"),
        (7003, "LAKSANA_CLOUDFLARE_ZONE_ID"),
        (81053, "sudah dipakai"),
        (81057, "sudah dipakai"),
        (81058, "sudah dipakai"),
        (1, "Cloudflare menolak: x (kode 1)"),
    ],
)
def test_refusal_is_said_by_its_code(zone: CloudflareZone, double: CloudflareDouble, code: int, said: str) -> None:
    body = f'{{"success":false,"errors":[{{"code":{code},"message":"x"}}]}}'.encode()
    double.faults.append(Fault("POST", status=400, body=body))

    with pytest.raises(FarSideError) as caught:
        zone.create(RECORD)
    assert said in str(caught.value)
    assert caught.value.codes == {code}
    assert not caught.value.again


def test_refusal_without_reasons_says_its_status(zone: CloudflareZone, double: CloudflareDouble) -> None:
    double.faults.append(Fault("POST", status=404, body=b"nothing here"))

    with pytest.raises(FarSideError, match="HTTP 404"):
        zone.create(RECORD)
