"""A real Ansible on this machine: what it gets, what it leaves behind, and that it ends with who started it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laksana.errors import ProvisioningError
from laksana.provisioning.invocation import Invocation
from laksana.provisioning.runner import AnsibleRunner
from laksana.provisioning.workspace import make_workspace
from laksana.records import PlaybookOutcome

MARKER = "rahasia-dari-lingkungan-4711"
SECRET = "rahasia-dari-isian-0815"  # noqa: S105  # planted to be looked for
NAP = f"30.{os.getpid()}"  # a sleep that nobody else sleeps
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"

DRIVER = """
import json, sys
from pathlib import Path
from laksana.provisioning.invocation import Invocation
from laksana.provisioning.runner import AnsibleRunner
playbook, inventory, workspace = sys.argv[1:]
outcome = AnsibleRunner().run(Invocation(playbook, Path(inventory)), Path(workspace), cancelled=lambda: False)
print(json.dumps(outcome.to_json()))
"""


class Site:
    """A folder with playbooks and an inventory of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inventory = folder / "hosts.ini"
        self.inventory.write_text(f"sini ansible_connection=local ansible_python_interpreter={sys.executable}\n")

    def playbook(self, tasks: str, name: str = "main") -> str:
        path = self.folder / f"{name}.yml"
        path.write_text(f"- hosts: all\n  gather_facts: false\n  tasks:\n{tasks}")
        return str(path)

    def workspace(self) -> Path:
        return make_workspace(self.folder / "state", ticket="T", step="s", attempt=1)

    def run(
        self,
        playbook: str,
        variables: dict[str, Any] | None = None,
        *,
        cancelled: Callable[[], bool] = lambda: False,
        **how: Any,
    ) -> PlaybookOutcome:
        invocation = Invocation(playbook, self.inventory, variables or {}, **({"timeout": 60} | how))
        return AnsibleRunner().run(invocation, self.workspace(), cancelled=cancelled)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def evidence_of(outcome: PlaybookOutcome) -> dict[str, str]:
    return {path.name: path.read_text() for path in Path(outcome.evidence).rglob("*") if path.is_file()}


def alive(folder: Path) -> list[str]:
    """Return the processes of a run: their command line or working folder names the folder, or they are its sleep."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and int(process.name) != os.getpid():
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state = (process / "stat").read_text().rpartition(")")[2].split()[0]
                cwd = str((process / "cwd").readlink())
            except OSError:
                continue
            if state != "Z" and (str(folder) in f"{command} {cwd}" or f"sleep {NAP}" in command):
                found.append(f"{process.name} {command}")
    return found


def is_asleep(folder: Path) -> bool:
    return any(command.split(" ", 1)[1].startswith(f"sleep {NAP}") for command in alive(folder))


def gone_within(seconds: float, folder: Path) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not alive(folder):
            return True
        time.sleep(0.05)
    return False


def test_text_of_a_request_is_never_evaluated(site: Site, tmp_path: Path) -> None:
    proof, written = tmp_path / "proof", tmp_path / "written"
    nasty = f"{{{{ 7*7 }}}} {{{{ lookup('pipe', 'touch {proof}') }}}} {{% if 1 %}}x{{% endif %}} {{# c #}}"
    playbook = site.playbook(f"""
    - ansible.builtin.copy:
        content: "{{{{ text }}}}|{{{{ deep.a[0] }}}}|{{{{ label }}}}"
        dest: "{written}"
        mode: "0600"
""")
    outcome = site.run(playbook, {"text": nasty, "deep": {"a": [nasty]}, "label": "007"})
    assert outcome.ok
    assert written.read_text() == f"{nasty}|{nasty}|007"
    assert not proof.exists()


def test_plan_and_apply_tell_the_same_changes_and_leave_no_secret(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", MARKER)
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD", MARKER)
    target = tmp_path / "target"
    target.write_text("satu\ndua\n")
    playbook = site.playbook(f"""
    - name: Line is there
      ansible.builtin.lineinfile: {{path: "{target}", line: "{{{{ line }}}}"}}
    - name: Password is set
      ansible.builtin.copy: {{content: "{{{{ password }}}}", dest: "{tmp_path}/password", mode: "0600"}}
      no_log: true
    - name: Environment is seen
      ansible.builtin.command: {{cmd: env}}
      changed_when: false
""")
    variables = {"line": "tiga", "password": SECRET}
    plan = site.run(playbook, variables, check=True)
    assert (plan.status, plan.check_mode, plan.changed) == ("ok", True, 2)
    assert target.read_text() == "satu\ndua\n"

    done = site.run(playbook, variables)
    assert (done.status, done.check_mode, done.changed) == ("ok", False, 2)
    assert target.read_text() == "satu\ndua\ntiga\n"
    assert done.digest() == plan.digest()
    assert [(change.task, change.before, change.after) for change in done.changes] == [("Line is there", "", "tiga\n")]

    kept = evidence_of(done)
    assert sorted(kept) == ["command.json", "events.jsonl", "outcome.json", "output.txt"]
    assert not [name for name, text in (kept | evidence_of(plan)).items() if MARKER in text or SECRET in text]
    assert "PATH=" in kept["events.jsonl"]  # the environment really was printed
    assert all(json.loads(line)["event"] for line in kept["events.jsonl"].splitlines())
    assert "env" not in json.loads(kept["command.json"])
    assert {path.stat().st_mode & 0o077 for path in Path(done.evidence).iterdir()} == {0}


def test_failed_task_is_an_outcome_in_words_with_the_raw_message_in_evidence(site: Site) -> None:
    playbook = site.playbook("""
    - name: Nginx accepts its files
      ansible.builtin.shell: |
        echo 'nginx: [emerg] unknown directive "x" in /etc/nginx/a.conf:1' >&2; exit 1
""")
    outcome = site.run(playbook)
    assert outcome.status == "failed"
    assert [(item.host, item.task, item.message) for item in outcome.failures] == [
        (
            "sini",
            "Nginx accepts its files",
            'konfigurasi nginx ditolak (nginx -t): unknown directive "x" in /etc/nginx/a.conf:1',
        )
    ]
    assert "[emerg]" in evidence_of(outcome)["events.jsonl"]


def test_rescued_and_ignored_failures_are_none(site: Site) -> None:
    playbook = site.playbook("""
    - block:
        - ansible.builtin.command: /bin/false
      rescue:
        - ansible.builtin.debug: {msg: saved}
    - ansible.builtin.command: /bin/false
      ignore_errors: true
""")
    outcome = site.run(playbook)
    assert (outcome.status, outcome.failures) == ("ok", ())


def test_host_that_does_not_answer_is_unreachable_with_its_address(site: Site) -> None:
    site.inventory.write_text("jauh ansible_host=127.0.0.1 ansible_port=9 ansible_ssh_common_args='-F /dev/null'\n")
    outcome = site.run(site.playbook("    - ansible.builtin.ping:\n"))
    assert outcome.status == "unreachable"
    assert outcome.failures[0].unreachable
    assert "127.0.0.1 port 9" in outcome.failures[0].message


@pytest.mark.parametrize(
    ("playbook", "limit", "words"),
    [
        ("- hosts: nobody\n  tasks: []\n", None, "tidak ada host"),
        ("- hosts: all\n  tasks: []\n", "nobody", "tidak ada host"),
        ("- hosts: all\n  tsks: []\n", None, "'tsks' is not a valid attribute"),
        (None, None, "tidak ada"),
    ],
)
def test_run_that_does_nothing_is_a_failure_in_words(
    site: Site, playbook: str | None, limit: str | None, words: str
) -> None:
    path = site.folder / "main.yml"
    if playbook is not None:
        path.write_text(playbook)
    outcome = site.run(str(path), limit=limit)
    assert outcome.status == "failed"
    assert words in outcome.failures[0].message


SLEEPING = f"    - ansible.builtin.command: sleep {NAP}\n"


def test_run_is_stopped_in_time_with_all_its_processes(site: Site) -> None:
    outcome = site.run(site.playbook(SLEEPING), timeout=3)
    assert outcome.status == "timeout"
    assert outcome.failures[-1].message == "dihentikan: playbook belum selesai dalam 3 detik"
    assert outcome.seconds < 6
    assert alive(site.folder) == []


def test_run_is_stopped_on_request_with_all_its_processes(site: Site) -> None:
    began = time.monotonic()
    outcome = site.run(site.playbook(SLEEPING), cancelled=lambda: time.monotonic() - began > 2)
    assert outcome.status == "cancelled"
    assert outcome.seconds < 5
    assert alive(site.folder) == []


class InterruptedTask(BaseException):
    """What a workflow engine throws into a running task."""


# ansible-runner's own files are left to the garbage collector when an exception passes through it
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupted_caller_leaves_no_playbook_behind(site: Site) -> None:
    def interrupt(*_: object) -> None:
        raise InterruptedTask

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 2.5)
    try:
        with pytest.raises(InterruptedTask):
            site.run(site.playbook(SLEEPING))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert gone_within(1, site.folder)


def test_signal_handlers_of_the_caller_stay_as_they_are(site: Site) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    seen = []
    site.run(
        site.playbook("    - ansible.builtin.command: sleep 1\n"),
        cancelled=lambda: bool(seen.append((signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)))),
    )
    assert seen
    assert set(seen) == {before}


def test_killed_caller_takes_the_playbook_and_its_secrets_along(site: Site) -> None:
    workspace = site.workspace()
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, site.playbook(SLEEPING), str(site.inventory), str(workspace)],
        env={**os.environ, "PYTHONPATH": str(PLUGINS)},
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 20
    while not is_asleep(workspace) and time.monotonic() < until:
        time.sleep(0.1)
    assert is_asleep(workspace)
    assert (workspace / "env" / "extravars").exists()

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert gone_within(3, workspace), alive(workspace)
    assert not (workspace / "env" / "extravars").exists()


def test_ansible_is_found_beside_python_whatever_the_path_says(site: Site) -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            DRIVER,
            site.playbook("    - ansible.builtin.ping:\n"),
            site.inventory,
            site.workspace(),
        ],
        env={"PYTHONPATH": str(PLUGINS), "PATH": "/nowhere", "HOME": str(Path.home())},
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(run.stdout)["status"] == "ok"


def test_setting_that_is_none_of_ansible_is_refused() -> None:
    with pytest.raises(ProvisioningError, match=r"only ANSIBLE_\* reach Ansible"):
        AnsibleRunner(ansible_settings={"LD_PRELOAD": "x"})


def test_used_folder_is_refused(site: Site) -> None:
    workspace = site.workspace()
    (workspace / "env").mkdir()
    with pytest.raises(ProvisioningError, match="used before"):
        AnsibleRunner().run(Invocation("x.yml", site.inventory), workspace, cancelled=lambda: False)
