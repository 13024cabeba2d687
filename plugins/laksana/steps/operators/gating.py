"""The operator that asks the holder of a post, and waits for the answer without holding anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk.bases.branch import BranchMixIn
from airflow.sdk.definitions.param import Param, ParamsDict
from airflow.sdk.exceptions import AirflowException, TaskAwaitingInput
from airflow.sdk.execution_time.hitl import upsert_hitl_detail

from laksana.errors import LaksanaError, Problem
from laksana.gates.answers import NOTE, check_answer, form_of, nullable
from laksana.records import GateDecision
from laksana.steps.case import Case, Outcome
from laksana.steps.opening import case_of, finish, tell_stuck
from laksana.steps.operators.ways import as_airflow_error, take_way


class GateOperator(HITLOperator, BranchMixIn):  # type: ignore[misc]  # mypy does not follow Airflow
    """Asks the holder of a role, waits without holding a worker, and takes the way that the answer names.

    An answer that breaks the gate's rules re-opens it (Airflow alone accepts an empty form); silence never decides.
    """

    inherits_from_skipmixin = True

    def __init__(  # noqa: PLR0913  # all are keywords, plain JSON each
        self,
        *,
        slug: str,
        langkah: int,
        percobaan: int,
        gerbang: str,
        peran: str,
        pilihan: list[str],
        wajib_catatan: list[str],
        isian: Mapping[str, Mapping[str, Any]],
        wajib_isian: list[str],
        judul: str,
        spec_digest: str,
        **kwargs: Any,
    ) -> None:
        self.form = form_of(isian, note=bool(wajib_catatan))
        kwargs.pop("params", None)  # Airflow merges the DAG's params in; the request form is not the gate's form
        super().__init__(
            subject=judul,
            options=[item.capitalize() for item in pilihan],
            params=ParamsDict({name: _field(schema, schema.get("default")) for name, schema in self.form.items()}),
            assigned_users=[{"id": f"role:{peran}", "name": peran}],
            **kwargs,
        )
        self.slug = slug
        self.langkah = langkah
        self.percobaan = percobaan
        self.gerbang = gerbang
        self.peran = peran
        self.pilihan = pilihan
        self.wajib_catatan = wajib_catatan
        self.wajib_isian = wajib_isian
        self.spec_digest = spec_digest
        self.ways: dict[str, str] = {}

    def execute(self, context: Any) -> dict[str, Any] | None:
        """Open the gate: say what is asked, prefill the form, park.

        Where an earlier try was killed between the ledger's entry and what follows from it, that decision is carried
        out now instead of asking again: what stands in the ledger counts.
        """
        from laksana.steps.questions import QUESTIONS

        case = None
        try:
            case = case_of(self, context)
            case.require_inputs()
            pending = self._unfinished(case)
            if pending is not None:
                return self._carry_out(case, context, pending)
            question = QUESTIONS[self.gerbang](case)
        except LaksanaError as error:
            tell_stuck(case)
            raise as_airflow_error(error) from error
        self.subject = question.subject
        self.body = question.body
        self.assigned_users = [{"id": item, "name": item.partition(":")[2]} for item in question.assigned]
        for name, value in question.prefilled.items():
            self.params[name] = _field(self.form[name], value)
        case.casefile.open_gate(case.task_id, step=self.langkah, attempt=self.percobaan, at=case.now)
        case.office.desk.note(
            case.ticket.number, question.waiting, status=question.status, at=case.now, once=f"{case.task_id}#buka"
        )
        super().execute(context)
        return None

    def execute_complete(self, context: Any, event: dict[str, Any]) -> dict[str, Any]:
        """Take the answer: check it, enter it in the ledger, and only then carry out what follows from it."""
        from laksana.steps.questions import OBJECTIONS

        if "error" in event:
            self.process_trigger_event_error(event)
        outcome = self._outcome(event)
        values = {key: value for key, value in (event["params_input"] or {}).items() if value not in (None, "")}
        case = case_of(self, context)
        decision = self._decision(case, event, outcome, values)
        try:
            reason = "; ".join(problem.as_words() for problem in self.problems_of(outcome, values))
            reason = reason or OBJECTIONS.get(self.gerbang, _no_objection)(case, decision)
            if reason:
                self._reopen(case, context, reason, decision)
            case.office.ledger.append(decision, at=case.now)
            return self._carry_out(case, context, decision)
        except LaksanaError as error:
            tell_stuck(case)
            raise AirflowException(str(error)) from error

    def _carry_out(self, case: Case, context: Any, decision: GateDecision) -> dict[str, Any]:
        """Do what follows from a decision that stands in the ledger; done again it changes nothing."""
        from laksana.steps.questions import DECISIONS

        outcome: Outcome = DECISIONS[self.gerbang](case, decision)
        finish(case, outcome)
        if self.ways:
            take_way(self, context, self.ways[outcome.hasil])
        return {"hasil": outcome.hasil, "keterangan": outcome.keterangan, "oleh": decision.answered_by}

    def _unfinished(self, case: Case) -> GateDecision | None:
        """Return the ledger's last decision of this gate if its result was never recorded."""
        mine = [
            entry
            for entry in case.office.ledger.entries(case.ticket.number)
            if entry.run_id == case.run_id and entry.task_id == case.task_id
        ]
        if not mine:
            return None
        answered = datetime.fromisoformat(mine[-1].answered_at)
        done = any(
            result.step == self.langkah and result.attempt == self.percobaan and result.at >= answered
            for result in case.casefile.results()
        )
        return None if done else mine[-1]

    def problems_of(self, outcome: str, values: Mapping[str, Any]) -> list[Problem]:
        """Say what is wrong with an answer, by the gate's own rules."""
        required = self.wajib_isian if outcome == self.pilihan[0] else ()
        return check_answer(outcome, values, self.form, note_needed=self.wajib_catatan, required=required)

    def _outcome(self, event: dict[str, Any]) -> str:
        """Return the outcome behind the chosen button."""
        labels = {name.capitalize(): name for name in self.pilihan}
        self.validate_chosen_options(event["chosen_options"])
        return labels[event["chosen_options"][0]]

    def _decision(self, case: Case, event: dict[str, Any], outcome: str, values: dict[str, Any]) -> GateDecision:
        """Make the ledger's record of an answer."""
        answerer = event.get("responded_by_user") or {"id": "", "name": ""}
        username = str(answerer["name"])
        person = case.office.holders.find(self.peran, username, case.today)
        opened = case.casefile.gates_opened().get(case.task_id)
        return GateDecision(
            ticket=case.ticket.number, dag_id=self.slug, run_id=case.run_id, task_id=case.task_id, role=self.peran,
            outcome=outcome, note=str(values.get(NOTE, "")),
            fields={key: value for key, value in values.items() if key != NOTE},
            answered_by=username, answered_by_name=person.name if person else username,
            capacity=person.capacity if person else "", opened_at=opened.isoformat() if opened else "",
            answered_at=event["responded_at"].isoformat(), spec_digest=self.spec_digest,
        )  # fmt: skip

    def _reopen(self, case: Case, context: Any, reason: str, decision: GateDecision) -> None:
        """Open the gate again after an answer that breaks its rules; nothing of the answer is kept but that it came."""
        case.office.desk.note(
            case.ticket.number, f"Langkah {case.step.no}: jawaban tidak dapat diterima ({reason})",
            status=case.ticket.status, at=case.now, once=f"{case.task_id}#{decision.answered_at}",
        )  # fmt: skip
        self.log.warning("Answer refused, gate stays open: %s", reason)
        upsert_hitl_detail(
            ti_id=context["ti"].id, options=self.options, subject=self.subject, body=self.body, defaults=None,
            multiple=False, params=self.serialized_params, assigned_users=self.assigned_users,
        )  # fmt: skip
        raise TaskAwaitingInput(method_name="execute_complete", timeout=None)


def _no_objection(case: Case, decision: GateDecision) -> str:  # noqa: ARG001  # has the signature of the others
    """Object to nothing."""
    return ""


def _field(schema: Mapping[str, Any], value: Any) -> Param:
    """Make one field of a gate's form; it may stay empty in Airflow's eyes, our own check is the judge."""
    return Param(value, source="task", **nullable(schema))
