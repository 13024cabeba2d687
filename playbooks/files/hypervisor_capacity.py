"""Runs on the hypervisor: prints as JSON what it has and what its machines take; sizes in MiB and GiB."""

import json
import os
import shutil
from xml.etree import ElementTree as ET

import libvirt

GIBIBYTE = 1024**3


def main():
    """Print what there is."""
    # Libvirt would say on stderr, which SSH mixes with stdout here, what this program handles itself.
    libvirt.registerErrorHandler(lambda _context, _error: None, None)
    connection = libvirt.openReadOnly(os.environ["LIBVIRT_URI"])
    # getInfo() counts the memory by NUMA cells, which leaves out what is plugged into a virtual hypervisor later.
    memory = connection.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)
    folder = os.environ["FOLDER"]
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    disk = shutil.disk_usage(folder)
    domains = [_domain(domain) for domain in connection.listAllDomains()]
    print(
        json.dumps(
            {
                "cpus": connection.getInfo()[2],
                "memory_mb": memory["total"] // 1024,
                "disk_gb": disk.total // GIBIBYTE,
                "disk_free_gb": disk.free // GIBIBYTE,
                "domains": sorted(domains, key=lambda domain: domain["name"]),
            }
        )
    )


def _domain(domain):
    tree = ET.fromstring(domain.XMLDesc())  # noqa: S314  # the hypervisor's own libvirt wrote it
    vcpu = tree.find("vcpu")
    current = tree.find("currentMemory")
    sizes = []
    for disk in tree.findall("devices/disk"):
        target = disk.find("target").get("dev")
        if disk.find("readonly") is None:
            try:
                sizes.append(domain.blockInfo(target)[0])
            except libvirt.libvirtError:
                continue  # a disk that is not there takes no room
    return {
        "name": domain.name(),
        "vcpu": int(vcpu.get("current") or vcpu.text),
        "memory_mb": int(current.text) // 1024,
        "disk_gb": sum(sizes) // GIBIBYTE,
    }


if __name__ == "__main__":
    main()
