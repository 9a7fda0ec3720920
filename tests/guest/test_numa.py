#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Boards with nodes: a guest that outgrows its node is served by the others in
the order of their distances, and all counters agree with each other.
"""
import os
import re
import subprocess
import tempfile

from guestrun import ALLOCATOR, BOARD, BUILD, ROOT, Run, check, guest

NUMA2 = os.path.join(ROOT, "configs", "numa-2node.yaml")
COUNTERS = ("numa_hit", "numa_miss", "numa_foreign", "interleave_hit",
            "local_node", "other_node")


def board(sizes, distances, home, args=""):
    """Text of a board whose core is near to node @home."""
    nodes = "".join(
        f"    - {{size: {size}M, distance: {row}, "
        f"cpus: [{0 if i == home else ''}]}}\n"
        for i, (size, row) in enumerate(zip(sizes, distances)))
    return (f"include: {BOARD}\nmemory:\n  nodes:\n{nodes}"
            f"kernel: {{bootargs: '{args}'}}\n")


def stretches(text):
    return [int(node) for node in re.findall(r"^from (\d+) \d+$", text, re.M)]


def first_uses(nodes):
    return list(dict.fromkeys(nodes))


def read_counters(text):
    return [dict((name, int(n)) for name, n in re.findall(r"(\w+)=(\d+)", line))
            for line in re.findall(r"^node \d+: (.*)$", text, re.M)]


def check_counters(all_nodes, home, what):
    """
    Everything was asked for by a core of node @home. The guest reads one node
    after the other, and reading allocates a little; kernel.verify compares the
    sums exactly when all is over.
    """
    check(abs(sum(n["numa_miss"] for n in all_nodes) -
              sum(n["numa_foreign"] for n in all_nodes)) < 50,
          f"{what}: misses are not the foreigners: {all_nodes}")
    for i, n in enumerate(all_nodes):
        check(set(n) == set(COUNTERS), f"{what}: {n}")
        check(n["numa_hit"] + n["numa_miss"] ==
              n["local_node"] + n["other_node"],
              f"{what}: node {i} has served two different numbers: {n}")
        check(n["other_node" if i == home else "local_node"] == 0,
              f"{what}: node {i}: {n}")
        check(i == home or n["numa_foreign"] == 0,
              f"{what}: nobody preferred node {i}: {n}")
    check(all_nodes[home]["numa_miss"] == 0, f"{what}: {all_nodes}")


def outgrow(text, home, expected, percent):
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        run = Run(guest("numa", str(percent)), board=file.name).expect()
    out = run.out.decode()
    check(f"here {home}\n" in out, f"getcpu: {out}")
    check(first_uses(stretches(out)) == expected,
          f"served by {stretches(out)}, not {expected}\n{text}")
    check_counters(read_counters(out), home, str(expected))


# The board of the tree: most of node 0 first, then node 1. (A boost, until
# kswapd ends it, would keep a pageblock of node 0 back for the very end.)
run = Run(["/bin/sh", "-c", "echo 0 > /proc/sys/vm/watermark_boost_factor; "
           "exec $0", *guest("numa")], board=NUMA2).expect()
near, far = run.stats["nodes"]
check(near["distance"] == [10, 20] and far["distance"] == [20, 10] and
      near["numa_foreign"] == far["numa_miss"] == far["other_node"] > 8000 and
      near["frames"] == far["frames"] == 16384, str(run.stats["nodes"]))
out = run.out.decode()
check(stretches(out) == [0, 1], out)
check("distance 0: 10 20\ndistance 1: 20 10\n" in out, out)
check_counters(read_counters(out), 0, "numa-2node")

# From the second node, and four nodes with odd distances from each.
outgrow(board([16, 16], [[10, 20], [20, 10]], 1), 1, [1, 0], 80)
ODD = [[10, 40, 17, 33], [40, 10, 20, 22], [17, 20, 10, 18], [33, 22, 18, 10]]
for home in range(4):
    nearest = sorted(range(4), key=lambda node: ODD[home][node])
    outgrow(board([8, 8, 10, 8], ODD, home), home, nearest, 85)
# Three that are equally far: the next in number first, round the ring.
EVEN = [[10, 20, 20], [20, 10, 20], [20, 20, 10]]
outgrow(board([8, 8, 8], EVEN, 1), 1, [1, 2, 0], 85)
# One node in spite of the device tree.
with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
    file.write(board([16, 16], [[10, 20], [20, 10]], 1, "numa=off"))
    file.flush()
    run = Run(guest("numa"), board=file.name, quiet=False).expect()
check(stretches(run.out.decode()) == [0], run.out.decode())
check(b"NUMA: NUMA disabled\n" in run.err and
      b"Built 1 zonelists" in run.err, run.err.decode())

# A board without nodes has none of it.
run = Run(guest("numa")).expect(out=b"no nodes\n")
text = Run(["/bin/sh", "-c", "grep -c numa /proc/vmstat /proc/zoneinfo; "
            "ls /sys/devices/system"]).out.decode()
check(text == "/proc/vmstat:0\n/proc/zoneinfo:0\ncpu\n", text)

# What /sys and /proc say is the same, and as much as the board has.
SHOW = """
cd /sys/devices/system/node
for f in possible online has_memory has_normal_memory has_cpu; do
  echo $f=$(cat $f)
done
for n in 0 1; do
  echo node$n cpumap=$(cat node$n/cpumap) cpulist=$(cat node$n/cpulist)
  cat node$n/meminfo
done
cat /proc/buddyinfo
"""
text = Run(["/bin/sh", "-c", SHOW], board=NUMA2).expect().out.decode()
for line in ("possible=0-1", "online=0-1", "has_memory=0-1",
             "has_normal_memory=0-1", "has_cpu=0",
             "node0 cpumap=1 cpulist=0", "node1 cpumap=0 cpulist="):
    check(line + "\n" in text, f"{line}: {text}")
totals = [int(n) for n in re.findall(r"^Node \d MemTotal: +(\d+) kB$", text,
                                     re.M)]
check(len(totals) == 2 and all(60 << 10 < n <= 64 << 10 for n in totals),
      str(totals))
for node in (0, 1):
    row = re.search(rf"^Node {node}, zone   Normal ((?: +\d+){{11}}) ?$", text,
                    re.M)
    check(row, f"buddyinfo has no node {node}: {text}")

# `mmuscope memory` prints each node, and the hole between them.
done = subprocess.run([os.path.join(BUILD, "mmuscope"), "memory", NUMA2,
                       *(arg for setting in ALLOCATOR
                         for arg in ("--set", setting)), "--", "/bin/true"],
                      capture_output=True, text=True, timeout=60)
check(re.search(r"^ +0 +64  0 +10 20 +[1-9]\d* +0 +0\n"
                r" +1 +64  - +20 10 +0 +0 +0\n", done.stdout, re.M),
      done.stdout)
for line in ("Node 0, zone Normal: 0x60000000-0x63ffffff",
             "Node 1, zone Normal: 0x68000000-0x6bffffff"):
    check(line in done.stdout, f"{line}: {done.stdout}")
print("all served by the nearest first")
