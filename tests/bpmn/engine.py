"""Carries BPMN out in SpiffWorkflow with the outcomes of a case, and keeps which activities it passes, in order."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import ServiceTask
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

ACTIVITY = re.compile(r"langkah_(\d+)(?:_(putusan|perbaikan|tarik_kembali))?")
NAMESPACES = {"bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL"}
MOST_STEPS = 2_000

Outcomes = Mapping[tuple[int, str], Iterable[str]]
"""Step and part → what it comes out as, one for each time that it chooses something."""


class Engine:
    """Processes that may call each other, read once."""

    def __init__(self, files: Iterable[bytes]) -> None:
        self._parser = BpmnParser(validator=BpmnValidator())
        self.durations: set[str] = set()
        for file in files:
            root = etree.fromstring(file)
            self._parser.add_bpmn_xml(root)
            self.durations |= {str(item.text) for item in root.iterfind(".//bpmn:timeDuration", NAMESPACES)}
        self.specs: dict[str, BpmnProcessSpec] = {
            name: self._parser.get_spec(name) for name in self._parser.get_process_ids()
        }

    def run(self, name: str, outcomes: Mapping[str, Outcomes], *, at_once: bool = False, caller: str = "") -> Run:
        """Carry a process out to its end; ``at_once`` lets every standard time pass the moment it begins."""
        # The engine reads a duration as an expression: a name for each that stands for the text itself.
        names = {text: "PT0S" if at_once else text for text in self.durations}
        workflow = BpmnWorkflow(
            self.specs[name], self.specs, script_engine=PythonScriptEngine(TaskDataEnvironment(names))
        )
        workflow.get_next_task(spec_name="Start").data["pemanggil"] = caller
        return Run(workflow, outcomes)


class Run:
    """One case: what it passed."""

    def __init__(self, workflow: BpmnWorkflow, outcomes: Mapping[str, Outcomes]) -> None:
        self.workflow = workflow
        self.passed: dict[str, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
        """For each process: step, part and the variables then."""
        self.late: list[tuple[str, str]] = []
        """Process and end event of each standard time that passed."""
        self._left = {
            process: {place: deque(items) for place, items in chosen.items()} for process, chosen in outcomes.items()
        }
        for _ in range(MOST_STEPS):
            workflow.do_engine_steps(will_complete_task=self._pass, did_complete_task=_serve)
            asked = workflow.get_next_task(state=TaskState.READY, manual=True)
            if asked is None:
                break
            self._pass(asked)
            asked.run()

    @property
    def unused(self) -> list[tuple[str, int, str]]:
        """Return the outcomes that were never asked for."""
        return [(process, *place) for process, chosen in self._left.items() for place, items in chosen.items() if items]

    def _pass(self, task: Any) -> None:
        """Note an activity before it is done, and give it the outcome that the case has for it."""
        process, name = task.workflow.spec.name, str(task.task_spec.bpmn_id)
        if name.endswith("_lewat"):
            self.late.append((process, name))
        found = ACTIVITY.fullmatch(name)
        if not found:
            return
        place = int(found[1]), found[2] or ""
        self.passed[process].append((*place, dict(task.data)))
        chosen = self._left.get(process, {}).get(place)
        if chosen:
            task.data["hasil"] = chosen.popleft()


def _serve(task: Any) -> None:
    """Do the work of a service task: the engine waits for it, as it has none of its own."""
    if isinstance(task.task_spec, ServiceTask) and task.state == TaskState.STARTED:
        task.complete()
