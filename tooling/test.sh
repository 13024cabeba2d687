#!/bin/bash
# All checks and all tests, layer by layer, each with its time; the first failing layer does not hide the others.
cd "$(dirname "$0")/.." || exit 2
unset PYTHONDONTWRITEBYTECODE
export PATH="$PWD/.venv/bin:$PATH"
names=() times=() states=()
layer() {
  local name=$1 begun=$SECONDS state=passed; shift
  printf '\n=== %s\n' "$name"
  "$@" || state=FAILED
  names+=("$name"); times+=($((SECONDS - begun))); states+=("$state")
}
layer "check (linters, types)" bash tooling/check.sh
layer "pure and room tests" pytest -q -m "not lab and not scenario and not browser"
layer "lab tests (real hosts)" pytest -q -m "lab and not scenario and not browser"
layer "scenario tests (whole SOPs on a real Airflow)" pytest -q -m "scenario and not browser"
layer "browser tests (headless Chromium)" pytest -q -m browser
printf '\n=== how long each layer took\n'
result=0
for index in "${!names[@]}"; do
  printf '%6d s  %-7s %s\n' "${times[$index]}" "${states[$index]}" "${names[$index]}"
  [ "${states[$index]}" = passed ] || result=1
done
exit $result
