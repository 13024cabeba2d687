"""``laksana registry``: lists, shows, exports and enters services; Ansible's own command reads its inventory."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from laksana.database.connection import open_database
from laksana.registry.model import ACTIVE
from laksana.registry.services import ServiceRegistry
from tests.cli.conftest import Done, Laksana
from tests.registry.conftest import AT, LATER, NAME, SERVER, SIZES, WANTED

INVENTORY = Path(__file__).parents[2] / "playbooks" / "inventory"
KEY = "ssh-ed25519 " + "A" * 68
REACHED = {**SIZES, "address": "10.78.0.20", "port": 2222, "user": "ikan", "host_key": KEY}
HEAD = "kind;name;owner;contact;place;vcpu;memory_mb;disk_gb"
GOOD = f"{HEAD}\nvps;vps-9;Dinas Pertanian;Budi;pdn;2;2048;20\n"


@pytest.fixture
def registry(clean_database: str) -> ServiceRegistry:
    """Return a registry with a server in use, a server that is reserved, and a sub-domain that is gone."""
    registry = ServiceRegistry(open_database(clean_database))
    registry.reserve(replace(SERVER, specification=REACHED))
    registry.activate("vps", "vps-1", ticket="T1", at=LATER, expires_on=date(2027, 1, 31))
    registry.reserve(replace(SERVER, name="vps-2", ticket="T2", owner="Dinas Sosial", place="pdn"))
    registry.reserve(WANTED)
    registry.remove("subdomain", NAME, ticket="T1", at=LATER)
    return registry


@pytest.fixture
def run(laksana: Laksana, registry: ServiceRegistry, clean_database: str) -> Laksana:
    """Return a function that runs ``laksana registry`` on that registry."""
    del registry
    return lambda *arguments: laksana("registry", *arguments, database_url=clean_database)


def written(folder: Path, text: str | bytes, name: str = "aset.csv") -> str:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(file)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], ["vps-1", "vps-2"]),
        (["--all"], [NAME, "vps-1", "vps-2"]),
        (["--kind", "subdomain"], []),
        (["--owner", "SOSIAL"], ["vps-2"]),
        (["--place", "pusat-komputasi"], ["vps-1"]),
        (["--state", "dipesan"], ["vps-2"]),
        (["--state", "dihapus"], [NAME]),
        (["--expiring-before", "2027-02-01"], ["vps-1"]),
        (["--expiring-before", "2027-01-31"], []),
        (["--kind", "vps", "--state", "aktif", "--owner", "sosial"], []),
    ],
    ids=" ".join,
)
def test_list_takes_the_rows_that_meet_every_condition(run: Laksana, arguments: list[str], names: list[str]) -> None:
    done = run("list", "--json", *arguments)

    assert done.status == 0
    assert [row["name"] for row in done.json()] == names
    assert run("list", *arguments).status == 0


def test_list_for_people_is_a_table(run: Laksana) -> None:
    head, *lines = run("list").output.splitlines()

    assert head.split() == ["Jenis", "Nama", "Pemilik", "Tempat", "Tiket", "Keadaan", "Sejak", "Sampai"]
    assert lines[0].split()[:2] == ["vps", "vps-1"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--kind", "vpn"], ["list", "--expiring-before", "besok"], ["list", "--state", "x"], ["show", "vps"],
        ["export", "--format", "xls"], ["import"], ["inventory"], ["inventory", "--list", "--host", "x"], [],
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(run: Laksana, arguments: list[str]) -> None:
    assert run(*arguments).status == 2


def test_show_tells_the_row_and_its_history(run: Laksana) -> None:
    found = run("show", "vps", "vps-1", "--json").json()

    assert (found["name"], found["state"], found["expires_on"]) == ("vps-1", ACTIVE, "2027-01-31")
    assert [(event["kind"], event["ticket"]) for event in found["history"]] == [("dipesan", "T1"), ("aktif", "T1")]
    said = run("show", "vps", "vps-1").output
    assert "memory_mb" in said
    assert "state: dipesan → aktif" in " ".join(said.split())


def test_show_tells_of_a_name_that_is_gone(run: Laksana) -> None:
    assert run("show", "subdomain", NAME, "--json").json()["state"] == "dihapus"


def test_show_of_an_unknown_name_offers_a_near_one(run: Laksana) -> None:
    done = run("show", "vps", "vps1", "--json")

    assert (done.status, done.output) == (1, "")
    assert done.errors.startswith("laksana: vps vps1: is not in the registry (did you mean 'vps-")
    assert "(see: laksana registry list --all --kind hosting)" in run("show", "hosting", "x").errors


@pytest.mark.parametrize("form", [["--format", "csv"], ["--format", "csv", "--excel"], ["--format", "json"]])
def test_export_is_what_import_reads(
    run: Laksana, registry: ServiceRegistry, tmp_path: Path, form: list[str], clean_database: str
) -> None:
    before = registry.list()
    file = str(tmp_path / ("keluar.json" if "json" in form else "keluar.csv"))

    done = run("export", *form, "-o", file, "--json")
    assert (done.status, done.json()) == (0, {"file": file, "rows": 2})
    for row in before:
        registry.remove(row.kind, row.name, ticket=row.ticket, at=LATER)
    entered = run("import", file, "--json")

    assert (entered.status, entered.json()["entered"]) == (0, 2)
    assert ServiceRegistry(open_database(clean_database)).list() == before


def test_export_without_a_file_goes_to_stdout(run: Laksana) -> None:
    assert run("export", "--kind", "vps").output.startswith("kind,name,owner,")
    assert [row["name"] for row in run("export", "--json", "--state", "aktif").json()] == ["vps-1"]
    assert run("export", "-o", "/tidak/ada/x.csv").errors.startswith("laksana: /tidak/ada/x.csv: can't be written")


def test_import_enters_the_rows_with_a_reference(run: Laksana, registry: ServiceRegistry, tmp_path: Path) -> None:
    done = run("import", written(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()), "--reference", "aset/2026-01")

    row = registry.find("vps", "vps-9")
    assert (done.status, done.output) == (0, "1 rows entered with reference aset/2026-01\n")
    assert row is not None
    assert (row.ticket, row.state, row.specification) == ("aset/2026-01", ACTIVE, SIZES)
    assert [event.kind for event in registry.history("vps", "vps-9")] == ["impor"]


def test_import_names_its_day_where_no_reference_is_given(run: Laksana, tmp_path: Path) -> None:
    done = run("import", written(tmp_path, GOOD), "--json").json()

    assert done["reference"] == f"impor-{date.fromisoformat(done['reference'][6:])}"


def test_dry_run_enters_nothing(run: Laksana, registry: ServiceRegistry, tmp_path: Path) -> None:
    done = run("import", written(tmp_path, GOOD), "--dry-run")

    assert (done.status, done.output) == (0, "1 rows are good, none was entered (--dry-run)\n")
    assert registry.find("vps", "vps-9") is None


def test_one_bad_line_keeps_all_out(run: Laksana, registry: ServiceRegistry, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD + "vps;vps-1;Dinas;Budi;pdn;2;2048;20\nvps;vps-8;Dinas;Budi;pdn;dua;2048;20\n")
    done, as_json = run("import", file), run("import", file, "--json")

    assert (done.status, done.output) == (1, "")
    assert done.errors.splitlines() == [
        f"{file}:3 name: vps vps-1 is registered already, by ticket T1 for Dinas Perikanan (take the line out)",
        f"{file}:4 vcpu: 'dua' can't be taken, allowed: a whole number from 1 (write digits only, no separators)",
        f"laksana: {file}: 2 problems, nothing was entered",
    ]
    assert as_json.status == 1
    assert [(problem["line"], problem["key"]) for problem in as_json.json()["problems"]] == [(3, "name"), (4, "vcpu")]
    assert [row.name for row in registry.list()] == ["vps-1", "vps-2"]


def test_import_twice_is_refused(run: Laksana, registry: ServiceRegistry, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)

    assert [run("import", file).status for _ in range(2)] == [0, 1]
    assert len(registry.history("vps", "vps-9")) == 1


def test_file_or_reference_that_is_none_is_one_line(run: Laksana, tmp_path: Path) -> None:
    missing = run("import", "tidak-ada.csv")
    reference = run("import", written(tmp_path, GOOD), "--reference", "dua kata")

    assert missing.errors == "laksana: tidak-ada.csv: can't be read (No such file or directory); check the file name\n"
    assert reference.errors.startswith("laksana: --reference 'dua kata': allowed are up to 40 letters")
    assert (missing.status, reference.status) == (1, 1)


def test_inventory_prints_what_ansible_asks_for(run: Laksana) -> None:
    whole = run("inventory", "--list").json()
    host = run("inventory", "--host", "vps-1.vps").json()
    unknown = run("inventory", "--host", "vps-7")

    assert whole["_meta"]["hostvars"] == {"vps-1.vps": host}
    assert (host["ansible_host"], host["ansible_port"]) == ("10.78.0.20", 2222)
    assert (unknown.status, unknown.output) == (1, "")
    assert "(known: vps-1.vps)" in unknown.errors


def ansible(command: str, *arguments: str, database_url: str, folder: Path) -> Done:
    """Run one of Ansible's own commands on the registry's inventory."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}", "HOME": str(folder), "ANSIBLE_HOME": str(folder),
        "LANG": "C.UTF-8", "ANSIBLE_NOCOLOR": "1", "LAKSANA_DATABASE_URL": database_url,
    }  # fmt: skip
    done = subprocess.run(
        [str(Path(sys.executable).parent / command), *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=120, cwd=folder,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def inventory_of(*sources: str, database_url: str, folder: Path) -> dict[str, Any]:
    """Return what ``ansible-inventory --list`` makes of inventories; it must have nothing to say against them."""
    named = [word for source in sources for word in ("-i", str(INVENTORY / source))]
    done = ansible("ansible-inventory", *named, "--list", database_url=database_url, folder=folder)
    assert (done.status, done.errors) == (0, "")
    return dict(done.json())


def test_ansible_reads_the_registry(registry: ServiceRegistry, clean_database: str, tmp_path: Path) -> None:
    del registry

    found = inventory_of("registry", database_url=clean_database, folder=tmp_path)

    assert found["vps"]["children"] == ["vps_pusat_komputasi"]
    assert found["vps_pusat_komputasi"]["hosts"] == ["vps-1.vps"]
    assert found["owner_dinas_perikanan"]["hosts"] == ["vps-1.vps"]
    assert KEY in found["_meta"]["hostvars"]["vps-1.vps"]["ansible_ssh_common_args"]


def test_servers_stand_beside_the_offices_own_hosts(
    registry: ServiceRegistry, clean_database: str, tmp_path: Path
) -> None:
    alone = inventory_of("lab", database_url=clean_database, folder=tmp_path)
    registry.enter(
        [
            replace(
                SERVER, name=name, state=ACTIVE, owner=owner, specification={**REACHED, "address": f"10.78.0.{end}"}
            )
            for end, (name, owner) in enumerate({"dns1": "Dinas [a:b]", "all": "統計局", "hypervisor": ""}.items(), 30)
        ]
    )

    both = inventory_of("lab", "registry", database_url=clean_database, folder=tmp_path)

    hosts, own = both["_meta"]["hostvars"], alone["_meta"]["hostvars"]
    assert {name: hosts[name] for name in own} == own
    assert set(hosts) - set(own) == {"vps-1.vps", "dns1.vps", "all.vps", "hypervisor.vps"}
    assert hosts["dns1.vps"]["ansible_user"] == own["dns1"]["ansible_user"]
    assert hosts["dns1.vps"]["ansible_ssh_common_args"] != own["dns1"]["ansible_ssh_common_args"]


def test_no_text_of_a_row_runs_as_a_template(clean_database: str, tmp_path: Path) -> None:
    trap = tmp_path / "dijalankan"
    owner = f"{{{{ lookup('pipe', 'touch {trap}') }}}}"
    ServiceRegistry(open_database(clean_database)).enter(
        [replace(SERVER, owner=owner, state=ACTIVE, since=AT, specification=REACHED)]
    )

    done = ansible(
        "ansible", "-i", str(INVENTORY / "registry"), "vps-1.vps", "-c", "local", "-m", "ansible.builtin.debug",
        "-a", "msg={{ laksana_owner }}", database_url=clean_database, folder=tmp_path,
    )  # fmt: skip

    assert json.loads(done.output.partition("=> ")[2])["msg"] == owner
    assert not trap.exists()


def test_ssh_takes_the_known_key_and_no_other(run: Laksana) -> None:
    arguments = run("inventory", "--host", "vps-1.vps").json()["ansible_ssh_common_args"]
    command = ["ssh", "-G", *shlex.split(arguments), "10.78.0.20"]

    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.splitlines()

    assert f"knownhostscommand /bin/echo %H {KEY}" in said
    assert "stricthostkeychecking true" in said
    assert "userknownhostsfile /dev/null" in said
    assert "globalknownhostsfile /dev/null" in said
