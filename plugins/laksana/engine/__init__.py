"""What Laksana corrects in Airflow itself: the executor, the right to answer a gate, and accounts with least rights."""
