"""Known messages are said in one line for an administrator; unknown ones are shortened."""

import pytest

from laksana.provisioning.messages import explain, raw_message

SSH = "Task failed: Failed to connect to the host via ssh: "


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (SSH + "ssh: connect to host 10.77.0.12 port 22: Connection refused", "10.77.0.12 port 22 menolak koneksi"),
        (SSH + "ssh: connect to host 10.77.0.12 port 22: No route to host", "tidak ada jalur jaringan ke 10.77.0.12"),
        (SSH + "ssh: connect to host 10.77.0.12 port 22: Connection timed out", "10.77.0.12 port 22 tidak menjawab"),
        (SSH + "ssh: Could not resolve hostname app9: Name or service not known", "nama app9 tidak dikenal DNS"),
        (SSH + "laksana@10.77.0.12: Permission denied (publickey).", "ditolak untuk laksana@10.77.0.12"),
        (SSH + "Permission denied (publickey,password).", "ditolak untuk pengguna@proxy1"),
        (SSH + "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.", "known_hosts"),
        (
            SSH + 'Load key "/k": error in libcrypto\r\nx@h: Permission denied (publickey).',
            "ditolak untuk x@h",
        ),
        ("Timeout (12s) waiting for privilege escalation prompt: ", "hak sudo tidak cukup"),
        ("sudo: a password is required", "hak sudo tidak cukup"),
        ("TSIG update error (PeerBadKey): The peer didn't know the key we used", "BADKEY"),
        ("TSIG update error (PeerBadSignature): The peer didn't like the signature we sent", "BADSIG"),
        ("TSIG update error (PeerBadTime): x", "BADTIME"),
        ("Failed to create DNS record (rc: 5)\nREFUSED", "REFUSED"),
        ("Failed to create DNS record (rc: 9)", "NOTAUTH"),
        (
            "Zone lookup failure: '10.77.0.11' will not respond to queries regarding 'app.example.com.'.",
            "menolak perubahan",
        ),
        ("DNS server error: (Timeout): The DNS operation timed out.", "server DNS tidak menjawab (Timeout)"),
        (
            'failed\nnginx: [emerg] host not found in upstream "x" in /etc/nginx/a.conf:3\nnginx: test failed',
            'nginx -t): host not found in upstream "x" in /etc/nginx/a.conf:3',
        ),
        ("Validation of arguments failed:\nmissing required arguments: subdomain_label", "subdomain_label"),
        ("Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)", "apt sedang dipakai"),
        ("Task failed: Finalization of task args failed: 'foo' is undefined", "variabel foo belum ditetapkan"),
        ("something\n  new", "something new"),
        ("", "gagal tanpa pesan"),
    ],
)
def test_message_is_one_line_of_words(raw: str, words: str) -> None:
    said = explain(raw, host="proxy1")
    assert words in said
    assert "\n" not in said
    assert len(said) <= 300


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (SSH + "Invalid/incorrect password: Permission denied, please try again.", "kata sandi yang diserahkan"),
        (SSH + "Invalid/incorrect username/password. Skipping remaining 2 retries", "kata sandi yang diserahkan"),
        ("Incorrect sudo password", "bukan kata sandi sudo"),
        ("Timeout when waiting for search string OpenSSH in 10.78.0.201:22", "10.78.0.201 port 22 belum menjawab"),
        ("Timeout when waiting for 10.78.0.201:22", "10.78.0.201 port 22 belum menjawab"),
        (
            "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/x': No such file",
            "libvirt di h1 tidak menjawab",
        ),
        (
            "error: Failed to start domain 'a'\nerror: x: cannot set up guest memory 'pc.ram': Cannot allocate memory",
            "memori hypervisor tidak cukup",
        ),
        (
            "error: Failed to start domain 'vps-ikan'\nerror: operation is not valid: network 'x' is not active",
            "libvirt tidak dapat memulai vps-ikan: operation is not valid: network 'x' is not active",
        ),
        ('qemu-img: Could not open: Failed to get "write" lock', "disk mesin virtual sedang dipakai proses lain"),
        ("cp: error writing '/srv/hosting/a/x': Disk quota exceeded", "kuota ruang di host habis"),
        (
            "put back as it was: /usr/sbin/sshd -t: /etc/ssh/sshd_config.d/a.conf: line 3: Bad configuration option: X",
            "ditolak /usr/sbin/sshd dan dikembalikan seperti semula: /etc/ssh/sshd_config.d/a.conf: line 3: Bad",
        ),
        (
            "put back as it was: /usr/sbin/nft --check --file /etc/nftables.conf: /etc/nftables.conf:4:1-3: Error: x",
            "ditolak /usr/sbin/nft dan dikembalikan seperti semula: /etc/nftables.conf:4:1-3: Error: x",
        ),
        ("E: dpkg was interrupted, you must manually run 'dpkg --configure -a'", "pemasangan paket sebelumnya"),
        ("Failed to update apt cache: W:Failed to fetch http://gudang.example/x", "gudang paket tidak terjangkau"),
        ("E:Could not connect to gudang.example:80, Temporary failure resolving 'gudang.example'", "gudang paket"),
        ("No package matching 'php9-fpm' is available", "paket php9-fpm tidak ada di gudang paket"),
        (
            'unable to connect to database, check login_user. Exception message: (2002, "Can\'t connect")',
            "MariaDB di h1 tidak menjawab",
        ),
        ("/bin/sh: 1: /usr/bin/python3: not found", "Python 3 tidak ada di host"),
        ("The module interpreter '/usr/bin/python3' was not found.", "Python 3 tidak ada di host"),
    ],
)
def test_frequent_fault_of_servers_and_accounts_is_explained(raw: str, words: str) -> None:
    said = explain(raw, host="h1")
    assert words in said
    assert "\n" not in said


@pytest.mark.parametrize(
    "raw",
    [
        "10.77.0.16: a login without a key is refused; enter the address again",
        "error: operation refused: domain is already active",
        "Failed to create domain from /tmp/x.xml (rc: 5)",
        "Failed to create network x, rc: 9",
        "badkey in the register: laksana-badsig is none of ours",
        "the key of nelayan is not notauth",
        "vps_pdn refuses its arguments: host key is of type ssh-ed25519\nnothing was changed",
        "the host key of uji is there, its port has changed",
        "a password is required for nelayan: 8 characters or more",
        "command not allowed to execute before the ticket is written",
        "package python3-libvirt not found in this archive",
        "Could not get lock /run/laksana/vps-ikan",
        "python3-apt: file list of package 'python3-apt' not found",
    ],
)
def test_message_that_merely_resembles_a_known_one_stays_as_it_is(raw: str) -> None:
    assert explain(raw) == " ".join(raw.split())


def test_refusal_of_the_dns_server_is_known_in_each_of_its_forms() -> None:
    for raw in (
        "Failed to delete record (rc: 5)",
        "update failed: REFUSED",
        "DNS server error: (NoNameservers): Server Do53:10.77.0.11@53 answered REFUSED",
    ):
        assert explain(raw).startswith("server DNS menolak perubahan (REFUSED)")


def test_braces_in_a_message_are_text() -> None:
    assert explain('nginx: [emerg] unexpected "{" in {0} {address}\n').endswith('unexpected "{" in {0} {address}')


def test_standard_output_speaks_only_where_nothing_else_does() -> None:
    assert (
        raw_message({"msg": "non-zero return code", "stderr": "bad", "stdout": "fine"}) == "non-zero return code\nbad"
    )
    assert raw_message({"msg": "non-zero return code", "stderr": "", "stdout": "bad"}) == "non-zero return code\nbad"
