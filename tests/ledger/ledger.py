#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`run --ledger`: its lines sum up to the clocks, cause by cause; each task has
what the scheduler's trace says that it had; keeping it changes nothing; known
work stands where it was done."""
import collections
import json
import os
import subprocess
import sys
import tempfile

MMUSCOPE = os.path.abspath(sys.argv[1])
BUILD = os.path.abspath(sys.argv[2])
failures = []
folder = tempfile.TemporaryDirectory()
SHELL = ["/bin/busybox", "sh", "-c",
         "sort /bin/busybox | wc; (exit 3); cat /proc/self/maps; sleep 1"]


def check(what, good, *more):
    if not good:
        failures.append(what)
        print("FAILED:", what, *more)


def guest(name, *words):
    return ["host:" + os.path.join(BUILD, "guests", name), *words]


def path(name):
    return os.path.join(folder.name, name)


def run(board, program, *words):
    subprocess.run([MMUSCOPE, "run", "-q", *words, "--stats", path("stats"),
                    f"configs/{board}.yaml", "--", *program],
                   stdin=subprocess.DEVNULL, capture_output=True, timeout=200)
    with open(path("stats"), encoding="utf-8") as file:
        stats = json.load(file)
    del stats["host_seconds"]
    return stats


def by_cause(rows):
    total = collections.Counter()
    for row in rows:
        total.update({cause: cycles for cause, cycles
                      in row["cycles_by_cause"].items() if cycles})
    return total


def folded():
    with open(path("folded"), encoding="ascii") as file:
        return [(line.rsplit(" ", 1)[0].split(";"), int(line.rsplit(" ", 1)[1]))
                for line in file]


# ---- the sums ----------------------------------------------------------------

def test_sums(board, program, *words):
    what = f"{board}, {os.path.basename(program[0])}"
    alone = run(board, program, *words)
    stats = run(board, program, "--ledger", path("folded"), *words)
    rows = stats.pop("ledger")
    check(f"{what}: nothing else is changed by it", stats == alone)
    spent = by_cause(stats["cpus"])
    check(f"{what}: by cause the lines are the clocks", by_cause(rows) == spent,
          by_cause(rows), spent)
    check(f"{what}: so is the folded form",
          sum(cycles for _, cycles in folded()) == sum(spent.values()))
    check(f"{what}: no frame is empty",
          all(all(stack) for stack, _ in folded()))
    return rows


test_sums("vexpress-a9", SHELL)
test_sums("vexpress-a9", SHELL, "--set", "timing.model=block")
test_sums("smp-4", guest("cores"), "--set", "timing.model=cache")
test_sums("vexpress-a9", guest("hostile"))
test_sums("vexpress-a9", guest("kuser"))
test_sums("tiny-8m", guest("cow"))
rows = test_sums("smp-4", guest("cores"))
check("each core has a line for being idle",
      {row["cpu"] for row in rows if row["what"] == "idle"} == set(range(4)))
rows = test_sums("vexpress-a9", guest("swapped"), "--set", "memory.size=24M",
                 "--set", "swap.size=64M")
check("who swaps waits", any(row["what"] == "idle" for row in rows))

# ---- who ----------------------------------------------------------------------

def by_trace():
    """pid -> cycles on the core, by its switches."""
    spent = collections.Counter()
    pid = since = 0
    with open(path("trace.json"), encoding="utf-8") as file:
        events = [json.loads(line) for line in file]
    for event in events:
        if event.get("event") != "sched_switch":
            continue
        spent[pid] += event["cycle"] - since
        pid, since = event["fields"]["next_pid"], event["cycle"]
    return spent, pid, since


stats = run("vexpress-a9", SHELL, "--ledger", path("folded"), "--trace",
            path("trace.json"), "--trace-events", "sched_switch")
spent, last, since = by_trace()
spent[last] += stats["cpus"][0]["cycles"] - since
told = collections.Counter()
for row in stats["ledger"]:
    told[row["pid"]] += sum(row["cycles_by_cause"].values())
check("each task has what the scheduler gave it", +told == +spent,
      dict(told - spent), dict(spent - told))

# ---- at what, and where -----------------------------------------------------------

def cycles(rows, cause, **where):
    return sum(row["cycles_by_cause"].get(cause, 0) for row in rows
               if all(row[key] == value for key, value in where.items()))


def zeroed(megabytes):
    rows = run("vexpress-a9", guest("touch", str(megabytes), "1"), "--ledger",
               path("folded"))["ledger"]
    return cycles(rows, "zero", what="page fault", name="anon_new",
                  place="[anon] rw-p")


few, more = zeroed(1), zeroed(2)
check("256 pages more, and what table they need, are zeroed by faults",
      (more - few) // 1400 in (256, 257) and not (more - few) % 1400, few, more)

rows = run("vexpress-a9", SHELL, "--set", "cpu.tlb.walk_start_cycles=50",
           "--ledger", path("folded"))["ledger"]
walked = cycles(rows, "walk", what="TLB miss")
check("walks are paid where the miss was",
      walked > 0 and cycles(rows, "walk", what="user") == 0)
check("the heap is missed, and so is code",
      cycles(rows, "walk", place="[heap] rw-p") > 0 and
      cycles(rows, "walk", place="busybox r-xp") > 0)
check("programs run in their code",
      cycles(rows, "execute", what="user", place="busybox r-xp") >
      0.9 * cycles(rows, "execute"))
check("what is read is copied by read",
      cycles(rows, "copy", what="system call", name="read") > 0)

# ---- trouble -----------------------------------------------------------------------

done = subprocess.run([MMUSCOPE, "run", "-q", "--ledger", "/nowhere/x",
                       "configs/vexpress-a9.yaml", "--", "/bin/busybox",
                       "echo", "ran"], stdin=subprocess.DEVNULL, text=True,
                      capture_output=True, timeout=60)
check("a ledger that can't be written: said before anything runs",
      done.returncode == 125 and not done.stdout and
      "/nowhere/x" in done.stderr, done.returncode, done.stderr)

print("FAILED" if failures else "ok")
sys.exit(bool(failures))
