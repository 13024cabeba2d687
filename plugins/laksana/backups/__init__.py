"""Backups: each service's own restic repository, read back and proven.

Owns where a service's repository lies, which password opens it, and the proof that what is in it can be had again:
its snapshots, their sizes, the repository's wholeness, and a restored sample. It refuses to judge (``checks`` does), to
make a backup (the playbook ``service_backup`` does), and to remove one (nobody does but the retention).
"""
