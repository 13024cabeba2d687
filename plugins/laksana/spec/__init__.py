"""What an SOP is: a YAML file read with line numbers, validated whole, turned into a frozen model with a digest.

Refuses Airflow, and any input or output beyond the file itself.
"""

from laksana.spec.loading import list_specs, load_spec

__all__ = ["list_specs", "load_spec"]
