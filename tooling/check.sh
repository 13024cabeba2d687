#!/bin/bash
# Linters and types, all of them, so that one run shows everything; fails if any failed.
cd "$(dirname "$0")/.." || exit 2
export PATH="$PWD/.venv/bin:$PATH" AIRFLOW_HOME="${TMPDIR:-/tmp}/laksana-check-$$" ANSIBLE_HOME="${TMPDIR:-/tmp}/laksana-check-$$/ansible"
trap 'rm -rf "$AIRFLOW_HOME"' EXIT
failed=()
run() {
  local name=$1; shift
  if "$@"; then printf 'check: %s is clean\n' "$name"; else failed+=("$name"); fi
}
run "ruff" ruff check -q .
run "ruff format" ruff format -q --check .
run "mypy" mypy
run "yamllint" yamllint --strict .
run "ansible-lint" bash -c 'cd playbooks && ansible-lint --offline -q -c ../.ansible-lint'
# Without errors only the total line is shown: the warnings are the office's, and stand in docs/lint.md.
run "spec lint" bash -c 'said=$(laksana spec lint) || { echo "$said"; exit 1; }; echo "${said##*$'"'\n'"'}"'
run "lock files" python tooling/check_locks.py
python tooling/longest.py
[ ${#failed[@]} -eq 0 ] || { printf 'check: failed: %s\n' "${failed[*]}" >&2; exit 1; }
