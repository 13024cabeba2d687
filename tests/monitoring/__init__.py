"""Tests of what rounds keep."""
