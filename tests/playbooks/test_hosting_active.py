"""``hosting_active.yml``: what is broken of an account is seen by the probe, mended from the host's own register."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from laksana.checks.inside import Entry, probe_account, resource_report
from laksana.records import CheckReport
from laksana.settings import Settings
from tests.playbooks.provisioned import OTHER_TICKET, TICKET, Service, made
from tests.playbooks.test_hosting_account import ADDRESS, QUOTA_MB, Account

pytestmark = pytest.mark.lab

SETTINGS = Settings()
OFFICE = Entry(SETTINGS.ssh_user, SETTINGS.ssh_key_file, SETTINGS.ssh_known_hosts_file)


@pytest.fixture(scope="module")
def account(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that is there; whoever breaks it has it mended."""
    account = Account(lab, tmp_path_factory.mktemp("account"))
    made(account.service.apply())
    yield account
    made(account.service.undo())


def active(account: Account, **other: str) -> Service:
    variables = {"user": account.user, "name": account.name, "ticket": TICKET, **other}
    return Service("hosting_active", account.state_dir, variables)


def seen(account: Account) -> CheckReport:
    return probe_account(account.user, site=account.name, home=account.home, address=ADDRESS, entry=OFFICE)


def test_everything_that_stopped_or_went_is_back(account: Account) -> None:
    assert seen(account).passed
    account.on_host("rm {site}; echo 'listen = nowhere' > {pool}; systemctl stop nginx php8.2-fpm proftpd mariadb")

    assert {reason.split(":")[0] for reason in seen(account).reasons()} == {
        "PHP akun", "Situs pada peladen", "Basis data akun",
    }  # fmt: skip
    assert not active(account).verify().ok
    assert "start mariadb.service" in made(active(account).plan()).changes[0].after
    assert made(active(account).apply()).changed > 0
    assert seen(account).passed
    with account.ftps() as ftp:
        assert ftp.pwd() == "/"
    assert account.sql("SELECT 1") == (0, "1")
    made(active(account).verify())
    assert made(active(account).apply()).changed == 0


def test_site_that_nginx_lost_is_put_back(account: Account) -> None:
    account.on_host("rm {site}; nginx -s reload; sleep 0.5")
    assert not seen(account).passed

    assert made(active(account).apply()).changed > 0

    assert seen(account).passed


def test_full_home_is_found_against_the_limit(account: Account) -> None:
    size = int(QUOTA_MB * 0.9)
    account.on_host(f"head -c {size}M /dev/urandom > {{home}}/tmp/penuh; btrfs filesystem sync /srv/hosting")
    try:
        quota = seen(account).facts["quota_percent"]
    finally:
        account.on_host("rm {home}/tmp/penuh; btrfs filesystem sync /srv/hosting")

    assert 80 < quota <= 100
    assert [item.name for item in resource_report({"quota": quota}, limit_percent=80).items if not item.passed] == [
        "Kuota"
    ]


@pytest.mark.parametrize(
    ("lose", "bring_back", "words"),
    [
        ("mv {home} {home}x", "mv {home}x {home}", "has lost its home: a person must"),
        (
            'mariadb -e "RENAME USER {user}@localhost TO {user}x@localhost"',
            'mariadb -e "RENAME USER {user}x@localhost TO {user}@localhost"',
            "(there is database): a person must",
        ),
    ],
    ids=["home", "user of the database"],
)
def test_what_nobody_recorded_is_a_persons_business(account: Account, lose: str, bring_back: str, words: str) -> None:
    account.on_host(lose)
    try:
        done = active(account).apply()
        lost = account.on_host("ls -d {home}; mariadb -N -e \"SELECT 1 FROM mysql.user WHERE User='{user}'\"")[1]
    finally:
        account.on_host(bring_back)

    assert not done.ok
    assert words in done.failures[0].message
    assert len(lost.splitlines()) == (2 if "home" in words else 1), lost


def test_lost_user_of_a_database_never_comes_back_without_a_password(account: Account, tmp_path: Path) -> None:
    account.on_host('mariadb -e "RENAME USER {user}@localhost TO {user}x@localhost"')
    try:
        done = Service("hosting_account", tmp_path, account.service.variables).apply()
        users = account.on_host("mariadb -N -e \"SELECT User FROM mysql.user WHERE User='{user}'\"")[1]
    finally:
        account.on_host('mariadb -e "RENAME USER {user}x@localhost TO {user}@localhost"')

    assert users == ""
    assert "does not know its user" in done.failures[0].message


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"ticket": OTHER_TICKET}, f"ticket {TICKET}, site"),
        ({"user": "tidakada"}, "no such account"),
        ({"name": "lain.gresikkab.go.id"}, "a person must find out whose it is"),
        ({"user": "../etc"}, "hosting_active refuses its arguments"),
    ],
    ids=["another ticket", "nobody", "another site", "no name"],
)
def test_account_that_the_register_does_not_know_is_left_alone(
    account: Account, other: dict[str, str], words: str
) -> None:
    done = active(account, **other).apply()

    assert not done.ok
    assert words in done.failures[0].message


def test_there_is_nothing_to_take_back(account: Account) -> None:
    assert "nothing to take back" in active(account).undo().failures[0].message
    assert seen(account).passed
