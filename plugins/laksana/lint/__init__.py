"""What is wrong with an SOP as a document: it can be run, and yet nobody could keep it as the office wrote it.

Looks at the SOP of the document (what ``sumber`` says laid over each step) and at the one that runs; knows no SOP by
name. Refuses to mend anything, and Airflow.
"""

from laksana.lint.linting import lint
from laksana.lint.sops import Sop, read_sops

__all__ = ["Sop", "lint", "read_sops"]
