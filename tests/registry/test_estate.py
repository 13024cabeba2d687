"""An estate's file becomes rows, or a list of everything that is wrong with it, each with its line and column."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from laksana.registry.estate import Defaults, Estate, clashes, read_estate
from laksana.registry.export import as_csv, as_json_text
from laksana.registry.model import ACTIVE, RESERVED, Service

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 11, 25, 9, tzinfo=WIB)
DEFAULTS = Defaults("impor-2026-11-25", NOW)
KEY = "ssh-ed25519 " + "A" * 68
HEAD = "kind,name,owner,contact,phone,place,state,ticket,since,expires_on,vcpu,memory_mb,disk_gb,address,port,host_key"
VPS = (
    "vps,vps-ikan,Dinas Perikanan,Siti,081234567890,pdn,aktif,SD-1,2024-02-01,2027-01-31,2,4096,40,203.0.113.7,2222,"
    + KEY
)
SERVER = Service(
    "vps", "vps-ikan", "Dinas Perikanan", "Siti",
    {"vcpu": 2, "memory_mb": 4096, "disk_gb": 40, "address": "203.0.113.7", "port": 2222, "host_key": KEY}, "pdn",
    "SD-1", ACTIVE, datetime(2024, 2, 1, tzinfo=WIB), "081234567890", date(2027, 1, 31),
)  # fmt: skip
SITE = Service(
    "subdomain", "ikan.gresikkab.go.id", "Dinas Perikanan, Kelautan", "Siti", {"target": "10.77.0.13", "port": 80},
    "proxy", "impor-2026-11-25", ACTIVE, NOW,
)  # fmt: skip
ACCOUNT = Service(
    "hosting", "ikan", '=HYPERLINK("x")', "-Siti", {"quota_mb": 500, "ftp_port": 21, "list": [1, {"a": None}]},
    "hosting", "SD-3", RESERVED, datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=WIB), "+6281234567890",
)  # fmt: skip


def read(text: str | bytes, *, file: str = "aset.csv") -> Estate:
    data = text if isinstance(text, bytes) else text.encode()
    return read_estate(data, file=file, defaults=DEFAULTS)


def said(estate: Estate) -> list[str]:
    return [problem.as_line() for problem in estate.problems]


def changed(**cells: str) -> str:
    """Return a file with the sample server, some of its cells changed."""
    values = dict(zip(HEAD.split(","), VPS.split(","), strict=True)) | cells
    return "\n".join([",".join(values), ",".join(values.values())])


def test_full_line_becomes_a_row() -> None:
    found = read(f"{HEAD}\n{VPS}\n")

    assert said(found) == []
    assert found.rows == [SERVER]


def test_cells_left_empty_get_their_defaults() -> None:
    found = read("kind,name,owner,contact,target\nsubdomain,ikan.gresikkab.go.id,Dinas Perikanan,Siti,10.77.0.13\n")

    assert found.rows == [
        replace(SITE, owner="Dinas Perikanan", specification={"target": "10.77.0.13"}),
    ]


@pytest.mark.parametrize("rows", [[SERVER, SITE, ACCOUNT], []], ids=["some", "none"])
def test_export_is_read_back_as_it_was(rows: list[Service]) -> None:
    for text, file in (
        (as_csv(rows), "aset.csv"), (as_csv(rows, for_excel=True), "aset.csv"), (as_json_text(rows), "aset.json"),
    ):  # fmt: skip
        found = read(text, file=file)

        assert said(found) == []
        assert found.rows == rows


def test_export_holds_no_formula() -> None:
    cells = as_csv([ACCOUNT]).splitlines()[1]

    assert '"\'=HYPERLINK(""x"")"' in cells
    assert ",'-Siti,'+6281234567890," in cells


@pytest.mark.parametrize(
    "data",
    [
        f"\ufeff{HEAD}\r\n{VPS}\r\n".replace(",", ";").encode(),
        f"sep=;\r\n{HEAD}\r\n{VPS}\r\n".replace(",", ";").encode(),
        f"{HEAD}\n{VPS}\n".replace(",", "\t").encode("utf-16"),
        f"{HEAD.upper()}\n\n{VPS}\n,,,,,,,,,,,,,,,\n".encode(),
        f"{HEAD},,\r{VPS},,\r".encode("cp1252"),
        f"{HEAD}\n{VPS}\n".replace("Siti", '"Siti"')
        .replace("Dinas", " Dinas")
        .replace("2024-02-01", "1/2/2024")
        .encode(),
        f"{HEAD}\n{VPS}\n".replace("Dinas ", "Dinas\u00a0").replace("2027-01-31", "31.01.2027").encode(),
    ],
    ids=["bom-semicolon", "sep-line", "utf-16-tabs", "capitals-blank-lines", "mac-spare-cells", "quotes-dates", "nbsp"],
)
def test_file_is_read_as_spreadsheets_write_it(data: bytes) -> None:
    found = read(data)

    assert said(found) == []
    assert found.rows == [SERVER]


def test_windows_text_keeps_its_letters() -> None:
    found = read(changed(owner="Kecamatan Café").encode("cp1252"))

    assert [row.owner for row in found.rows] == ["Kecamatan Café"]


def test_mixture_of_encodings_is_refused_at_its_line() -> None:
    data = changed(owner="Café").encode() + b"\n" + VPS.replace("Siti", "Ren\xe9").encode("latin-1") + b"\n"

    assert said(read(data)) == [
        "aset.csv:3: holds bytes that are no text in UTF-8 (save it as 'CSV UTF-8')",
    ]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"kind": "vpn"}, "kind: 'vpn' can't be taken, allowed: hosting, subdomain, vps (write one of them)"),
        ({"kind": ""}, "kind: is empty, allowed: hosting, subdomain, vps (fill it in)"),
        ({"name": "VPS Ikan"}, "name: 'VPS Ikan' is no name of a vps, allowed: up to 31 of a-z 0-9 -, a letter first"),
        ({"name": "localhost"}, "name: 'localhost' is no name of a vps"),
        ({"owner": ""}, "owner: is empty, allowed: one line of at most 200 characters"),
        ({"owner": "A" * 201}, f"owner: '{'A' * 60}…' can't be taken"),
        ({"owner": '"Dinas\nIkan"'}, "owner: 'Dinas\\nIkan' can't be taken, allowed: one line"),
        ({"contact": ""}, "contact: is empty"),
        ({"phone": "6.28E+12"}, "phone: '6.28E+12' can't be taken, allowed: 8 to 15 digits"),
        ({"place": "proxy"}, "place: 'proxy' is no place of a vps, allowed: pdn, pusat-komputasi"),
        ({"place": "kantor"}, "place: 'kantor' can't be taken, allowed: hosting, pdn, proxy, pusat-komputasi"),
        ({"place": ""}, "place: is empty, allowed: pdn, pusat-komputasi (fill it in)"),
        ({"state": "dihapus"}, "state: 'dihapus' can't be taken, allowed: aktif, dipesan (leave removed services out)"),
        ({"state": "dipesan", "ticket": ""}, "ticket: is empty, and the state is dipesan"),
        ({"ticket": "SD 1"}, "ticket: 'SD 1' can't be taken"),
        ({"since": "02/30/2024"}, "since: '02/30/2024' can't be taken, allowed: a date like 2026-12-31 or 31/12/2026"),
        ({"since": "1/2/24"}, "since: '1/2/24' can't be taken"),
        ({"since": "2026-11-26"}, "since: 2026-11-26 lies in the future"),
        ({"expires_on": "2023-01-31"}, "expires_on: 2023-01-31 lies before since, 2024-02-01"),
        ({"expires_on": "2027"}, "expires_on: '2027' can't be taken"),
        ({"memory_mb": "4.096"}, "memory_mb: '4.096' can't be taken, allowed: a whole number from 1 (write digits"),
        ({"memory_mb": "0"}, "memory_mb: '0' can't be taken"),
        ({"memory_mb": "-1"}, "memory_mb: '-1' can't be taken"),
        ({"memory_mb": "٤٠٩٦"}, "memory_mb: '٤٠٩٦' can't be taken"),
        ({"memory_mb": ""}, "memory_mb: is empty, a vps needs it: a whole number from 1"),
        ({"address": "203.0.113.256"}, "address: '203.0.113.256' can't be taken, allowed: an IPv4 address"),
        ({"address": "2001:db8::1"}, "address: '2001:db8::1' can't be taken"),
        ({"port": "65536"}, "port: '65536' can't be taken"),
        ({"host_key": f"{KEY} root@vps"}, "host_key: "),
        ({"host_key": "ssh-ed25519 '; id #"}, "host_key: "),
        ({"quota_mb": "500"}, "quota_mb: a vps has no quota_mb (leave it empty, or correct the kind)"),
        ({"specification": "{"}, 'specification: \'{\' can\'t be taken, allowed: a JSON object like {"ftp_port": 21}'),
        ({"specification": "[]"}, "specification: '[]' can't be taken"),
        ({"specification": '"{""vcpu"": 9}"'}, "specification: 'vcpu' has a column of its own (write it there)"),
        ({"specification": '"{""sandi"": ""x""}"'}, "specification: 'sandi' looks like a secret"),
    ],
)  # fmt: skip
def test_bad_cell_is_told_with_line_column_and_mend(cells: dict[str, str], problem: str) -> None:
    found = read(changed(**cells))

    assert len(found.problems) == 1, said(found)
    assert found.rows == []
    assert said(found)[0].startswith(f"aset.csv:2 {problem}")
    assert found.problems[0].hint
    assert "\n" not in said(found)[0]


def test_all_problems_are_told_at_once() -> None:
    lines = [changed(name="VPS", memory_mb="x"), VPS, "vps,pendek", VPS.replace("2222", "22"), f"{VPS},lebih"]

    assert said(read("\n".join(lines))) == [
        "aset.csv:2 memory_mb: 'x' can't be taken, allowed: a whole number from 1 (write digits only, no separators)",
        "aset.csv:2 name: 'VPS' is no name of a vps, allowed: up to 31 of a-z 0-9 -, a letter first (correct it)",
        "aset.csv:3 address: address 203.0.113.7 with port 2222 is in line 2 already (take one of them out)",
        "aset.csv:4: has 2 cells, the first line 16 (put cells that hold the delimiter between quotation marks)",
        "aset.csv:5 name: vps vps-ikan is in line 3 already (take one of them out)",
        "aset.csv:6: has 17 cells, the first line 16 (put cells that hold the delimiter between quotation marks)",
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "aset.csv: holds no line (begin with the columns: kind, name, owner"),
        ("kind,name,owner\n", "aset.csv:1 contact: this column is missing (add it to the first line)"),
        (f"{HEAD},memori_mb\n", "aset.csv:1 memori_mb: unknown column, allowed: kind, name,"),
        (f"{HEAD},kind\n", "aset.csv:1 kind: is there twice"),
        (
            f"{HEAD},password\n",
            "aset.csv:1 password: looks like a secret, the registry keeps none (take the column out",
        ),
        (f'{HEAD}\nvps,"vps', "aset.csv:2: can't be split into cells: unexpected end of data"),
        ("PK\x03\x04\x00", "aset.csv: is a workbook, not CSV (save it as 'CSV UTF-8')"),
        (f"{HEAD},\x1b[2J\n", "aset.csv:1 '\\x1b[2j': unknown column"),
    ],
)
def test_bad_first_line_is_told(text: str, problem: str) -> None:
    assert said(read(text))[0].startswith(problem)


def test_unknown_column_gets_a_near_one_named() -> None:
    assert said(read(f"{HEAD},disk_tb\n"))[0].endswith("(did you mean 'disk_gb'?)")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "aset.json:1: is no JSON: Expecting property name"),
        ("{}", "aset.json: is no list of objects (export it anew)"),
        ('[{"kind": "vps", "nama": "x"}]', "aset.json [0].nama: unknown column"),
        (json.dumps([SERVER.to_json() | {"expires_on": 7}]), "aset.json [0].expires_on: '7' can't be taken"),
        (json.dumps([SERVER.to_json() | {"specification": {"vcpu": {}}}]), "aset.json [0].vcpu: is empty"),
        (json.dumps([SERVER.to_json()] * 2), "aset.json [1].name: vps vps-ikan is in entry [0] already"),
        ("[" * 100_000, "aset.json: is no JSON"),
    ],
)
def test_bad_json_is_told(text: str, problem: str) -> None:
    assert said(read(text, file="aset.json"))[0].startswith(problem)


def test_row_that_the_registry_has_already_is_told() -> None:
    estate = read("\n".join([HEAD, VPS, VPS.replace("vps-ikan", "vps-laut").replace("2222", "22")]))
    living = [replace(SERVER, specification={"address": "203.0.113.7"}, ticket="SD-9", name="vps-ikan")]

    end = "is registered already, by ticket SD-9 for Dinas Perikanan (take the line out)"
    assert [problem.as_line() for problem in clashes(estate, living)] == [
        f"aset.csv:2 name: vps vps-ikan {end}",
        f"aset.csv:3 address: address 203.0.113.7 with port 22 {end}",
    ]
    assert clashes(estate, [replace(SERVER, kind="hosting")]) == []


def test_time_without_a_zone_is_the_offices() -> None:
    (row,) = read(changed(since="2024-02-01T08:30")).rows

    assert row.since == datetime(2024, 2, 1, 8, 30, tzinfo=WIB)
