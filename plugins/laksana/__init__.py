"""Laksana: SOPs of a data-centre office that carry themselves out on Airflow."""
