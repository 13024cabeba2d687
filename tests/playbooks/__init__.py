"""The playbooks, run for real."""
