#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds how much mmuscope swaps against how much the real kernel swaps, for
the same programs with the same memory left (guests/swapload).

  swapload.py recorded   run it here; compare with what was recorded (swapload)
  swapload.py real       run it once on the real kernel: within the recording?
  swapload.py record     run it on the real kernel RUNS times and record from
                         where to where each count went

The counts hang on which came first, a disk's answer or the next touch of a
page, so the real kernel's own differ from run to run, most where a program
mostly stays within its memory. What is held is that ours lie in the range of
the recorded runs, widened at both ends: by a tenth for what has to come back
(pages read, major faults), which the order of touches decides; by a fifth for
what goes out and is looked at, which hangs on how far kswapd is ahead: what it
does takes hardly any time here. Ours is the median of runs with cores of
several speeds, as one run of ours is no better than one of theirs. Nothing is
asked of how much falls to direct reclaim, which a slow machine has more of.
Readahead stands and falls with single hits where pages are touched at random,
and is asked for where they come in a row.
"""
import os
import re
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(TOP, "build"))
ORACLE = os.path.join(TOP, "tools", "linux-oracle")
RECORD = os.path.join(HERE, "swapload")
MACHINE = ["--memory", "256M", "--swap", "128M", "--limit", "200"]
PROGRAM = os.path.join(BUILD, "guests", "swapload") + " 24 36"
CLOCKS = ("100MHz", "125MHz", "160MHz", "200MHz", "250MHz")
WIDER = {"pswpin": 0.1, "pgmajfault": 0.1, "workingset_refault_anon": 0.1,
         "pswpout": 0.2, "pgscan_anon": 0.2, "pgsteal_anon": 0.2,
         "swap_ra": 0.1, "oom_kill": 0}
IN_A_ROW = ("cyclic", "reader")
RUNS = 9
SKIPPED = 77


def fail(why):
    print(f"FAILED: {why}")
    sys.exit(1)


def ask(*how):
    """(pattern, counter) -> what was counted, in one run."""
    done = subprocess.run([ORACLE, *MACHINE, *how, PROGRAM],
                          capture_output=True, text=True)
    if done.returncode:
        fail(f"swapload: {done.stdout}{done.stderr}")
    found = re.findall(r"^(\w+) (\w+) (\d+)$", done.stdout, re.M)
    return {(pattern, counter): int(count)
            for pattern, counter, count in found
            if counter in WIDER and
            (counter != "swap_ra" or pattern in IN_A_ROW)}


def recorded():
    with open(RECORD) as lines:
        rows = [line.split() for line in lines if not line.startswith("#")]
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in rows}


def record():
    runs = [ask() for _ in range(RUNS)]
    with open(RECORD, "w") as out:
        out.write(f"# The least and the most of {RUNS} runs on the real kernel"
                  " (swapload.py record)\n")
        for key in runs[0]:
            counts = [run[key] for run in runs]
            out.write(f"{key[0]:7} {key[1]:24} {min(counts):6} "
                      f"{max(counts):6}\n")


def compare(who, counts):
    """Prints both; returns how many are beyond the recorded range."""
    bad = 0
    print(f"{'':32} {'recorded':>15} {who:>10}")
    ranges = recorded()
    if set(ranges) != set(counts):
        fail(f"other counts than recorded: {set(ranges) ^ set(counts)}")
    for (pattern, counter), (least, most) in ranges.items():
        count = counts[pattern, counter]
        wider = WIDER[counter]
        good = least * (1 - wider) <= count <= most * (1 + wider)
        bad += not good
        middle = (least + most) / 2
        ratio = f"{count / middle:6.2f}" if middle else ""
        print(f"{pattern:7} {counter:24} {least:7}-{most:7} {count:10} "
              f"{ratio}{'' if good else '   <--'}")
    return bad


def main():
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    bad = 0
    if action == "recorded":
        runs = [ask("--here", "--set", f"cpu.clock_hz={clock}", "--set",
                    "kernel.verify=end") for clock in CLOCKS]
        bad = compare("median", {key: statistics.median(
            run[key] for run in runs) for key in runs[0]})
    elif action == "record":
        record()
    elif action == "real":
        done = subprocess.run([ORACLE, "--available"], capture_output=True)
        if done.returncode:
            print("SKIPPED: no real kernel here; tools/setup --oracle")
            sys.exit(SKIPPED)
        bad = compare("now", ask())
    else:
        sys.exit(__doc__)
    if bad:
        fail(f"{bad} counts are beyond what the real kernel has")


if __name__ == "__main__":
    main()
