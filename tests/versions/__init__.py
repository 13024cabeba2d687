"""Tests of the room of SOP versions."""
