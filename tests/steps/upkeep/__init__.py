"""Tests of what the routine SOPs do."""
