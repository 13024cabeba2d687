"""A sub-domain's record at Cloudflare: the four verbs, whose a record is, and every fault of the far side."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import ProviderError
from laksana.records import Change, PlaybookOutcome
from tests.doubles.cloudflare import ZONE_ID
from tests.doubles.serving import ALWAYS, Fault
from tests.provisioning.providers.conftest import OTHER, TICKET, Dns

NAME = "app.gresikkab.go.id"
MINE = f"Laksana: {TICKET}"
LINE = f"{NAME}. 300 IN A 10.77.0.12 ; {TICKET}\n"


def why(outcome: PlaybookOutcome) -> str:
    """Return the one reason of an outcome that is not ok."""
    assert not outcome.ok
    assert len(outcome.failures) == 1
    message = outcome.failures[0].message
    assert "\n" not in message
    return message


def test_plan_shows_the_record_and_changes_nothing(dns: Dns) -> None:
    first, second = dns.run("plan"), dns.run("plan")

    assert first.ok
    assert first.check_mode
    assert first.playbook == "subdomain"
    assert first.changes == (Change("cloudflare", "The name has the address", "", LINE),)
    assert first.changed == 1
    assert first.digest() == second.digest()
    assert dns.double.changes() == 0


def test_apply_makes_an_unproxied_record_that_carries_the_ticket(dns: Dns) -> None:
    outcome = dns.run("apply")

    assert outcome.ok
    assert not outcome.check_mode
    assert outcome.changed == 1
    (record,) = dns.double.named(NAME)
    made = {key: record[key] for key in ("type", "content", "ttl", "proxied", "comment")}
    assert made == {"type": "A", "content": "10.77.0.12", "ttl": 300, "proxied": False, "comment": MINE}


def test_second_apply_changes_nothing(dns: Dns) -> None:
    dns.run("apply")
    before = dns.double.changes()
    again = dns.run("apply")

    assert again.ok
    assert again.changed == 0
    assert dns.double.changes() == before


@pytest.mark.parametrize("drift", [{"content": "10.77.0.99"}, {"ttl": 60}, {"proxied": True}])
def test_own_record_that_drifted_is_mended(dns: Dns, drift: dict[str, Any]) -> None:
    record_id = dns.double.put(NAME, "10.77.0.12", comment=MINE)
    dns.double.records[record_id] |= drift
    found = dns.run("verify")
    outcome = dns.run("apply")

    assert found.status == "failed"
    assert "seharusnya" in why(found)
    assert outcome.changed == 1
    assert outcome.changes[0].before != outcome.changes[0].after == LINE
    assert list(dns.double.records) == [record_id]
    assert dns.run("verify").ok


def test_surplus_own_record_is_removed(dns: Dns) -> None:
    dns.double.put(NAME, "10.77.0.98", comment=MINE)
    kept = dns.double.put(NAME, "10.77.0.12", comment=MINE)
    outcome = dns.run("apply")

    assert outcome.changed == 1
    assert list(dns.double.records) == [kept]


@pytest.mark.parametrize(
    ("kind", "content", "comment", "said"),
    [
        ("A", "10.77.0.12", "", "bukan buatan Laksana"),
        ("A", "10.77.0.12", f"Laksana: {OTHER}", f"tiket {OTHER}"),
        ("A", "10.77.0.12", f"Laksana: {TICKET}0", f"tiket {TICKET}0"),
        ("CNAME", "web.example.org", "", "bukan buatan Laksana"),
        ("TXT", '"x"', MINE, f"tiket {TICKET}"),
    ],
)
def test_name_that_is_taken_is_refused_and_never_removed(
    dns: Dns, kind: str, content: str, comment: str, said: str
) -> None:
    dns.double.put(NAME, content, kind=kind, comment=comment)
    outcomes = [dns.run("plan"), dns.run("apply")]
    undone = dns.run("undo")

    assert [outcome.status for outcome in outcomes] == ["failed", "failed"]
    assert all("sudah dipakai" in why(outcome) and said in why(outcome) for outcome in outcomes)
    assert undone.ok
    assert undone.changed == 0
    assert dns.double.changes() == 0
    assert dns.run("verify").status == "failed"


def test_other_names_records_do_not_count(dns: Dns) -> None:
    dns.double.put("lain.gresikkab.go.id", "10.77.0.12", comment=f"Laksana: {OTHER}")
    dns.double.knows_filters = False

    assert dns.run("apply").changed == 1
    assert dns.run("undo").changed == 1
    assert len(dns.double.records) == 1


def test_verify_asks_the_api(dns: Dns) -> None:
    missing = dns.run("verify")
    dns.run("apply")
    changes = dns.double.changes()

    assert missing.status == "failed"
    assert "tidak ada" in why(missing)
    assert dns.run("verify").ok
    assert dns.double.changes() == changes


def test_undo_removes_what_was_made_and_again_changes_nothing(dns: Dns) -> None:
    dns.run("apply")
    undone, again = dns.run("undo"), dns.run("undo")

    assert undone.changes == (Change("cloudflare", "The name lacks the address", LINE, ""),)
    assert dns.double.records == {}
    assert again.ok
    assert again.changed == 0


def test_record_on_a_far_page_is_found(dns: Dns) -> None:
    dns.double.page_limit = 2
    dns.double.knows_filters = False
    for number in range(5):
        dns.double.put(f"n{number}.gresikkab.go.id", "10.77.0.13")
    dns.double.put(NAME, "10.77.0.12", comment=MINE)

    assert dns.run("apply").changed == 0


def test_name_outside_of_the_zone_is_refused_and_leaves_nothing(dns: Dns) -> None:
    outcome = dns.run("apply", subdomain_zone="kabupatenlain.go.id")

    assert "LAKSANA_CLOUDFLARE_ZONE_ID" in why(outcome)
    assert dns.double.records == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("subdomain_label", "App"),
        ("subdomain_label", "a/../b"),
        ("subdomain_zone", "gresikkab"),
        ("subdomain_address", "300.1.1.1"),
        ("subdomain_address", "10.77.0.12\n"),
        ("subdomain_ticket", "x y"),
        ("subdomain_ticket", ""),
    ],
)
def test_ill_formed_value_is_refused_before_anything_is_asked(dns: Dns, name: str, value: str) -> None:
    outcomes = [dns.run(verb, **{name: value}) for verb in ("plan", "apply", "verify", "undo")]

    assert all(f"isian tidak sah: {name}" in why(outcome) for outcome in outcomes)
    assert dns.double.calls == []


def test_wrong_token_is_said_to_be_refused(dns: Dns) -> None:
    dns.settings.cloudflare_token_file.write_text("another-token")
    outcome = dns.run("apply")

    assert outcome.status == "failed"
    assert "menolak token" in why(outcome)
    assert "LAKSANA_CLOUDFLARE_TOKEN_FILE" in why(outcome)
    assert len(dns.double.calls) == 1


def test_token_that_may_only_read_is_said_to_be_refused(dns: Dns) -> None:
    dns.double.may_write = False
    outcome = dns.run("apply")

    assert "menolak token" in why(outcome)
    assert outcome.changed == 0
    assert dns.double.asked("POST") == 1


def test_token_of_a_wrong_form_is_said_to_be_refused(dns: Dns) -> None:
    body = b'{"success":false,"errors":[{"code":6003,"message":"Invalid request headers"}],"result":null}'
    dns.double.faults.append(Fault("GET", status=400, body=body))

    assert "menolak token" in why(dns.run("plan"))


def test_unknown_zone_is_said_to_be_unknown(dns: Dns) -> None:
    dns.settings = replace(dns.settings, cloudflare_zone_id="f" * 32)

    assert "LAKSANA_CLOUDFLARE_ZONE_ID" in why(dns.run("plan"))


def test_rate_limit_is_waited_for_as_long_as_it_asks(dns: Dns) -> None:
    dns.double.faults.append(Fault("POST", status=429, headers={"Retry-After": "1"}))
    outcome = dns.run("apply")
    first, second = (call.at for call in dns.double.calls if call.method == "POST")

    assert outcome.ok
    assert second - first >= 1
    assert len(dns.double.named(NAME)) == 1


def test_rate_limit_that_does_not_end_is_unreachable(dns: Dns) -> None:
    dns.double.faults.append(Fault("GET", times=ALWAYS, status=429, headers={"Retry-After": "0"}))
    outcome = dns.run("apply")

    assert outcome.status == "unreachable"
    assert outcome.failures[0].unreachable
    assert "HTTP 429" in why(outcome)
    assert len(dns.double.calls) == 3


def test_rate_limit_that_lasts_too_long_is_not_waited_for(dns: Dns) -> None:
    dns.double.faults.append(Fault("GET", times=ALWAYS, status=429, headers={"Retry-After": "300"}))
    outcome = dns.run("apply")

    assert "coba lagi setelah 300 detik" in why(outcome)
    assert len(dns.double.calls) == 1


def test_conflict_with_a_record_that_came_meanwhile_is_refused(dns: Dns) -> None:
    body = b'{"success":false,"errors":[{"code":81057,"message":"Record already exists."}],"result":null}'
    dns.double.faults.append(Fault("POST", status=400, body=body))
    outcome = dns.run("apply")

    assert outcome.status == "failed"
    assert "sudah dipakai" in why(outcome)
    assert "81057" in why(outcome)
    assert dns.double.asked("POST") == 1


def test_conflict_with_a_foreign_twin_names_it(dns: Dns) -> None:
    # The list does not show it yet, the making runs into it.
    empty = b'{"success":true,"errors":[],"result":[],"result_info":{"page":1,"total_pages":0}}'
    dns.double.put(NAME, "10.77.0.12")
    dns.double.faults.append(Fault("GET", status=200, body=empty))

    assert "bukan buatan Laksana" in why(dns.run("apply"))
    assert len(dns.double.named(NAME)) == 1


@pytest.mark.parametrize("verb", ["apply", "undo"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_error_once_is_outlived(dns: Dns, verb: str, status: int) -> None:
    if verb == "undo":
        dns.double.put(NAME, "10.77.0.12", comment=MINE)
    dns.double.faults += [Fault("GET", status=status), Fault("POST", status=status), Fault("DELETE", status=status)]
    outcome = dns.run(verb)

    assert outcome.ok
    assert outcome.changed == 1
    assert len(dns.double.named(NAME)) == (verb == "apply")


def test_server_error_always_is_unreachable(dns: Dns) -> None:
    dns.double.faults.append(Fault("POST", times=ALWAYS, status=503))
    outcome = dns.run("apply")

    assert outcome.status == "unreachable"
    assert "HTTP 503" in why(outcome)
    assert outcome.failures[0].task == "The name has the address"
    assert dns.double.asked("POST") == 3
    assert outcome.changed == 0


@pytest.mark.parametrize("fault", [{"hang": True}, {"drop": True}, {"status": 502}, {"status": 200, "body": b"<html>"}])
@pytest.mark.parametrize("carried_out", [False, True])
def test_making_that_ended_unclearly_is_not_done_twice(dns: Dns, fault: dict[str, Any], *, carried_out: bool) -> None:
    dns.double.faults.append(Fault("POST", carried_out=carried_out, **fault))
    outcome = dns.run("apply")

    assert outcome.ok
    assert outcome.changed == 1
    assert len(dns.double.named(NAME)) == 1
    assert dns.double.asked("POST") == (1 if carried_out else 2)
    kinds = [call.method for call in dns.double.calls]
    assert kinds[kinds.index("POST") + 1] == "GET"


@pytest.mark.parametrize("carried_out", [False, True])
def test_removal_that_ended_unclearly_is_looked_at(dns: Dns, *, carried_out: bool) -> None:
    dns.double.put(NAME, "10.77.0.12", comment=MINE)
    dns.double.faults.append(Fault("DELETE", hang=True, carried_out=carried_out))
    outcome = dns.run("undo")

    assert outcome.ok
    assert outcome.changed == 1
    assert dns.double.records == {}


def test_silence_is_unreachable(dns: Dns) -> None:
    dns.double.faults.append(Fault("GET", times=ALWAYS, hang=True))
    outcome = dns.run("verify")

    assert outcome.status == "unreachable"
    assert "tidak menjawab dalam 0.3 detik" in why(outcome)
    assert outcome.seconds >= 0.9


@pytest.mark.parametrize(
    "body",
    [
        b"<html>login</html>",
        b"[]",
        b'{"success":true}',
        b'{"success":true,"result":{}}',
        b'{"success":true,"result":[{"id":7}]}',
        b'{"success":"true","result":[]}',
    ],
)
def test_answer_of_another_shape_is_refused(dns: Dns, body: bytes) -> None:
    dns.double.faults.append(Fault("GET", times=ALWAYS, status=200, body=body))
    outcome = dns.run("apply")

    assert outcome.status == "failed"
    assert why(outcome)
    assert dns.double.changes() == 0


def test_unknown_refusal_is_given_on_with_its_code(dns: Dns) -> None:
    body = b'{"success":false,"errors":[{"code":9021,"message":"Invalid TTL.\\nSee docs"}],"result":null}'
    dns.double.faults.append(Fault("POST", status=400, body=body))

    assert why(dns.run("apply")) == "Cloudflare menolak: Invalid TTL. See docs (kode 9021)"


def test_redirect_is_not_followed(dns: Dns) -> None:
    headers = {"Location": f"{dns.double.address}/elsewhere"}
    dns.double.faults.append(Fault("GET", times=ALWAYS, status=302, headers=headers))

    assert "mengalihkan" in why(dns.run("plan"))
    assert dns.double.asked("/elsewhere") == 0


def test_closed_port_is_unreachable(dns: Dns) -> None:
    dns.settings = replace(dns.settings, cloudflare_api_url="http://127.0.0.1:9")

    assert dns.run("plan").status == "unreachable"


def test_proxy_of_the_environment_is_not_used(dns: Dns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")

    assert dns.run("plan").ok


def test_cancelled_run_asks_nothing(dns: Dns) -> None:
    outcome = dns.run("apply", cancelled=True)

    assert outcome.status == "cancelled"
    assert outcome.failures == ()
    assert dns.double.calls == []


def test_zone_id_of_a_wrong_form_is_a_broken_setup(dns: Dns) -> None:
    dns.settings = replace(dns.settings, cloudflare_zone_id="../accounts")

    with pytest.raises(ProviderError, match="LAKSANA_CLOUDFLARE_ZONE_ID"):
        dns.run("plan")
    assert dns.double.calls == []


def test_missing_token_file_is_a_broken_setup(dns: Dns) -> None:
    dns.settings.cloudflare_token_file.unlink()

    with pytest.raises(ProviderError, match="LAKSANA_CLOUDFLARE_TOKEN_FILE"):
        dns.run("plan")


def test_unknown_verb_is_refused(dns: Dns) -> None:
    with pytest.raises(ProviderError, match="allowed: plan, apply, verify, undo"):
        dns.run("destroy")


def test_evidence_names_calls_and_outcome(dns: Dns) -> None:
    outcome = dns.run("apply")
    folder = Path(outcome.evidence)
    rows = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    path = f"/zones/{ZONE_ID}/dns_records"

    assert folder.name == "cloudflare-apply-1-1"
    assert [(row["call"], row["answer"]) for row in rows] == [(f"GET {path}", "200"), (f"POST {path}", "200")]
    assert PlaybookOutcome.from_json(json.loads((folder / "outcome.json").read_text())) == outcome
