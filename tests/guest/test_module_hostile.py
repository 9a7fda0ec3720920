#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A module that means harm: each thing it does is done to the model, or is an
oops, or the modelled kernel's panic; never the end of the emulator.

  test_module_hostile.py            what ctest runs
  test_module_hostile.py long [N]   N runs of random calls and random stores
"""
import re
import subprocess
import sys

from guestrun import BOARD, Run, check
from modulerun import log, module, shell

ACT = "/sys/module/hostile/parameters/act"
# What oopses keeps what it had.
LOSSES = "kernel.kmemleak=off"
# What the machine's end may be: its programs' own, a signal's, a panic.
ENDS = (0, 1, 126, 132, 135, 139)

HARMLESS = """midr; read_sctlr; read_ttbr0; dfsr; tlbiall; tlbimva 0x7f000000;
    iciallu; wfi; wfe; msr_value 0x600000d3; msr_value 0x13; spsr; ldm_user;
    stm_user; big_endian; exclusive; jump 0xffff0fe0; masked 10000;
    gate_middle 4; gate_sp 3; deep_stack 10"""
UNDEFINED = """pmccntr; dbgdidr; sctlr 0; cpacr 0; ttbr0 0x60004000; ttbr1 0;
    ttbcr 7; dacr 0xffffffff; contextidr 77; prrr 0; vbar 0; udf; smc; hvc;
    cps_user; cps_irq; cps_system; msr_user; msr_value 0x6000001f; rfe; srs;
    ldm_return; movs_pc; vfp; neon; fpexc; jump 0x80008000; jump 0xffff0000;
    gate_middle 2"""
ABORTS = """own_tables 0x700; own_tables 0x10; swapper 0; swapper 0x7f0; vectors 0;
    vectors 0x1000; own_text; call_data; call_heap; jump 0; jump 0x8000;
    sp_nowhere 0; sp_nowhere 0x10000; gate_sp_args 0; gate_middle 1;
    fill 0x80004000; fill 0x80008000"""
OTHERS = {"svc": "Oops - bad syscall", "bkpt": "Oops - breakpoint",
          "recursion": "kernel stack overflow"}


def acts(names, settings=(), setup=""):
    """What the module did: name, status of the write, lines of the log."""
    run = shell(setup + f"""
        insmod $1; shift
        for act; do
            dmesg -c > /dev/null; (echo $act > {ACT}) 2> /dev/null
            echo "== $act $?"; dmesg
        done; echo; echo survived""", module("hostile"),
                *names, settings=[LOSSES, *settings])
    text = run.out.decode()
    check(text.endswith("\nsurvived\n"), "the shell goes on", run)
    return [(name, int(status), lines) for name, status, lines in
            re.findall(r"^== (.*) (\d+)\n((?:(?!== ).*\n)*)", text, re.M)], run


def split(names):
    return re.split(r";\s+", names)


def test_instructions():
    expected = [(name, "") for name in split(HARMLESS)]
    expected += [(name, "Oops - undefined instruction")
                 for name in split(UNDEFINED)]
    expected += [(name, r"(Oops|): \w+ \[#") for name in split(ABORTS)]
    expected += OTHERS.items()
    done, run = acts([name for name, _ in expected])
    check([name for name, _, _ in done] == [name for name, _ in expected],
          "each was tried", run)
    for (name, status, text), (_, end) in zip(done, expected):
        check(status == (139 if end else 0), f"{name}: status {status}", run)
        check(bool(end) == bool(re.search("Internal error: " + end, text)),
              f"{name}: {text}", run)
    told = dict((name, text) for name, _, text in done)
    check("c0, c0, 0 410fc090" in told["midr"], "the core's name", run)
    check(re.search(r"BUG: FP instruction .*\n.*FPEXC", told["vfp"]),
          "VFP is off", run)
    check("external abort on non-linefetch (0x808) at 0x80004000" in
          told["swapper 0"], "page tables are guarded", run)


def test_endless():
    done, run = acts(["masked_for_ever"],
                     setup="echo 1 > /proc/sys/kernel/watchdog_thresh;")
    for name, status, text in done:
        check(status == 139 and "LOCKUP" in text.upper(), name, run)


def scribble(act, settings=()):
    """Whoever's memory was hit may die; the emulator may not."""
    run = Run(["/bin/sh", "-c", f"""
        insmod $1; (echo $2 > {ACT}); rmmod hostile; ls /proc | wc -l
        for n in 1 2 3; do cat /proc/slabinfo /proc/meminfo | wc -l; done""",
               "sh", module("hostile"), act], settings=[LOSSES, *settings])
    check(run.status in ENDS, f"{act}: status {run.status}", run)


def test_memory():
    for act in ("own_struct 255", "own_struct 0", "after_free 64",
                "overrun_slab 64", "free_pages_written 3", "mem_map 64",
                "fill 0x8000c000", "spray 0x80000000", "spray 0x80400000"):
        scribble(act)


def calls(seed, rounds, settings=()):
    """Exported functions with any arguments, each time to the next oops."""
    return Run(["/bin/sh", "-c", f"""
        insmod $1; echo seed $2 > {ACT}; n=0
        while [ $n -lt $3 ]; do
            (echo calls 1000 > {ACT}) 2> /dev/null; n=$((n + 1))
        done; rmmod hostile; echo; echo survived""", "sh",
                module("hostile"), str(seed), str(rounds)],
               settings=[LOSSES, *settings])


def test_calls():
    for seed in (1, 3):
        run = calls(seed, 40, ["kernel.verify=fault"])
        check(run.status == 0 and run.out.endswith(b"\nsurvived\n"),
              f"seed {seed}: status {run.status}", run)


def long(rounds):
    allocators = ("slub", "slab", "slob")
    for seed in range(1, rounds + 1):
        settings = [f"kernel.slab_allocator={allocators[seed % 3]}"]
        run = calls(seed + 100, 300, settings)
        check(run.status in ENDS, f"calls {seed}: {run.status}", run)
        for start in (0x80000000, 0x80400000, 0x80800000,
                      0x80000000 + seed * 0x10000):
            scribble(f"spray {start:#x}", settings)
        print(f"{seed}: {run.status}")


if len(sys.argv) > 1 and sys.argv[1] == "long":
    long(int(sys.argv[2]) if len(sys.argv) > 2 else 30)
else:
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
