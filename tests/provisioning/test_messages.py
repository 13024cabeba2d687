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


def test_braces_in_a_message_are_text() -> None:
    assert explain('nginx: [emerg] unexpected "{" in {0} {address}\n').endswith('unexpected "{" in {0} {address}')


def test_standard_output_speaks_only_where_nothing_else_does() -> None:
    assert (
        raw_message({"msg": "non-zero return code", "stderr": "bad", "stdout": "fine"}) == "non-zero return code\nbad"
    )
    assert raw_message({"msg": "non-zero return code", "stderr": "", "stdout": "bad"}) == "non-zero return code\nbad"
