"""Tests of the room ``webservice``."""
