"""Intake: a form or a call becomes a validated request, a ticket and a DAG run — once.

Refuses pages, and knows no SOP by name: the form's rules come from the spec.
"""
