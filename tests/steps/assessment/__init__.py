"""Tests of the evaluation's steps."""
