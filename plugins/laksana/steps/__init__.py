"""What each kind of step does when it runs: the one place where the rooms meet at run time.

``building`` draws the tasks; the operators here carry them out, one small function a kind of work.
"""
