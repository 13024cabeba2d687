"""The archive: documents put once, read back and verified by hash; refuses to overwrite."""
