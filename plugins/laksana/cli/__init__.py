"""The ``laksana`` command, thin over the rooms: JSON to stdout, complaints to stderr. Refuses logic of its own."""
