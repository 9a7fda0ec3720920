#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
MADV_PAGEOUT where there is swap, and a file on a disk: what only the caller
maps goes, what others have or it may not ask for stays, and all comes back.
Without swap the real kernel is asked (tests/oracle).
"""
import re

from guestrun import Run, check, guest

EXPECTED = """\
cold Rss=32 Swap=0
half Rss=16 Swap=16
private Rss=0 Swap=32
back wrong=0
back Rss=32 Swap=0
again Rss=0 Swap=32
back wrong=0
back Rss=32 Swap=0
rewritten wrong=0
locked errno=22
forked Rss=32 Swap=0
child status=0
alone Rss=0 Swap=32
back wrong=0
back Rss=32 Swap=0
shared wrong=0
file Rss=0 Swap=0
file cached=0
file wrong=0
file Rss=32 Swap=0
dontneed cached=16
willneed cached=32
file wrong=0
file Rss=32 Swap=0
stranger Rss=32 Swap=0
"""

for verify in ("end", "fault"):
    run = Run(guest("pagedout", "/tmp/pagedout"),
              settings=["swap.size=16M", "disk.size=4M",
                        "kernel.verify=" + verify])
    run.expect(0)
    out = re.sub(" +", " ", run.out.decode())
    check(out == EXPECTED, out, run)
    vmstat = run.stats["vmstat"]
    # Private, one rewritten, alone, shared; "again" needs no second writing,
    # for the pages were only read.
    check(vmstat["pswpout"] == 32 + 1 + 32 + 32,
          f"pswpout {vmstat['pswpout']}")
    check(vmstat["pswpin"] >= 32, f"pswpin {vmstat['pswpin']}")
    check(not vmstat["nr_isolated_anon"] and not vmstat["nr_isolated_file"],
          "isolated pages", run)
print(f"out {vmstat['pswpout']} in {vmstat['pswpin']}")
