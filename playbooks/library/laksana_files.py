#!/usr/bin/python
"""Ansible module: a set of files that belong together, written, checked and taken back in one task."""

from __future__ import annotations

DOCUMENTATION = r"""
module: laksana_files
short_description: Files that belong together, written, checked and taken back in one task
description:
  - Writes all files, runs the checks, and puts every file back as it was where a check refuses them.
  - Keeps what was there before in a folder of its own, so that C(absent) restores exactly that.
options:
  files:
    description:
      - The files. Each has C(path) and C(content), and may have C(mode), C(owner), C(group) and C(folder_mode).
    type: list
    elements: dict
    required: true
  keep:
    description: Folder, readable by root alone, with what was there before.
    type: path
    required: true
  checks:
    description: Commands, each as a list of words, that must end with status 0 once the files are written.
    type: list
    elements: list
    default: []
  state:
    description: Whether the files are there.
    type: str
    choices: [present, absent]
    default: present
author:
  - Laksana
"""

EXAMPLES = r"""
- name: The daemon has its configuration
  laksana_files:
    keep: /var/lib/laksana/kept/daemon
    files:
      - {path: /etc/daemon.conf, content: "answer = 42\n"}
    checks: [[daemon, --check]]
"""

RETURN = r"""
paths:
  description: Files that were changed.
  type: list
  returned: always
"""

import grp
import json
import os
import pwd
import shutil
import tempfile

from ansible.module_utils.basic import AnsibleModule

FILE_KEYS = {"path", "content", "mode", "owner", "group", "folder_mode"}


def main():
    """Write the files, or take them back."""
    module = AnsibleModule(
        argument_spec={
            "files": {"type": "list", "elements": "dict", "required": True},
            "keep": {"type": "path", "required": True},
            "checks": {"type": "list", "elements": "list", "default": []},
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        },
        supports_check_mode=True,
    )
    files = [_complete(module, entry) for entry in module.params["files"]]
    work = _write if module.params["state"] == "present" else _take_back
    changed, diffs = work(module, files)
    module.exit_json(changed=bool(changed), paths=changed, diff=diffs)


def _complete(module, entry):
    unknown = sorted(set(entry) - FILE_KEYS)
    if unknown or not str(entry.get("path", "")).startswith("/"):
        allowed = ", ".join(sorted(FILE_KEYS))
        module.fail_json(msg="file {!r}: path must be absolute, allowed keys are {}".format(entry.get("path"), allowed))
    return {
        "path": entry["path"],
        "content": str(entry.get("content", "")),
        "mode": int(str(entry.get("mode", "0644")), 8),
        "owner": entry.get("owner", "root"),
        "group": entry.get("group", "root"),
        "folder_mode": int(str(entry.get("folder_mode", "0755")), 8),
    }


def _write(module, files):
    wrong = [entry for entry in files if _differs(entry)]
    diffs = [_diff(entry["path"], _read(entry["path"]), entry["content"], entry["mode"]) for entry in wrong]
    if module.check_mode or not wrong:
        return [entry["path"] for entry in wrong], diffs
    folder = module.params["keep"]
    before = {entry["path"]: _snapshot(entry["path"]) for entry in wrong}
    new = []
    try:
        for entry in wrong:
            if _keep(folder, entry["path"]):
                new.append(entry["path"])
            _put(entry)
        _run_checks(module)
    except (RefusedError, OSError) as refused:
        for path, snapshot in before.items():
            _restore(path, snapshot)
        for path in new:
            _forget(folder, path)
        _remove_if_empty(folder)
        module.fail_json(msg=f"put back as it was: {refused}")
    return [entry["path"] for entry in wrong], diffs


def _take_back(module, files):
    folder = module.params["keep"]
    kept = [entry["path"] for entry in files if os.path.exists(_note_of(folder, entry["path"]))]
    diffs = []
    for path in kept:
        with open(_note_of(folder, path)) as note:
            existed = json.load(note)["existed"]
        diffs.append(_diff(path, _read(path), _read(_copy_of(folder, path)) if existed else None, None))
    if module.check_mode or not kept:
        return kept, diffs
    for path in kept:
        copy = _copy_of(folder, path)
        if os.path.exists(copy):
            shutil.copy2(copy, path)
            status = os.stat(copy)
            os.chown(path, status.st_uid, status.st_gid)
            os.unlink(copy)
        elif os.path.exists(path):
            os.unlink(path)
        _forget(folder, path)
    _remove_if_empty(folder)
    return kept, diffs


class RefusedError(Exception):
    """A check does not accept the files, or they can't be written."""


def _run_checks(module):
    for command in module.params["checks"]:
        status, out, err = module.run_command([str(word) for word in command])
        if status != 0:
            said = (err.strip() or out.strip() or "it said nothing").splitlines()[-1]
            raise RefusedError(f"{' '.join(map(str, command))}: {said}")


def _differs(entry):
    path = entry["path"]
    if not os.path.isfile(path) or os.path.islink(path):
        return True
    status = os.stat(path)
    same_owner = (status.st_uid, status.st_gid) == _owner(entry)
    return not same_owner or status.st_mode & 0o7777 != entry["mode"] or _read(path) != entry["content"]


def _owner(entry):
    try:
        return pwd.getpwnam(entry["owner"]).pw_uid, grp.getgrnam(entry["group"]).gr_gid
    except KeyError:
        return -1, -1  # an account that check mode has not made


def _put(entry):
    folder = os.path.dirname(entry["path"])
    uid, gid = _owner(entry)
    if uid < 0:
        raise RefusedError(f"{entry['path']}: no account {entry['owner']}:{entry['group']}")
    if not os.path.isdir(folder):
        os.makedirs(folder, entry["folder_mode"])
        os.chown(folder, uid, gid)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".laksana-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(entry["content"])
    os.chown(name, uid, gid)
    os.chmod(name, entry["mode"])
    os.replace(name, entry["path"])


def _keep(folder, path):
    """Keep what was there before the first time that we wrote the file, and tell whether this is that time."""
    note = _note_of(folder, path)
    if os.path.exists(note):
        return False
    os.makedirs(folder, 0o700, exist_ok=True)
    existed = os.path.isfile(path)
    if existed:
        shutil.copy2(path, _copy_of(folder, path))
        status = os.stat(path)
        os.chown(_copy_of(folder, path), status.st_uid, status.st_gid)
    with open(note + ".new", "w") as file:
        json.dump({"path": path, "existed": existed, "folders": _missing_folders(path)}, file)
    os.replace(note + ".new", note)
    return True


def _missing_folders(path):
    """Name the folders above a file that are not there yet, the innermost first."""
    missing = []
    folder = os.path.dirname(path)
    while not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    return missing


def _forget(folder, path):
    """Remove what was kept for a file, and the folders that were made for it where nothing else is in them."""
    with open(_note_of(folder, path)) as note:
        made = json.load(note).get("folders", [])
    for name in (_note_of(folder, path), _copy_of(folder, path)):
        if os.path.exists(name):
            os.unlink(name)
    for made_folder in made:
        _remove_if_empty(made_folder)


def _remove_if_empty(folder):
    if os.path.isdir(folder) and not os.listdir(folder):
        os.rmdir(folder)


def _snapshot(path):
    if not os.path.isfile(path):
        return None
    status = os.stat(path)
    with open(path, "rb") as file:
        return file.read(), status.st_mode & 0o7777, status.st_uid, status.st_gid


def _restore(path, snapshot):
    if snapshot is None:
        if os.path.exists(path):
            os.unlink(path)
        return
    content, mode, uid, gid = snapshot
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)
    os.chown(path, uid, gid)


def _read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return None


def _diff(path, before, after, mode):
    after_header = f"{path} ({f'mode {mode:04o}' if mode is not None else 'as before'})"
    return {"before_header": path, "after_header": after_header, "before": before or "", "after": after or ""}


def _name_of(path):
    return path.strip("/").replace("/", "__")


def _note_of(folder, path):
    return os.path.join(folder, _name_of(path) + ".json")


def _copy_of(folder, path):
    return os.path.join(folder, _name_of(path))


if __name__ == "__main__":
    main()
