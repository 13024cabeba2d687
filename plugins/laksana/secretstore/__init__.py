"""Keeps passwords encrypted and hands them over once. Refuses showing one to anybody but who it is for."""
