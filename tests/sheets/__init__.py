"""Tests of the official sheet."""
