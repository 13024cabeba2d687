#!/bin/bash
# Puts everything that Laksana, its demo and its tests need on a Debian 12: system packages by apt, Python packages into
# .venv from the lock file, by hash. Says what it does; run again it changes nothing and takes a second.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  python3-venv                                     # the virtual environment
  postgresql                                       # Airflow's and Laksana's databases
  openssh-client iproute2 systemd-container mmdebstrap bind9-dnsutils curl procps util-linux # the lab's hosts
  poppler-utils libnss3-tools                      # pdfsig and certutil: an independent look at our signatures
  chromium fonts-liberation                        # the browser tests
  restic                                           # looks into backups and proves them
)
lock=requirements/development.lock
stamp=.venv/laksana-installed

say() { printf 'install: %s\n' "$*"; }
fail() { printf 'install: %s\n' "$*" >&2; exit 1; }

python=${PYTHON:-python3.11}
command -v "$python" >/dev/null || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' ||
  fail "Python 3.11 is needed, $("$python" --version 2>&1) found (set PYTHON=/path/to/python3.11)"

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  [ "$(id -u)" = 0 ] || fail "these system packages are missing and need root: ${missing[*]}"
  say "system packages: ${missing[*]}"
  # The demo runs a database of its own; the package must not start one besides.
  mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null
  apt-get install -y -q --no-install-recommends "${missing[@]}" >/dev/null
fi

wanted=$(cat "$lock" pyproject.toml tooling/install.sh | sha256sum | cut -d' ' -f1)
if [ -x .venv/bin/laksana ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
  say "everything is in place"
  exit 0
fi
say "Python packages from $lock (some minutes at the first time)"
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock"
say "Laksana itself, editable"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
say "byte code" # Airflow and Ansible start in a third of the time with it, and every task start is such a start
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -m compileall -q -j 2 .venv/lib >/dev/null || true
echo "$wanted" > "$stamp"
say "done"
