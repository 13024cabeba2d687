"""The ``laksana`` command: thin over the rooms. JSON goes to stdout, words for people to stderr or stdout, no logic here."""
