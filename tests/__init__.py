"""Tests, the lab, the stack, the demo and the measurements."""
