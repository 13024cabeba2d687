"""The service desk: tickets, their status, their history and the reply; one port, a built-in desk behind it.

Refuses rules about requests (that is intake) and pages (that is the portal).
"""
