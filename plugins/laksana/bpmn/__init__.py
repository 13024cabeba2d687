"""An SOP as BPMN 2.0: what its steps, ways, loops and times are in that notation, laid out as a diagram.

Refuses Airflow and every file; what the office carries out stays the SOP's file, this is its drawing for modellers.
"""

from laksana.bpmn.writing import bpmn_xml

__all__ = ["bpmn_xml"]
