"""Doubles of services that the lab can't have: real servers on loopback that speak a published API and keep state."""
