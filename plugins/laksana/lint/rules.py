"""The linter's rules: a name, what it means, where it comes from, and the rulings that may accept what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from laksana.lint import call_rules, form_rules, name_rules, way_rules
from laksana.lint.findings import Hit
from laksana.lint.sops import Others, Sop

PERMENPAN = "PermenPAN-RB 35/2012"


@dataclass(frozen=True)
class Rule:
    """One rule."""

    code: str
    find: Callable[[Sop, Others], Iterator[Hit]]
    meaning: str
    rulings: tuple[str, ...] = ()
    """Rulings of the office under which a spec may depart from its document here."""
    standard: str = ""
    is_error: bool = False
    """True where an SOP can't run with what the rule finds: it stands still on a way, or has nothing to call."""


RULES = (
    Rule("input-lost", name_rules.inputs_lost_when_run,
         "on a way that the spec takes, a step waits for an input that nobody makes there", is_error=True),
    Rule("call-unknown", call_rules.calls_of_nothing, "a step calls an SOP that is not there", is_error=True),
    Rule("jump-past-input", way_rules.jumps_past_inputs,
         "a way jumps past the only step that makes what its target needs", ("R1", "R3", "R15")),
    Rule("flow-against-text", way_rules.flow_against_text,
         "the activity tells another way than the drawn one", ("R1", "R2")),
    Rule("label-against-text", way_rules.labels_against_text,
         "a way is drawn as Tidak that the activity takes when something is so, or as Ya when it is not", ("R2",)),
    Rule("input-not-on-every-way", name_rules.inputs_missing_on_a_way,
         "an input is not made on every way to its step, e.g. on the way of a refusal", ("R1", "R3", "R15")),
    Rule("check-without-way-out", way_rules.checks_without_way_out,
         "a check or an assessment goes on in one way, whatever it finds", ("R4",)),
    Rule("disposition-without-refusal", way_rules.dispositions_without_refusal,
         "who disposes can neither refuse nor send back", ("R5",)),
    Rule("approval-without-way-back", way_rules.approvals_without_way_back,
         "who signs or validates can't send the draft back", ("R6",)),
    Rule("loop-without-bound", way_rules.loops_without_bound, "a way back may be taken for ever", ("R7",)),
    Rule("branch-falls-through", way_rules.branches_that_fall_through,
         "a branch runs on into the other branch, which needs nothing of it", ("R8",)),
    Rule("call-cycle", call_rules.call_cycles, "a called SOP calls this one again", ("R9", "R10")),
    Rule("threshold-differs", call_rules.thresholds_that_differ,
         "the called SOP judges the age of a backup otherwise", ("R11",)),
    Rule("threshold-against-text", call_rules.thresholds_against_text,
         "the activity names another age than the step works with", ("R11",)),
    Rule("call-too-long", call_rules.calls_that_take_too_long,
         "the step's time can't hold the SOP that it calls, in the best or the worst case over all its ways",
         ("R12", "R10")),
    Rule("input-unmade", name_rules.inputs_that_nobody_makes, "no step makes an input of this name", ("R13", "R14")),
    Rule("foreign-name", name_rules.names_of_other_services,
         "an input or output carries the name of another SOP's service", ("R14",)),
    Rule("tool-not-listed", name_rules.tools_that_are_not_listed,
         "an input comes from no step and Peralatan does not list it", ("R15",)),
    Rule("output-unused", name_rules.outputs_that_nobody_needs, "no step takes an output, and it is no end", ("R8",)),
    Rule("related-missing", call_rules.related_sops_missing, "Keterkaitan lacks an SOP that is called", (), PERMENPAN),
    Rule("related-unknown", call_rules.related_sops_unknown,
         "Keterkaitan names an SOP that is not there", (), PERMENPAN),
    Rule("sop-named-otherwise", call_rules.sops_named_otherwise,
         "Kelengkapan names an SOP by something else than its title", ("R14",), PERMENPAN),
    Rule("standard-missing", name_rules.steps_without_inputs_or_outputs,
         "a step states no Kelengkapan, or no Output", (), PERMENPAN),
    Rule("way-to-nowhere", way_rules.ways_to_nowhere, "the document leads to a step that it does not have"),
    Rule("departure-without-reason", form_rules.departures_without_reason,
         "a step departs from the document, and no deviation says why"),
    Rule("dates-out-of-order", form_rules.dates_out_of_order,
         "the SOP was revised, or took effect, before it was made", (), PERMENPAN),
    Rule("number-twice", form_rules.numbers_used_twice, "two SOPs have one Nomor", (), PERMENPAN),
    Rule("noun-for-act", form_rules.nouns_for_acts, "an activity begins with no active verb", (), PERMENPAN),
    Rule("two-acts", form_rules.two_acts, "an activity is two", (), PERMENPAN),
    Rule("performer-in-activity", form_rules.performers_in_activities,
         "an activity names a performer", (), PERMENPAN),
    Rule("first-column", form_rules.first_columns, "the first column is not that of who begins", (), PERMENPAN),
    Rule("column-order", form_rules.columns_out_of_order, "the columns don't follow the activities", (), PERMENPAN),
    Rule("column-without-step", form_rules.columns_without_step, "a performer performs no step", (), PERMENPAN),
    Rule("performer-twice", form_rules.performers_spelled_twice,
         "two performers are probably one, in this SOP or in two"),
    Rule("warning-without-condition", form_rules.warnings_without_condition,
         "Peringatan is neither if-then nor a deadline", (), PERMENPAN),
    Rule("empty-field", form_rules.empty_fields, "a field of the identity block is empty", (), PERMENPAN),
    Rule("sheet-too-large", form_rules.sheets_too_large, "more steps or columns than a reader can survey"),
)  # fmt: skip
