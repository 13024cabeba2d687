"""The versions of SOPs that have been in force: kept once by content, never changed, never removed.

A running case goes by the version it began with; Airflow's runs are pinned to a snapshot of all SOPs at a time.
Refuses to know what a case is, and to write files.
"""
