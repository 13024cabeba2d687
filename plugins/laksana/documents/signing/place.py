"""Where a letter wants its visible signature: written by the template into the document's keywords; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

PAGE_HEIGHT = 841.89
"""Points; letters are A4."""

_MARK = re.compile(r"letak-ttd=(\d+)/([\d.]+)/([\d.]+)/([\d.]+)/([\d.]+)")


@dataclass(frozen=True)
class SignaturePlace:
    """A rectangle on a page, in points from the upper left corner."""

    page: int
    """Number of the page, from 1."""
    left: float
    top: float
    width: float
    height: float

    def box(self) -> tuple[float, float, float, float]:
        """Return left, bottom, right, top counted from the lower left corner, as PDF wants it."""
        upper = PAGE_HEIGHT - self.top
        return (self.left, round(upper - self.height, 2), round(self.left + self.width, 2), round(upper, 2))


def place_from_keywords(keywords: str) -> SignaturePlace | None:
    """Read the place; none where the keywords name none."""
    found = _MARK.search(keywords)
    if not found:
        return None
    page, *numbers = found.groups()
    left, top, width, height = (float(number) for number in numbers)
    return SignaturePlace(page=int(page), left=left, top=top, width=width, height=height)
