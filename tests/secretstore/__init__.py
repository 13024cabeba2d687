"""Tests of the room ``secretstore``."""
