# SPDX-License-Identifier: GPL-2.0-or-later
"""
vm.min_free_kbytes, watermark_scale_factor, lowmem_reserve_ratio and
watermark_boost_factor: what they make of the zones' marks, and that kswapd
keeps as much free as the marks say.
"""
import os
import re

from guestrun import ROOT, Run, check

HIGHMEM = os.path.join(ROOT, "configs", "highmem.yaml")


def zones(text):
    """Of each zone its numbers, by name; protection is a list."""
    found = {}
    for name, body in re.findall(r"zone +(\w+)\n(.*?)(?=^Node|\Z)", text,
                                 re.M | re.S):
        numbers = re.findall(r"^ +(?:pages )?(\w+) +(\d+)$", body, re.M)
        zone = {key: int(value) for key, value in numbers}
        zone["protection"] = [int(n) for n in re.search(
            r"protection: \((.*)\)", body).group(1).split(",")]
        found[name] = zone
    return found


def steps(script, board, *settings):
    """What /proc/zoneinfo says after each line of @script."""
    script = "\n".join(f"{line}\ncat /proc/zoneinfo; echo ----"
                       for line in script.split("\n"))
    run = Run(["/bin/sh", "-c", script], board=board, settings=settings)
    run.expect(0)
    return [zones(text) for text in run.out.decode().split("----\n")[:-1]], run


SCRIPT = """cd /proc/sys/vm
echo 6000 > min_free_kbytes
echo 1000 > watermark_scale_factor
dd if=/dev/urandom of=/data bs=64k count=1024 2> /dev/null; sync; cat /data | md5sum
echo 0 > watermark_boost_factor; echo 10 > watermark_scale_factor; echo 1000 > min_free_kbytes; cat /data | md5sum
cat /data | md5sum
cat /data | md5sum"""
states, run = steps(SCRIPT, os.path.join(ROOT, "configs", "vexpress-a9.yaml"),
                    "memory.size=64M", "disk.size=96M")
at_boot, more, wider, used, less, *later = [state["Normal"] for state in states]
managed = at_boot["managed"]


def gaps(zone):
    return zone["low"] - zone["min"], zone["high"] - zone["low"]


check(at_boot["boost"] == 0, "a boost at boot", run)
check(more["min"] - more["boost"] == 1500, f"min_free_kbytes: {more}", run)
check(gaps(more) == (375, 375), f"a quarter of min: {more}", run)
check(gaps(wider) == (managed // 10, managed // 10), f"a tenth: {wider}", run)
# the file is as large as memory: what is free, kswapd has made free
check(used["free"] > used["low"], f"kswapd doesn't reach {used}", run)
check(less["min"] == 250 + less["boost"], f"{less}", run)
check(gaps(less) == (managed // 1000, managed // 1000) or
      gaps(less) == (62, 62), f"{less}", run)
# without boosts, which are up to a pageblock, it stops at high: give or take a
# batch from each list and what the CPU keeps
check(all(less["min"] < state["free"] < less["high"] + 128
          for state in [less, *later]),
      f"{used} {less} {later}: more or less than asked", run)

# One column a zone; what of Normal is kept from those who may have HighMem.
states, run = steps("""cd /proc/sys/vm; cat lowmem_reserve_ratio
sed 's/32/8/' lowmem_reserve_ratio > /tmp/r; cat /tmp/r > lowmem_reserve_ratio
sed 's/8/0/' /tmp/r > lowmem_reserve_ratio""", HIGHMEM, "memory.size=1G")
high = states[0]["HighMem"]["managed"]
for state, ratio in zip(states, (32, 8, 0)):
    kept = high // ratio if ratio else 0
    check(state["Normal"]["protection"][-1] == kept and
          state["Normal"]["protection"][-2] == kept,
          f"1 in {ratio} of {high}: {state['Normal']}", run)
