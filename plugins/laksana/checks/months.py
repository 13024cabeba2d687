"""Calendar months, as the SOPs count them: "1 bulan" before 31 March is the last day of February, not 30 days ago."""

from __future__ import annotations

import calendar
from datetime import datetime

from laksana.errors import CheckError

_IN_A_YEAR = 12


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same clock time that many calendar months earlier, on the month's last day where the day is missing.

    Months are counted in the moment's own zone: give it in the office's zone, or the day's edge lies seven hours off.

    Raises:
        CheckError: the moment has no zone, or the number of months is negative.
    """
    if moment.tzinfo is None:
        raise CheckError(
            f"{moment.isoformat()}: has no time zone, so that nobody knows which month it lies in; give one"
        )
    if months < 0:
        raise CheckError(f"{months} months before {moment.isoformat()}: allowed are 0 and more")
    count = moment.year * _IN_A_YEAR + moment.month - 1 - months
    year, month = count // _IN_A_YEAR, count % _IN_A_YEAR + 1
    last_day = calendar.monthrange(year, month)[1]
    return moment.replace(year=year, month=month, day=min(moment.day, last_day), fold=0)
