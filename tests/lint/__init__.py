"""Tests of the linter of SOPs as documents."""
