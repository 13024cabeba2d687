"""Whole SOPs through a real Airflow and on real hosts, told in the SOP's words."""
