#!/bin/bash
# All checks and all tests, layer by layer, each with its time; a failing layer does not hide the others.
# Layers that are begun together run side by side: the lab's servers, its other hosts, and what needs no host.
cd "$(dirname "$0")/.." || exit 2
unset PYTHONDONTWRITEBYTECODE
export PATH="$PWD/.venv/bin:$PATH"
kept=$(mktemp -d)
began=$SECONDS
python -m tests.lab status >"$kept/status" 2>&1 && lab_was_up=yes
finish() {
  [ -n "${lab_was_up:-}" ] || python -m tests.lab down >/dev/null 2>&1
  rm -rf "$kept"
}
trap finish EXIT

timed() {
  local name=$1 begun=$SECONDS state=passed; shift
  "$@" || state=FAILED
  printf '%6d s  %-7s %s\n' $((SECONDS - begun)) "$state" "$name" >>"$kept/times"
}
layer() {
  printf '\n=== %s\n' "$1"
  timed "$@"
}
aside() { # begins a layer beside others; `joined` waits for them and shows what they said
  timed "$@" >"$kept/$1.said" 2>&1 &
  beside+=("$1")
  printf '\n=== %s: begun\n' "$1"
}
joined() {
  wait
  for name in "${beside[@]}"; do printf '\n=== %s\n' "$name"; cat "$kept/$name.said"; done
  beside=()
}

on_lab="lab and not scenario and not browser"
servers=(tests/playbooks/test_vps_*.py tests/playbooks/test_hypervisor_capacity.py)
# One lab for all layers; hosts that a killed run left are taken away first.
[ -n "${lab_was_up:-}" ] || { python -m tests.lab down && python -m tests.lab up; } || true
layer "check (linters, types)" bash tooling/check.sh
layer "lab tests: the lab itself" pytest -q -m "$on_lab" tests/lab
aside "pure and room tests" pytest -q -m "not lab and not scenario and not browser"
aside "lab tests: servers" pytest -q -m "$on_lab" "${servers[@]}"
aside "lab tests: other hosts" pytest -q -m "$on_lab" --ignore=tests/lab "${servers[@]/#/--ignore=}"
joined
layer "scenario tests (whole SOPs on a real Airflow)" pytest -q -m "scenario and not browser"
layer "browser tests (headless Chromium)" pytest -q -m browser
printf '\n=== how long each layer took, %d s in all\n' $((SECONDS - began))
cat "$kept/times"
! grep -q FAILED "$kept/times"
