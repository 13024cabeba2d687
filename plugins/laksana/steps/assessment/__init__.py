"""What the evaluation of all services does (SOP 14): recap of a quarter, the meeting's report, the recommendation.

People enter analysis, meeting and recommendation at gates; what is measured besides belongs to the room ``evaluation``.
"""
