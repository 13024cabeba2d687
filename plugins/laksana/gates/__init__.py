"""Gates: what is asked of whom, what an answer means, and the ledger of decisions.

Refuses to do the work that was decided.
"""
