"""Events become changes and failures in words."""

import sys
from pathlib import Path
from typing import Any

import pytest

from laksana.provisioning.events import LONGEST_TEXT, EventReader
from laksana.provisioning.invocation import Invocation
from laksana.provisioning.runner import AnsibleRunner
from laksana.provisioning.workspace import make_workspace

TOLERATED = """
- hosts: sini, mati
  gather_facts: false
  tasks:
    - name: tolerated while nobody answers
      ansible.builtin.ping:
      ignore_unreachable: true
    - name: ignored item
      ansible.builtin.fail: {msg: "item {{ item }}"}
      loop: [a, b]
      ignore_errors: true
      when: inventory_hostname == 'sini'
    - when: inventory_hostname == 'sini'
      block:
        - name: rescued
          ansible.builtin.fail: {msg: tried}
      rescue:
        - name: mended
          ansible.builtin.debug: {msg: mended}
    - name: items that fail
      ansible.builtin.fail: {msg: "{{ item }}"}
      loop: [c, d]
      when: inventory_hostname == 'sini'
    - name: nobody answers
      ansible.builtin.ping:
"""


def event(kind: str, *, host: str = "h1", task: str = "t", uuid: str = "u1", **data: Any) -> dict[str, Any]:
    return {
        "event": kind,
        "created": "2026-11-02T01:00:00+00:00",
        "event_data": {"host": host, "task": task, "task_uuid": uuid, **data},
    }


def changed(before: Any, after: Any, **more: Any) -> dict[str, Any]:
    return event("runner_on_ok", res={"changed": True, "diff": [{"before": before, "after": after}]}, **more)


def test_change_holds_the_lines_that_differ() -> None:
    reader = EventReader()
    reader.take(changed("a\nb\nc\n", "a\nB\nc\nd\n"))
    assert [(change.before, change.after) for change in reader.changes] == [("b\n", "B\nd\n")]


def test_changes_stand_by_task_and_host_whatever_the_order_of_the_events() -> None:
    orders = [("h1", "h2"), ("h2", "h1")]
    found = []
    for hosts in orders:
        reader = EventReader()
        for uuid in ("u2", "u1"):
            for host in hosts:
                reader.take(changed("", "x\n", host=host, task=uuid, uuid=uuid))
        found.append(reader.changes)
    assert found[0] == found[1]
    assert [(change.task, change.host) for change in found[0]] == [
        ("u2", "h1"),
        ("u2", "h2"),
        ("u1", "h1"),
        ("u1", "h2"),
    ]


def test_long_text_is_cut_and_what_was_cut_still_tells_plans_apart() -> None:
    texts = []
    for last in "ab":
        reader = EventReader()
        reader.take(changed("", "x\n" * LONGEST_TEXT + last))
        texts.append(reader.changes[0].after)
    assert texts[0] != texts[1]
    assert len(texts[0]) < LONGEST_TEXT + 200


def test_change_without_diff_says_what_was_asked_and_nothing_volatile() -> None:
    reader = EventReader()
    arguments = {"zone": "z", "record": "app", "value": ["10.0.0.1"], "key_secret": "VALUE_SPECIFIED_IN_NO_LOG"}
    result = {"changed": True, "invocation": {"module_args": arguments}, "start": "12:00", "record": {"zone": "z."}}
    reader.take(event("runner_on_ok", res=result))
    assert reader.changes[0].after == 'zone: z\nrecord: app\nvalue: ["10.0.0.1"]'


def test_censored_task_leaves_no_change() -> None:
    reader = EventReader()
    reader.take(event("runner_on_ok", res={"censored": "hidden", "changed": True}))
    assert reader.changes == ()


def test_ignored_failure_is_none_and_a_loop_fails_once() -> None:
    reader = EventReader()
    reader.take(event("runner_on_failed", res={"msg": "x"}, ignore_errors=True))
    assert reader.failures == ()
    reader.take(event("runner_item_on_failed", res={"msg": "no", "_ansible_item_label": "a"}))
    reader.take(event("runner_on_failed", res={"msg": "One or more items failed", "results": [{}]}))
    assert [(failure.task, failure.message) for failure in reader.failures] == [("t (a)", "no")]


def stats(**counts: dict[str, int]) -> dict[str, Any]:
    known = {"processed": {"h1": 1}, "changed": {}, "failures": {}, "dark": {}, "rescued": {}}
    return {"event": "playbook_on_stats", "event_data": known | counts}


def test_what_ansible_tolerated_is_no_failure_of_a_run_that_fails_later(tmp_path: Path) -> None:
    (tmp_path / "main.yml").write_text(TOLERATED)
    inventory = tmp_path / "hosts.ini"
    inventory.write_text(
        f"sini ansible_connection=local ansible_python_interpreter={sys.executable}\n"
        "mati ansible_host=127.0.0.1 ansible_port=9 ansible_ssh_common_args='-F /dev/null'\n"
    )
    workspace = make_workspace(tmp_path / "state", ticket="T", step="s", attempt=1)

    outcome = AnsibleRunner().run(
        Invocation(str(tmp_path / "main.yml"), inventory), workspace, cancelled=lambda: False
    )  # fmt: skip

    assert [(failure.host, failure.task, failure.unreachable) for failure in outcome.failures] == [
        ("sini", "items that fail (c)", False),
        ("sini", "items that fail (d)", False),
        ("mati", "nobody answers", True),
    ]
    assert outcome.status == "failed"


@pytest.mark.parametrize("kind", ["runner_on_failed", "runner_on_unreachable"])
def test_failures_stay_where_the_run_was_cut_off_before_its_sum(kind: str) -> None:
    reader = EventReader()
    for task in ("a", "b"):
        reader.take(event(kind, res={"msg": "x"}, task=task, uuid=task))
    assert [failure.task for failure in reader.failures] == ["a", "b"]


def test_host_that_was_tolerated_once_and_gone_later_is_unreachable_once() -> None:
    reader = EventReader()
    for task in ("tolerated", "gone"):
        reader.take(event("runner_on_unreachable", res={"msg": "x"}, task=task, uuid=task))
    reader.take(event("runner_on_failed", res={"msg": "x"}, host="h2", task="rescued"))
    reader.take(stats(dark={"h1": 1}, rescued={"h2": 1}))
    assert [(failure.host, failure.task) for failure in reader.failures] == [("h1", "gone")]


def test_loop_that_fails_on_two_hosts_is_told_of_both() -> None:
    reader = EventReader()
    for host in ("h1", "h2"):
        reader.take(event("runner_item_on_failed", res={"msg": host, "_ansible_item_label": "a"}, host=host))
        reader.take(event("runner_on_failed", res={"msg": "One or more", "results": [{}]}, host=host))
    reader.take(stats(failures={"h1": 1, "h2": 1}))
    assert [failure.message for failure in reader.failures] == ["h1", "h2"]


def test_evidence_is_short_and_free_of_invocations() -> None:
    short = EventReader().take(event("runner_on_ok", res={"changed": False, "invocation": {"a": 1}, "_ansible_x": 2}))
    assert short == {
        "at": "2026-11-02T01:00:00+00:00",
        "event": "runner_on_ok",
        "host": "h1",
        "task": "t",
        "result": {"changed": False},
    }
    assert EventReader().take(event("playbook_on_task_start")) is None
