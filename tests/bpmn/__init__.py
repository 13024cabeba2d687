"""Tests of the SOPs as BPMN."""
