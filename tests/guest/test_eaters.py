# SPDX-License-Identifier: GPL-2.0-or-later
"""
Guest eaters, small and with all books compared after each page fault; and on
a board on which each of its kinds meets the end of memory.
"""
from guestrun import Run, check, guest

for kind, size, says in (("tree", "12", b"tree: 0\n"),
                         ("bush", "12", b"bush: all right\n"),
                         ("maps", "60", b"maps: as many as may be, 0 wrong, "
                                        b"unmapped 0\n"),
                         ("threads", "12", b"threads: all ran\n")):
    run = Run(guest("eaters", kind, size),
              settings=["kernel.verify=fault"]).expect(0, says)
    check(run.stats["verify_violations"] == 0, kind, run)

SMALL = ["memory.size=24M"]
for kind, size in (("bush", "3000"), ("threads", "3000"), ("bomb", "12"),
                   ("locked", "4")):
    run = Run(guest("eaters", kind, size), settings=SMALL).expect(0)
    check(run.out.startswith(kind.encode()), kind, run)
# More mappings than vm.max_map_count allows.
Run(guest("eaters", "maps", "70000")) \
    .expect(0, b"maps: as many as may be, 0 wrong, unmapped 0\n")

# With a little swap, and that full: killed in time, whoever holds on to what.
SWAP = SMALL + ["swap.size=16M"]
for kind, size, says in (("bomb", "12", b"bomb: all killed\n"),
                         ("locked", "4", b"locked: killed\n"),
                         ("lockers", "8", b"lockers: all killed\n")):
    Run(guest("eaters", kind, size), settings=SWAP).expect(0, says)
# Writers sleep until a slow disk has taken what they wrote; a disk that is
# broken takes nothing.
for disk in ("disk.mb_per_s=1", "disk.bad_blocks=100-200"):
    Run(guest("eaters", "writers", "4"),
        settings=SWAP + ["disk.size=32M", disk]) \
        .expect(0, b"writers: all killed\n")
# Memory can't hold what is out: swapoff itself goes, not who owns that.
run = Run(guest("eaters", "swapoff", "30"), settings=SWAP, quiet=False)
run.expect(0, b"swapoff: killed, killed, 0 wrong\n")
check(run.err.count(b"Out of memory: Killed process") == 2, "log", run)
