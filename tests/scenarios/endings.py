"""How a case may end, each checked in full: ticket, steps, hosts, letter, ledger, registry."""

from __future__ import annotations

from collections.abc import Sequence

from tests.scenarios.case import Case
from tests.scenarios.hosts import is_served_once, records_on_hosts
from tests.scenarios.letter import SignedLetter

Decisions = Sequence[tuple[str, str]]
GRANTED: Decisions = (("kabid.ti", "teruskan"), ("kabid.ti", "setujui"), ("kabid.spbe", "terima"))
"""The three decisions of a case that goes through at once."""


def assert_granted(case: Case, decisions: Decisions = GRANTED) -> SignedLetter:
    """Check that the name lives, and that everything says so."""
    letter = assert_closed(case, decisions)
    assert is_served_once(case.label), records_on_hosts(case.label)
    outcomes = case.outcomes()
    assert {number: outcomes[number] for number in (3, 4, 5, 6, 7, 8, 9)} == {
        3: "lulus", 4: "selesai", 5: "lulus", 6: "selesai", 7: "setujui", 8: "selesai", 9: "terima",
    }  # fmt: skip
    assert case.fqdn in letter.text
    row = case.service()
    assert row is not None
    assert (row.ticket, row.state, row.specification["target"]) == (case.ticket, "aktif", "10.77.0.13")
    return letter


def assert_refused(case: Case, decisions: Decisions, *, reason: str, untouched: bool = True) -> SignedLetter:
    """Check that the applicant has a signed refusal with its reason and that nothing of the name is left.

    Args:
        case: the case.
        decisions: who decided what.
        reason: words that the letter must carry.
        untouched: whether no playbook may have run.
    """
    letter = assert_closed(case, decisions)
    assert " ".join(reason.split()) in letter.text, letter.text
    assert case.outcomes()[9] == "terima"
    living = case.service()
    assert living is None or living.ticket != case.ticket
    if untouched:
        assert (case.playbook_runs(), case.services()) == ([], [])
    else:
        assert [row.state for row in case.services()] == ["dihapus"]
        assert records_on_hosts(case.label).nothing, records_on_hosts(case.label)
    return letter


def assert_closed(case: Case, decisions: Decisions) -> SignedLetter:
    status = case.status()
    assert status["status"] == "selesai"
    assert status["ditutup"] is not None
    assert len(status["dokumen"]) == 1
    assert case.state() == "success"
    assert case.decisions() == list(decisions)
    assert case.at.office.ledger.verify().valid
    letter = case.letter()
    assert letter.is_valid, (letter.ours, letter.pdfsig)
    assert letter.number in letter.text
    assert letter.ours.signer.startswith("Agus Priyambodo")
    return letter
