#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""tools/slab-compare: the same demand thrice, parts that add up, the table."""
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
TOOL = os.path.join(ROOT, "tools/slab-compare")
BOARD = os.path.join(ROOT, "configs/tiny-8m.yaml")
PROGRAM = ["/bin/sh", "-c", "for i in 1 2 3 4; do mkdir /tmp/$i; "
           "seq 500 > /tmp/$i/f; sort /tmp/$i/f | wc -l; done; sleep 9 &"]
ALLOCATORS = "slub", "slab", "slob"


def check(good, message):
    if not good:
        sys.exit(f"FAILED: {message}")


def compare(*args):
    return subprocess.run([TOOL, *args], capture_output=True, text=True,
                          timeout=120)


done = compare("--json", "--no-cost", BOARD, "--", *PROGRAM)
check(done.returncode == 0 and not done.stderr,
      f"status {done.returncode}: {done.stderr}")
table = json.loads(done.stdout)

# The programs, and so the kernel, did the same under each.
for when in "When most was in use", "When the last program had ended":
    section = table[when]
    for row in "objects in use", "bytes asked for":
        check(len(set(section[row].values())) == 1 and section[row]["slub"],
              f"{when}: {row} differ: {section[row]}")
    for name in ALLOCATORS:
        parts = sum(row[name] for label, row in section.items()
                    if label.startswith("+"))
        whole = section["= bytes of pages"][name]
        check(parts + section["bytes asked for"][name] == whole ==
              section["pages"][name] * 4096,
              f"{when}, {name}: the parts don't add up: {section}")
        check(section["pages"][name] <=
              table["Until then"]["most pages at any time"][name],
              f"{when}, {name}: more pages than ever")

# Another way to count: frames of the machine, and the free lists.
with tempfile.TemporaryDirectory() as folder:
    for name in ALLOCATORS:
        path = os.path.join(folder, name)
        subprocess.run([os.path.join(BUILD, "mmuscope"), "run", "-q",
                        "--set", f"kernel.slab_allocator={name}", "--stats",
                        path, BOARD, "--", *PROGRAM], check=True,
                       stdout=subprocess.DEVNULL)
        with open(path) as file:
            stats = json.load(file)
        frames = stats["frames"]
        end = table["When the last program had ended"]
        check(0 <= end["pages"][name] - frames["slab"] <= frames["kernel"],
              f"{name}: {end['pages'][name]} pages, of {frames['slab']} in "
              "slabs")
        slabs = sum(stats["slab"][kind] for kind in
                    ("full_slabs", "partial_slabs", "empty_slabs"))
        check(slabs <= frames["slab"], f"{name}: {slabs} slabs")
        free = sum(n << order for zone in stats["zones"]
                   for order, n in enumerate(zone["free_blocks"]))
        check(free == frames["free"], f"{name}: {free} pages free, not "
              f"{frames['free']}")

# Slob has no rounding to classes and no arrays: that is its point.
end = table["When most was in use"]["pages"]
check(end["slob"] < end["slab"], f"pages: {end}")

# The table for people has each row.
done = compare("--no-cost", BOARD, "--", "/bin/true")
check(done.returncode == 0, f"status {done.returncode}: {done.stderr}")
lines = done.stdout.splitlines()
check(lines[0].split() == list(ALLOCATORS), f"head: {lines[0]}")
for row in [label for section in table.values() for label in section]:
    check(any(line.startswith("  " + row) and len(line.split()) > 3
              for line in lines), f"no row '{row}'")

# Programs that end otherwise are no comparison; a bad board is mmuscope's.
script = "grep -q . /proc/slabinfo"
done = compare("--no-cost", BOARD, "--", "/bin/sh", "-c", script)
check(done.returncode == 1 and "exit statuses are 0, 0, 2" in done.stderr,
      f"status {done.returncode}: {done.stderr}")
done = compare("--no-cost", "--set", "memory.size=7", BOARD)
check(done.returncode == 125 and "memory.size" in done.stderr,
      f"status {done.returncode}: {done.stderr}")

# Nanoseconds, from the calls of the run.
if os.path.exists(os.path.join(BUILD, "tests/bench/bench_slab")):
    done = compare("--json", BOARD, "--", "/bin/true")
    cost = json.loads(done.stdout)["Until then"]
    cost = cost["host ns for each call, replayed"]
    check(all(0 < cost[name] < 100000 for name in ALLOCATORS), f"{cost}")
print("ok")
