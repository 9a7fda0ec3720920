#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
`mmuscope explain` beside what others say: the guest of its signals, the
statistics of resolutions, binutils of instructions, the words of the tables.
"""
import collections
import json
import os
import signal
import subprocess
import tempfile

from guestrun import ALLOCATOR, BOARD, BUILD, Run, check, guest

CODES = {"SEGV_MAPERR": 1, "SEGV_ACCERR": 2, "BUS_ADRALN": 1, "BUS_ADRERR": 2,
         "TRAP_HWBKPT": 4}
SETTINGS = ["kernel.verify=end", "kernel.kmemleak=end", *ALLOCATOR]


def explain(program, *args, status=0):
    command = [os.path.join(BUILD, "mmuscope"), "explain", BOARD]
    for setting in SETTINGS:
        command += ["--set", setting]
    done = subprocess.run([*command, *args, "--", *program], input="",
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == status,
          f"{args}: status {done.returncode}: {done.stderr}")
    return done


def listed(program):
    done = explain(program, "--list", "--json")
    return [json.loads(line) for line in done.stdout.splitlines()], done


def disassembly(program):
    """Mnemonic by address."""
    text = subprocess.run(
        ["arm-linux-gnueabihf-objdump", "-d", program[0].split(":", 1)[1]],
        capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in text.splitlines()]
    return {int(row[0].strip(" :"), 16): row[2].split()[0]
            for row in rows if len(row) >= 3 and row[0].endswith(":")}


# ---- the list: the guest's own words, and the statistics ----------------------

faults, done = listed(guest("faults"))
check([f["number"] for f in faults] == list(range(1, len(faults) + 1)),
      "each fault once, in order")
told = [line.split() for line in done.stderr.splitlines() if "signal=" in line]
told = [(row[0], int(row[1][7:]), int(row[2][5:])) for row in told]
told = [(sig, code) for name, sig, code in told
        if name != "undefined"]  # which is no abort
found = [f["outcome"].split(", ") for f in faults
         if f["outcome"].startswith("SIG")]
check([(signal.Signals[sig].value, CODES[code]) for sig, code in found] == told,
      f"signals: {found}, but the guest got {told}")

# What is resolved for the program without an abort, as while it is loaded, is
# no fault of its own: the statistics have more.
counts = collections.Counter(f["outcome"].split(", ")[0] for f in faults)
own = [(f["address"], f["kind"], f["outcome"].split(", ")[0]) for f in faults
       if not f["for_program"] and not f["outcome"].startswith("SIG")]
with tempfile.NamedTemporaryFile("r") as trace:
    stats = Run(guest("faults"), trace=trace.name,
                events="page_fault_user").expect().stats["faults"]
    lines = [line.split() for line in trace if line[0] != "#"]
traced = [(line[4].removeprefix("address="), line[7], line[9])
          for line in lines]
check(own == traced, f"listed {own}, traced {traced}")
for name in stats.keys() & counts.keys():
    check(counts[name] <= stats[name],
          f"{name}: {counts[name]} listed, {stats[name]} counted")
check(listed(guest("faults"))[0] == faults, "the same run, the same faults")

# ---- one fault: instruction, tables, frame -------------------------------------

program = guest("cow")
faults, _ = listed(program)
mnemonic = disassembly(program)
kinds = {}  # one of each way to be resolved
for fault in faults:
    kinds.setdefault((fault["outcome"], fault["kind"]), fault)
check(len(kinds) >= 6, f"too few kinds to be worth it: {kinds.keys()}")
nr_instructions = 0
for fault in kinds.values():
    answer = json.loads(explain(program, "--fault", str(fault["number"]),
                                "--json").stdout)
    one, before, after = (answer[key] for key in ("fault", "before", "after"))
    for key in ("number", "cycle", "pid", "comm", "kind", "address", "pc",
                "status"):
        check(one[key] == fault[key], f"{key}: {one}, listed as {fault}")
    address, pc = int(one["address"], 16), int(one["pc"], 16)
    check(int(answer["registers"]["pc"], 16) == pc, f"{one}")
    if one["by"] == "the program" and one["kind"] != "fetch":
        check(one["instruction"].split()[0].removesuffix(".w") ==
              mnemonic[pc].removesuffix(".w"),
              f"{one['instruction']}, by objdump {mnemonic[pc]} at {pc:#x}")
        nr_instructions += 1

    # where the walk stopped is what the status says
    check(before["walk"], f"{before}")
    level = len(before["walk"])
    if one["status"].startswith("translation"):
        check(one["status"].startswith(f"translation fault, level {level}"),
              f"{one['status']}: {before['walk']}")
        check(int(before["walk"][-1]["word"], 16) & 3 == 0, f"{before}")
    else:
        check(int(before["walk"][-1]["word"], 16) & 3, f"{before}")
    # the entry found afterwards leads to the frame, and allows the access
    word = int(after["walk"][-1]["word"], 16)
    check(len(after["walk"]) == 2 and word & 2, f"{after}")
    check(word >> 12 == int(after["frame"]["pfn"], 16), f"{after}")
    ap = word >> 4 & 3 | word >> 7 & 4
    if one["kind"] == "write":
        check(ap == 3, f"no write with AP {ap}: {after}")
    if one["kind"] == "fetch":
        check(not word & 1, f"execute never: {after}")
    if fault["outcome"] in ("anon_new", "cow_copy"):
        check(before.get("frame") != after["frame"], "a new frame")
    check(after["frame"]["mapcount"] >= 1 or
          fault["outcome"].startswith("anon_zero"), f"{after}")
    # events are of that task, between beginning and end
    cycles = [event["cycle"] for event in answer["events"]]
    check(cycles == sorted(cycles) and
          all(0 <= cycle - one["cycle"] <= one["cycles_until_done"]
              for cycle in cycles), f"{answer['events']}")
    check(any(f"address={one['address']} " in event["event"]
              for event in answer["events"]), f"{answer['events']}")
    check(sum(answer["cycles"].values()) <= one["cycles_until_done"],
          f"{answer['cycles']}")
check(nr_instructions >= 3, "instructions compared")

# ---- where nothing is, and what was asked wrongly --------------------------------

faults, _ = listed(guest("faults"))
lost = next(f for f in faults if f["outcome"] == "SIGSEGV, SEGV_MAPERR" and
            f["kind"] == "write")
text = explain(guest("faults"), "--fault", str(lost["number"])).stdout
for want in ("outcome                  signal", "SIGSEGV, SEGV_MAPERR",
             "around\n  below                    nothing",
             "nothing: a translation fault"):
    check(want in text, f"no '{want}' in: {text}")

done = explain(program, "--fault", "100000", status=125)
check("there is no fault 100000" in done.stderr, done.stderr)
done = explain(program, "--fault", "0", status=125)
check("is no number of a fault" in done.stderr, done.stderr)
done = explain(program, status=125)
check("which fault?" in done.stderr, done.stderr)
