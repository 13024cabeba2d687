"""Tests of the service notice."""
