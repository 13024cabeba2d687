"""Runs on the machine that is asked, not here: counts use and looks at units; prints one line of JSON.

Plain Python of any version since 3.7, for it goes to servers as they are.
"""

import http.client
import json
import os
import subprocess
import sys
import urllib.request


def said(*command):
    """Return what a command prints, empty where it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def disk_percent():
    """Return the use of the fullest file system on a disk."""
    found = [0.0]
    for line in said("findmnt", "-n", "-l", "--real", "-t", "ext4,xfs,btrfs", "-o", "TARGET").splitlines():
        if os.path.isdir(line) and not line.startswith("/run/"):
            state = os.statvfs(line)
            used = state.f_blocks - state.f_bfree
            room = used + state.f_bavail
            found.append(100.0 * used / room if room else 0.0)
    return round(max(found), 1)


def memory_percent():
    """Return the memory that is really in use."""
    with open("/proc/meminfo") as file:
        rows = dict(line.split(":", 1) for line in file)
    total, free = (int(rows[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    return round(100.0 * (total - free) / total, 1)


def uptime_seconds():
    """Return how long the machine has been up."""
    with open("/proc/uptime") as file:
        return int(float(file.read().split()[0]))


def account(asked):
    """Return quota, pool, site and database of a hosting account."""
    used = said("btrfs", "qgroup", "show", "-reF", "--raw", asked["home"]).splitlines()
    row = next((line.split() for line in used if line.startswith("0/")), ["", "0", "0", "none"])
    limit = int(row[3]) if row[3].isdigit() else 0
    request = urllib.request.Request("http://127.0.0.1/.laksana-ping", headers={"Host": asked["site"]})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            pong = answer.read(16) == b"pong"
    except (OSError, http.client.HTTPException):
        pong = False
    pool = os.path.exists("/run/php/laksana-%s.sock" % asked["user"]) and said("pgrep", "php-fpm") != ""
    percent = round(100.0 * int(row[1]) / limit, 1) if limit else None
    served = pong and site(asked["site"])
    return {"quota_percent": percent, "pool": pool, "site": served, "database": database(asked["user"])}


def database(user):
    """Tell whether an account's database can be used, nothing where the register gives it none."""
    try:
        with open("/var/lib/laksana/hosting/" + user) as file:
            has_one = "database: mariadb\n" in file.readlines()
    except OSError:
        has_one = False
    look = ("mariadb", "--skip-column-names", "--execute", "SELECT 1", "--database=" + user)
    return said(*look).strip() == "1" if has_one else None


def site(name):
    """Tell whether the web server has a site of a name: without one it shows another's page, with a friendly status."""
    lines = [line.strip() for line in said("nginx", "-T").splitlines()]
    return any(name in line.rstrip(";").split() for line in lines if line.startswith("server_name"))


question = json.loads(sys.argv[1])
if "site" in question:
    print(json.dumps({"site": site(question["site"])}))
elif "account" in question:
    print(json.dumps({"account": account(question["account"])}))
else:
    failed = [line.split()[0] for line in said("systemctl", "--failed", "--plain", "--no-legend").splitlines() if line]
    print(json.dumps({
        "disk_percent": disk_percent(), "memory_percent": memory_percent(), "vcpu": os.cpu_count(),
        "load": os.getloadavg()[0], "uptime_seconds": uptime_seconds(), "units_failed": failed,
        "units": {unit: (said("systemctl", "is-active", unit).strip() or "inactive") for unit in question["units"]},
    }))  # fmt: skip
