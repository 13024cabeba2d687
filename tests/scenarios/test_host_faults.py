"""The name server is cut off while cases need it: steps fail in words, are tried again, and go on when it is back."""

from __future__ import annotations

import pytest

from tests.scenarios.case import ServiceOffice
from tests.scenarios.endings import assert_granted
from tests.scenarios.hosts import cut_off
from tests.stack.waiting import wait_for

pytestmark = [pytest.mark.scenario, pytest.mark.lab]

CHECK, APPLY = "langkah_03 .periksa", "langkah_04"


def test_cases_wait_for_a_name_server_that_is_cut_off(office: ServiceOffice) -> None:
    checking, making = office.submit(), office.submit()
    checking.await_gate("kabid-ti")
    making.forward()
    wait_for("step 4 begun", lambda: making.task(APPLY).get("state") == "running", 90, pause=0.1)

    with cut_off("dns1"):
        checking.forward()
        checking.await_try(CHECK, 2)
        making.await_try(APPLY, 2)
    for case in (checking, making):
        case.sign_and_receive()
        assert_granted(case)
        assert "tertunda karena gangguan teknis" in case.history()

    assert "tidak dapat dipastikan bebas" in checking.log(CHECK)
    assert "10.77.0.11" in checking.log(CHECK)
    told = making.log(APPLY)
    assert "dns1" in told
    assert "safe to run again" in told
