"""Tests of the room ``servicedesk``."""
