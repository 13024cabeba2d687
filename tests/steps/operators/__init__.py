"""Tests of the operators that SOPs are made of."""
