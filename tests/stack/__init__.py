"""The whole of Airflow on one machine: PostgreSQL and four processes, for ``make demo`` and for scenario tests."""
