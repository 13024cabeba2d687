"""Airflow DAG of the SOP "Permohonan Fasilitasi Pusat Komputasi"."""

from laksana.building.dag import sop_dag

dag = sop_dag("permohonan-fasilitasi-pusat-komputasi")
