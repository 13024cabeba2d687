"""The lab's private network: one bridge, and for each host a network namespace with a cable to it.

Owns what ``ip`` and one sysctl change on this machine, and puts it back. No packet leaves: there is no route out, and
a guard route keeps the lab's addresses off the default route while the bridge is away.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from tests.lab import places
from tests.lab.commands import run, succeeds
from tests.lab.errors import LabError
from tests.lab.hosts import NETWORK, Host, gateway

BRIDGE = "laksana0"
# Wider than the network: libvirt refuses a network whose own prefix is in the routing table.
_GUARD = ("unreachable", "10.76.0.0/14", "metric", "4000")
_NAMESPACES = Path("/run/netns")
# With 1, bridged frames go through the FORWARD chain of whatever firewall or container engine is here.
_BRIDGE_FILTER = Path("/proc/sys/net/bridge/bridge-nf-call-iptables")
_SAVED_FILTER = "bridge-nf-call-iptables"
_TUN = "/dev/net/tun"
_MADE_NAMESPACES = "made-netns-folder"


def ensure_bridge() -> None:
    """Set up the bridge, this machine's address on it and the guard route."""
    places.BEFORE.mkdir(exist_ok=True)
    _silence_bridge_filter()
    if not _NAMESPACES.exists():
        (places.BEFORE / _MADE_NAMESPACES).touch()
    if not _exists(BRIDGE):
        run("ip", "link", "add", BRIDGE, "type", "bridge", "stp_state", "0", "forward_delay", "0")
        run("ip", "address", "add", f"{gateway()}/{NETWORK.prefixlen}", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
    run("ip", "route", "replace", *_GUARD)


def remove_bridge() -> None:
    """Take bridge and guard route away and restore what was changed on this machine."""
    if _exists(BRIDGE):
        run("ip", "link", "delete", BRIDGE)
    succeeds("ip", "route", "delete", *_GUARD)
    saved = places.BEFORE / _SAVED_FILTER
    if saved.exists():
        _BRIDGE_FILTER.write_text(saved.read_text())
    if (places.BEFORE / _MADE_NAMESPACES).exists() and not any(_NAMESPACES.iterdir()):
        succeeds("umount", "--lazy", str(_NAMESPACES))
        with contextlib.suppress(OSError):
            _NAMESPACES.rmdir()


def ensure_cable(host: Host) -> None:
    """Give a host its namespace, address and cable; the address is set before it boots, so it needs no DHCP."""
    if not (_NAMESPACES / host.netns).exists():
        run("ip", "netns", "add", host.netns)
        run("ip", "-n", host.netns, "link", "set", "lo", "up")
    if not _exists(host.link):
        run("ip", "link", "add", host.link, "type", "veth", "peer", "name", "eth0", "netns", host.netns)
        run("ip", "link", "set", host.link, "master", BRIDGE)
        run("ip", "-n", host.netns, "address", "add", f"{host.address}/{NETWORK.prefixlen}", "dev", "eth0")
        run("ip", "-n", host.netns, "link", "set", "eth0", "up")


def ensure_device(node: str) -> None:
    """Have the device node of virtual cables; minimal systems lack it although their kernel has the driver.

    Raises:
        LabError: the node is another one, and missing.
    """
    path = Path(node)
    if path.exists():
        return
    if node != _TUN:
        raise LabError(f"this machine has no {node}, which a host of the lab needs")
    path.parent.mkdir(exist_ok=True)
    run("mknod", "--mode=666", node, "c", "10", "200")


def ensure_route_behind(host: Host) -> None:
    """Reach the network behind a host through it."""
    if host.network_behind:
        run("ip", "route", "replace", host.network_behind, "via", host.address, "dev", BRIDGE)


def ensure_answers_behind(host: Host, everyone: Iterable[Host]) -> None:
    """Let a host answer what asks it from the networks behind others: machines there back up to the object store."""
    for other in everyone:
        if other.network_behind and other.name != host.name:
            run("ip", "-n", host.netns, "route", "replace", other.network_behind, "via", other.address)


def plug(host: Host) -> None:
    """Put a host's cable in."""
    if not is_plugged(host):
        run("ip", "link", "set", host.link, "up")
        _forget_neighbour(host)


def unplug(host: Host) -> None:
    """Pull a host's cable: nobody answers at its address any more."""
    if _exists(host.link):
        run("ip", "link", "set", host.link, "down")
        _forget_neighbour(host)


def is_plugged(host: Host) -> bool:
    """Tell whether a host's cable is in."""
    flags = Path("/sys/class/net") / host.link / "flags"
    return flags.exists() and bool(int(flags.read_text(), 16) & 1)


def remove_cable(name: str) -> None:
    """Take a host's cable and namespace away, by the host's name."""
    if _exists(f"lks-{name}"):
        run("ip", "link", "delete", f"lks-{name}")
    if (_NAMESPACES / f"laksana-{name}").exists():
        run("ip", "netns", "delete", f"laksana-{name}")


def foreign_routes() -> list[str]:
    """Name the interfaces through which this machine already reaches the lab's addresses otherwise."""
    routes = json.loads(run("ip", "-json", "route", "show", "root", str(NETWORK)) or "[]")
    return sorted({route["dev"] for route in routes if route.get("dev", BRIDGE) != BRIDGE})


def _forget_neighbour(host: Host) -> None:
    # Otherwise a host that went is sought at its old hardware address for long, and one that came is held unreachable.
    succeeds("ip", "neighbour", "flush", "to", host.address, "dev", BRIDGE)


def _silence_bridge_filter() -> None:
    saved = places.BEFORE / _SAVED_FILTER
    if _BRIDGE_FILTER.exists() and not saved.exists():
        saved.write_text(_BRIDGE_FILTER.read_text())
        _BRIDGE_FILTER.write_text("0\n")


def _exists(interface: str) -> bool:
    return (Path("/sys/class/net") / interface).exists()
