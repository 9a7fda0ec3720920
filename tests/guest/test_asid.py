# SPDX-License-Identifier: GPL-2.0-or-later
"""With ASIDs a process finds its TLB entries again after a switch."""
from guestrun import Run, check, guest


def misses(run):
    return sum(tlb["misses"] for tlb in run.stats["cpus"][0]["tlbs"])


with_asid = Run(guest("asid")).expect(0, b"turns 1000\n")
without = Run(guest("asid"), settings=["kernel.asid=false"]) \
    .expect(0, b"turns 1000\n")
print(misses(with_asid), "misses with ASIDs,", misses(without), "without")
check(misses(without) > 2 * misses(with_asid),
      "the difference doesn't show", without)
