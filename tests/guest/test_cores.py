# SPDX-License-Identifier: GPL-2.0-or-later
"""
Threads on several cores: guests/cores says the same on any number of them and
under any quantum; and what happened is the same each time.
"""
import os
import tempfile

from guestrun import ROOT, Run, check, guest

EXPECTED = b"""\
atomic: 12000
mutex: 12000
spin: 2000
cond: 1200
barrier: 600
pipe: 500
message: 141400
affinity: ok
clock: ok
tlb: 30
signal: ok
fork: 36
floats: ok
limit: 6
share: ok
"""
PARTS = [line.split(b":")[0].decode() for line in EXPECTED.splitlines()]


def board(name):
    return os.path.join(ROOT, "configs", name + ".yaml")


def cores(name, nr, quantum, parts=(), settings=()):
    """All parts but the long one, or those: their lines."""
    wanted = b"".join(line for part, line in
                      zip(PARTS, EXPECTED.splitlines(True))
                      if part in (parts or PARTS[:-1]))
    return Run(guest("cores", *parts), board=board(name),
               settings=[f"cpu.count={nr}", f"cpu.quantum={quantum}",
                         *settings]) \
        .expect(0, wanted)


def trace(path):
    run = Run(guest("cores", "cond", "pipe", "fork"), board=board("smp-4"),
              trace=path, events="sched_switch,sys_exit").expect(0)
    with open(path, "rb") as file:
        return run.stats, file.read()


cores("smp-4", 4, 20000)
cores("smp-4", 2, 100)
cores("linux-virt", 4, 1000, ["cond", "affinity", "signal", "clock",
                              "limit"])
cores("raspi2", 3, 1000, ["cond", "affinity", "signal", "clock"])
cores("smp-4", 4, 1000000, ["atomic", "mutex", "cond", "pipe", "fork"])
cores("smp-4", 2, 1000, ["share"], ["cpu.clock_hz=20MHz"])
cores("smp-4", 4, 20000, ["fork", "limit", "share"],
      ["cpu.clock_hz=20MHz"])
if os.environ.get("MMUSCOPE_CORES"):
    for name in ("smp-4", "linux-virt", "raspi2"):
        for nr in (1, 2, 3, 4):
            for quantum in (100, 1000, 20000):
                cores(name, nr, quantum)

with tempfile.TemporaryDirectory() as folder:
    once, again = (trace(os.path.join(folder, n + ".txt")) for n in "ab")
check(once == again, "two runs differ")
switches = [line for line in once[1].splitlines() if b"sched_switch" in line]
for cpu in range(4):
    check(any(b"[%d] cores-" % cpu in line for line in switches),
          f"no task of the guest left core {cpu}")
