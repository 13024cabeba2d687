"""Tests of the room ``backups``, with real restic."""
