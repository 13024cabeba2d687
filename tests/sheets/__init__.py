"""Tests of the SOPs on paper and on the public page."""
