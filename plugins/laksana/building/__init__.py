"""Draws an SOP as an Airflow DAG: step kind → tasks, loops unrolled into bounded attempts. Refuses running anything."""
