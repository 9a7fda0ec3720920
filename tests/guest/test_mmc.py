#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A card in the board's PL180: the commands that bring it up and move a page
are those of a real Linux; twice the memory's bytes come back right through the
FIFO, the same way every time, while others run; files live on it; blocks that
can't be read cost their owner an error, after as many attempts as Linux makes;
somebody who writes to the controller's registers ends nobody's wait for ever."""
import os
import re
import tempfile

from guestrun import ROOT, Run, check, guest
from modulerun import module

CARD = ["memory.size=24M", "swap.bus=mmc", "swap.size=64M"]


def traced(argv, settings, events):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "trace")
        Run(argv, settings=settings, trace=path, events=events).expect(0)
        return open(path).read()


def commands(text):
    """Number and argument of each command, an ACMD with an A; of commands that
    are repeated until the card is ready the last."""
    found, app = [], ""
    for opcode, arg, stop in re.findall(
            r"mmc_request_start: mmc0: cmd_opcode=(\d+) cmd_arg=(\w+) .*?"
            r"stop_opcode=(\d+)", text):
        if opcode == "55":
            app = "A"
            continue
        found.append(f"{app}CMD{int(opcode):02} {int(arg, 16):#010x}")
        app = ""
        if stop != "0":
            found.append(f"CMD{int(stop):02} 0x00000000")
    return [one for i, one in enumerate(found)
            if found[i + 1:i + 2] != [one] or not one.startswith("ACMD41")]


# Of Debian's 6.1 and its armmmci.ko on QEMU's vexpress-a9 with a card of the
# same size: from the first command to the card's first block, then of reading
# and writing a page at sector 9600.
with open(os.path.join(ROOT, "tests", "oracle", "mmc-commands")) as lines:
    real = [line.split("#")[0].strip() for line in lines]
    real = [line for line in real if line]
BLOCK = ["dd if=/dev/mmcblk0 of=/tmp/x bs=4k count=1 skip=100",
         "dd if=/tmp/x of=/dev/mmcblk0 bs=4k count=1 seek=300"]
ours = commands(traced(["/bin/sh", "-c", " && ".join(BLOCK)],
                       ["disk.bus=mmc", "disk.size=64M"],
                       "mmc_request_start"))
check(ours == real, f"ours {ours}\nreal {real}")
print(f"{len(ours)} commands as a real Linux sends them")

# Swapping through registers.
run = Run(guest("swapset", "40", "1"), settings=CARD, quiet=False)
run.expect(0)
check(run.out.endswith(b"done wrong=0\n"), run.out)
vmstat = run.stats["vmstat"]
check(vmstat["pswpout"] > 5000 and vmstat["pswpin"] > 2500, vmstat)
for line in (rb"mmci-pl18x 10005000.mmc: mmc0: PL180 manf 41 rev0 at 0x10005000 "
             rb"irq \d+,\d+ \(pio\)", rb"mmc0: new SD card at address 4567",
             rb"mmcblk0: mmc0:4567 MMUSC 64.0 MiB",
             rb"Adding 65532k swap on /dev/mmcblk0"):
    check(re.search(line, run.err), line, run)

# The same trace twice, and others run while a page is on its way.
EVENTS = "block_rq_issue,block_rq_complete,page_fault_user,irq_handler_entry"
texts = [traced(guest("swapset", "30", "1"), CARD, EVENTS) for _ in "ab"]
check(texts[0] == texts[1], "two runs, two traces")
reading, others = False, 0
for line in texts[0].splitlines():
    if "block_rq_" in line and " R " in line:
        reading = "rq_issue" in line
    others += reading and "page_fault_user" in line
check(others > 50, f"{others} faults of others while a read was under way")
print(f"{others} faults of others while a read was under way")

# All books after every fault.
run = Run(guest("swapset", "9", "1"),
          settings=["memory.size=10M", "swap.size=16M", "swap.bus=mmc",
                    "kernel.verify=fault"])
run.expect(0)

# Files on a card of blocks, on another board with another bus; again after
# the cache was dropped.
run = Run(["/bin/sh", "-c",
           "dd if=/dev/urandom of=/f bs=64k count=16 2>/dev/null; md5sum /f; "
           "sync; echo 3 > /proc/sys/vm/drop_caches; md5sum /f; "
           "cat /proc/partitions"],
          board=os.path.join(ROOT, "configs", "realview-pb-a8.yaml"),
          settings=["disk.bus=mmc", "disk.size=4G"], quiet=False)
run.expect(0)
sums = run.out.splitlines()
check(sums[0] == sums[1] and b"179        0    4194304 mmcblk0" in run.out,
      run.out)
check(b"mmc0: new SDHC card at address 4567" in run.err and
      b"mmcblk0: mmc0:4567 MMUSC 4.00 GiB" in run.err and
      b"rootfs: changed files are on mmcblk0" in run.err, "log", run)

# Bad blocks.
run = Run(guest("swaptrouble"), quiet=False,
          settings=["memory.size=12M", "swap.size=32M", "swap.bus=mmc",
                    "swap.bad_reads=300-303,1500-1501"])
run.expect(0)
lost = {name: int(n) for name, n in
        re.findall(rb"(\w+) lost=(\d+) wrong=0", run.out)}
check(set(lost) == {b"private", b"shared", b"file"}, run.out, run)
check(0 < sum(lost.values()) <= 6 and
      b"I/O error, dev mmcblk0, sector 24" in run.err, f"lost {lost}", run)
print(f"lost with bad blocks: {lost}")
text = traced(["/bin/sh", "-c",
               "dd if=/dev/mmcblk0 of=/tmp/x bs=4k count=1 skip=7; true"],
              ["disk.bus=mmc", "disk.size=1M", "disk.bad_blocks=7"],
              "mmc_request_start,mmc_request_done")
check(text.count("cmd_opcode=18 cmd_arg=0x7000") == 6, text)
check(text.count("data_err=-110") == 6, text)
run = Run(guest("swapset", "30", "1"), quiet=False,
          settings=[*CARD, "swap.bad_blocks=300-302"])
run.expect(0)
check(run.out.endswith(b"done wrong=0\n"), run.out)
check(b"Write-error on swap-device (179:0:24" in run.err, "log", run)

# A module that writes anything to the controller's registers while pages are
# on their way: requests that it spoils time out, the card is brought up anew.
run = Run(["/bin/sh", "-c",
           "$0 30 1 > /tmp/out & for i in 1 2 3 4 5 6; do "
           "insmod $1 seed=$i times=40; rmmod mmc_poke; sleep 0.2; done; "
           "wait; cat /tmp/out; dmesg", *guest("swapset"), module("mmc_poke")],
          settings=CARD)
run.expect(0)
check(b"done wrong=0\n" in run.out and
      b"mmc0: Timeout waiting for hardware interrupt." in run.out,
      run.out[-2000:])

# Who has which addresses; a module takes some, and gives back what isn't its.
run = Run(["/bin/sh", "-c", "insmod $0; cat /proc/iomem; rmmod regions; "
           "grep -c 30000000 /proc/iomem; dmesg", module("regions")],
          settings=["disk.bus=mmc", "disk.size=1M"])
run.expect(0)
for text in ("""10005000-10005fff : mmc@10005000
  10005000-10005fff : 10005000.mmc mmc@10005000
10009000-10009fff : serial@10009000
  10009000-10009fff : 10009000.serial serial@10009000
1000a000-1000afff : serial@1000a000
""", """10012000-10012fff : timer@10012000
  10012000-1001203f : timer
""", "30000000-30001fff : free\n", "] 30000000-30001fff free\n",
             "again 0 inside 0 across 0 none 0\n", "timer 1 uart 0\n",
             "nonexistent resource <30000000-30001fff>\n",
             "but no module has a region of addresses there"):
    check(text.encode() in run.out, text, run)
check(b"not reached" not in run.out, "a driver's region was given", run)
