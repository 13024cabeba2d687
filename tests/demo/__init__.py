"""The demo: lab, database, Airflow and demo people on one machine, with a sample request; by hand or by script."""
