# SPDX-License-Identifier: GPL-2.0-or-later
"""A root copied into memory: no major fault, and a clear end if too large."""
import os
import re
import tempfile

from guestrun import ROOT, Run, check

VIRT = os.path.join(ROOT, "configs", "linux-virt.yaml")
SETTINGS = ["rootfs.path=" + os.path.join(ROOT, "build", "rootfs")]

run = Run(["/bin/sh", "-c", "cat /proc/mounts /proc/self/smaps_rollup"],
          board=VIRT, settings=[*SETTINGS, "kernel.verify=fault"]).expect(0)
check(run.out.startswith(b"rootfs / rootfs rw,size="), "the root's type", run)
check(re.search(rb"Pss_Shmem: +[6-9]\d\d kB", run.out),
      "text is no shared memory", run)
check(all(p["maj_flt"] == 0 for p in run.stats["processes"]),
      "a major fault", run)
check(run.stats["frames"]["file"] == 0 and run.stats["frames"]["shmem"] > 300,
      "files are no shared memory", run)

with tempfile.TemporaryDirectory() as root:
    with open(os.path.join(root, "large"), "wb") as file:
        file.truncate(5 << 20)
    run = Run(["/large"], board=VIRT,
              settings=["rootfs.path=" + root, "memory.size=8M"])
    check(run.status == 126 and b"write error at /large: the root folder takes "
          b"more than half of memory" in run.err, "too large", run)
    run = Run(["/large"], board=VIRT, settings=["rootfs.path=" + root])
    check(run.status == 125 and b"not executable" in run.err, "large", run)
