#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compaction on whole boards: blocks of 4 MB from memory that is broken up,
with it and without; pages that move while programs use them; kcompactd, and
compaction by hand."""
import os
import re
import tempfile

from guestrun import BUILD, ROOT, Run, check

FRAGMENT = "host:" + BUILD + "/guests/fragment"
MOVING = "host:" + BUILD + "/guests/moving"

# At least nine of ten, where none could be had without.
for size in ("64M", "256M"):
    run = Run([FRAGMENT], settings=["memory.size=" + size]).expect()
    out = run.out.decode()
    figures = {how: (int(had), int(tried)) for how, had, tried in
               re.findall(r"^(\w+) compaction: (\d+) of (\d+) ", out, re.M)}
    (without, tried), (had, _) = figures["without"], figures["with"]
    check(tried >= 4 and without <= tried / 10, out)
    check(had >= tried * 0.9, out)
    check("\n0 pages wrong\n" in out, out)
    print(f"{size}: {had} of {tried} blocks with compaction, {without} without")

# Programs whose pages move meet entries that wait for them.
with tempfile.NamedTemporaryFile("r") as file:
    run = Run([MOVING, "30"], trace=file.name, events="migrate,compaction",
              settings=["memory.size=64M", "memory.cma=16M"]).expect()
    trace = file.read()
check(b"0 workers failed\n" in run.out, run.out)
moved = int(re.search(rb"(\d+) pages moved", run.out).group(1))
waits = run.stats["faults"]["migration_wait"]
check(moved > 3000, run.out)
check(waits > 10, f"{waits} faults have waited for a page")
for event in (r"mm_migrate_pages_start: mode=MIGRATE_SYNC reason=compaction",
              r"mm_migrate_pages_start: mode=MIGRATE_SYNC reason=contig_range",
              r"set_migration_pte: addr=\w+, pte=\w+ order=0",
              r"remove_migration_pte: addr=\w+, pte=\w+ order=0",
              r"mm_compaction_begin: zone_start=0x60000 migrate_pfn=0x60000 "
              r"free_pfn=0x63c00 zone_end=0x64000, mode=sync",
              r"mm_compaction_end: .* mode=sync status=complete",
              r"mm_compaction_isolate_migratepages: range=\(0x6.* ~ 0x6.*\) "
              r"nr_scanned=\d+ nr_taken=\d+",
              r"mm_compaction_migratepages: nr_migrated=\d+ nr_failed=\d+"):
    check(re.search(event, trace), f"no {event}")
run = Run([MOVING, "2"], settings=["memory.size=32M", "memory.cma=8M",
                                   "kernel.verify=fault"]).expect()
print(f"{moved} pages moved, {waits} faults have waited for one")

# The daemon has a pid; it sees to it that memory isn't broken up too far.
run = Run(["/bin/sh", "-c", "ps | grep -c '[k]compactd0'; "
           "cat /proc/sys/vm/compaction_proactiveness; "
           "echo 101 > /proc/sys/vm/compaction_proactiveness; "
           "echo 1 > /proc/sys/vm/compact_memory; "
           "grep compact_migrate_scanned /proc/vmstat"]).expect()
check(re.match(rb"1\n20\n.*Invalid argument\n"
               rb"compact_migrate_scanned [1-9]\d*\n", run.out),
      run.out)

# A node alone, and a daemon for each.
run = Run(["/bin/sh", "-c", "echo 1 > /sys/devices/system/node/node0/compact; "
           "ps | grep -c '[k]compactd[01]'; "
           "grep compact_migrate_scanned /proc/vmstat"],
          board=os.path.join(ROOT, "configs", "numa-2node.yaml")).expect()
check(re.match(rb"2\ncompact_migrate_scanned [1-9]\d*\n", run.out), run.out)
