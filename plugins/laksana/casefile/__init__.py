"""The case file (berkas): what each step of a case made, under the output's name on the SOP sheet.

A step does not start without its required inputs, so that a case's file is complete by construction.
Refuses to hold documents themselves (they lie in the archive) and anything secret.
"""

from laksana.casefile.store import Artefact, CaseFile, StepResult

__all__ = ["Artefact", "CaseFile", "StepResult"]
