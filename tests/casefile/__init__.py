"""Tests of the room ``casefile``."""
