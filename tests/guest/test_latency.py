#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What memory costs with timing.model cache, beside published figures
(pointer chases and copies on real boards; configs/cores/caches-*.yaml name
them), and that the ledger's sum is the clock. Instructions are those of
timing.model count."""
import re

from guestrun import Run, check, guest

NS = 1000  # the board has 1 GHz: cycles are nanoseconds


def measure(model, *settings):
    run = Run(guest("latency", "2048"),
              settings=[f"timing.model={model}", *settings])
    check(run.status == 0, "latency", run)
    for cpu in run.stats["cpus"]:
        check(sum(cpu["cycles_by_cause"].values()) == cpu["cycles"],
              f"{model}: the ledger's sum isn't the clock", run)
    rows = re.findall(r"(\w+) (\d+) KB: (\d+)", run.out.decode())
    return run, {(what, int(kb)): int(n) for what, kb, n in rows}


def within(what, got, low, high):
    print(f"{what}: {got}, published {low} to {high}")
    check(low * 0.8 <= got <= high * 1.2, f"{what}: {got}")


run, a9 = measure("cache")
l1 = a9["chain", 8]
check(a9["chain", 16] <= l1 * 1.1, "16 KB are in L1")
# Beyond L1: 7-CPU, and SBC 4d1U at 64 KB (26 less 4), in cycles
within("L2", a9["chain", 64] - l1, 19 * NS, 22 * NS)
# 7-CPU's 110 ns and L2's 19; SBC 4d1U and TI have 98 to 105 in all
within("DRAM", a9["chain", 2048] - l1, 100 * NS, 129 * NS)
# 64 entries of this board's plain TLB are 256 KB of pages
check(a9["pages", 256] < a9["pages", 512] + 1, "more pages cost no less")
within("read", a9["read", 2048], 1046, 1046)  # SBC 4d1U
within("fill", a9["fill", 2048], 2190, 3170)  # 2.2 to 3.2 bytes a cycle
within("copy", a9["copy", 1024], 750, 911)  # SBC 4d1U
check({"l1i", "l1d", "dram"} <= set(run.stats["cpus"][0]["cycles_by_cause"]),
      "causes", run)

# Without L2 the second step is DRAM's.
_, without = measure("cache", "cpu.caches.l2.size=0",
                     "cpu.caches.l2.hit_cycles=23")
within("no L2", without["chain", 64] - l1, 80 * NS, 110 * NS)

count, _ = measure("count")
check("l1d" not in count.stats["cpus"][0]["cycles_by_cause"] and
      "memory_system" not in count.stats, "count has no caches", count)
