"""``hosting_account.yml`` on the lab's hosting host: used as its agency would, and asked from outside and inside."""

from __future__ import annotations

import ftplib
import http.client
import io
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4

import pytest

from laksana.records import PlaybookOutcome
from tests.lab import places
from tests.playbooks.provisioned import (
    OTHER_TICKET,
    TICKET,
    ProcessWatch,
    Service,
    files_with,
    made,
    watched_processes,
    words,
)

HOST, ADDRESS, CERTIFIED = "hosting1", "10.77.0.14", "hosting.gresikkab.go.id"
QUOTA_MB = 12
_WHO = b"<?php echo posix_getpwuid(posix_geteuid())['name'] ?? '', '|', @file_get_contents($_GET['file']);"
_FORBIDDEN = (
    b"<?php foreach (['exec', 'putenv', 'mail', 'mb_send_mail', 'error_log', 'dl', 'strlen'] as $name)"
    b" if (function_exists($name)) echo $name, ' ';"
)
# One in another, and the outer one read-only.
_SUBVOLUMES = """
cd {home}/public_html && btrfs subvolume create luar && btrfs subvolume create luar/dalam && touch luar/dalam/isi
chown -R {user}: luar && btrfs property set luar ro true
"""
# A worker that is killed is started again; after a restart there is none until somebody asks.
_SILENT = ("PHP does not run as", "database")
_BROKEN = {
    "all-but-php": (
        """systemctl restart php8.2-fpm; usermod --shell /bin/bash {user}
        gpasswd --delete {user} hosting; btrfs qgroup limit none {home}
        mv {site} /root/s; nginx -s reload; sleep 0.5; mv /root/s {site}; mariadb -e 'DROP DATABASE {user}'""",
        ["has a shell or another home", "does not let", "quota is not", "no answer from PHP", *_SILENT],
    ),
    "php-and-rights": (
        """mv {pool} /root/p; systemctl reload php8.2-fpm; sleep 1; mv /root/p {pool}
        mariadb -e "REVOKE ALL ON {user}.* FROM '{user}'@'localhost'" """,
        ["no answer from PHP", *_SILENT],
    ),
}
_BY_HAND = {
    "everything": (
        "useradd {user}; btrfs subvolume create {home}; mariadb -e 'CREATE DATABASE {user}; CREATE USER {user}'",
        "userdel {user}; btrfs subvolume delete {home}; mariadb -e 'DROP DATABASE {user}; DROP USER {user}'",
        "there is login, group, home, database, database user",
    ),
    "site": (
        """echo 'server {{ listen 80; server_name lain.go.id {name}; return 200 tangan; }}' > {by_hand}
        nginx -s reload""",
        "rm {by_hand} && nginx -s reload",
        "there is /etc/nginx/sites-enabled/tangan-",
    ),
}


class Account:
    """One hosting account, from all sides."""

    def __init__(self, lab: ModuleType, folder: Path) -> None:
        self.user = f"uji{uuid4().hex[:8]}"
        self.name = f"{self.user}.gresikkab.go.id"
        self.home = f"/srv/hosting/{self.user}"
        self.state_dir = folder
        self.secrets = {"password": f"Marka-{uuid4().hex}", "database_password": f"Penanda-{uuid4().hex}"}
        variables = {
            "user": self.user, "name": self.name, "quota_mb": QUOTA_MB, "database": "mariadb", "ticket": TICKET,
        }  # fmt: skip
        self.service = Service("hosting_account", folder, variables, self.secrets)
        self.watch: ProcessWatch | None = None
        self.cut_off: PlaybookOutcome | None = None
        self._lab = lab

    def on_host(self, command: str, **environment: str) -> tuple[int, str]:
        """Run a shell command as root on the host, past SSH."""
        given = [f"{name}={value}" for name, value in environment.items()]
        done = self._lab.run_on(HOST, "env", *given, "sh", "-c", self.fill(command))
        return done.returncode, (done.stdout + done.stderr).strip()

    def has_home(self) -> bool:
        return self.on_host("test -d {home}")[0] == 0

    def fill(self, text: str) -> str:
        pool, site = f"/etc/php/8.2/fpm/pool.d/laksana-{self.user}.conf", f"sites-enabled/laksana-{self.user}.conf"
        by_hand = f"/etc/nginx/sites-enabled/tangan-{self.user}.conf"
        return text.format(
            user=self.user, name=self.name, home=self.home, pool=pool, site=f"/etc/nginx/{site}", by_hand=by_hand
        )

    def traces(self) -> str:
        """Everything on the host that bears the account's name."""
        look = (
            "getent passwd {user}; getent group {user}; grep -s {user} /etc/passwd- /etc/subuid; ls -d {home} 2>&-;"
            "find /etc /run /var/lib/laksana /var/lib/php /var/spool -name '*{user}*';"
            "grep -rls {user} /etc/nginx /etc/php /var/lib/laksana; ps -eo user:20,args | grep '^{user}';"
            "mariadb -N -e \"SHOW DATABASES LIKE '{user}'; SELECT User FROM mysql.db WHERE User='{user}'"
            " UNION SELECT User FROM mysql.user WHERE User='{user}'\"; btrfs subvolume list /srv/hosting | grep {user}"
        )
        return "\n".join(line for line in self.on_host(look)[1].splitlines() if "/etc/passwd-" not in line)

    def ftps(self) -> ftplib.FTP_TLS:
        """Log in as the agency does: TLS 1.3, the server's certificate checked, files protected too."""
        context = ssl.create_default_context(cafile=str(places.CA))
        ftp = ftplib.FTP_TLS(context=context, timeout=10)  # noqa: S321  # with TLS
        try:
            ftp.connect(ADDRESS, 21)
            ftp.login(self.user, self.secrets["password"])
            ftp.prot_p()
        except BaseException:
            ftp.close()
            raise
        return ftp

    def upload(self, path: str, content: bytes) -> None:
        with self.ftps() as ftp:
            ftp.storbinary(f"STOR {path}", io.BytesIO(content))

    def fetch(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(ADDRESS, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": self.name})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def sql(self, statement: str, password: str = "") -> tuple[int, str]:
        """Ask the database server as the account's user."""
        password = password or self.secrets["database_password"]
        return self.on_host(f'mariadb --user={{user}} -N -e "{statement}"', MYSQL_PWD=password)


@pytest.fixture
def new(lab: ModuleType, tmp_path: Path) -> Iterator[Account]:
    """An account that nobody has; whatever a test leaves of it is taken away."""
    account = Account(lab, tmp_path)
    yield account
    if account.traces():
        account.service.undo()


@pytest.fixture(scope="module")
def account(lab: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account that is there, its first run cut off half-way and finished by the second; who breaks it mends it."""
    account = Account(lab, tmp_path_factory.mktemp("account"))
    with watched_processes(account.secrets) as account.watch:
        account.cut_off = account.service.apply(cancelled=account.has_home)
        made(account.service.apply())
    yield account
    made(account.service.undo())


@pytest.mark.lab
def test_account_is_planned_made_kept_and_taken_away(new: Account) -> None:
    with watched_processes(new.secrets) as watch:
        plan = made(new.service.plan())
        assert f"server_name {new.name};" in words(plan)
        assert new.service.plan().digest() == plan.digest()
        assert new.traces() == ""

        done = made(new.service.apply())
        made(new.service.verify())
    assert (watch.seen, watch.looks > 20) == (set(), True)
    assert done.facts == {
        "user": new.user, "home": new.home, "quota_mb": QUOTA_MB, "database": new.user, "ftp_port": 21,
    }  # fmt: skip
    assert (made(new.service.apply()).changed, made(new.service.plan()).changed) == (0, 0)
    new.upload("public_html/index.html", b"<p>Selamat datang</p>")
    assert new.fetch("/") == (200, "<p>Selamat datang</p>")

    status, said = new.on_host(_SUBVOLUMES)
    assert status == 0, said
    groups = new.on_host("btrfs qgroup show /srv/hosting | grep -c '^0/'")[1]
    assert made(new.service.undo()).changed > 0
    assert new.traces() == ""
    assert int(new.on_host("btrfs qgroup show /srv/hosting | grep -c '^0/'")[1]) == int(groups) - 3
    assert new.fetch("/")[0] == 404
    with pytest.raises(ftplib.error_perm, match="530"):
        new.ftps()
    assert made(new.service.undo()).changed == 0


@pytest.mark.lab
def test_login_needs_tls_and_a_certificate_of_the_name(account: Account) -> None:
    with ftplib.FTP(timeout=10) as plain:  # noqa: S321  # to see it refused
        plain.connect(ADDRESS, 21)
        with pytest.raises(ftplib.error_perm, match="550 SSL/TLS required"):
            plain.login(account.user, account.secrets["password"])
    with account.ftps() as ftp:
        assert isinstance(ftp.sock, ssl.SSLSocket)
        certificate = ftp.sock.getpeercert()
        assert certificate is not None
        assert ("DNS", CERTIFIED) in certificate["subjectAltName"]
        assert ftp.sock.version() == "TLSv1.3"


@pytest.mark.lab
def test_login_has_no_shell_and_no_ssh(account: Account, lab: ModuleType) -> None:
    assert account.on_host("getent passwd {user} | cut -d: -f7")[1] == "/usr/sbin/nologin"
    assert account.user not in lab.run_on(HOST, "sshd", "-T").stdout


@pytest.mark.lab
def test_agency_is_kept_in_its_home(account: Account) -> None:
    with account.ftps() as ftp:
        ftp.cwd("/../../..")
        assert ftp.pwd() == "/"
        assert set(ftp.nlst()) == {"public_html", "tmp"}
        with pytest.raises(ftplib.error_perm):
            ftp.retrbinary("RETR /etc/passwd", lambda _: None)


@pytest.mark.lab
def test_uploads_end_at_the_quota(account: Account) -> None:
    with pytest.raises((ftplib.Error, OSError)) as refused:
        account.upload("public_html/besar", os.urandom((QUOTA_MB + 4) * 1024 * 1024))
    used = int(account.on_host("stat --format %s {home}/public_html/besar")[1])
    with account.ftps() as ftp:
        ftp.delete("public_html/besar")

    assert isinstance(refused.value, OSError) or "quota" in str(refused.value).lower()
    assert used <= QUOTA_MB * 1024 * 1024
    account.on_host("btrfs filesystem sync /srv/hosting")
    account.upload("public_html/kecil", b"muat lagi")


@pytest.mark.lab
def test_php_runs_as_the_account_and_sees_no_other_home(account: Account, new: Account) -> None:
    new.service = new.service.having(database="tidak")
    made(new.service.apply())
    new.upload("public_html/rahasia.txt", b"milik orang lain")
    account.upload("public_html/siapa.php", _WHO)

    own = account.fetch(f"/siapa.php?file={account.home}/public_html/siapa.php")
    others = account.fetch(f"/siapa.php?file={new.home}/public_html/rahasia.txt")
    system = account.fetch("/siapa.php?file=/etc/passwd")

    assert own == (200, f"{account.user}|{_WHO.decode()}")
    assert others == system == (200, f"{account.user}|")
    # and without PHP's own fence: the other home is closed to the account
    status, said = account.on_host(
        f"setpriv --reuid {{user}} --regid {{user}} --clear-groups ls {new.home}/public_html"
    )
    assert (status != 0, "Permission denied" in said) == (True, True)
    assert new.on_host("mariadb -N -e \"SHOW DATABASES LIKE '{user}'\"")[1] == ""


@pytest.mark.lab
def test_php_starts_no_program_by_any_way(account: Account) -> None:
    account.upload("public_html/fungsi.php", _FORBIDDEN)

    assert account.fetch("/fungsi.php") == (200, "strlen ")


@pytest.mark.lab
def test_link_in_the_home_is_not_followed(account: Account) -> None:
    account.on_host("mkdir -m 755 /root/uji-{user}; rm -r {home}/tmp; ln -s /root/uji-{user} {home}/tmp")
    try:
        refused = account.service.apply()
        target = account.on_host("stat --format '%a %U' /root/uji-{user}; rmdir /root/uji-{user}")[1]
    finally:
        account.on_host("rm {home}/tmp")
        mended = account.service.apply()

    assert "is a link: nothing was done" in words(refused)
    assert target == "755 root"
    made(mended)
    assert account.on_host("stat --format '%a %U %G' {home}/tmp")[1] == account.fill("700 {user} {user}")


@pytest.mark.lab
def test_hidden_files_and_the_ping_are_not_served(account: Account) -> None:
    account.upload("public_html/.htpasswd", b"x")

    assert account.fetch("/.htpasswd")[0] == 403
    assert account.fetch("/.laksana-ping")[0] == 403


@pytest.mark.lab
def test_database_opens_with_its_password_and_shows_no_other(account: Account) -> None:
    assert account.sql("CREATE TABLE {user}.uji (x INT); DROP TABLE {user}.uji; SHOW DATABASES")[1].split() == [
        "information_schema", account.user,
    ]  # fmt: skip
    assert "Access denied" in account.sql("SELECT 1", password=f"{account.user}x")[1]
    assert "denied" in account.sql("SELECT * FROM mysql.user")[1]
    assert "denied" in account.sql("CREATE DATABASE lain")[1]


@pytest.mark.lab
@pytest.mark.parametrize(("harm", "said"), _BROKEN.values(), ids=_BROKEN)
def test_verify_tells_what_is_broken_and_apply_mends_it(account: Account, harm: str, said: list[str]) -> None:
    account.on_host(harm)
    try:
        seen = account.service.verify()
    finally:
        mended = account.service.apply()

    assert not seen.ok
    assert [text for text in said if text not in words(seen)] == []
    assert len(seen.failures) == len(said)
    assert made(mended).changed > 0
    made(account.service.verify())


@pytest.mark.lab
@pytest.mark.parametrize(("make", "remove", "said"), _BY_HAND.values(), ids=_BY_HAND)
def test_hand_made_thing_is_refused_and_undo_leaves_it(new: Account, make: str, remove: str, said: str) -> None:
    new.on_host(make)
    before = new.traces()
    try:
        refused = new.service.apply()
        undone = new.service.undo()
        after = new.traces()
    finally:
        new.on_host(remove)

    assert f"{new.user} or {new.name} is taken" in words(refused)
    assert said in words(refused)
    assert made(undone).changed == 0
    assert after == before != ""


@pytest.mark.lab
def test_another_ticket_neither_changes_nor_removes(account: Account) -> None:
    other = account.service.having(ticket=OTHER_TICKET)

    taken, seen, undone = other.apply(), other.verify(), other.undo()

    assert f"is taken (ticket {TICKET}" in words(taken)
    assert f"is of ticket {TICKET}" in words(seen)
    assert made(undone).changed == 0
    made(account.service.verify())


@pytest.mark.lab
def test_run_cut_off_half_way_was_finished_by_the_next(account: Account) -> None:
    assert account.cut_off is not None
    assert account.cut_off.status == "cancelled", words(account.cut_off)
    made(account.service.verify())


@pytest.mark.lab
def test_run_cut_off_half_way_is_taken_back(new: Account) -> None:
    cut = new.service.apply(cancelled=new.has_home)
    assert cut.status == "cancelled", words(cut)
    assert new.traces() != ""

    assert made(new.service.undo()).changed > 0
    assert new.traces() == ""


@pytest.mark.lab
def test_configuration_that_nginx_refuses_is_put_back_and_undone(new: Account) -> None:
    broken = "/etc/nginx/sites-enabled/rusak.conf"
    new.on_host(f"echo 'listen 80;' > {broken}")
    try:
        refused = new.service.apply()
        left = new.on_host("test -e {site} || test -e {pool}")[0]
        undone = new.service.undo()
    finally:
        new.on_host(f"rm {broken}")

    assert "put back as it was" in words(refused)
    assert left != 0
    made(undone)
    assert new.traces() == ""


@pytest.mark.lab
def test_passwords_are_left_nowhere(account: Account) -> None:
    assert account.watch is not None
    assert (account.watch.seen, account.watch.looks > 20) == (set(), True)
    assert files_with(account.state_dir, account.secrets) == []
    pattern = "|".join(account.secrets.values())
    look = f"grep -rlsE '{pattern}' /etc /var/log /var/lib/laksana /var/lib/php /tmp /root /home /run {{home}};"
    look += f"journalctl --no-pager | grep -E '{pattern}'"
    assert account.on_host(look)[1] == ""
    assert account.on_host("getent shadow {user} | cut -d: -f2 | cut -c 1-3")[1] == "$6$"


@pytest.mark.lab
def test_account_without_its_first_password_is_not_made(new: Account) -> None:
    refused = new.service.having(password="").apply()

    assert "first passwords are missing" in words(refused)
    assert new.traces() == ""


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"user": "{{ lookup('pipe', 'touch EVIDENCE') }}"}, "hosting_account_user holds template text"),
        ({"user": "Perikanan"}, "web_account refuses its arguments"),
        ({"user": "../etc"}, "web_account refuses its arguments"),
        ({"name": "satu label"}, "web_account refuses its arguments"),
        ({"quota_mb": 5}, "web_account refuses its arguments"),
        ({"quota_mb": "banyak"}, "cannot be converted to"),
        ({"database": "oracle"}, "value of web_account_database must be one of"),
    ],
    ids=["template-text", "capital", "path", "no-name", "small-quota", "quota-no-number", "no-database"],
)
def test_wrong_variable_is_refused_before_the_host_is_asked(tmp_path: Path, other: dict[str, Any], said: str) -> None:
    evidence = tmp_path / "evidence"
    given = {
        key: value.replace("EVIDENCE", str(evidence)) if isinstance(value, str) else value
        for key, value in other.items()
    }
    variables = {
        "user": "ujisalah",
        "name": "ujisalah.gresikkab.go.id",
        "quota_mb": 20,
        "database": "tidak",
        "ticket": TICKET,
    }
    service = Service("hosting_account", tmp_path, variables | given, {"password": "x" * 12, "database_password": ""})

    refused = service.apply()

    assert not refused.ok
    assert said in words(refused)
    assert len(refused.failures) == 1
    assert not evidence.exists()
