# SPDX-License-Identifier: GPL-2.0-or-later
"""
timing.model: block changes what instructions cost, and nothing else: as many
run, faults are the same, the ledger sums up to the clock, and a second run is
the first. Several cores and traps in the midst of blocks are among it.
"""
import glob
import os

from guestrun import BUILD, Run, check

BLOCK = ["timing.model=block"]


def ledger_holds(run):
    for cpu in run.stats["cpus"]:
        check(sum(cpu["cycles_by_cause"].values()) == cpu["cycles"],
              f"a ledger without its sum: {cpu}", run)


def compare(name, settings=()):
    argv = ["host:" + os.path.join(BUILD, "guests", name)]
    count = Run(argv, settings=settings).expect(0)
    block = Run(argv, settings=BLOCK + list(settings)).expect(0, count.out)
    again = Run(argv, settings=BLOCK + list(settings)).expect(0)

    ledger_holds(count)
    ledger_holds(block)
    check(block.stats == again.stats, f"{name}: two runs, two results", again)
    check(count.stats["instructions"] == block.stats["instructions"],
          f"{name}: {block.stats['instructions']} instructions, not "
          f"{count.stats['instructions']}", block)
    check(count.stats["faults"] == block.stats["faults"],
          f"{name}: other faults", block)
    check(count.stats["cpus"][0]["cycles_by_cause"]["execute"] ==
          count.stats["cpus"][0]["instructions"],
          f"{name}: count is a cycle an instruction", count)
    check(block.stats["cpus"][0]["cycles_by_cause"]["execute"] !=
          block.stats["cpus"][0]["instructions"],
          f"{name}: block is not", block)


compare("cow")
compare("cow", ["cpu.tlb.entries=4"])
compare("cow", ["cpu.pipeline.width=8", "cpu.pipeline.window=0",
                "cpu.pipeline.single=none"])

# ---- the kernel's work -------------------------------------------------------


def latency(what, n, *settings):
    """One in nanoseconds, and the ledger of the run."""
    argv = ["host:" + os.path.join(BUILD, "guests", "kernelcosts"), what, str(n)]
    run = Run(argv, settings=list(settings)).expect(0)
    ledger_holds(run)
    return (int(run.out.split()[3]),
            run.stats["cpus"][0]["cycles_by_cause"], run)


# What the prices were chosen for, on the core that they are for, within 15 %.
AM437X = ["timing.model=cache", "cpu.caches.l2.size=256K",
          "memory.dram.latency_ns=80", "memory.dram.read_mb_per_s=427",
          "memory.dram.write_mb_per_s=673"]
for name, count, nanoseconds in (("null", 2000, 380), ("fault", 4096, 1360),
                                 ("prot", 1000, 400), ("fork", 50, 977200),
                                 ("pipe", 200, 26450), ("mmap", 50, 75000)):
    took, ledger, run = latency(name, count, *AM437X)
    check(abs(took / nanoseconds - 1) < 0.15,
          f"{name}: {took} ns, not about {nanoseconds}", run)

# Each by its price, and by none where there is none.
_, before, _ = latency("null", 1000, "timing.model=block")
_, after, run = latency("null", 3000, "timing.model=block")
check(after["syscall"] - before["syscall"] == 2000 * 102,
      f"2000 calls at 102: {before['syscall']}, {after['syscall']}", run)
check(before["syscall"] < 905000,
      f"boot's threads, which copy no memory, pay for processes: {before}", run)
_, free, run = latency("null", 1000, "timing.model=block",
                       "kernel.work.percent=0")
check(not free["syscall"] and not free["switch"],
      f"a percent of 0 costs something: {free}", run)
_, count, run = latency("null", 1000)
check(not count["syscall"] and not count["exception"],
      f"timing.model count charges the kernel's paths: {count}", run)

# ---- each board's core has what the models ask for -----------------------------

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BOARDS = glob.glob(os.path.join(TOP, "configs", "*.yaml"))
check(len(BOARDS) > 5, f"few boards: {BOARDS}")
for board in BOARDS:
    for model in ("block", "cache"):
        run = Run(["host:" + os.path.join(BUILD, "guests", "cow")],
                  board=board, settings=[f"timing.model={model}"]).expect(0)
        ledger_holds(run)
