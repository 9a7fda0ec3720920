#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Merged pages on whole boards: processes that write to them, fork, swap and
are compacted at once, beside a model of their bytes; the frame of twenty
pages, as `mmuscope why` shows it; nodes that merge apart."""
import json
import os
import re
import subprocess

from guestrun import ALLOCATOR, BOARD, BUILD, Run, check, guest

COUNTS = r"merged at most (\d+); cow_ksm (\d+), ksm_swpin_copy (\d+), " \
         r"pgmigrate_success (\d+), pswpout (\d+)"


def stress(arguments, *settings):
    """What there was of each: merged, copied on write, …"""
    run = Run(guest("ksmstress", *arguments.split()),
              settings=["kernel.verify=fault", "swap.size=64M",
                        *settings]).expect()
    out = run.out.decode()
    check("done: 0 workers bad" in out, out)
    check(len(re.findall(r"worker \d \d+ steps, wrong 0\n", out)) == 4, out)
    print(f"{arguments}: {re.search(COUNTS, out).group(0)}")
    return [int(n) for n in re.search(COUNTS, out).groups()]


merged, copied, _, moved, _ = stress("7 300", "memory.size=32M")
check(merged > 500 and copied > 1000 and moved > 100,
      "merged, copied or moved too little")
# More than there is room for: KSM pages go out, and come back one by one. What
# one seed does hangs on where all else lies, so there are as many as it takes.
total = [0] * 5
for seed in range(13, 19):
    total = [a + b for a, b in zip(total, stress(f"{seed} 250 512 36",
                                                 "memory.size=16M"))]
    merged, copied, back, _, out = total
    if merged > 1000 and copied > 1000 and back > 100 and out > 2000:
        break
else:
    check(False, f"merged, copied or swapped too little: {total}")
_, copied, *_ = stress("8 150 1024", "memory.size=32M",
                       "kernel.transparent_hugepage=always")
check(copied > 200, "huge pages weren't split to be merged")


def why(pfn):
    """(the frame, all that map it) when the first program has ended."""
    command = [os.path.join(BUILD, "mmuscope"), "why", BOARD, "--json",
               "--page", pfn]
    for setting in ALLOCATOR:
        command += ["--set", setting]
    done = subprocess.run([*command, "--", *guest("ksm", "copies")],
                          input="", capture_output=True, text=True,
                          timeout=60)
    check(done.returncode == 0, done.stderr)
    answer = json.loads(done.stdout)
    return answer["frame"], answer["mapped_by"]


out = Run(guest("ksm", "copies")).expect().out.decode()
check(re.findall(r"(\d+) pages in (\d+) frames", out) ==
      [("20", "20"), ("20", "1"), ("20", "2")], out)
frame, mappers = why(re.search(r"merged: .* first is (\w+)", out).group(1))
check(frame["mapcount"] == 38 and frame["places_ksmd_knows"] == 20, f"{frame}")
check(sorted((m["pid"], int(m["at"], 16)) for m in mappers) ==
      sorted((pid, 0x20000000 + 4096 * i) for i in range(19)
             for pid in {m["pid"] for m in mappers}), f"{mappers}")
check(len({m["pid"] for m in mappers}) == 2, "parent and child")
