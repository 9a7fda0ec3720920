# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel itself touches takes TLB entries and cache lines, and the
ledger still sums up; with timing.model count it is seen nowhere."""
import os
import re

from guestrun import BUILD, Run, check

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
LINE = 32  # bytes, of this board's L1
CALLS = 2000


def run(what, n, *settings):
    run = Run(["host:" + os.path.join(BUILD, "guests", "kernelcosts"), what,
               str(n)], settings=list(settings)).expect(0)
    for cpu in run.stats["cpus"]:
        check(sum(cpu["cycles_by_cause"].values()) == cpu["cycles"],
              f"a ledger without its sum: {cpu}", run)
    return run


def grown(before, after, *keys):
    """By so much each call, of the first core."""
    few, many = before.stats["cpus"][0], after.stats["cpus"][0]
    for key in keys:
        few, many = few[key], many[key]
    return (many - few) / CALLS


def lines_of(*paths):
    """At least, by kind, as kernel_touch.def has them."""
    lines = {"FETCH": 0, "READ": 0, "WRITE": 0}
    with open(os.path.join(TOP, "kernel", "kernel_touch.def"),
              encoding="utf-8") as file:
        for path, size, kind in re.findall(
                r"^TOUCH\((\w+), \w+, \w+, (\w+), (\w+),", file.read(), re.M):
            if path in paths:
                lines[kind] += -(-int(size, 0) // LINE)
    return lines


# ---- lines: each call fetches, reads and writes the kernel's -------------------

few = run("null", 1000, "timing.model=cache")
many = run("null", 1000 + CALLS, "timing.model=cache")
least = lines_of("ENTRY", "CALL")
check(least["FETCH"] > 10 and least["WRITE"] > 4, f"an empty list: {least}")
for cache, counter, kind in (("l1i", "reads", "FETCH"), ("l1d", "reads", "READ"),
                             ("l1d", "writes", "WRITE")):
    got = grown(few, many, "caches", cache, counter)
    check(least[kind] <= got <= least[kind] + 16,
          f"{cache} {counter}: {got} a call, the kernel's are {least[kind]}",
          many)
check(grown(few, many, "caches", "l1i", "read_misses") < 1,
      "a warm kernel misses L1I", many)
again = run("null", 1000, "timing.model=cache")
check(again.stats == few.stats, "two runs, two results", again)

# An L1I that the kernel's code doesn't fit into shows it.
SMALL = ["timing.model=cache", "cpu.caches.l1i.size=512",
         "cpu.caches.l1i.ways=1"]
few, many = run("null", 1000, *SMALL), run("null", 1000 + CALLS, *SMALL)
check(grown(few, many, "caches", "l1i", "read_misses") >= 5 and
      grown(few, many, "cycles_by_cause", "l1i") > 50,
      "no line of the program's was evicted by the kernel", many)

# ---- TLB entries: of lowmem by sections, of the image by pages ------------------

TIGHT = ["cpu.tlb.entries=4"]
for model, least in (("block", 4), ("cache", 4)):
    few = run("null", 1000, f"timing.model={model}", *TIGHT)
    many = run("null", 1000 + CALLS, f"timing.model={model}", *TIGHT)
    walks = grown(few, many, "walks", "walks")
    check(least <= walks <= 16, f"{model}: {walks} walks a call", many)
    check(grown(few, many, "walks", "fills_section") >= 1,
          f"{model}: lowmem isn't mapped by sections", many)
    cycles = grown(few, many, "cycles_by_cause", "walk")
    check(cycles > walks if model == "cache" else cycles >= 0,
          f"{model}: {walks} walks cost {cycles}", many)

few, many = run("null", 1000, *TIGHT), run("null", 1000 + CALLS, *TIGHT)
check(grown(few, many, "walks", "walks") < 0.1 and
      many.stats["cpus"][0]["walks"]["fills_section"] == 0,
      "timing.model count sees what the kernel touches", many)

# A page that is cleared is written, line by line.
few = run("fork", 5, "timing.model=cache")
many = run("fork", 15, "timing.model=cache")
written = [r.stats["cpus"][0]["caches"]["l1d"]["writes"] +
           r.stats["cpus"][0]["caches"]["past_l1d"] for r in (few, many)]
check((written[1] - written[0]) / 10 > 16384 / LINE,
      f"a fork writes {written} lines: not even its first level", many)
