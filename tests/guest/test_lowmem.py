# SPDX-License-Identifier: GPL-2.0-or-later
"""
Highmem that fills up falls back on lowmem, down to what lowmem_reserve keeps;
lowmem that runs out while highmem is free ends in the OOM killer, and the
machine goes on.
"""
import os
import re

from guestrun import ROOT, Run, check, guest

HIGHMEM = os.path.join(ROOT, "configs", "highmem.yaml")
EXPECTED = open(os.path.join(ROOT, "guests/fillmem/expected"), "rb").read()


def zone(text, name):
    """What the OOM report says of a zone: free, min, managed (KB)."""
    line = re.search(rf"\] {name} free:(\d+)kB boost:(\d+)kB min:(\d+)kB .*"
                     rf"managed:(\d+)kB", text)
    free, boost, least, managed = map(int, line.groups())
    return free, least - boost, managed


# 1 GB at 3G/1G has 256 MB of highmem: 300 MB take all of it, and some lowmem
Run(guest("fillmem", "300"), board=HIGHMEM,
    settings=["memory.size=1G"]).expect(0, EXPECTED)

# a hog gets all of HighMem, and of Normal what is not kept back from it
run = Run(guest("memhog"), board=HIGHMEM, settings=["memory.size=832M"],
          quiet=False)
run.expect(0, b"hog signal 9\n")
report = run.err.decode()
check(re.search(r"oom-killer: gfp_mask=\w+\(GFP_HIGHUSER_MOVABLE\)", report),
      "whose allocation was it?", run)
reserve = int(re.search(r"\] Normal free.*\n.*lowmem_reserve\[\]: \d+ (\d+)",
                        report).group(1)) * 4
free, least, _ = zone(report, "Normal")
# a batch of the per-CPU list goes beyond the mark
check(least + reserve - 256 <= free <= least + reserve + 1024,
      f"Normal: {free} KB free, {least} + {reserve} kept back", run)
free, least, _ = zone(report, "HighMem")
check(free <= least + 64, f"HighMem: {free} KB free", run)

# 24 MB of lowmem, 16 of them mem_map: tables and stacks are soon too many. Who
# isn't to be killed for that finds all its memory right afterwards.
program = "host:" + os.path.join(os.environ.get(
    "MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build")), "guests/")
run = Run([], board=HIGHMEM, quiet=False, settings=[
    "kernel.verify=off", "kernel.bootargs=vmalloc=2G",
    f"run=[[{program}forkbomb],[{program}fillmem,'1'],[/bin/sh,-c,"
    "'echo -1000 >/proc/self/oom_score_adj; exec /host/fillmem 64']]"])
report = run.err.decode()
check(re.search(r"\(GFP_KERNEL(\|__GFP_ZERO)?\), order=", report),
      "no GFP_KERNEL in want", run)
free, least, managed = zone(report, "Normal")
check(free < 2 * least, f"Normal: {free} KB free, of {managed}", run)
free, _, managed = zone(report, "HighMem")
check(free > managed * 0.95, f"HighMem: {free} KB free, of {managed}", run)
check("Killed process" in report, "nobody killed", run)
missing = set(EXPECTED.splitlines()) - set(run.out.splitlines())
check(not missing, "fillmem, afterwards", run)
