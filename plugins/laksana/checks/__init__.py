"""Checks: names, targets and reachability, their results as records; it refuses to decide what happens next."""
