"""What the words of an activity say: where it goes on, how old a backup may be, and what kind of act it is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_JUMP = re.compile(
    r"(?P<condition>apabila|jika|bila)\s+(?P<what>[^.]*?),?\s*(?:maka\s+)?(?:kembali\s+)?ke\s+langkah\s+(?P<to>\d+)",
    re.IGNORECASE,
)
_BARE_JUMP = re.compile(r"ke\s+langkah\s+(\d+)", re.IGNORECASE)
_NEGATIVE = re.compile(r"\b(tidak|belum|bukan|kurang)\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(tidak|belum|bukan)\b", re.IGNORECASE)
_CHECK = re.compile(
    r"\b(pengecekan|mengecek|pemeriksaan|memeriksa|penilaian|menilai|tes|pengujian|menguji|verifikasi|memverifikasi)\b",
    re.IGNORECASE,
)
_MONTHS = re.compile(r"(\d+)\s+bulan\b", re.IGNORECASE)
_BOUND = re.compile(r"\b(paling banyak|maksimal|sebanyak-banyaknya)\s+\d+\s+kali\b", re.IGNORECASE)
_ACTIVE = re.compile(r"^(me|ber|di|ter)[a-z]+|^(pe\w+kan)$", re.IGNORECASE)
_SECOND = re.compile(r"\bdan\s+(me\w{3,}|ber\w{3,}i|melakukan)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Jump:
    """A way that an activity's words tell."""

    to: int
    condition: str
    """What must be so, empty where the words say nothing of it."""

    @property
    def is_positive(self) -> bool:
        """Tell whether the condition holds when something is so, rather than when it is not."""
        return bool(self.condition) and not _NEGATIVE.search(self.condition)

    @property
    def is_negative(self) -> bool:
        """Tell whether the condition holds when something is not so; a comparison is neither this nor that."""
        return _NEGATION.search(self.condition) is not None


def jumps(activity: str) -> list[Jump]:
    """Return the ways that an activity's words tell: ``Apabila statusnya up, ke langkah 4``."""
    told = [Jump(int(found["to"]), found["what"].strip(" ,")) for found in _JUMP.finditer(activity)]
    known = {jump.to for jump in told}
    return told + [Jump(int(to), "") for to in _BARE_JUMP.findall(activity) if int(to) not in known]


def months(activity: str) -> int:
    """Return the age in months that an activity names, 0 where it names none."""
    found = _MONTHS.search(activity)
    return int(found[1]) if found else 0


def names_a_bound(activity: str) -> bool:
    """Tell whether an activity says how often something may be repeated."""
    return _BOUND.search(activity) is not None


def begins_with_a_verb(activity: str) -> bool:
    """Tell whether an activity begins with an active verb, as PermenPAN-RB 35/2012 wants it."""
    return _ACTIVE.match(activity.split(maxsplit=1)[0]) is not None


def second_act(activity: str) -> str:
    """Return the verb of a second act in an activity, empty where it is one act."""
    found = _SECOND.search(activity.split(".", maxsplit=1)[0])
    return found[1] if found else ""


def is_disposition(activity: str) -> bool:
    """Tell whether an activity decides where a letter goes; who receives a disposition only works on it."""
    return re.search(r"\bmendisposisi|\bmempelajari disposisi", activity, re.IGNORECASE) is not None


def is_assessment(activity: str) -> bool:
    """Tell whether an activity decides on what was assessed."""
    return re.match(r"menyetujui\b.*\b(penilaian|pengecekan)\b", activity, re.IGNORECASE) is not None


def is_check(activity: str) -> bool:
    """Tell whether an activity finds out something that may come out in two ways."""
    return _CHECK.search(activity) is not None and not decides(activity)


def decides(activity: str) -> bool:
    """Tell whether an activity says yes or no to another's work."""
    return is_assessment(activity) or is_approval(activity)


def is_approval(activity: str) -> bool:
    """Tell whether an activity approves, validates or signs what another has written."""
    act = re.match(r"(menyetujui|menandatangani|memvalidasi|melakukan validasi)\b", activity, re.IGNORECASE)
    return act is not None and not is_assessment(activity)
