"""Tests of Laksana's tables and their migrations."""
