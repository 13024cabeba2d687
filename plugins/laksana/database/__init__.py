"""Laksana's own tables: declared here, made by Alembic migrations, opened by the rooms that own their meaning."""
