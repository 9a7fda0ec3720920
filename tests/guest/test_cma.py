#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""CMA on whole boards: an area is lent to programs and never to the kernel;
through debugfs a shell takes from it as a driver would, and what programs
have there moves away."""
import os
import re
import subprocess
import tempfile

from guestrun import ALLOCATOR, BUILD, ROOT, Run, check

MOUNT = ("mount -t debugfs none /sys/kernel/debug 2>/dev/null;"
         "cd /sys/kernel/debug/cma/cma-* || exit 9;")
AREA = re.compile(r"^CMA area (\S+): 0x([0-9a-f]+)-0x([0-9a-f]+), (\d+) frames"
                  r" of the above\n\n.*\n((?: +\d+ +\d+\.\d  .*\n)+)", re.M)


def memory(board, settings, script):
    """What was printed, and each area's frames by use."""
    command = [os.path.join(BUILD, "mmuscope"), "memory"]
    for setting in ["kernel.verify=end", *ALLOCATOR, *settings]:
        command += ["--set", setting]
    done = subprocess.run([*command, os.path.join(ROOT, "configs", board),
                           "--", "/bin/sh", "-c", MOUNT + script],
                          capture_output=True, text=True, timeout=100)
    check(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
    areas = {}
    for name, first, last, frames, rows in AREA.findall(done.stdout):
        uses = {label: int(n) for n, label in
                re.findall(r"^ +(\d+) +\d+\.\d  (.*)$", rows, re.M)}
        check(sum(uses.values()) == int(frames), f"{name}: {uses}")
        check((int(last, 16) + 1 - int(first, 16)) >> 12 == int(frames),
              f"{name}: {first}-{last}")
        areas[name] = uses
    return done.stderr, areas


# A program's memory fills more than what isn't CMA's; what the kernel itself
# takes meanwhile (slabs, tables, pipes, stacks) stays out, to the end.
FILL = ("dd if=/dev/zero of=/tmp/fill bs=64k count=720 2>/dev/null;"
        "for i in 1 2 3 4 5; do cat /proc/self/maps | sort | tail -1 "
        ">/tmp/m$i; done; grep Cma /proc/meminfo;")
OURS = {"shared memory and written files (tmpfs)", "anonymous memory",
        "page cache of files", "free, in the buddy allocator",
        "free, on a per-CPU list"}
out, areas = memory("vexpress-a9.yaml", ["memory.size=64M",
                                            "memory.cma=24M"], FILL)
uses = areas["linux,cma"]
check("CmaTotal:          24576 kB" in out, out)
free = int(re.search(r"CmaFree: +(\d+) kB", out).group(1))
check(free < 12000, f"the area was not lent: {free} kB of it are free")
check(uses["shared memory and written files (tmpfs)"] > 3000, f"{uses}")
check(set(uses) <= OURS, f"in the area, and can't be moved: {uses}")
print(f"filled: {uses}")

# A driver gets all of it as long as there is room elsewhere for what programs
# have in it: that moves, and stays what it was.
BOARD64 = ["memory.size=64M", "kernel.bootargs=cma=24M"]
MOVED = """dd if=/dev/urandom of=/tmp/fill bs=64k count=480 2>/dev/null
md5sum /tmp/fill; echo 6144 > alloc; echo status $?; md5sum /tmp/fill
cat used; grep -E 'pgmigrate|cma_' /proc/vmstat; rm /tmp/fill; echo 1 > free
cat used maxchunk; echo 5000 > free; cat used maxchunk
cd /sys/kernel/mm/cma/*
echo ok $(cat alloc_pages_success) failed $(cat alloc_pages_fail)
"""
out, areas = memory("vexpress-a9.yaml", BOARD64, MOVED)
sums = re.findall(r"^([0-9a-f]{32})  /tmp/fill$", out, re.M)
check(len(sums) == 2 and sums[0] == sums[1], out)
check("status 0\n" in out and "\n6144\npgmigrate_success" in out, out)
moved = int(re.search(r"pgmigrate_success (\d+)", out).group(1))
check(moved > 1500, f"only {moved} pages have moved")
check("pgmigrate_fail 0\ncma_alloc_success 1\ncma_alloc_fail 0\n" in out, out)
check("\n6143\n1\n1143\n5001\nok 6144 failed 0\n" in out, out)
check(areas["reserved"]["contiguous memory of drivers (CMA)"] == 1143,
      f"{areas}")
print(f"moved: {moved} pages, {areas['reserved']}")
with tempfile.NamedTemporaryFile("r") as file:
    run = Run(["/bin/sh", "-c", MOUNT + MOVED], quiet=False, trace=file.name,
              board=os.path.join(ROOT, "configs", "vexpress-a9.yaml"),
              settings=BOARD64, events="cma,page_isolation,migrate").expect()
    trace = file.read()
check(b"cma: Reserved 24 MiB at 0x62800000\n" in run.err, run.err.decode())
for event in ("cma_alloc_start: name=reserved count=6144 align=0",
              "mm_migrate_pages_start: mode=MIGRATE_SYNC reason=contig_range",
              "mm_migrate_pages: nr_succeeded=32 nr_failed=0 ",
              "test_pages_isolated: start_pfn=0x62800 end_pfn=0x64000 ",
              "cma_alloc_finish: name=reserved pfn=0x62800 count=6144 align=0 "
              "errorno=0",
              "cma_release: name=reserved pfn=0x62801 count=5000"):
    check(event in trace, f"no {event} in:\n{trace}")

# And where there is none, it doesn't; who has it keeps it.
FULL = """dd if=/dev/zero of=/tmp/fill bs=64k count=720 2>/dev/null
echo 6144 > alloc; echo status $?
"""
out, areas = memory("vexpress-a9.yaml", BOARD64, FULL)
check("write error: Cannot allocate memory\nstatus 1\n" in out, out)
check("contiguous memory of drivers (CMA)" not in areas["reserved"],
      f"{areas}")

# Clean pages of files are dropped for a driver, and read again.
out, areas = memory(
    "vexpress-a9.yaml", ["memory.size=64M", "memory.cma=52M"],
    "cat /bin/busybox > /dev/null; cat used;"
    "for n in 13000 12000 11000 10000; do echo $n > alloc && break; done;"
    "cat used; busybox true && echo alive")
check(re.search(r"^0\n(?:.*error.*\n)*1[0-3]000\nalive$", out, re.M), out)

# Several nodes; an area in highmem.
for board, first in (("numa-2node.yaml", "6"), ("highmem.yaml", "b")):
    out, areas = memory(board, ["kernel.bootargs=cma=64M"],
                           "echo 16384 > alloc; cat used base_pfn")
    check(out.startswith("16384\n"), out)
    check(areas["reserved"] == {"contiguous memory of drivers (CMA)": 16384},
          f"{board}: {areas}")
    check(f"{int(out.split()[1]):x}".startswith(first), out)
print("several nodes, highmem: whole areas taken")
