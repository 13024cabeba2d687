"""The service registry: which sub-domain, account or server exists, whose it is, and which request made it.

Rows come and go with provisioning and undo. Refuses secrets.
"""
