"""The evaluation: run history becomes progress of a case now, and the dataset of SOP 14. Never writes to Airflow."""
