"""What the routine SOPs (monitoring and maintenance) do: look at every service, repair, back up, measure, report.

A round fixes its services first, works on each by itself, and concludes; ``tables`` says which function does what.
"""
