"""Tests of letters, numbers, signing and verifying."""
