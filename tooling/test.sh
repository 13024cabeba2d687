#!/bin/bash
# All checks and all tests, layer by layer, each with its time; a failing layer does not hide the others.
cd "$(dirname "$0")/.." || exit 2
unset PYTHONDONTWRITEBYTECODE
export PATH="$PWD/.venv/bin:$PATH"
began=$SECONDS
names=() times=() states=()
layer() {
  local name=$1 begun=$SECONDS state=passed; shift
  printf '\n=== %s\n' "$name"
  "$@" || state=FAILED
  names+=("$name"); times+=($((SECONDS - begun))); states+=("$state")
}
# One lab for all layers that need hosts; what a killed run left of an older one is taken away first.
python -m tests.lab status >/dev/null 2>&1 && lab_was_up=yes
finish() {
  [ -n "${lab_was_up:-}" ] || python -m tests.lab down >/dev/null 2>&1
}
trap finish EXIT
layer "check (linters, types)" bash tooling/check.sh
layer "pure and room tests" pytest -q -m "not lab and not scenario and not browser"
[ -n "${lab_was_up:-}" ] || { python -m tests.lab down && python -m tests.lab up; } || true
layer "lab tests (real hosts)" pytest -q -m "lab and not scenario and not browser"
layer "scenario tests (whole SOPs on a real Airflow)" pytest -q -m "scenario and not browser"
layer "browser tests (headless Chromium)" pytest -q -m browser
printf '\n=== how long each layer took, %d s in all\n' $((SECONDS - began))
result=0
for index in "${!names[@]}"; do
  printf '%6d s  %-7s %s\n' "${times[$index]}" "${states[$index]}" "${names[$index]}"
  [ "${states[$index]}" = passed ] || result=1
done
exit $result
