"""A virtual server at the office's own compute centre (SOP 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from laksana.records import CheckItem, CheckReport
from laksana.registry.services import Shortage
from laksana.steps.services.api import Verdict, held_by_other, reserved_item
from laksana.steps.services.capacity import address_pool, room_of_hypervisor
from laksana.steps.services.servers import LOCAL, Vps

if TYPE_CHECKING:
    from laksana.steps.case import Case


class LocalVps(Vps):
    """Virtual servers of the compute centre."""

    place = LOCAL

    def check(self, case: Case, what: str) -> Verdict:  # noqa: ARG002  # has one check only
        """Check the hypervisor's room, and reserve it with an address (SOP 7 step 3)."""
        room = room_of_hypervisor(case)
        held = case.office.registry.reserve_room(
            self.wanted(case, user=str(case.form["pengguna"])), limits=room.limits, pool=address_pool(case),
            at=case.now,
        )  # fmt: skip
        if isinstance(held, Shortage):
            item = CheckItem("Sumber daya peladen", passed=False, expected=room.asked(case), found=held.as_words())
            return Verdict(CheckReport((item,), room.facts), (held.as_words(),))
        if held.ticket != case.ticket.number:
            item, reason = held_by_other(self.noun, self.name(case))
            return Verdict(CheckReport((item,), room.facts), (reason,))
        item = CheckItem("Sumber daya peladen", passed=True, expected=room.asked(case), found="tersedia, dipesan")
        report = CheckReport((item, reserved_item()), room.facts)
        return Verdict(report, (), f"sumber daya dipesan, alamat {held.specification['address']}")
