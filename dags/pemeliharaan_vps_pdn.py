"""Airflow DAG of the SOP "Pemeliharaan VPS (Virtual Private Server) PDN"."""

from laksana.building.dag import sop_dag

dag = sop_dag("pemeliharaan-vps-pdn")
