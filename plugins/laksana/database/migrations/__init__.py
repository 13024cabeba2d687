"""The history of Laksana's tables."""
