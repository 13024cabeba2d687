"""Airflow DAG of the SOP "Pemeliharaan Layanan Fasilitasi Pusat Komputasi"."""

from laksana.building.dag import sop_dag

dag = sop_dag("pemeliharaan-layanan-fasilitasi-pusat-komputasi")
