"""The one exception of the lab; its text is what a person reads on the terminal."""

from __future__ import annotations


class LabError(Exception):
    """The lab can't be brought to the wanted state; the text says where and how to mend it.

    It does not descend from the product's errors: the lab must run before the product is installed.
    """
