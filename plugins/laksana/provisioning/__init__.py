"""Playbook runs: plan, apply and undo, one directory a try; it refuses to know which SOP it serves."""
