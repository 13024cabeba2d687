"""Where the lab keeps its things on this machine.

Images outlive the lab and are shared by every checkout; all else lives on one tmpfs that ``down`` unmounts. This
module owns names only and touches no file.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
"""This package: host folders, package list."""
DEFINITIONS = PACKAGE / "hosts"
"""One folder a host."""
EVERY_HOST = PACKAGE / "every_host" / "root"
"""Files that each host gets before its own."""

IMAGES = Path("/var/lib/laksana/lab")
"""Base images, kept between runs."""
LOCK = IMAGES / "lock"
"""Held by whoever changes the lab; outside the tmpfs, because ``down`` unmounts that."""

LAB = Path("/run/laksana-lab")
"""The tmpfs with everything of a running lab."""
RUNNING = LAB / "hosts"
"""One folder a host that is laid out: overlay layers, mount point, console, process id."""
BEFORE = LAB / "before"
"""What the machine looked like before ``up``, to be restored by ``down``."""

TLS = LAB / "tls"
"""The lab's certificate authority, made anew for each lab."""
CA = TLS / "ca.crt"
CA_KEY = TLS / "ca.key"
MINISTRY = LAB / "pdn"
"""What the ministry hands over: the initial password of its server."""
INITIAL_PASSWORD = MINISTRY / "initial.password"
SSH = LAB / "ssh"
SSH_KEY = SSH / "id_ed25519"
KNOWN_HOSTS = SSH / "known_hosts"
SSH_USER = "laksana"
S3 = LAB / "s3"
"""What opens the object store: access key and secret key, a file each."""
S3_ACCESS_KEY = S3 / "access.key"
S3_SECRET_KEY = S3 / "secret.key"
