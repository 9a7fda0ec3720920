# SPDX-License-Identifier: GPL-2.0-or-later
"""
timing.model: block changes what instructions cost, and nothing else: as many
run, faults are the same, the ledger sums up to the clock, and a second run is
the first. Several cores and traps in the midst of blocks are among it.
"""
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
