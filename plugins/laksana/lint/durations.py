"""How long an SOP takes by its own standard times, over all its ways and the SOPs that it calls; in working minutes."""

from __future__ import annotations

from laksana.lint.sops import Others, called_by
from laksana.lint.ways import followers
from laksana.spec.model import SELESAI, Spec, Step

MINUTES_A_DAY = 450
"""A working day of the office: 07.30 to 16.00 with an hour's break."""
DEEPEST = 4
"""How many SOPs may stand inside each other: in a web of calls there are more chains than anybody could go through."""
Known = dict[tuple[str, frozenset[str]], tuple[int, int]]
"""SOP, with those that are passed, itself among them → its shortest and longest time."""
_UNITS = {"Menit": 1, "Jam": 60, "Hari": MINUTES_A_DAY}


def minutes(waktu: str) -> int:
    """Return a standard time in working minutes."""
    number, unit = waktu.split()
    return int(number) * _UNITS[unit]


def best_and_worst(
    spec: Spec, others: Others, callers: tuple[str, ...] = (), known: Known | None = None
) -> tuple[int, int]:
    """Return the shortest and the longest time of an SOP, every step once on a way.

    A step that calls another SOP takes that SOP's time; where it would call back one of ``callers``, or stands
    deeper than :data:`DEEPEST`, its own.

    Args:
        spec: the SOP.
        others: all that are known, which it may call.
        callers: SOPs that wait for this one.
        known: what has been worked out already; it is added to.
    """
    passed = frozenset((*callers, spec.slug))
    known = {} if known is None else known
    if (spec.slug, passed) in known:
        return known[spec.slug, passed]
    times: dict[int, tuple[int, int]] = {}
    for step in reversed(spec.langkah):
        best, worst = _cost(step, others, passed, known)
        after = [times[follower] for follower in followers(spec, step.no) if follower > step.no]
        if not after or any(edge.ke == SELESAI for edge in step.lanjut):
            after.append((0, 0))
        times[step.no] = best + min(pair[0] for pair in after), worst + max(pair[1] for pair in after)
    return known.setdefault((spec.slug, passed), times[1])


def in_words(length: int) -> str:
    """Say a length of working time, in days where it is longer than one."""
    if length <= MINUTES_A_DAY:
        return f"{length} minutes"
    return f"{length} minutes ({length / MINUTES_A_DAY:.1f} working days)"


def _cost(step: Step, others: Others, passed: frozenset[str], known: Known) -> tuple[int, int]:
    called = others.get(called_by(step))
    if called is None or called.spec.slug in passed or len(passed) > DEEPEST:
        own = minutes(step.waktu)
        return own, own
    return best_and_worst(called.document, others, tuple(passed), known)
