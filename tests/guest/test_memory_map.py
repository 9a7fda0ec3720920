#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`mmuscope memory`: its parts agree with each other and with --stats."""
import os
import re
import subprocess

from guestrun import ALLOCATOR, BUILD, ROOT, Run, check

TINY = os.path.join(ROOT, "configs", "tiny-8m.yaml")
SCRIPT = "echo kept > /tmp/file; seq 1 3000 | sort | tail -1; sleep 9 &"
# as Run has them: what watches memory takes some of it, too
SETTINGS = ["kernel.verify=end", "kernel.kmemleak=end", *ALLOCATOR]
KEYS = {"free, in the buddy allocator": "free",
        "free, on a per-CPU list": "pcp", "slab": "slab",
        "page tables": "pgtable", "kernel stacks": "stack",
        "anonymous memory": "anon", "page cache of files": "file",
        "shared memory and written files (tmpfs)": "shmem",
        "other kernel memory (pipes, kmalloc, vmalloc)": "kernel"}

done = subprocess.run([os.path.join(BUILD, "mmuscope"), "memory", TINY,
                       *(arg for setting in SETTINGS
                         for arg in ("--set", setting)), "--",
                       "/bin/sh", "-c", SCRIPT], input="", capture_output=True,
                      text=True, timeout=60)
text = done.stdout
check(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
check(done.stderr.startswith("999\n") and "\n999\n" not in text,
      "what the guest prints is not in the map: " + done.stderr)

uses = {}
for count, label in re.findall(r"^ +(\d+) +\d+\.\d  (.*)$", text, re.M):
    uses["reserved" if label.startswith("reserved") else KEYS[label]] = \
        int(count)
check(sum(uses.values()) == 2048, f"frames do not add up to 8 MB: {uses}")
run = Run(["/bin/sh", "-c", SCRIPT], board=TINY)
for use, count in run.stats["frames"].items():
    check(uses.get(use, 0) == count, f"{use}: {uses.get(use, 0)} in the map, "
          f"{count} in --stats")

free = 0
for row in re.findall(r"^    (?:Unmovable|Movable|Reclaimable|HighAtomic) +"
                      r"((?:\d+ +){11}) *\d+$", text, re.M):
    free += sum(int(n) << order for order, n in enumerate(row.split()))
check(free == uses["free"], f"free blocks hold {free} pages, "
      f"{uses['free']} are free")

# 8 MB: a character is a frame, so the picture can be counted
rows = re.findall(r"^  0x[0-9a-f]{8}  (.*)$", text, re.M)
check(all(len(row) == 64 for row in rows), "rows of 64 frames")
for sign, use in (("s", "slab"), ("a", "anon"), ("t", "pgtable")):
    check("".join(rows).count(sign) == uses[use],
          f"{use}: not as often in the picture")
print(f"{uses}, {len(rows)} rows")
