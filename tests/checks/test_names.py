"""Labels and targets are judged by rules; whether a name is free, the zone's own server says."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laksana.checks.names import check_label, check_name_free, check_target
from laksana.errors import CheckError
from laksana.records import CheckReport
from tests.checks.tiny_dns import Answer, answer, serving, silence

RESERVED = ("www", "mail", "ns1", "admin")
LAB = (ipaddress.ip_network("10.77.0.0/24"),)
NAME = "app.gresikkab.go.id"
SOA = "gresikkab.go.id. 60 IN SOA ns1.gresikkab.go.id. hostmaster.gresikkab.go.id. 1 300 60 86400 5"


def failed(label: str) -> list[str]:
    return [item.name for item in check_label(label, reserved=RESERVED, zone="gresikkab.go.id") if not item.passed]


@pytest.mark.parametrize("label", ["app", "a", "9", "e-office", "dinkes2026", "a" * 63, "w3"])
def test_good_labels_pass_every_rule(label: str) -> None:
    assert failed(label) == []


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("App", "Bentuk nama sub domain"),
        ("-app", "Bentuk nama sub domain"),
        ("app-", "Bentuk nama sub domain"),
        ("a.b", "Bentuk nama sub domain"),
        ("a_b", "Bentuk nama sub domain"),
        ("app\n", "Bentuk nama sub domain"),
        ("ápp", "Bentuk nama sub domain"),
        ("{{7*7}}", "Bentuk nama sub domain"),
        ("", "Bentuk nama sub domain"),
        ("", "Panjang nama sub domain"),
        ("a" * 64, "Panjang nama sub domain"),
        ("xn--bcher-kva", "Nama bukan kode punycode"),
        ("ab--cd", "Nama bukan kode punycode"),
        ("www", "Nama tidak dicadangkan"),
        ("WWW", "Nama tidak dicadangkan"),
    ],
)
def test_bad_labels_fail_the_rule_they_break(label: str, rule: str) -> None:
    assert rule in failed(label)


def test_name_that_gets_too_long_with_its_zone_fails() -> None:
    items = check_label("a" * 60, zone=".".join(["b" * 60] * 4))
    assert "Panjang nama sub domain" in [item.name for item in items if not item.passed]


@settings(deadline=None)
@given(st.text(max_size=70))
def test_label_that_passes_is_a_host_name_label(label: str) -> None:
    if all(item.passed for item in check_label(label)):
        assert 1 <= len(label) <= 63
        assert set(label) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not label.startswith("-")
        assert not label.endswith("-")


@pytest.mark.parametrize(
    ("address", "must_be_public", "passes"),
    [
        ("10.77.0.13", False, True),
        ("10.77.1.13", False, False),
        ("10.77.0.13", True, False),
        ("10.77.0.999", False, False),
        ("app1", False, False),
        ("", False, False),
        ("127.0.0.1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104  # an address that is refused
    ],
)
def test_target_lies_in_the_network_and_is_public_where_it_must_be(
    address: str, must_be_public: bool, passes: bool
) -> None:
    assert all(item.passed for item in check_target(address, LAB, must_be_public=must_be_public)) is passes


def test_target_anywhere_is_allowed_where_no_network_is_given() -> None:
    assert all(item.passed for item in check_target("36.66.1.1", (), must_be_public=True))
    assert not all(item.passed for item in check_target("224.0.0.1", (), must_be_public=True))
    assert not all(item.passed for item in check_target("192.168.1.1", (), must_be_public=True))


def name_free(give: Answer) -> CheckReport:
    with serving(give) as port:
        return check_name_free(NAME, "127.0.0.1", port=port, timeout=0.5)


def test_name_that_does_not_exist_is_free() -> None:
    report = name_free(answer(status="NXDOMAIN", authority=(SOA,)))
    assert report.passed
    assert report.facts["dns"] == {"name": NAME, "records": [], "server": "127.0.0.1"}


@pytest.mark.parametrize("kind", ["A 10.77.0.31", "AAAA 2001:db8::1", 'TXT "x"', "MX 10 mail.gresikkab.go.id."])
def test_name_with_any_record_is_taken_and_the_record_is_named(kind: str) -> None:
    report = name_free(answer(f"{NAME}. 60 IN {kind}"))
    assert not report.passed
    assert report.facts["dns"]["records"] == [kind]
    assert report.items[0].found == kind


def test_alias_is_taken_though_its_goal_is_missing() -> None:
    report = name_free(answer(f"{NAME}. 60 IN CNAME lama.gresikkab.go.id.", status="NXDOMAIN"))
    assert not report.passed
    assert report.items[0].found == "CNAME lama.gresikkab.go.id."


def test_name_with_only_names_below_it_is_taken() -> None:
    report = name_free(answer(authority=(SOA,)))
    assert report.reasons() == (
        f"Nama {NAME} belum dipakai: sudah dipakai: ada nama lain di bawahnya (seharusnya belum ada di DNS)",
    )


def test_delegated_name_is_taken() -> None:
    report = name_free(answer(authoritative=False, authority=(f"{NAME}. 60 IN NS ns.example.net.",)))
    assert report.items[0].found == "didelegasikan ke ns.example.net."


@pytest.mark.parametrize(
    ("give", "words"),
    [
        (answer(status="SERVFAIL"), "menjawab SERVFAIL"),
        (answer(status="REFUSED"), "menjawab REFUSED"),
        (answer(status="NXDOMAIN", authoritative=False), "tidak berwenang"),
        (answer(authoritative=False), "tidak berwenang"),
        (silence, "tidak menjawab dalam 0.5 detik"),
    ],
)
def test_server_that_cannot_tell_decides_nothing(give: Answer, words: str) -> None:
    with pytest.raises(CheckError, match=f"tidak dapat dipastikan bebas: .*{words}"):
        name_free(give)


@pytest.mark.parametrize(("name", "server"), [("a..b", "127.0.0.1"), ("a" * 300, "127.0.0.1"), (NAME, "dns1")])
def test_question_that_cannot_be_asked_is_refused(name: str, server: str) -> None:
    with pytest.raises(CheckError):
        check_name_free(name, server, port=9)


@pytest.mark.lab
@pytest.mark.usefixtures("lab")
def test_lab_tells_taken_names_from_free_ones() -> None:
    assert check_name_free("belum-ada-namanya.gresikkab.go.id", "10.77.0.11").passed
    taken = check_name_free("dinkes.gresikkab.go.id", "10.77.0.11")
    assert taken.items[0].found == "A 10.77.0.31"
    assert not check_name_free("gresikkab.go.id", "10.77.0.11").passed  # no A record, and there all the same
    with pytest.raises(CheckError, match="menjawab REFUSED"):
        check_name_free("app.example.com", "10.77.0.11")
