"""Airflow DAG of the SOP "Monitoring Layanan Fasilitasi Pusat Komputasi"."""

from laksana.building.dag import sop_dag

dag = sop_dag("monitoring-layanan-fasilitasi-pusat-komputasi")
