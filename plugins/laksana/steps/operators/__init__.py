"""The operators that all SOPs are made of: they work, ask a person, go through services, or call another SOP.

All take plain JSON only, open the case when they run, keep outputs and result in the case file, and branch by outcome.
This is the only place where Laksana's errors become Airflow's: what may pass by itself is tried again, the rest is not.
"""

from laksana.steps.operators.calling import CallOperator
from laksana.steps.operators.gating import GateOperator
from laksana.steps.operators.rounds import ListOperator, ServiceOperator
from laksana.steps.operators.ways import END
from laksana.steps.operators.working import StepOperator

__all__ = ["END", "CallOperator", "GateOperator", "ListOperator", "ServiceOperator", "StepOperator"]
