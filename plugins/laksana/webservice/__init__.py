"""The HTTP door in Airflow's API server: requests come in, tickets and documents go out, gate answers are checked.

Refuses rules of its own: forms are intake's, tickets the desk's, answers the gates'.
"""
