"""The posts of the office and who holds them today: holder, Plt., Plh. or Pj., with dates and decree.

Refuses what a holder may do; that is asked at the gates and in the auth manager.
"""
