#!/usr/bin/python
"""Ansible module: several systemd units enabled and running in one task, and as they were before when taken back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: laksana_units
short_description: Several systemd units enabled and running in one task
description:
  - Enables and starts units, reloads or restarts those whose files were changed.
  - Keeps how they were before, so that C(absent) brings exactly that back.
options:
  units:
    description: Names of the units.
    type: list
    elements: str
    required: true
  reload:
    description: Units to reload, because their files were changed.
    type: list
    elements: str
    default: []
  restart:
    description: Units to restart, because their files were changed.
    type: list
    elements: str
    default: []
  reads:
    description:
      - Unit to the text of the files that it reads. One whose text is not the one that it took up last is reloaded;
        this also makes good a run that was cut off before the reload.
    type: dict
    default: {}
  proofs:
    description:
      - Unit to a command, as a list of words, that ends with status 0 as long as what the unit does is there. Where it
        does not, the unit is reloaded.
    type: dict
    default: {}
  keep:
    description: File, readable by root alone, with how the units were before; needed where there are I(units).
    type: path
  state:
    description: Whether the units are enabled and running.
    type: str
    choices: [present, absent]
    default: present
author:
  - Laksana
"""

EXAMPLES = r"""
- name: Firewall and clock run
  laksana_units:
    units: [nftables.service, systemd-timesyncd.service]
    keep: /var/lib/laksana/kept/units.json
"""

RETURN = r"""
done:
  description: What was done, e.g. C(enable nftables.service).
  type: list
  returned: always
"""

import hashlib
import json
import os

from ansible.module_utils.basic import AnsibleModule


def main():
    """Have the units as they shall be, or as they were."""
    module = AnsibleModule(
        argument_spec={
            "units": {"type": "list", "elements": "str", "required": True},
            "reload": {"type": "list", "elements": "str", "default": []},
            "restart": {"type": "list", "elements": "str", "default": []},
            "reads": {"type": "dict", "default": {}},
            "proofs": {"type": "dict", "default": {}},
            "keep": {"type": "path"},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    kept = _read_kept(module.params["keep"])
    steps = _to_have(module, kept) if module.params["state"] == "present" else _to_take_back(module, kept)
    if not module.check_mode:
        _carry_out(module, kept, steps)
    done = ["{} {}".format(*step) for step in steps]
    module.exit_json(changed=bool(done), done=done, diff={"before": "", "after": "".join(line + "\n" for line in done)})


def _carry_out(module, kept, steps):
    path = module.params["keep"]
    if module.params["state"] == "present" and path and kept is None:
        kept = {"before": {unit: _state(module, unit) for unit in module.params["units"]}, "read": {}}
        _write_kept(path, kept)
    # One call a verb: systemd reads all its files anew after each enabling, which takes seconds on a slow processor.
    for verb in dict.fromkeys(verb for verb, _ in steps):
        _systemctl(module, verb, [unit for wanted, unit in steps if wanted == verb])
    if module.params["state"] == "absent" and kept is not None:
        os.unlink(path)
    elif path and kept is not None and kept["read"] != _digests(module):
        _write_kept(path, dict(kept, read=_digests(module)))


def _to_have(module, kept):
    read = kept["read"] if kept else {}
    changed = [("reload", unit) for unit in module.params["reload"]]
    changed += [("reload", unit) for unit, digest in _digests(module).items() if read.get(unit) != digest]
    changed += [
        ("reload", unit)
        for unit, command in module.params["proofs"].items()
        if ("reload", unit) not in changed and not _succeeds(module, command)
    ]
    changed += [("restart", unit) for unit in module.params["restart"]]
    enabling, starting = [], []
    for unit in module.params["units"]:
        enabled, active = _state(module, unit)
        if not enabled:
            enabling.append(("enable", unit))
        if not active:
            starting.append(("start", unit))
            changed = [step for step in changed if step[1] != unit]
    return enabling + starting + changed


def _to_take_back(module, kept):
    if kept is None:
        return []
    steps = [("reload", unit) for unit in module.params["reload"]]
    steps += [("restart", unit) for unit in module.params["restart"]]
    for unit in reversed(module.params["units"]):
        was_enabled, was_active = kept["before"].get(unit, (True, True))
        enabled, active = _state(module, unit)
        if enabled and not was_enabled:
            steps.append(("disable", unit))
        if active and not was_active:
            steps.append(("stop", unit))
            steps = [step for step in steps if step not in {("reload", unit), ("restart", unit)}]
    return steps


def _read_kept(path):
    if not path or not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def _write_kept(path, kept):
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    with open(path + ".new", "w") as file:
        json.dump(kept, file)
    os.replace(path + ".new", path)


def _digests(module):
    return {unit: hashlib.sha256(str(text).encode()).hexdigest() for unit, text in module.params["reads"].items()}


def _state(module, unit):
    enabled, _, _ = module.run_command(["systemctl", "is-enabled", "--quiet", unit])
    active, _, _ = module.run_command(["systemctl", "is-active", "--quiet", unit])
    return enabled == 0, active == 0 or _is_out_of_place(module, unit)


def _is_out_of_place(module, unit):
    """Tell whether systemd found the unit not meant for this system when it tried it, as clocks in containers."""
    _, out, _ = module.run_command(
        ["systemctl", "show", "--property=ConditionResult,ConditionTimestampMonotonic", unit]
    )
    seen = dict(line.partition("=")[::2] for line in out.splitlines())
    return seen.get("ConditionResult") == "no" and seen.get("ConditionTimestampMonotonic", "0") != "0"


def _succeeds(module, command):
    status, _, _ = module.run_command([str(word) for word in command])
    return status == 0


def _systemctl(module, verb, units):
    status, out, err = module.run_command(["systemctl", verb, *units])
    if status != 0:
        said = (err.strip() or out.strip() or "it said nothing").splitlines()[-1]
        module.fail_json(msg="systemctl {} {}: {}".format(verb, " ".join(units), said))


if __name__ == "__main__":
    main()
