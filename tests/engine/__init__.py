"""Tests of what Laksana corrects in Airflow."""
